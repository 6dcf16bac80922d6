"""A sealed reader is a file object that libraries can use, and never gives a byte that was not authenticated."""

import gc
import io
import tracemalloc
import wave
import zipfile
from pathlib import Path

import pytest

from copwatch.crypto.age import (
    Encryptor,
    HeaderError,
    HybridIdentity,
    NoMatch,
    PayloadError,
    SealedReader,
    decrypt_stream,
    seal,
)

CHUNK = 64 * 1024
IDENTITY = HybridIdentity.generate()
CONTENT = bytes(i % 253 for i in range(6 * CHUNK + 5))
SEALED = seal(CONTENT, [IDENTITY.recipient()])
PAYLOAD = len(SEALED) - len(CONTENT) - 7 * 16


def reader_of(sealed: bytes) -> SealedReader:
    return SealedReader(io.BytesIO(sealed), [IDENTITY])


def damage(chunk: int) -> bytes:
    sealed = bytearray(SEALED)
    sealed[PAYLOAD + chunk * (CHUNK + 16) + 100 if chunk < 6 else -3] ^= 1
    return bytes(sealed)


def test_libraries_read_straight_out_of_it() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("a.txt", b"first")
        zipped.writestr("b.bin", CONTENT)
    with zipfile.ZipFile(reader_of(seal(archive.getvalue(), [IDENTITY.recipient()]))) as zipped:
        assert zipped.testzip() is None
        assert zipped.read("b.bin") == CONTENT

    sound = io.BytesIO()
    with wave.open(sound, "wb") as written:
        written.setparams((1, 2, 8000, 0, "NONE", ""))
        written.writeframes(CONTENT[: 3 * CHUNK])
    with wave.open(reader_of(seal(sound.getvalue(), [IDENTITY.recipient()]))) as heard:
        assert heard.readframes(heard.getnframes()) == CONTENT[: 3 * CHUNK]


def test_text_lines_can_be_read() -> None:
    sealed = seal("erste Zeile\nzweite ä\n".encode() * 9000, [IDENTITY.recipient()])
    lines = list(io.TextIOWrapper(reader_of(sealed), encoding="utf-8"))
    assert lines == ["erste Zeile\n", "zweite ä\n"] * 9000
    assert list(reader_of(sealed))[1] == "zweite ä\n".encode()


def test_a_bad_chunk_gives_an_error_and_the_chunks_around_it_stay_readable() -> None:
    reader = reader_of(damage(3))
    assert reader.read(3 * CHUNK) == CONTENT[: 3 * CHUNK]
    for _ in range(2):
        with pytest.raises(PayloadError) as failure:
            reader.read(1)
        assert reader.tell() == 3 * CHUNK
    assert failure.value.exit_code == 3
    reader.seek(4 * CHUNK)
    assert reader.read() == CONTENT[4 * CHUNK :]


@pytest.mark.parametrize("bad", range(6))
def test_what_was_read_before_a_bad_chunk_is_read_again_as_it_is(bad: int) -> None:
    """The memory that held it was written over."""
    for good in {0, 1, 2, 3, 4, 5, 6} - {bad}:
        reader = reader_of(damage(bad))
        for _ in range(2):
            reader.seek(good * CHUNK + 5)
            assert reader.read(50) == CONTENT[good * CHUNK + 5 :][:50]
            reader.seek(bad * CHUNK)
            with pytest.raises(PayloadError):
                reader.read(1)


def test_a_read_over_a_bad_chunk_gives_nothing_at_all() -> None:
    reader = reader_of(damage(3))
    buffer = bytearray(len(CONTENT))
    with pytest.raises(PayloadError):
        reader.read()
    with pytest.raises(PayloadError):
        reader.readinto(buffer)
    assert reader.tell() == 0
    assert not any(buffer[3 * CHUNK :])


def test_the_final_chunk_is_checked_before_anything_is_given() -> None:
    with pytest.raises(PayloadError):
        reader_of(damage(6))
    with pytest.raises(PayloadError):
        reader_of(SEALED[: PAYLOAD + 3 * (CHUNK + 16)])
    with pytest.raises(PayloadError):
        reader_of(SEALED + b"\0")


def test_chunks_in_another_order_are_refused() -> None:
    first, second = (SEALED[PAYLOAD + i * (CHUNK + 16) : PAYLOAD + (i + 1) * (CHUNK + 16)] for i in (0, 1))
    swapped = SEALED[:PAYLOAD] + second + first + SEALED[PAYLOAD + 2 * (CHUNK + 16) :]
    with pytest.raises(PayloadError):
        reader_of(swapped).read(1)
    with pytest.raises(PayloadError):
        next(decrypt_stream(io.BytesIO(swapped), [IDENTITY]))


def test_a_file_that_shrinks_while_it_is_read_is_an_error() -> None:
    file = io.BytesIO(SEALED)
    reader = SealedReader(file, [IDENTITY])
    file.truncate(PAYLOAD + 1000)
    with pytest.raises(PayloadError):
        reader.read(1)


def test_it_starts_where_the_file_stands() -> None:
    file = io.BytesIO(b"before" + SEALED)
    file.seek(6)
    reader = SealedReader(file, [IDENTITY])
    assert reader.size == len(CONTENT)
    assert reader.header.kinds == ("mlkem768x25519",)
    assert reader.read() == CONTENT


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_size_is_that_of_the_content(size: int) -> None:
    reader = reader_of(seal(CONTENT[:size], [IDENTITY.recipient()]))
    assert reader.size == size == reader.seek(0, io.SEEK_END)
    assert reader.read() == b""


def test_closing_closes_the_file_and_failing_to_open_does_not(tmp_path: Path) -> None:
    path = tmp_path / "sealed"
    path.write_bytes(SEALED)
    file = path.open("rb")
    with SealedReader(file, [IDENTITY]) as reader:
        assert reader.readable()
        assert reader.seekable()
        assert not reader.writable()
    assert file.closed
    for use in (
        reader.read,
        reader.read1,
        reader.peek,
        reader.tell,
        lambda: reader.seek(0),
        lambda: reader.readinto(bytearray(1)),
    ):
        with pytest.raises(ValueError, match="closed"):
            use()
    reader.close()

    with path.open("rb") as file:
        with pytest.raises(NoMatch):
            SealedReader(file, [HybridIdentity.generate()])
        gc.collect()
        assert not file.closed


def test_positions_that_make_no_sense_are_refused() -> None:
    reader = reader_of(SEALED)
    with pytest.raises(ValueError, match="negative"):
        reader.seek(-1)
    with pytest.raises(ValueError, match="whence"):
        reader.seek(0, 9)
    reader.seek(10**12)
    assert reader.read(5) == b""
    assert reader.readinto(bytearray(5)) == 0


def test_peek_does_not_move() -> None:
    reader = reader_of(SEALED)
    assert CONTENT.startswith(reader.peek())
    assert reader.tell() == 0


def test_what_is_no_age_file_is_refused() -> None:
    with pytest.raises(HeaderError):
        reader_of(b"\xff\xd8\xff\xe0")


def test_memory_stays_constant(tmp_path: Path) -> None:
    path, size, block = tmp_path / "sealed", 48 << 20, bytes(1 << 20)
    tracemalloc.start()
    try:
        encryptor = Encryptor([IDENTITY.recipient()])
        with path.open("wb") as out:
            out.write(encryptor.header)
            for _ in range(size >> 20):
                out.writelines(encryptor.update(block))
            out.write(encryptor.finish())
        buffer = bytearray(1 << 20)
        with SealedReader(path.open("rb"), [IDENTITY]) as reader:
            assert sum(iter(lambda: reader.readinto(buffer), 0)) == size
        with path.open("rb") as src:
            assert sum(map(len, decrypt_stream(src, [IDENTITY]))) == size
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()
