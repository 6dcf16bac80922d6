"""What tests of formats share: a rendition as bytes, and sound and pictures as FFmpeg decodes them."""

import io
import subprocess
from pathlib import Path

from copwatch.media.cleaning import Cleaning, make_cleaning
from copwatch.media.plan import stream
from tests.conftest import judge


def cleaning_of(data: bytes) -> Cleaning:
    return make_cleaning(io.BytesIO(data))


def cleaned(data: bytes) -> bytes:
    """The rendition; it is clean itself, and cleaning it again changes nothing."""
    found = b"".join(stream(io.BytesIO(data), cleaning_of(data).plan))
    again = cleaning_of(found)
    assert not again.changes
    assert b"".join(stream(io.BytesIO(found), again.plan)) == found
    return found


def made(folder: Path, name: str, *arguments: str) -> bytes:
    """A file that FFmpeg makes of test pictures and tones; skips where it is not installed."""
    path = folder / name
    command = [judge("ffmpeg"), "-v", "error", "-nostdin", "-y", *arguments, str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return path.read_bytes()


def decoded(folder: Path, data: bytes, *, copy: bool = False) -> bytes:
    """Hashes of all decoded pictures and sound with their times, or of the coded packets with `copy`."""
    path = folder / "decoded"
    path.write_bytes(data)
    maps = ["-map", "0:V?", "-map", "0:a?", *(["-c", "copy"] if copy else [])]
    command = [judge("ffmpeg"), "-v", "error", "-nostdin", "-i", str(path), *maps, "-f", "framemd5", "-"]
    found = subprocess.run(command, check=True, capture_output=True, timeout=60)
    assert found.stdout.count(b"\n") > 8
    return b"\n".join(line for line in found.stdout.splitlines() if not line.startswith(b"#software"))


PICTURE = ("-f", "lavfi", "-i", "testsrc=size=96x64:rate=10:duration=1")
SOUND = ("-f", "lavfi", "-i", "sine=duration=1:sample_rate=48000")
