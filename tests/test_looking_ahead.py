"""The next file is looked at while something is done with one; whatever happens, every reader is closed."""

import io
import threading

import pytest

from copwatch.looking_ahead import looking_ahead


@pytest.fixture
def readers() -> list[io.BytesIO]:
    return []


@pytest.fixture
def opened(readers):
    def open_one(number: int) -> io.BytesIO:
        readers.append(io.BytesIO(b"%d" % number))
        return readers[-1]

    return open_one


def test_each_comes_in_turn_with_what_was_seen_in_it_while_the_one_before_was_at_work(readers, opened):
    looked = threading.Event()

    def look(number, reader):
        if number == 1:
            looked.set()
        return number, reader.read(), threading.current_thread()

    found = []
    for number, source, seen in looking_ahead(range(4), opened, look):
        assert looked.wait(30), "nobody looks at the second while the first is at work"
        assert sum(not reader.closed for reader in readers) <= 2
        what, read, thread = seen.result(30)
        assert (what, read) == (number, b"%d" % number) and thread != threading.current_thread()
        source.seek(0)
        found.append(source.read())
    assert found == [b"0", b"1", b"2", b"3"]
    assert all(reader.closed for reader in readers) and len(readers) == 4


def test_what_looking_raises_is_about_that_one_alone(readers, opened):
    def look(number, _):
        if number == 1:
            raise ValueError(number)
        return number

    found = [seen.exception() for _, _, seen in looking_ahead(range(3), opened, look)]
    assert [type(one) for one in found] == [type(None), ValueError, type(None)]
    assert all(reader.closed for reader in readers)


@pytest.mark.parametrize("asked", [0, 1, 2])
def test_nothing_stays_open_where_opening_fails_or_nobody_asks_for_more(readers, opened, asked):
    def fails(number):
        if number == 2:
            raise OSError(number)
        return opened(number)

    with pytest.raises(OSError):
        list(looking_ahead(range(3), fails, lambda *_: None))
    assert len(readers) == 2 and all(reader.closed for reader in readers)
    stopped = looking_ahead(range(3), opened, lambda *_: None)
    for _ in range(asked):
        next(stopped)
    stopped.close()
    assert all(reader.closed for reader in readers)


def test_nothing_is_no_error(opened):
    assert list(looking_ahead((), opened, lambda *_: None)) == []
