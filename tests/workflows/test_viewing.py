"""Viewing renditions and thumbnails of what goes out: which are made, how many, and what never stops an export."""

import io
from functools import partial

import pytest

from copwatch.bundle.plan import Item, ProvenRecord
from copwatch.bundle.viewing import RENDITION, THUMBNAIL
from copwatch.media.isolated import MediaProcess
from copwatch.model.ids import code
from copwatch.progress import Progress
from copwatch.proof.body import OpenedRecord
from copwatch.store.spool import Spool
from copwatch.workflows import viewing
from copwatch.workflows.bundle_plans import coded_in
from copwatch.workflows.viewing import make_viewable
from tests.bundle.making import draw

Image = pytest.importorskip("PIL.Image")
pillow_heif = pytest.importorskip("pillow_heif")
av = pytest.importorskip("av")


class Counting(Progress):
    def __init__(self):
        self.total = self.done = 0

    def start(self, total_bytes, what):
        self.total += total_bytes

    def advance(self, n):
        self.done += n


@pytest.fixture(scope="module")
def looking():
    with MediaProcess() as process:
        yield process


def picture(kind):
    out, drawn = io.BytesIO(), Image.new("RGB", (600, 400), (200, 30, 30))
    exif = Image.Exif()
    exif[0x010F] = "MARKERMAKER"
    if kind == "HEIF":
        pillow_heif.from_pillow(drawn).save(out, exif=exif.tobytes())
    else:
        drawn.save(out, kind, exif=exif.tobytes())
    return out.getvalue()


def film(codec):
    """A second of red in a container that any coding goes into."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as target:
        stream = target.add_stream(codec, rate=5, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(5):
            frame = av.VideoFrame.from_image(Image.new("RGB", (64, 48), (200, 30, 30)))
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return out.getvalue()


def item(name, data, media_type, **said):
    id = draw(name)
    record = {"id": id, "type": "evidence", "size": len(data), "media_type": media_type, **said}
    proven = ProvenRecord(OpenedRecord(record, bytes(32), "0" * 64), b"", 0)
    return Item(code("E", id), proven, name, partial(io.BytesIO, data))


def made(items, looking, tmp_path):
    progress = Counting()
    with Spool(tmp_path) as spool:
        found = make_viewable(items, spool, looking, partial(coded_in, looking), progress)
        files = [{one.use: one.open().read() for one in each.viewing} for each in found.items]
        coded = [one.coded(one.open()) for each in found.items for one in each.viewing]
    assert progress.done == progress.total == sum(each.file.record["size"] for each in items)
    return found, files, coded


def test_what_an_office_cannot_show_is_made_and_the_rest_is_not(looking, tmp_path):
    heic, hevc = picture("HEIF"), film("libx265")
    items = [
        item("a.heic", heic, "image/heic"), item("b.jpg", picture("JPEG"), "image/jpeg"),
        item("c.mp4", hevc, "video/mp4", tracks=[{"kind": "picture", "coding": "hev1"}]),
        item("d.mp4", hevc, "video/mp4"),
        item("e.mp4", film("libx264"), "video/mp4", tracks=[{"kind": "picture", "coding": "avc1"}, {"kind": "data"}]),
        item("f.txt", b"words", "text/plain"),
        item("g.jxl", b"\xff\x0a", "image/jxl"), item("h.heic", heic[:200], "image/heic"),
        item("i.pdf", b"%PDF-", "application/pdf"),
    ]  # fmt: skip
    found, files, coded = made(items, looking, tmp_path)
    assert [sorted(each) for each in files] == [
        [THUMBNAIL, RENDITION], [THUMBNAIL], [THUMBNAIL, RENDITION], [THUMBNAIL, RENDITION], [THUMBNAIL],
        [], [], [], [],
    ]  # fmt: skip
    assert (found.renditions, found.thumbnails) == (3, 5)
    assert [each for each, _ in found.not_made] == [items[6].code, items[7].code]
    assert "no viewing rendition can be made of this kind" in found.items[6].no_viewing
    assert "the decoder cannot read it" in found.items[7].no_viewing
    assert files[0][RENDITION].startswith(b"\xff\xd8\xff") and files[2][RENDITION][4:8] == b"ftyp"
    assert not any(b"MARKER" in data for each in files for data in each.values())
    # Of all of them it is known where coded picture and sound stand, which are not searched for words.
    assert len(coded) == 8 and all(coded)


def test_thumbnails_are_so_many_and_no_more(looking, tmp_path, monkeypatch):
    monkeypatch.setattr(viewing, "MOST_THUMBNAILS", 2)
    found, files, _ = made(
        [item(f"{n}.jpg", picture("JPEG"), "image/jpeg") for n in range(3)], looking, tmp_path
    )
    assert found.thumbnails == 2 and [len(each) for each in files] == [1, 1, 0]


def test_a_process_that_breaks_down_stops_nothing(looking, tmp_path, monkeypatch):
    monkeypatch.setattr(viewing, "DECODING_MEMORY", 20 << 20)
    found, files, _ = made([item("a.heic", picture("HEIF"), "image/heic")], looking, tmp_path)
    assert files == [{}] and found.not_made[0][1]


def test_a_file_that_cannot_be_read_stops_it(looking, tmp_path):
    class Broken(io.BytesIO):
        def readinto(self, buffer):
            raise OSError("the disk is gone")

    broken = item("a.heic", picture("HEIF"), "image/heic")
    with pytest.raises(OSError, match="gone"):
        made([Item(broken.code, broken.evidence, "a.heic", lambda: Broken(bytes(99)))], looking, tmp_path)
