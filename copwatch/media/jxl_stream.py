"""What becomes of a JPEG XL codestream: its coded picture stays, its names go, and the texts of its profile."""

from typing import Final, NamedTuple

from copwatch.media.facts import Danger
from copwatch.media.heif.spread import Spread
from copwatch.media.icc import neutral_profile
from copwatch.media.iso.stretches import Stretch
from copwatch.media.jxl_bits import Bits
from copwatch.media.jxl_headers import end_of
from copwatch.media.jxl_icc import coded
from copwatch.media.parts import Parts
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.source import Source

_PICTURE: Final = "coded picture"


class _Change(NamedTuple):
    """Bytes of the codestream from `start` to `stop`, and what stands in their place."""

    start: int
    stop: int
    data: bytes
    what: str


def codestream(
    source: Source, stretches: list[Stretch], parts: Parts, *, naked: bool
) -> list[tuple[int, int]]:
    """Claims the parts of a codestream; behind its end, bytes go, or are blanked where a box counts them.

    Returns:
        Where in the file something is longer (or shorter) than it was, and by how much.
    """
    spread = Spread(source, stretches)
    bits = Bits(spread.read, spread.size)
    end = end_of(bits)
    if end > spread.size:
        raise Damaged("the picture is not whole", source.size)
    at, grown = 0, []
    for change in _changes(bits, spread):
        _keep(parts, spread, at, change.start)
        grown += _put(parts, spread, change)
        at = change.stop
    _keep(parts, spread, at, end)
    for start, after in spread.pieces(end, spread.size - end):
        what = "what stands behind the end of the picture"
        if naked:
            parts.drop(start, after - start, what, Danger.TRAILING)
        else:
            parts.blank(start, after - start, what, Danger.TRAILING)
    return grown


def _changes(bits: Bits, spread: Spread) -> list[_Change]:
    """In the order of the codestream."""
    names = [
        _with(spread, first, first + count, 0, first + count, "a name within the picture")
        for first, count in bits.names
    ]
    return sorted([*names, *_profile(bits, spread)])


def _profile(bits: Bits, spread: Spread) -> list[_Change]:
    if bits.profile is None:
        return []
    first, last, profile = bits.profile
    neutral = neutral_profile(profile)
    if neutral is None:
        raise Unsupported("its colour profile is not valid, and its texts cannot be told from colours")
    value, count = coded(neutral)
    last = -8 * (-last // 8)  # the padding goes with it (6.3)
    return [_with(spread, first, last, value, first + count, "texts in the colour profile")]


def _with(spread: Spread, first: int, last: int, value: int, end: int, what: str) -> _Change:
    """A `value` instead of the bits from `first` to `last`, which from now on end at `end`."""
    start, stop = first >> 3, (last + 7) >> 3
    old = int.from_bytes(spread.read(start, stop - start), "little")
    before = old & (1 << (first & 7)) - 1
    behind = old >> last - 8 * start << end - 8 * start
    whole = before | value << (first & 7) | behind
    return _Change(start, stop, whole.to_bytes((end + 7 >> 3) - start, "little"), what)


def _put(parts: Parts, spread: Spread, change: _Change) -> list[tuple[int, int]]:
    """All that is new stands where the old begins."""
    start, stop, data, what = change
    pieces = spread.pieces(start, stop - start)
    if spread.read(start, stop - start) == data:
        for place, after in pieces:
            parts.keep(place, after - place, what)
        return []
    if len(data) == stop - start:
        for place, after in pieces:
            new, data = data[: after - place], data[after - place :]
            parts.blank(place, after - place, what, Danger.IDENTITY, new)
        return []
    for place, after in pieces:
        parts.replace(place, after - place, data, what, Danger.IDENTITY)
        data = b""
    return [(place, -(after - place)) for place, after in pieces] + [(pieces[0][0], len(change.data))]


def _keep(parts: Parts, spread: Spread, at: int, end: int) -> None:
    for start, after in spread.pieces(at, end - at):
        parts.keep(start, after - start, _PICTURE, essence=True)
