"""Films, photos and cards as phones write them, by ffmpeg: coded noise, with all around it that tells of people."""

import subprocess
import tempfile
from pathlib import Path

from tests.media.making_tiff import ASCII, LONG, RATIONAL, SHORT, UNDEFINED, Ifd, Maker, Pieces, Sub

_SECONDS = 20
_BYTES_A_SECOND = 2_200_000
_DIFFERENT = 8
_NOTE = b"Example\0\1\0" + bytes(range(256)) * 48
_PLACE = "+48.2082+016.3738/"


def film(folder: Path, size: int) -> None:
    """An MP4 of about `size` bytes: H.264 of 1080 lines at 17 Mbit/s, AAC, times, and a place in `udta`.

    A short piece is encoded once and then put behind itself, so that the tables of samples have their real length.
    """
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory(dir=folder) as room:
        piece, seconds = Path(room) / "piece.mp4", min(_SECONDS, max(1, size // _BYTES_A_SECOND))
        _ffmpeg(
            *("-f", "lavfi", "-i", "testsrc2=size=1920x1080:rate=30,noise=alls=40:allf=t"),
            *("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000", "-t", str(seconds), "-ac", "2"),
            *("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-x264-params", "sliced-threads=0"),
            *("-b:v", "17M", "-maxrate", "17M", "-bufsize", "17M", "-pix_fmt", "yuv420p", "-g", "30"),
            *("-c:a", "aac", "-b:a", "192k", piece),
        )  # fmt: skip
        times = size // piece.stat().st_size
        _ffmpeg(
            *("-stream_loop", str(times), "-i", piece, "-c", "copy", "-fs", str(size)),
            *("-metadata", "creation_time=2024-05-01T12:00:00Z", "-metadata", f"location={_PLACE}"),
            *("-metadata", "title=VID_20240501_120000", folder / "VID_20240501_120000.mp4"),
        )  # fmt: skip


def card(folder: Path, pictures: int, films: int, size: int) -> None:
    """A card of that many photos, and films of about `size` bytes: one film, cut a little shorter each time."""
    photos(folder, pictures)
    with tempfile.TemporaryDirectory(dir=folder.parent) as room:
        film(Path(room) / "film", size)
        whole = next(Path(room, "film").iterdir())
        for number in range(films):
            _ffmpeg(
                *("-i", whole, "-c", "copy", "-map_metadata", "0", "-metadata", f"title=VID_{number:05}"),
                *("-fs", str(size - number * (size // (20 * films))), folder / f"VID_{number:05}.mp4"),
            )  # fmt: skip


def photos(folder: Path, count: int) -> None:
    """`count` JPEGs of 12 megapixels and about 3 MB, with EXIF, a position, a maker's note and a thumbnail."""
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory(dir=folder) as room:
        different = min(_DIFFERENT, count)
        frames = ("-frames:v", str(different))
        noise = ("-f", "lavfi", "-i", "testsrc2=size=4000x3000:rate=1,noise=alls=12:allf=t", *frames)
        _ffmpeg(*noise, "-q:v", "3", Path(room) / "%d.jpg")
        _ffmpeg(*noise, "-vf", "scale=160:120", "-q:v", "6", Path(room) / "small-%d.jpg")
        pictures = [
            (Path(room, f"{number}.jpg").read_bytes(), Path(room, f"small-{number}.jpg").read_bytes())
            for number in range(1, different + 1)
        ]
    for number in range(count):
        picture, thumbnail = pictures[number % different]
        exif = b"Exif\0\0" + _exif(number, thumbnail)
        head = b"\xff\xd8\xff\xe1" + (2 + len(exif)).to_bytes(2, "big") + exif
        (folder / f"IMG_{number:05}.jpg").write_bytes(head + picture[2:])


def _exif(number: int, thumbnail: bytes) -> bytes:
    taken = b"2024:05:01 %02d:%02d:%02d\0" % (number // 3600 % 24, number // 60 % 60, number % 60)
    place = {
        1: (ASCII, b"N\0"),
        2: (RATIONAL, [(48, 1), (12, 1), (2952 + number, 100)]),
        3: (ASCII, b"E\0"),
        4: (RATIONAL, [(16, 1), (22, 1), (2568, 100)]),
    }
    how = {
        0x829A: (RATIONAL, (1, 120)),
        0x9003: (ASCII, taken),
        0x927C: (UNDEFINED, _NOTE),
        0xA431: (ASCII, b"SERIAL-0042\0"),
    }
    first = {
        0x010F: (ASCII, b"Example\0"),
        0x0110: (ASCII, b"Phone 9\0"),
        0x0112: (SHORT, 1),
        0x0132: (ASCII, taken),
        0x8769: (LONG, Sub([Ifd(how)])),
        0x8825: (LONG, Sub([Ifd(place)])),
    }
    second = {
        0x0103: (SHORT, 6),
        0x0201: (LONG, Pieces([thumbnail])),
        0x0202: (LONG, len(thumbnail)),
    }
    return Maker("<").file(Ifd(first), Ifd(second))


def _ffmpeg(*words: str | Path) -> None:
    subprocess.run(["ffmpeg", "-nostdin", "-loglevel", "error", *map(str, words)], check=True)
