"""What of the records of a plan stays behind, value by value: for whoever searches the finished bundle for it."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import TypeAlias

from copwatch.bundle.decisions import Deciding
from copwatch.bundle.people import Row
from copwatch.bundle.plan import BundlePlan
from copwatch.model.ids import LETTERS, code, is_id
from copwatch.model.profile import SHIPPED, Profile
from copwatch.model.redaction import Class
from copwatch.model.spots import about, spots
from copwatch.model.values import Coded, Instant, Timestamp, to_datetime
from copwatch.model.values.exact import Pattern
from copwatch.proof.canonical import Json
from copwatch.proof.commitment import flatten

_Value: TypeAlias = Json | tuple[str, str]
_ROW = re.compile(r"[0-9a-f]{32}/[A-Z][0-9]{1,4}")
_WORD = re.compile(r"\w+")
_DEGREES = re.compile(r"-?\d{1,3}\.\d{3,}")


@dataclass(frozen=True, slots=True)
class _Told:
    """What is shown anyway: values, with instants and their precision, and coordinates with and without their signs."""

    values: set[_Value] = field(default_factory=set)
    coordinates: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class WithheldValue:
    """One value that stays.

    Attributes:
        leaf, path: the record, and where in it (RFC 6901).
        type: of the record.
        code: of what the record is about, where that is something that people call by a code.
        class_: None where nothing is known of the field.
        value: as it was committed: a text, a number, true or false, or an empty list or object.
        of_file: whether it is what a file that goes out cleaned said of itself: its name, folder, times, camera. The
            words of a report that mention such a thing go out as they were written.
        is_term: whether it is a term of a vocabulary, or of a fixed form such as the name of a template: these say
            something only where they stand.
        moment: of a time the instant, in UTC, and how precisely it is known.
        beside: of a coordinate those that are shown. It says no more than they do where it stands in one of them, or
            where only the digits that it has in common with one do.
    """

    leaf: str
    path: str
    type: str
    class_: Class | None
    value: Json
    of_file: bool
    is_term: bool
    moment: tuple[str, str] | None = None
    beside: frozenset[str] = frozenset()
    code: str = ""


@dataclass(frozen=True)
class Leaving:
    """What decides which values stay, for a bundle that is written or only thought of.

    Attributes:
        rules: of the bundle.
        known: every record by its leaf, also those of which nothing goes out.
        going: the leaves of those that go out.
        files: for each file the leaf of its evidence, and the record whose size and SHA-256 it has.
        elsewhere: the identities of everybody else in the archive, by leaf.
    """

    rules: Deciding
    known: Mapping[str, Row]
    going: Collection[str]
    files: tuple[tuple[str, Row], ...] = ()
    elsewhere: Callable[[], Iterable[tuple[str, Row]]] = tuple


def leaving(plan: BundlePlan) -> Leaving:
    """The same of a plan."""
    known = {leaf: each.record for leaf, each in plan.known().items() if isinstance(each.record, dict)}
    files = tuple((item.evidence.leaf, item.file.record) for item in plan.items)
    return Leaving(plan.rules, known, plan.every().keys(), files, plan.elsewhere)


def withheld_values(of: Leaving) -> Iterator[WithheldValue]:
    """Every value of some records that is withheld or hidden, also of records that do not leave at all.

    A value that is shown somewhere else as the whole of a field of a public or official class, or as the handle of an
    observer, is not among them, for it goes out anyway: the name of an agency is withheld where it says who holds
    somebody's things, and shown where it says who was there; a handle names the same observer everywhere. What is
    privileged, internal or about nobody knows what, always is, unless it is an id. The same goes for a time that is
    shown as the same instant, as precisely, in a field of whatever class: it stands there, and no search could tell. So
    do digest and size of a file that goes out, which one that was clean when it came shares with its original.

    Of a version that was replaced and stays, what the versions that stand say as well is decided by them, and free text
    is left out: it comes again, cut elsewhere, in what was written after it. A name that was amended away is withheld
    from everybody but the client's counsel, also where the name that replaced it is shown.
    """
    shown = _Told()
    digests, as_received = {file.get("sha256") for _, file in of.files}, _as_received(of)
    kept: list[WithheldValue] = []
    replaced = _replaced(of)
    standing = {
        (str(record.get("entity")), str(value))
        for leaf, record in of.known.items()
        if leaf not in replaced
        for value in flatten(record).values()
    }
    for leaf, record in of.known.items():
        told = shown if leaf in of.going else _Told()
        values = _of_record(of.rules, leaf, record, told, stands=leaf not in replaced)
        if leaf in replaced:
            whose = str(record.get("entity"))
            values = (
                v for v in values if v.class_ is not Class.NAR and (whose, str(v.value)) not in standing
            )
        kept += values
    for value in kept:
        if isinstance(value.value, str | int) and (
            value.value in digests or (value.leaf, value.value) in as_received
        ):
            continue
        openly = shown.values
        open_anyway = (isinstance(value.value, str | int) and value.value in openly) or value.moment in openly
        if not open_anyway or (value.class_ in _NEVER and not _is_id(value.value)):
            yield (
                replace(value, beside=frozenset(shown.coordinates))
                if _coordinates(value.value, value.class_)
                else value
            )


def _replaced(of: Leaving) -> set[str]:
    """The leaves of versions that stay and that a later version names."""
    parents = (record.get("parents") for record in of.known.values())
    named = {leaf for some in parents if isinstance(some, list) for leaf in some if isinstance(leaf, str)}
    return named - set(of.going)


def _is_id(value: Json) -> bool:
    """Whether it is the id of a record, or names a row of a report by one."""
    return isinstance(value, str) and (is_id(value) or _ROW.fullmatch(value) is not None)


_OPEN = (Class.PUB, Class.OFF, Class.CST, Class.TIM, Class.OBS)
_NEVER = (None, Class.PRV, Class.ORG, Class.OFP, Class.NAR)
_NAMES = (Class.PID, Class.MIN)
_STRUCTURE = ("/type", "/schema", "/clock")
_OF_EVERY_RECORD = ("/archive", "/device", "/recorded_at")
"""Of a record that stays as a whole: others of the same device bear the same, and were written in the same second."""
_OF_WHAT_GOES_OUT = ("/sha256", "/size", "/media_type")
_COUNTS = ("/detail/items", "/detail/sealed", "/detail/files", "/detail/size")
"""Of an earlier export: how much it held."""


def _of_record(
    rules: Deciding, leaf: str, record: Row, shown: _Told, *, stands: bool
) -> Iterator[WithheldValue]:
    """What stays of one record; what of it everybody may know is added to `shown`."""
    kind, flat = str(record.get("type")), flatten(record)
    stays = rules.leaves_out(record)
    skipped = (
        *_STRUCTURE,
        *(_OF_WHAT_GOES_OUT if kind == "rendition" else ()),
        *(_OF_EVERY_RECORD if stays else ()),
    )
    terms, moments = _terms(record, rules.profile), _moments(record)
    whose, spoken = rules.people.who(about(record)), _spoken(record)
    clients = bool(whose) and whose <= rules.people.clients
    for each in rules.of(record, leaf):
        if not stays:
            told = [flat[path] for path in each.shown]
            shown.values.update(
                v for v in told if isinstance(v, str | int) and (each.class_ in _OPEN or _is_id(v))
            )
            shown.values.update(moments[path] for path in each.shown if path in moments)
            shown.coordinates.update(at for v in told for at in _coordinates(v, each.class_))
        of_file = each.rule == "files are stripped"
        is_old_name = not stands and each.class_ in _NAMES and not clients
        for path in (*each.shown, *each.withheld) if stays or is_old_name else each.withheld:
            if path not in skipped:
                is_term = each.path in terms or path in terms
                yield WithheldValue(
                    leaf,
                    path,
                    kind,
                    each.class_,
                    flat[path],
                    of_file,
                    is_term,
                    moments.get(path),
                    code=spoken,
                )


def _spoken(record: Row) -> str:
    """The code of what a record is about; empty where it has none."""
    kind = str(record.get("type"))
    id = str(record.get("id" if kind == "evidence" else "entity"))
    return code(LETTERS[kind], id) if kind in LETTERS and is_id(id) else ""


def _as_received(of: Leaving) -> set[tuple[str, Json]]:
    """Leaf of evidence that goes out as it came, and each of what is told of such a file: its digest, size, kind."""
    return {
        (leaf, file.get(path[1:]))
        for leaf, file in of.files
        if file.get("sha256") == of.known[leaf].get("sha256")
        for path in _OF_WHAT_GOES_OUT
    }


def _coordinates(value: Json, class_: Class | None) -> tuple[str, ...]:
    """A value with its sign and without it, where it is degrees of a place."""
    is_one = class_ is Class.LOC and isinstance(value, str) and _DEGREES.fullmatch(value)
    return tuple({str(value), str(value).removeprefix("-")}) if is_one else ()


def _terms(record: Row, profile: Profile) -> set[str]:
    """The fields, and parts of fields, that hold a term of a vocabulary, or what the bundle itself is called by."""
    found = set()
    for spot in spots(record):
        if isinstance(spot.type, Coded | Pattern):
            found.add(spot.path)
        elif isinstance(spot.type, Timestamp):
            found |= {spot.path + "/precision", spot.path + "/source"}
    if record.get("type") == "custody":
        found |= {*_COUNTS, *_of_bundle(record.get("detail"), profile)}
    return found


def _moments(record: Row) -> dict[str, tuple[str, str]]:
    """Instant, in UTC, and precision of every time with a zone, by its path."""
    found = {}
    for spot in spots(record):
        path, at, precision = spot.path, spot.value, "second"
        if isinstance(spot.type, Timestamp) and isinstance(spot.value, dict):
            path, at, precision = f"{path}/at", spot.value.get("at", ""), str(spot.value.get("precision"))
        elif not isinstance(spot.type, Instant):
            continue
        instant = to_datetime(at) if isinstance(at, str) else None
        if instant is not None:
            found[path] = (instant.astimezone(UTC).isoformat(), precision)
    return found


def _of_bundle(detail: Json, own: Profile) -> Iterator[str]:
    """What of an earlier export the bundle itself says anyway: its profile, and for whom that is.

    Which of our own profiles an event was for is a term. The name of another one of a group may tell of somebody.
    """
    if not isinstance(detail, dict):
        return
    if detail.get("profile") in {*SHIPPED, own.name}:
        yield "/detail/profile"
    words = set(_WORD.findall(f"{own.name} {own.audience}".casefold()))
    if words.issuperset(_WORD.findall(str(detail.get("recipient", "")).casefold())):
        yield "/detail/recipient"
