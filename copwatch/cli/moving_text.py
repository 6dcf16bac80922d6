"""Moving an incident in words: what goes, who reads it then, and what nobody can take back."""

from collections.abc import Callable

from copwatch.cli import prompts, voice
from copwatch.cli.wrapping import width, wrapped
from copwatch.errors import Refused
from copwatch.sizes import size
from copwatch.store.erasing import KEPT_DAYS
from copwatch.text import counted
from copwatch.workflows.moving import Move


def agree(yes: bool, *, at_once: bool) -> Callable[[Move], None]:
    """Shows what will happen and asks, unless `yes`. What it gives raises `Refused` for a no."""

    def ask(plan: Move) -> None:
        voice.tell("\n".join(move_lines(plan, at_once=at_once)))
        if not yes and not prompts.confirm("Move it?"):
            raise Refused("it was not confirmed", hint="nothing was changed")

    return ask


def move_lines(plan: Move, *, at_once: bool) -> list[str]:
    """What will happen, line by line."""
    if not plan.holders:
        return [f"{plan.code} is in {plan.name}, with all that belongs to it."]
    files = f"{counted(len(plan.items), 'file')} ({size(plan.size)})"
    what = (
        f"{counted(plan.versions, 'version')} of its report, {files}, {counted(plan.others, 'other record')}"
    )
    lines = [f"{plan.code} moves to {plan.name}: {what}.", f"Read then by: {', '.join(plan.readers)}."]
    lines.append(f"No more by: {', '.join(plan.lose) or 'nobody; who reads it now reads it then, too'}.")
    if plan.gain:
        lines.append(f"From then on also by: {', '.join(plan.gain)}.")
    if plan.also:
        lines.append(f"Its files are also in {', '.join(plan.also)}: who reads only that loses them.")
    if plan.stays:
        lines.append(f"Names it, and stays where it is: {', '.join(plan.stays)}.")
    erased = "here now, and elsewhere" if at_once else "here and elsewhere"
    lines.append(
        "What somebody opened or copied before stays readable to them. The old objects are erased"
        f" {erased} {KEPT_DAYS} days after a copy learns of this; until then their key opens them."
    )
    return [part for line in lines for part in wrapped(line, width())]


def move_json(plan: Move) -> dict[str, object]:
    """The same for programs."""
    return {
        "incident": plan.code, "compartment": plan.compartment, "name": plan.name, "versions": plan.versions,
        "evidence": [row.code for row in plan.items], "bytes": plan.size, "other_records": plan.others,
        "stays": list(plan.stays), "also_in": list(plan.also), "readers": list(plan.readers),
        "lose": list(plan.lose), "gain": list(plan.gain),
    }  # fmt: skip
