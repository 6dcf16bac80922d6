"""What two processes say to each other: frames, and a scan as compact JSON with the new bytes behind it.

Never pickle: what comes from the process that looked at hostile bytes is hostile itself, and is checked like a file.
"""

import json
from typing import Any, Final

from copwatch.media.facts import Danger, Fact
from copwatch.media.parts import MOST_PARTS, Part, Scan, Treatment
from copwatch.model.members import MalformedRecord
from copwatch.model.records.described import Described

MOST_SAID: Final = 32 << 20
"""Bytes of JSON in one answer."""
MOST_NEW: Final = 80 << 20
"""Bytes that an answer puts into a rendition: a whole PDF, and little elsewhere."""
MOST_FACTS: Final = 1000
MOST_TEXT: Final = 500
"""Characters of one text; what is longer is cut before it is sent."""
_LENGTH: Final = 4
_MOST_SORTS: Final = 100_000
_TREATMENTS: Final = list(Treatment)


class Nonsense(ValueError):
    """An answer that none of our programs gives."""


def packed(scan: Scan) -> bytes:
    """A scan as one message: the sorts of parts once, then for each part its length and sort."""
    sorts: dict[tuple[int, str, bool, int], int] = {}
    lengths, kinds, new = [], [], []
    data: list[bytes] = []
    for at, part in enumerate(scan.parts):
        sort = (_TREATMENTS.index(part.treatment), cut(part.what), part.essence, part.danger or 0)
        lengths.append(part.length)
        kinds.append(sorts.setdefault(sort, len(sorts)))
        if part.data is not None:
            new.append([at, len(part.data)])
            data.append(part.data)
    said = {
        "type": scan.media_type, "sorts": list(sorts), "lengths": lengths, "kinds": kinds, "new": new,
        "facts": said_facts(scan.facts),
    }  # fmt: skip
    return message(said, b"".join(data))


def unpacked(answer: bytes, size: int) -> Scan:
    """The scan of a file of `size` bytes.

    Raises:
        Nonsense: it is no scan of such a file.
    """
    said, data = opened(answer)
    sorts = [_sort(row) for row in _rows(said.get("sorts"), 4, _MOST_SORTS)]
    lengths, kinds = _numbers(said.get("lengths")), _numbers(said.get("kinds"))
    if len(lengths) != len(kinds) or sum(lengths) != size or (kinds and max(kinds) >= len(sorts)):
        raise Nonsense("its parts are not those of the file")
    new = _new(said.get("new"), data)
    parts, at = [], 0
    for index, (length, kind) in enumerate(zip(lengths, kinds, strict=True)):
        parts.append(Part(at, length, *sorts[kind], new.pop(index, None)))
        at += length
    if new or any(_senseless(part) for part in parts if part.data is not None):
        raise Nonsense("it puts bytes where none belong")
    return Scan(text(said.get("type")), tuple(parts), tuple(read_facts(said.get("facts"))))


def message(said: dict[str, Any], data: bytes = b"") -> bytes:
    """JSON with its length before it, and bytes behind."""
    written = json.dumps(said, separators=(",", ":")).encode("ascii")
    return len(written).to_bytes(_LENGTH, "big") + written + data


def opened(answer: bytes) -> tuple[dict[str, Any], bytes]:
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
    return said, answer[end:]


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


def described(said: Any) -> Described:
    """What a file says of itself, checked as a record would be. Raises `Nonsense`."""
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


def _senseless(part: Part) -> bool:
    if part.treatment is Treatment.BLANK:
        return len(part.data or b"") != part.length
    return part.treatment is not Treatment.REPLACE


def _new(rows: Any, data: bytes) -> dict[int, bytes]:
    found, at = {}, 0
    for index, length in _rows(rows, 2, MOST_PARTS):
        if not _counts(index) or not _counts(length) or at + length > len(data):
            raise Nonsense("bytes that were not sent")
        found[index] = data[at : at + length]
        at += length
    if at != len(data):
        raise Nonsense("bytes that nothing refers to")
    return found


def _rows(rows: Any, width: int, most: int) -> list[list[Any]]:
    if not isinstance(rows, list) or len(rows) > most:
        raise Nonsense("a list is none, or too long")
    if not all(isinstance(row, list) and len(row) == width for row in rows):
        raise Nonsense("a row is too short or too long")
    return rows


def _numbers(values: Any) -> list[int]:
    if not isinstance(values, list) or len(values) > MOST_PARTS * 2:
        raise Nonsense("a list is none, or too long")
    if set(map(type, values)) - {int} or (values and min(values) < 0):
        raise Nonsense("a number is none")
    return values


def _counts(value: Any) -> bool:
    return type(value) is int and 0 <= value < 1 << 63
