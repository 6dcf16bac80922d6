"""Viewing renditions: shown by what every office has, upright, and without anything that the source said of itself."""

import io
import json
import subprocess

import pytest

from copwatch.media import kinds
from copwatch.media.isolated import DECODING_MEMORY, MediaProcess
from copwatch.media.refusal import CannotClean, Unsupported
from copwatch.media.viewing import MOST_THUMBNAIL, has_thumbnail, is_plain, viewing_type
from tests.conftest import judge

av = pytest.importorskip("av")
Image = pytest.importorskip("PIL.Image")
pillow_heif = pytest.importorskip("pillow_heif")


@pytest.fixture(scope="module")
def process():
    with MediaProcess(memory=DECODING_MEMORY) as one:
        yield one


def viewed(process, data, media_type):
    out = io.BytesIO()
    process.view(io.BytesIO(data), media_type, out.write)
    return out.getvalue()


def heic(size=(40, 20), **more):
    picture = Image.new("RGB", size, (250, 0, 0))
    picture.paste((0, 0, 250), (size[0] // 2, 0, *size))
    out = io.BytesIO()
    pillow_heif.from_pillow(picture).save(out, quality=95, **more)
    return out.getvalue()


def film(tmp_path, codec="libx265", rotate=0, seconds=2, sound="libopus"):
    """Red on the left, blue on the right, with a tone; matroska holds any coding."""
    path, program = tmp_path / "film.mkv", judge("ffmpeg")
    picture = f"color=red:s=64x96:r=10:d={seconds}[a];color=blue:s=64x96:r=10:d={seconds}[b];[a][b]hstack"
    command = [program, "-v", "error", "-y", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i",
               f"sine=d={seconds}", "-c:v", codec, "-c:a", sound, "-metadata", "title=SECRET"]  # fmt: skip
    subprocess.run([*command, str(path)], check=True, stderr=subprocess.PIPE)
    if rotate:
        turned = tmp_path / "turned.mov"
        command = [program, "-v", "error", "-y", "-i", str(path), "-c:v", "copy", "-c:a", "aac"]
        subprocess.run([*command, "-metadata:s:v:0", f"rotate={rotate}", str(turned)], check=True)
        return turned.read_bytes()
    return path.read_bytes()


def streams(data):
    """What ffprobe finds, from a pipe: nothing is needed from the end of the file to play its beginning."""
    command = [judge("ffprobe"), "-v", "error", "-show_streams", "-show_format", "-of", "json", "pipe:0"]
    done = subprocess.run(command, input=data, capture_output=True, check=True)
    assert done.stderr == b""
    return json.loads(done.stdout)


def test_what_every_office_shows():
    assert is_plain("image/jpeg") and is_plain("audio/mpeg") and is_plain("text/plain")
    assert is_plain("video/mp4", ("avc1", "mp4a"))
    assert not is_plain("video/mp4") and not is_plain("video/mp4", ("hvc1", "mp4a"))
    assert not is_plain("image/heic") and not is_plain("video/quicktime", ("avc1",))
    assert (viewing_type("image/heic"), viewing_type("video/webm"), viewing_type("audio/ogg")) == (
        "image/jpeg", "video/mp4", "audio/mp4",
    )  # fmt: skip
    assert viewing_type("application/pdf") is None
    assert has_thumbnail("video/mp4") and has_thumbnail("image/heic")
    assert not has_thumbnail("audio/mpeg") and not has_thumbnail("application/pdf")


def test_a_picture_becomes_a_jpeg_with_nothing_else(process):
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "SECRETMAKER", 6
    found = viewed(process, heic(exif=exif.tobytes()), "image/heic")
    assert b"SECRET" not in found and b"Exif" not in found and b"ICC_PROFILE" not in found
    with Image.open(io.BytesIO(found)) as picture:
        # Turned by a quarter: what was on the left is above.
        assert (picture.format, picture.size) == ("JPEG", (20, 40))
        assert picture.getpixel((10, 5))[0] > 200 and picture.getpixel((10, 35))[2] > 200


def test_a_large_picture_is_made_smaller(process):
    with Image.open(io.BytesIO(viewed(process, heic((5000, 100)), "image/heic"))) as picture:
        assert picture.size == (4096, 82)


def test_a_film_becomes_h264_and_aac(process, tmp_path):
    found = viewed(process, film(tmp_path), "video/x-matroska")
    said = streams(found)
    assert [each["codec_name"] for each in said["streams"]] == ["h264", "aac"]
    assert (said["streams"][0]["width"], said["streams"][0]["height"]) == (128, 96)
    assert said["streams"][0]["pix_fmt"] == "yuv420p"
    assert b"SECRET" not in found and "title" not in said["format"].get("tags", {})
    # Nor which coder of which version made it, with which settings, on the computer of whoever exports.
    assert b"x264" not in found and b"Lav" not in found and b"encoder" not in found


def test_a_thumbnail_is_small_and_upright_with_nothing_else(process, tmp_path):
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "SECRETMAKER", 6
    noise = io.BytesIO()
    Image.effect_noise((1500, 900), 200).convert("RGB").save(noise, "JPEG", exif=exif.tobytes())
    found = process.thumbnail(noise, "image/jpeg")
    assert len(found) <= MOST_THUMBNAIL and b"SECRET" not in found and b"Exif" not in found
    with Image.open(io.BytesIO(found)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (192, 320))
    turned = process.thumbnail(io.BytesIO(film(tmp_path, rotate=90)), "video/quicktime")
    with Image.open(io.BytesIO(turned)) as picture:
        assert picture.size == (96, 128)


def test_a_thumbnail_that_is_none_is_refused(process, monkeypatch):
    for data, media_type in ((b"nothing", "image/png"), (b"ID3", "audio/mpeg")):
        with pytest.raises(Unsupported):
            process.thumbnail(io.BytesIO(data), media_type)
    monkeypatch.setattr("copwatch.media.isolated.MOST_THUMBNAIL", 100)
    with pytest.raises(CannotClean, match="broke down"):
        process.thumbnail(io.BytesIO(heic()), "image/heic")


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_a_film_is_upright_as_ffmpeg_shows_it(process, tmp_path, rotate):
    source = film(tmp_path, rotate=rotate)
    found = viewed(process, source, "video/quicktime")
    command = [
        judge("ffmpeg"),
        "-v",
        "error",
        "-i",
        str(tmp_path / "turned.mov"),
        "-frames:v",
        "1",
        "-f",
        "image2",
    ]
    shown = subprocess.run([*command, "-c:v", "png", "pipe:1"], check=True, capture_output=True).stdout
    with Image.open(io.BytesIO(shown)) as theirs, av.open(io.BytesIO(found)) as container:
        ours = next(container.decode(video=0)).to_image()
        assert ours.size == theirs.size == ((128, 96) if rotate == 180 else (96, 128))
        for place in ((10, 10), (ours.width - 10, 10), (10, ours.height - 10)):
            differences = [
                abs(a - b)
                for a, b in zip(ours.getpixel(place), theirs.convert("RGB").getpixel(place), strict=True)
            ]
            assert max(differences) < 40


def test_sound_alone(process, tmp_path):
    command = [judge("ffmpeg"), "-v", "error", "-f", "lavfi", "-i", "sine=d=1", "-f", "flac", "pipe:1"]
    data = subprocess.run(command, check=True, capture_output=True).stdout
    said = streams(viewed(process, data, "audio/flac"))
    assert [each["codec_name"] for each in said["streams"]] == ["aac"]


@pytest.mark.parametrize(
    ("form", "picture", "sound", "media_type"),
    [("mpegts", "mpeg2video", "mp2", "video/mp2t"), ("asf", "wmv2", "wmav2", "video/x-ms-asf")],
)
def test_what_camcorders_and_old_recorders_write_is_shown_too(process, form, picture, sound, media_type):
    command = [judge("ffmpeg"), "-v", "error", "-f", "lavfi", "-i", "color=red:s=64x48:r=25:d=1", "-f", "lavfi",
               "-i", "sine=d=1", "-c:v", picture, "-c:a", sound, "-f", form, "pipe:1"]  # fmt: skip
    data = subprocess.run(command, check=True, capture_output=True).stdout
    assert kinds.media_type(data[:4096]) == media_type
    said = streams(viewed(process, data, media_type))
    assert [each["codec_name"] for each in said["streams"]] == ["h264", "aac"]
    assert process.thumbnail(io.BytesIO(data), media_type).startswith(b"\xff\xd8\xff")


def test_a_jpeg_2000_is_shown_too(process):
    out = io.BytesIO()
    Image.new("RGB", (40, 20), (250, 0, 0)).save(out, "JPEG2000")
    assert viewed(process, out.getvalue(), "image/jp2").startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(
    ("data", "media_type"),
    [(b"nothing", "image/heic"), (b"nothing", "video/mp4"), (b"%PDF-", "application/pdf")],
)
def test_what_cannot_be_shown_is_refused(process, data, media_type):
    with pytest.raises(Unsupported):
        viewed(process, data, media_type)


def tiff(**tags):
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    directory = ImageFileDirectory_v2()
    for number, value in tags.items():
        directory[int(number[1:])] = value
    out = io.BytesIO()
    Image.new("RGB", (40, 20), (250, 0, 0)).save(out, "TIFF", tiffinfo=directory)
    return out.getvalue()


def test_a_preview_in_a_raw_file_is_not_taken_for_its_picture(process):
    assert Image.open(io.BytesIO(viewed(process, tiff(_254=0), "image/tiff"))).size == (40, 20)
    for make in (viewed, thumb):
        with pytest.raises(Unsupported, match="raw"):
            make(process, tiff(_254=1), "image/tiff")


def thumb(process, data, media_type):
    return process.thumbnail(io.BytesIO(data), media_type)


def test_a_picture_with_broken_exif_is_shown_as_it_lies(process):
    from PIL.PngImagePlugin import PngInfo

    info, out = PngInfo(), io.BytesIO()
    info.add_text("Raw profile type exif", "\nexif\n      4\nnothexadecimal\n")
    Image.new("RGB", (40, 20), (250, 0, 0)).save(out, "PNG", pnginfo=info)
    with pytest.raises(ValueError, match="hex"):
        Image.open(io.BytesIO(out.getvalue())).getexif()
    assert Image.open(io.BytesIO(thumb(process, out.getvalue(), "image/png"))).size == (40, 20)


def test_a_place_that_takes_no_more_ends_it(process, tmp_path):
    class Full(Exception):
        pass

    def full(data):
        raise Full

    with pytest.raises(Full):
        process.view(io.BytesIO(heic()), "image/heic", full)
    assert viewed(process, heic(), "image/heic").startswith(b"\xff\xd8")


def test_a_process_that_writes_unasked_is_ended(process):
    with pytest.raises(CannotClean):
        process._understood(
            lambda: process._ask(io.BytesIO(heic()), 5, {"job": "view", "type": "image/heic"})
        )
