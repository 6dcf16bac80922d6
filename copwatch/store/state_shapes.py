"""What the small files of the local state hold, so that a damaged one is said to be damaged and not stumbled over."""

from collections.abc import Callable
from datetime import datetime

from copwatch.proof.hashing import is_hex


def fits(name: str, value: object) -> bool:
    """Whether a value (JSON) can be the content of the file of that name; one that is not known holds an object."""
    return _SHAPES.get(name, _is_object)(value)


def _is_object(value: object) -> bool:
    return value is None or isinstance(value, dict)


def _is_list_of_texts(value: object) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(part, str) for part in value))


def _has_texts(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(part, str) for part in value.values())


def _is_begun(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    return isinstance(value.get("path"), str) and isinstance(value.get("recorded"), bool)


def _is_default(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("archive"), str)


def _is_clock(value: object) -> bool:
    return isinstance(value, dict) and _is_time(value.get("latest"))


def _is_time(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _is_own(value: object) -> bool:
    if not isinstance(value, dict) or not value.get("size"):
        return value is None or (isinstance(value, dict) and value.get("head") is None)
    return _is_head([value["size"], value.get("head")])


def _is_pin(value: object) -> bool:
    if not isinstance(value, dict) or not (
        is_hex(value.get("root"), 64) and is_hex(value.get("charter"), 64)
    ):
        return False
    return _is_count(value.get("charter_version"))


def _is_places(value: object) -> bool:
    return isinstance(value, dict) and all(_is_place(place) for place in value.values())


def _is_place(value: object) -> bool:
    if not isinstance(value, dict) or not _has_heads(value.get("heads")):
        return False
    texts, flags = ("fingerprint", "at"), ("same_disk", "in_memory")
    known = all(isinstance(value.get(name), str) for name in texts)
    return known and all(isinstance(value.get(name), bool) for name in flags)


def _has_heads(value: object) -> bool:
    return isinstance(value, dict) and all(_is_head(head) for head in value.values())


def _is_head(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and _is_count(value[0]) and is_hex(value[1], 64)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_withdrawn(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(noted, dict) and _is_time(noted.get("seen")) and noted.get("gone") in (None, True)
        for noted in value.values()
    )


def _is_holds(value: object) -> bool:
    if not isinstance(value, dict) or not all(isinstance(value.get(n), bool) for n in ("read", "everything")):
        return False
    return isinstance(value.get("covers"), list) and _is_list_of_texts(value["covers"])


_SHAPES: dict[str, Callable[[object], bool]] = {
    "clock.json": _is_clock,
    "compartments.json": _has_texts,
    "default.json": _is_default,
    "exports.json": lambda value: (
        value is None or (isinstance(value, dict) and all(map(_is_begun, value.values())))
    ),
    "folders.json": _has_texts,
    "heads.json": _has_heads,
    "holds.json": _is_holds,
    "named.json": _has_texts,
    "own.json": _is_own,
    "pin.json": _is_pin,
    "places.json": _is_places,
    "unfinished.json": _is_list_of_texts,
    "withdrawn.json": _is_withdrawn,
}
