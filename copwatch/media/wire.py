"""What two processes say to each other: frames, and a scan as compact JSON with the new bytes behind it.

Never pickle: what comes from the process that looked at hostile bytes is hostile itself, and is checked like a file.
"""

import json
from array import array
from typing import TYPE_CHECKING, Any, Final

from copwatch.media.facts import Danger, Fact
from copwatch.media.parts import MOST_NEW, MOST_PARTS, PartList, Scan, Sort, Treatment

if TYPE_CHECKING:
    from copwatch.model.records.described import Described

MOST_SAID: Final = 8 << 20
"""Bytes of JSON in one answer."""
_ROW: Final = 12
MOST_ANSWER: Final = 4 + MOST_SAID + 3 * _ROW * MOST_PARTS + MOST_NEW
"""Bytes of one: there are up to twice as many parts as were claimed, and as many kinds of them as were claimed."""
MOST_FACTS: Final = 1000
MOST_TEXT: Final = 500
"""Characters of one text; what is longer is cut before it is sent."""
_LENGTH: Final = 4
_MOST_SORTS: Final = 100_000
_TREATMENTS: Final = list(Treatment)


class Nonsense(ValueError):
    """An answer that none of our programs gives."""


def packed(scan: Scan) -> bytes:
    """A scan as one message: JSON, then each part's length and kind, then each kind's sort and new bytes."""
    parts = scan.parts if isinstance(scan.parts, PartList) else PartList(scan.parts)
    sorts: dict[tuple[int, str, bool, int], int] = {}
    numbers, sizes, data = array("I"), array("q"), []
    for treatment, what, essence, danger, new in parts.sorts:
        sort = (_TREATMENTS.index(treatment), cut(what), essence, danger or 0)
        numbers.append(sorts.setdefault(sort, len(sorts)))
        sizes.append(-1 if new is None else len(new))
        data.append(new or b"")
    said = {
        "type": scan.media_type, "sorts": list(sorts), "parts": len(parts), "kinds": len(numbers),
        "facts": said_facts(scan.facts),
    }  # fmt: skip
    tables = (parts.lengths, parts.kinds, numbers, sizes)
    return message(said, *(table.tobytes() for table in tables), *data)


def unpacked(answer: bytes, size: int) -> Scan:
    """The scan of a file of `size` bytes.

    Raises:
        Nonsense: it is no scan of such a file.
    """
    said, data = opened(answer)
    lengths, kinds, numbers, sizes, at = _tables(said, data)
    sorts = [_sort(row) for row in _rows(said.get("sorts"), 4, _MOST_SORTS)]
    if sum(lengths) != size or min(lengths, default=0) < 0 or max(kinds, default=-1) >= len(numbers):
        raise Nonsense("its parts are not those of the file")
    if max(numbers, default=-1) >= len(sorts) or min(sizes, default=0) < -1:
        raise Nonsense("its kinds of parts are none")
    found: list[Sort] = []
    for number, length in zip(numbers, sizes, strict=True):
        found.append((*sorts[number], None if length < 0 else bytes(data[at : at + length])))
        at += max(0, length)
    if at != len(data):
        raise Nonsense("its new bytes are too few or too many")
    _sensible(lengths, kinds, found)
    return Scan(
        text(said.get("type")),
        PartList.following(lengths, kinds, found),
        tuple(read_facts(said.get("facts"))),
    )


def _tables(
    said: dict[str, Any], data: memoryview
) -> tuple["array[int]", "array[int]", "array[int]", "array[int]", int]:
    """Lengths and kinds of parts, sorts and sizes of kinds, and where they end."""
    parts: Any = said.get("parts")
    kinds: Any = said.get("kinds")
    if not _counts(parts) or not _counts(kinds) or max(parts, kinds) > 2 * MOST_PARTS + 1:
        raise Nonsense("a number of parts that is none")
    tables, at = [], 0
    for code, count in (("q", parts), ("I", kinds and parts), ("I", kinds), ("q", kinds)):
        table = array(code)
        end = at + count * table.itemsize
        if end > len(data) or (parts and not kinds):
            raise Nonsense("a table is cut short")
        table.frombytes(data[at:end])
        tables.append(table)
        at = end
    return tables[0], tables[1], tables[2], tables[3], at


def _sensible(lengths: "array[int]", kinds: "array[int]", sorts: list[Sort]) -> None:
    """Raises `Nonsense` where new bytes stand in no place of theirs."""
    room = [len(sort[4]) if sort[4] is not None and sort[0] is Treatment.BLANK else -1 for sort in sorts]
    if any(sort[4] is not None and sort[0] in (Treatment.KEEP, Treatment.DROP) for sort in sorts):
        raise Nonsense("it puts bytes where none belong")
    if any(room[kind] not in (-1, length) for length, kind in zip(lengths, kinds, strict=True)):
        raise Nonsense("it puts bytes where they have no room")


def message(said: dict[str, Any], *data: bytes) -> bytes:
    """JSON with its length before it, and bytes behind, which may be many: they are copied once."""
    written = json.dumps(said, separators=(",", ":")).encode("ascii")
    return b"".join((len(written).to_bytes(_LENGTH, "big"), written, *data))


def opened(answer: bytes) -> tuple[dict[str, Any], memoryview]:
    """The two halves of `message`. Raises `Nonsense`."""
    end = _LENGTH + int.from_bytes(answer[:_LENGTH], "big")
    if not _LENGTH <= end <= min(len(answer), MOST_SAID):
        raise Nonsense("its length is wrong")
    try:
        said = json.loads(answer[_LENGTH:end])
    except (ValueError, RecursionError) as error:
        raise Nonsense("it is no JSON") from error
    if not isinstance(said, dict):
        raise Nonsense("it is no object")
    return said, memoryview(answer)[end:]


def said_facts(facts: tuple[Fact, ...] | list[Fact]) -> list[list[Any]]:
    """Facts as rows."""
    return [
        [fact.danger.value, cut(fact.name), cut(fact.value), cut(fact.source), fact.offset]
        for fact in facts[:MOST_FACTS]
    ]


def read_facts(rows: Any) -> list[Fact]:
    """The facts of such rows. Raises `Nonsense`."""
    facts = []
    for danger, name, value, source, offset in _rows(rows, 5, MOST_FACTS):
        known = _danger(danger)
        if known is None or (offset is not None and not _counts(offset)):
            raise Nonsense("a fact of no kind")
        facts.append(Fact(known, text(name), text(value), text(source), offset))
    return facts


def described(said: Any) -> "Described":
    """What a file says of itself, checked as a record would be. Raises `Nonsense`."""
    # Imported here: cleaning needs no records.
    from copwatch.model.members import MalformedRecord
    from copwatch.model.records.described import Described

    try:
        found = Described.read(said, "described")
    except MalformedRecord as error:
        raise Nonsense(error.message) from error
    if any(found.oddities()) or found.looked is not None:
        raise Nonsense("it contradicts itself")
    return found


def text(value: Any) -> str:
    """A text of bounded length. Raises `Nonsense`."""
    if not isinstance(value, str) or len(value) > MOST_TEXT:
        raise Nonsense("a text is none, or too long")
    return value


def lengthened(texts: list[str]) -> bytes:
    """Texts of any length, each with the number of its bytes before it."""
    data = [text.encode("utf-8", "replace") for text in texts]
    return b"".join(len(each).to_bytes(_LENGTH, "big") + each for each in data)


def texts(data: memoryview) -> list[str]:
    """What `lengthened` wrote. Raises `Nonsense`."""
    found, at = [], 0
    while at < len(data):
        end = at + _LENGTH + int.from_bytes(data[at : at + _LENGTH], "big")
        if end > len(data) or at + _LENGTH > len(data):
            raise Nonsense("a text is cut short")
        found.append(bytes(data[at + _LENGTH : end]).decode("utf-8", "replace"))
        at = end
    return found


def cut(value: str) -> str:
    """At most `MOST_TEXT` characters."""
    return value if len(value) <= MOST_TEXT else value[: MOST_TEXT - 1] + "…"


def _sort(row: list[Any]) -> tuple[Treatment, str, bool, Danger | None]:
    treatment, what, essence, danger = row
    if type(essence) is not bool or not _counts(treatment) or treatment >= len(_TREATMENTS):
        raise Nonsense("a part of no sort")
    if essence and _TREATMENTS[treatment] is not Treatment.KEEP:
        raise Nonsense("picture or sound would be removed")
    return _TREATMENTS[treatment], text(what), essence, None if danger == 0 else _danger(danger)


def _danger(value: Any) -> Danger:
    if not _counts(value) or value not in Danger._value2member_map_:
        raise Nonsense("a danger that there is not")
    return Danger(value)


def _rows(rows: Any, width: int, most: int) -> list[list[Any]]:
    if not isinstance(rows, list) or len(rows) > most:
        raise Nonsense("a list is none, or too long")
    if not all(isinstance(row, list) and len(row) == width for row in rows):
        raise Nonsense("a row is too short or too long")
    return rows


def _counts(value: Any) -> bool:
    return type(value) is int and 0 <= value < 1 << 63
