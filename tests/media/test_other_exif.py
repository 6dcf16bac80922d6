"""Facts of kinds that no module of ours reads, and the hash of what a decoder makes of a file."""

import io
import struct

import pytest

from copwatch.media.decoding import can_decode, fingerprint
from copwatch.media.facts import Danger
from copwatch.media.isolated import DECODING_MEMORY, MediaProcess
from copwatch.media.other_exif import other_facts
from copwatch.media.refusal import Unsupported

TEXTS = {0x010F: b"Canikon", 0x0110: b"Model 7", 0x0132: b"2024:01:31 18:10:00", 0x0131: b"Firmware 1.0"}


def raw_picture() -> bytes:
    """A TIFF structure with the mark of a Canon raw file, and four texts."""
    entries, values = b"", b""
    behind = 16 + 2 + 12 * (len(TEXTS) + 1) + 4
    for tag in sorted(TEXTS):
        text = TEXTS[tag] + b"\0"
        entries += struct.pack("<HHII", tag, 2, len(text), behind + len(values))
        values += text
    entries += struct.pack("<HHII", 0x8769, 4, 1, behind + len(values))
    exif = struct.pack("<H", 1) + struct.pack("<HHI4s", 0xA434, 2, 4, b"50m\0") + bytes(4)
    head = b"II*\0" + struct.pack("<I", 16) + b"CR\x02\0" + bytes(4)
    return head + struct.pack("<H", len(TEXTS) + 1) + entries + bytes(4) + values + exif


def test_raw_pictures_say_who_when_and_with_what():
    found = {(fact.danger, fact.name, fact.value) for fact in other_facts(io.BytesIO(raw_picture()))}
    assert {
        (Danger.IDENTITY, "make", "Canikon"),
        (Danger.IDENTITY, "model", "Model 7"),
        (Danger.IDENTITY, "lens model", "50m"),
        (Danger.TIME, "date time", "2024:01:31 18:10:00"),
        (Danger.SOFTWARE, "software", "Firmware 1.0"),
    } <= found


def test_a_thumbnail_is_named_with_its_length():
    length = struct.pack("<HHII", 0x0202, 4, 1, 6339)
    second = struct.pack("<H", 1) + length + bytes(4)
    first = struct.pack("<H", 0) + struct.pack("<I", 14)
    facts = other_facts(io.BytesIO(b"II*\0" + struct.pack("<I", 8) + first + second))
    assert [(fact.danger, fact.name, fact.value) for fact in facts] == [
        (Danger.PICTURES, "JPEG thumbnail", "6,339 bytes")
    ]


def entries_as_long_as_the_file() -> bytes:
    """200 texts, all of them the same 100 KB."""
    rows = b"".join(struct.pack("<HHII", tag, 2, 100_000, 0) for tag in range(200))
    return (b"II*\0" + struct.pack("<IH", 8, 200) + rows).ljust(100_000, b"\1")


def directories_over_one_another() -> bytes:
    """60 directories of 1,000 entries, each of which begins in the one before."""
    chain = b"".join(struct.pack("<HI", 1000, 0) + bytes(10) for _ in range(60))
    data = bytearray((b"II*\0" + struct.pack("<I", 8) + chain).ljust(40_000, b"\0"))
    for number in range(60):
        at = 8 + 16 * number
        data[at + 12_002 : at + 12_006] = struct.pack("<I", at + 16 if number < 59 else 0)
    return bytes(data)


@pytest.mark.parametrize("hostile", [entries_as_long_as_the_file(), directories_over_one_another()])
def test_a_file_that_would_be_read_over_and_over_is_refused(hostile):
    with pytest.raises(Unsupported, match="longer than any camera"):
        other_facts(io.BytesIO(hostile))


def test_it_works_in_the_process_that_has_no_other_files():
    with MediaProcess() as process:
        names = [fact.name for fact in process.facts(io.BytesIO(raw_picture()))]
    assert names[:2] == ["make", "model"] or "make" in names


@pytest.mark.parametrize("data", [b"", b"no picture"])
def test_what_nobody_reads_is_refused(data):
    with MediaProcess() as process, pytest.raises(Unsupported):
        process.facts(io.BytesIO(data))


def test_one_pixel_makes_another_hash():
    image = pytest.importorskip("PIL.Image")
    hashes = set()
    with MediaProcess(memory=DECODING_MEMORY) as process:
        for value in (0, 0, 1):
            picture = image.new("L", (8, 8))
            picture.putpixel((3, 3), value)
            out = io.BytesIO()
            picture.save(out, "PNG")
            hashes.add(process.decoded(out, "image/png"))
    assert len(hashes) == 2


def test_what_no_decoder_reads_is_refused():
    assert not can_decode("application/pdf")
    with pytest.raises(Unsupported, match="no decoder"):
        fingerprint(io.BytesIO(b""), "application/pdf")
    pytest.importorskip("PIL")
    with pytest.raises(Unsupported, match="cannot read"):
        fingerprint(io.BytesIO(b"\x89PNG\r\n\x1a\n"), "image/png")
    # It is opened as what we took it for, whatever else it may be.
    with pytest.raises(Unsupported, match="cannot read"):
        fingerprint(io.BytesIO(b"GIF89a" + bytes(100)), "image/png")
