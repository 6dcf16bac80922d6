"""The fields of a record as rows of a table, for page and print: in the order and the words of the schema."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from copwatch.bundle.facts import Facts, Look
from copwatch.bundle.shown import WITHHELD, Shown, Told
from copwatch.model.records import RECORDS
from copwatch.model.redaction import Treatment
from copwatch.model.schema import SCHEMA
from copwatch.model.values import LongText, Nested, Timestamp, ValueType
from copwatch.model.vocabulary import label, time_source
from copwatch.proof.canonical import Json
from copwatch.proof.commitment import flatten
from copwatch.text import clean, clean_block

STAYS: Final = "[withheld]"

NO_PATHS: Final = "not even paths are told"
"""What is said of values whose path is hidden; why each stays would tell what it is."""

_PROVENANCE = frozenset(
    {"id", "type", "schema", "archive", "device", "recorded_at", "clock", "parents", "incident"}
)


@dataclass(frozen=True, slots=True)
class Row:
    """One field: its label, its path in the record, and its value; `block` keeps line ends.

    `mark` says what of it is stated by the exporter, or why there is nothing. `parts` are the value in pieces, each
    with whether it is stated and not proven. `type` is that of the field, where one value of it stands here.
    """

    label: str
    path: str
    parts: tuple[tuple[str, bool], ...]
    block: bool = False
    mark: str = ""
    type: ValueType | None = None

    @property
    def value(self) -> str:
        """The value as one text."""
        return "".join(text for text, _ in self.parts)


def fields(shown: Shown, looks: Mapping[str, Look]) -> Iterator[Row]:
    """Every field of a record that has a value, provenance left out."""
    kind = shown.text("type")
    entity = kind if kind in SCHEMA.entities else None
    told = {each.path: each for each in shown.told}
    for name in in_order(kind, shown.record.keys() - _PROVENANCE):
        place = _Place(f"/{name}", f"/{name}", "", _type_of(kind, entity, name))
        yield from _rows(shown.record[name], place, looks, told)


def in_order(kind: str, names: Iterable[str]) -> list[str]:
    """Names of fields or members of a record or row, as the schema has them; others behind, by name."""
    places = {name: number for number, name in enumerate(_names(kind))}
    return sorted(names, key=lambda name: (places.get(name, len(places)), name))


def place(kind: str, path: str) -> tuple[tuple[int, str], ...]:
    """Sorts the fields of records of a type, by RFC 6901 path, as the schema has them."""
    found: list[tuple[int, str]] = []
    entity = kind
    for step in path.split("/")[1:]:
        if step.isdigit():
            found.append((int(step), ""))
            continue
        known = _names(entity)
        found.append((known.index(step) if step in known else len(known), step))
        type = _type_of(entity, entity if entity in SCHEMA.entities else None, step)
        entity = type.entity if isinstance(type, Nested) else ""
    return tuple(found)


def type_at(kind: str, path: str) -> ValueType | None:
    """The type of the field of a record of this type that stands at an RFC 6901 path; None where it is not known."""
    entity: str | None = kind if kind in SCHEMA.entities else None
    type: ValueType | None = None
    for number, step in enumerate(path.split("/")[1:]):
        if not step.isdigit():
            type = _type_of("" if number else kind, entity, step)
            entity = type.entity if isinstance(type, Nested) else None
    return type


def why(told: Told | None) -> str:
    """What is said beside a value of which something stays; empty where nothing is."""
    if told is None:
        return ""
    if told.text:
        return f"stated, not proven: {_STATED.get(told.treatment, label(clean(told.treatment)))}"
    return f"withheld: {reason_of(told)}"


def changed(treatment: str) -> str:
    """What happened to a text that stands in a bundle without proofs."""
    return _STATED.get(treatment, "passages that are not for this recipient were left out")


def reason_of(told: Told) -> str:
    """Why something stays, as a recipient reads it."""
    if told.text:
        return f"{_STATED.get(told.treatment, label(clean(told.treatment)))}, stated in place of it"
    if told.reason == "privilege":
        return "privileged"
    if told.reason == "review":
        return "not cleared by a reviewer"
    return "; ".join(filter(None, ("by the profile", instead(told.treatment))))


def instead(treatment: str) -> str:
    """What is said of a value that stays whole although its treatment shows something of others; else empty."""
    if treatment == Treatment.SEALED:
        return "it stands in the list under seal"
    made = _MADE.get(treatment)
    return f"no {made} can stand for it" if made else ""


def joined(
    parts: list[Json], path: str, told: Mapping[str, Told], between: str = ""
) -> tuple[tuple[str, bool], ...]:
    """The pieces of a list, each cleaned alone: joined first, one could end in half of what the next completes."""
    found: list[tuple[str, bool]] = []
    for number, part in enumerate(parts):
        here = told.get(f"{path}/{number}")
        stated = here.text if here is not None and part == WITHHELD else ""
        text = clean_block(stated) if stated else STAYS if part == WITHHELD else _term(part)
        found += [(between, False)] if between and number else []
        found.append((text, bool(stated)))
    return tuple(found)


def withheld(facts: Facts, shown: Mapping[str, Shown]) -> list[tuple[str, str, str]]:
    """Code, path and reason of every value that stays, never the value; of those without a path, how many they are."""
    codes = {named.leaf: named.code for named in (*facts.versions, *facts.evidence)}
    rows = []
    for leaf in facts.leaves():
        told = {each.path: reason_of(each) for each in shown[leaf].told}
        name = codes.get(leaf, f"record {leaf[:16]}")
        rows += [(name, clean(path), _nearest(path, told)) for path in shown[leaf].withheld]
        if count := shown[leaf].hidden:
            rows.append((name, number_of(count), NO_PATHS))
    return rows


def number_of(hidden: int) -> str:
    """How many values of a record stay without their path."""
    return f"{hidden:,} value{'s' if hidden > 1 else ''}"


def _nearest(path: str, told: Mapping[str, str]) -> str:
    """The reason of the value, or of what it stands in."""
    above = [path[:at] for at, char in enumerate(path) if char == "/" and at] + [path]
    return next((told[each] for each in reversed(above) if each in told), "")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a value stands: its path, the pattern of that, the titles above it, and its type where it is known."""

    path: str
    pattern: str
    above: str
    type: ValueType | None

    def title(self, looks: Mapping[str, Look]) -> str:
        look = looks.get(self.pattern)
        step = self.path.rpartition("/")[2]
        # People count from 1; the path beside it keeps the number that the proof has.
        name = clean(look.label) if look else str(int(step) + 1) if step.isdigit() else label(step)
        return f"{self.above} › {name}" if self.above else name

    def below(self, step: str, pattern: str, title: str, type: ValueType | None) -> "_Place":
        return _Place(f"{self.path}/{step}", f"{self.pattern}/{pattern}", title, type)


def _rows(value: Json, place: _Place, looks: Mapping[str, Look], told: Mapping[str, Told]) -> Iterator[Row]:
    title, here = place.title(looks), told.get(place.path)
    if here is not None and here.text:
        yield _row(title, place, clean_block(here.text), mark=why(here), stated=True)
    elif _stays(value, place, told):
        yield _row(title, place, STAYS, mark=why(here))
    elif (known := _known(value, place)) is not None:
        yield _row(title, place, known)
    elif isinstance(value, dict) and value:
        entity = place.type.entity if isinstance(place.type, Nested) else None
        for member in in_order(entity or "", value):
            inner = place.below(member, member, title, _type_of("", entity, member))
            yield from _rows(value[member], inner, looks, told)
    elif isinstance(value, list) and any(isinstance(part, dict) and part != WITHHELD for part in value):
        for number, part in enumerate(value):
            yield from _rows(part, place.below(str(number), "*", title, place.type), looks, told)
    elif isinstance(value, list) and value:
        look = looks.get(place.pattern)
        passages = look.kind == "text" if look else isinstance(place.type, LongText)
        parts = joined(value, place.path, told, "" if passages else "\n")
        yield Row(title, place.path, parts, block=True, mark=_of_parts(here, parts))
    else:
        yield _row(title, place, _term(value))


def _row(title: str, place: _Place, text: str, mark: str = "", *, stated: bool = False) -> Row:
    return Row(title, place.path, ((text, stated),), block="\n" in text, mark=mark, type=place.type)


def _of_parts(told: Told | None, parts: tuple[tuple[str, bool], ...]) -> str:
    stated = sum(is_stated for _, is_stated in parts)
    some = (
        f"{stated} of its passages stated, not proven: what is in square brackets was replaced"
        if stated
        else ""
    )
    return "; ".join(each for each in (some, why(told)) if each)


def _stays(value: Json, place: _Place, told: Mapping[str, Told]) -> bool:
    """Whether all of one value stays, of however many parts it is; rows of groups are told one by one."""
    if value == WITHHELD:
        return True
    if (
        not value
        or not isinstance(value, dict | list)
        or isinstance(place.type, Nested)
        or place.type is None
    ):
        return False
    parts = list(value.items() if isinstance(value, dict) else enumerate(value))
    return all(part == WITHHELD and f"{place.path}/{step}" not in told for step, part in parts)


def _known(value: Json, place: _Place) -> str | None:
    """A value as its type shows it to people; None where that is not known, or not all of it is there."""
    type = place.type
    if isinstance(value, dict) and value.keys() == {"not_known"}:
        return label(clean(str(value["not_known"])))
    if type is None or isinstance(type, Nested | LongText) or _has_gaps(value) or type.check(value):
        return None
    text = clean_block(type.show(value))
    if isinstance(type, Timestamp) and isinstance(value, dict) and "source" in value:
        text += f" ({time_source(clean(str(value['source'])))})"
    return text


def _has_gaps(value: Json) -> bool:
    return value == WITHHELD or any(path.endswith("/withheld") for path in flatten(value))


@cache
def _names(kind: str) -> tuple[str, ...]:
    fields = (field.name for field in SCHEMA.fields(kind)) if kind in SCHEMA.entities else ()
    return (*fields, *(RECORDS[kind].shape() if kind in RECORDS else ()))


def _type_of(kind: str, entity: str | None, name: str) -> ValueType | None:
    field = SCHEMA.field(entity, name) if entity is not None else None
    if field is not None:
        return field.type
    member = RECORDS[kind].shape().get(name) if kind in RECORDS else None
    return member.kind if member and member.rows is None else None


def _term(value: Json) -> str:
    if isinstance(value, str):
        return clean_block(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "empty" if value in ([], {}) else clean(str(value))


_STATED: Final[Mapping[str, str]] = {
    Treatment.COARSE: "made coarse", Treatment.COARSE_HOUR: "the hour of a finer time",
    Treatment.COARSE_DAY: "the day of a finer time", Treatment.BAND: "a band that it falls into",
    Treatment.CITY_STATE: "city and state of an address", Treatment.CITY: "the city of an address",
    Treatment.YEAR: "the year of a day", Treatment.LAST_FOUR: "the last four digits", Treatment.INITIALS: "initials",
    Treatment.PSEUDONYM: "pseudonym", Treatment.PSEUDONYM_SEALED: "pseudonym",
}  # fmt: skip
_MADE: Final[Mapping[str, str]] = {
    Treatment.COARSE: "coarse form", Treatment.COARSE_HOUR: "hour", Treatment.COARSE_DAY: "day",
    Treatment.BAND: "band", Treatment.CITY_STATE: "city and state", Treatment.CITY: "city", Treatment.YEAR: "year",
    Treatment.LAST_FOUR: "last four digits", Treatment.INITIALS: "initials", Treatment.PSEUDONYM: "pseudonym",
    Treatment.PSEUDONYM_SEALED: "pseudonym",
}  # fmt: skip
"""What a treatment makes of a value where it can."""
