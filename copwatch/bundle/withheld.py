"""What of the records of a plan stays behind, value by value: for whoever searches the finished bundle for it."""

from collections.abc import Iterator
from dataclasses import dataclass

from copwatch.bundle.plan import BundlePlan
from copwatch.model.redaction import Class
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
    """

    leaf: str
    path: str
    type: str
    class_: Class | None
    value: Json
    of_file: bool


def withheld_values(plan: BundlePlan) -> Iterator[WithheldValue]:
    """Every value of the records of a plan that is withheld or hidden, also of records that do not leave at all.

    A value that is shown somewhere else as the whole of a field of a public or official class is not among them, for it
    goes out anyway: the name of an agency is withheld where it says who holds somebody's things, and shown where it
    says who was there. What is privileged, internal or about nobody knows what, always is.
    """
    kept: list[WithheldValue] = []
    shown: set[Json] = set()
    for leaf, proven in plan.every().items():
        record = proven.record
        if not isinstance(record, dict):
            continue
        flat = flatten(record)
        stays = plan.rules.leaves_out(record)
        for each in plan.rules.of(record, leaf):
            if each.class_ in _OPEN and not stays:
                shown.update(flat[path] for path in each.shown if isinstance(flat[path], str | int))
            of_file = each.rule == "files are stripped"
            kept += [
                WithheldValue(leaf, path, str(record.get("type")), each.class_, flat[path], of_file)
                for path in ((*each.shown, *each.withheld) if stays else each.withheld)
            ]
    for value in kept:
        open_anyway = isinstance(value.value, str | int) and value.value in shown
        if value.class_ in _NEVER or not open_anyway:
            yield value


_OPEN = (Class.PUB, Class.OFF, Class.CST, Class.TIM)
_NEVER = (None, Class.PRV, Class.ORG, Class.OFP, Class.NAR)
