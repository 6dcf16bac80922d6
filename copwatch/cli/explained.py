"""How `copwatch export --explain` is said: record by record and field by field, without the values that stay."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from copwatch.cli import jsonout, tables, voice

if TYPE_CHECKING:
    from copwatch.bundle.decisions import Decision
    from copwatch.workflows.selecting import Explained, Selected

_HEADS = ("field", "class", "treatment", "what happens", "which rule decides")


def say_explained(selected: "Selected", found: "Sequence[Explained]", *, json: bool) -> None:
    """Everything that would happen, and what would stay whole."""
    going = selected.going
    if json:
        jsonout.print_json({
            "profile": going.rules.profile.name, "items": [going.codes[row.leaf] for row in going.rows],
            "not_cleared": [row.code for row, _ in going.not_cleared], "withdrawn": list(selected.withdrawn),
            "left_out": list(selected.left_out), "protective_orders": list(going.orders),
            "records": [
                {"code": each.code, "type": each.type, "fields": [_json(one) for one in each.decisions]}
                for each in found
            ],
        })  # fmt: skip
        return
    for each in found:
        voice.say(f"{each.type.replace('_', ' ')} {each.code}")
        tables.render(_HEADS, [_cells(one) for one in each.decisions])
        voice.say("")
    for row in going.rows:
        how = (
            "as a clean rendition"
            if going.rules.profile.strips
            else "as it was received, unless it is stripped"
        )
        voice.say(f"{going.codes[row.leaf]}  the file goes out {how}")
    for row, stays in going.not_cleared:
        voice.say(f"{row.code}  the file stays: {stays.value}")
    if any(not one.asked for each in found for one in each.decisions):
        voice.note(
            "somebody was not asked for consent; what is about them says so in its rule, or goes out unasked"
        )
    voice.note("nothing was written")


def what_happens(decision: "Decision") -> str:
    """In a word or two."""
    if decision.text:
        return f"stated: {decision.text}"
    if not decision.withheld:
        return "shown" if decision.asked else "shown; consent for this was not asked"
    if decision.shown or decision.stated:
        shown = f"{len(decision.shown)} of {len(decision.shown) + len(decision.withheld)} passages shown"
        return f"{shown}, {len(decision.stated)} with words replaced" if decision.stated else shown
    return "hidden" if decision.hides else "withheld"


def _cells(decision: "Decision") -> tuple[str, ...]:
    kind = str(decision.class_) if decision.class_ else "unknown"
    return (decision.path, kind, str(decision.treatment), what_happens(decision), decision.rule)


def _json(decision: "Decision") -> dict[str, Any]:
    return {
        "path": decision.path, "class": str(decision.class_) if decision.class_ else None,
        "treatment": str(decision.treatment), "shown": list(decision.shown), "withheld": list(decision.withheld),
        "replaced": [path for path, _ in decision.stated], "stated": decision.text or None,
        "hidden": decision.hides, "asked": decision.asked, "rule": decision.rule,
    }  # fmt: skip
