"""What waits in a spool is given back bit for bit, stands nowhere in the clear, and has no name."""

import hashlib
import io

import pytest

from copwatch.store.spool import Spool

PIECES = [b"", b"one", b"MARKER" * 50_000, bytes(64 * 1024)]


@pytest.fixture
def spool(tmp_path):
    with Spool(tmp_path) as found:
        yield found


def pieces(*data):
    def make(write):
        for each in data:
            write(each)

    return make


def test_each_file_is_given_back_and_read_from_anywhere(spool):
    kept = [(b"".join(data), spool.put(pieces(*data))) for data in ([], PIECES[:2], PIECES, PIECES[3:])]
    for data, waiting in reversed(kept):
        assert (waiting.size, waiting.sha256) == (len(data), hashlib.sha256(data).hexdigest())
        with spool.open(waiting) as file:
            assert file.read() == data
            assert file.seek(-3, io.SEEK_END) == max(0, len(data) - 3) if len(data) > 2 else True
            assert file.read(99) == data[-3:]


def test_two_are_read_in_turn_while_a_third_is_put(spool):
    first, second = (spool.put(pieces(bytes([n]) * 200_000)) for n in (1, 2))
    with spool.open(first) as one, spool.open(second) as two:
        for _ in range(4):
            assert (one.read(50_000), two.read(50_000)) == (b"\1" * 50_000, b"\2" * 50_000)
            spool.put(pieces(b"third"))


def test_what_fails_is_not_kept(spool):
    def fails(write):
        write(b"half" * 100_000)
        raise KeyError

    kept = spool.put(pieces(b"whole"))
    with pytest.raises(KeyError):
        spool.put(fails)
    assert spool.put(pieces(b"next")).start == kept.end


def test_nothing_has_a_name_and_nothing_is_in_the_clear(tmp_path):
    with Spool(tmp_path) as spool:
        spool.put(pieces(*PIECES))
        assert [*tmp_path.iterdir()] == []
        spool._file.seek(0)
        sealed = spool._file.read()
        assert len(sealed) > 300_000 and b"MARKER" not in sealed
