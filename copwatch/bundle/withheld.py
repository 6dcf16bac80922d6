"""What of the records of a plan stays behind, value by value: for whoever searches the finished bundle for it."""

from collections.abc import Iterator
from dataclasses import dataclass

from copwatch.bundle.plan import BundlePlan
from copwatch.model.ids import is_id
from copwatch.model.redaction import Class
from copwatch.model.spots import spots
from copwatch.model.values import Coded, Timestamp
from copwatch.model.values.exact import Pattern
from copwatch.proof.canonical import Json
from copwatch.proof.commitment import flatten


@dataclass(frozen=True, slots=True)
class WithheldValue:
    """One value that stays.

    Attributes:
        leaf, path: the record, and where in it (RFC 6901).
        type: of the record.
        class_: None where nothing is known of the field.
        value: as it was committed: a text, a number, true or false, or an empty list or object.
        of_file: whether it is what a file that goes out cleaned said of itself: its name, folder, times, camera. The
            words of a report that mention such a thing go out as they were written.
        is_term: whether it is a term of a vocabulary, or of a fixed form such as the name of a template: these say
            something only where they stand.
    """

    leaf: str
    path: str
    type: str
    class_: Class | None
    value: Json
    of_file: bool
    is_term: bool


def withheld_values(plan: BundlePlan) -> Iterator[WithheldValue]:
    """Every value of the records of a plan that is withheld or hidden, also of records that do not leave at all.

    A value that is shown somewhere else as the whole of a field of a public or official class, or as the handle of an
    observer, is not among them, for it goes out anyway: the name of an agency is withheld where it says who holds
    somebody's things, and shown where it says who was there; a handle names the same observer everywhere. What is
    privileged, internal or about nobody knows what, always is, unless it is an id.
    """
    shown: set[Json] = set()
    kept: list[WithheldValue] = []
    for leaf, proven in plan.known().items():
        if isinstance(proven.record, dict):
            kept += _of_record(plan, leaf, proven.record, shown)
    for value in kept:
        open_anyway = isinstance(value.value, str | int) and value.value in shown
        if not open_anyway or (value.class_ in _NEVER and not _is_id(value.value)):
            yield value


def _is_id(value: Json) -> bool:
    return isinstance(value, str) and is_id(value)


_OPEN = (Class.PUB, Class.OFF, Class.CST, Class.TIM, Class.OBS)
_NEVER = (None, Class.PRV, Class.ORG, Class.OFP, Class.NAR)
_STRUCTURE = ("/type", "/schema", "/clock")
_OF_EVERY_RECORD = ("/archive", "/device", "/recorded_at")
"""Of a record that stays as a whole: others of the same device bear the same, and were written in the same second."""
_OF_WHAT_GOES_OUT = ("/sha256", "/size", "/media_type")


def _of_record(
    plan: BundlePlan, leaf: str, record: dict[str, Json], shown: set[Json]
) -> Iterator[WithheldValue]:
    """What stays of one record; what of it everybody may know is added to `shown`."""
    kind, flat = str(record.get("type")), flatten(record)
    stays = plan.rules.leaves_out(record)
    skipped = (
        *_STRUCTURE,
        *(_OF_WHAT_GOES_OUT if kind == "rendition" else ()),
        *(_OF_EVERY_RECORD if stays else ()),
    )
    terms = _terms(record)
    for each in plan.rules.of(record, leaf):
        if not stays:
            told = (flat[path] for path in each.shown)
            shown.update(v for v in told if isinstance(v, str | int) and (each.class_ in _OPEN or _is_id(v)))
        of_file = each.rule == "files are stripped"
        for path in (*each.shown, *each.withheld) if stays else each.withheld:
            if path not in skipped:
                is_term = each.path in terms or path in terms
                yield WithheldValue(leaf, path, kind, each.class_, flat[path], of_file, is_term)


def _terms(record: dict[str, Json]) -> set[str]:
    """The fields, and parts of fields, that hold a term of a vocabulary."""
    found = set()
    for spot in spots(record):
        if isinstance(spot.type, Coded | Pattern):
            found.add(spot.path)
        elif isinstance(spot.type, Timestamp):
            found |= {spot.path + "/precision", spot.path + "/source"}
    return found
