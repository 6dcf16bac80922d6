"""What is no essence is read back whole, wherever it stands; of long essence nothing is."""

import io

import pytest

from copwatch.errors import Unfinished
from copwatch.workflows import written
from copwatch.workflows.written import check_written

SIZE = 400
ESSENCE = [(10, 100), (120, 5), (130, 60), (250, 120)]
LONG = [place for start, length in ESSENCE if length > 64 for place in range(start, start + length)]


class Read(io.BytesIO):
    """Remembers what was read of it."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.read_places: set[int] = set()

    def readinto(self, buffer) -> int:
        begun = self.tell()
        count = super().readinto(memoryview(buffer)[:7])
        self.read_places.update(range(begun, begun + count))
        return count


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(written, "_LITTLE", 64)
    monkeypatch.setattr(written, "_BLOCK", 16)


def test_every_byte_outside_of_long_essence_is_held_against_what_was_looked_at():
    good = bytes(n % 251 for n in range(SIZE))
    read = Read(good)
    check_written(read, io.BytesIO(good), ESSENCE)
    assert read.read_places == set(range(SIZE)) - set(LONG)
    for place in sorted(read.read_places):
        wrong = good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :]
        with pytest.raises(Unfinished, match="does not give back"):
            check_written(io.BytesIO(wrong), io.BytesIO(good), ESSENCE)


@pytest.mark.parametrize("essence", [ESSENCE, [], [(0, SIZE)], [(0, 300)], [(100, 300)]])
@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data + b"x", lambda data: b""])
def test_another_length_is_found(essence, change):
    good = bytes(SIZE)
    check_written(io.BytesIO(good), io.BytesIO(good), essence)
    with pytest.raises(Unfinished):
        check_written(io.BytesIO(change(good)), io.BytesIO(good), essence)
