"""Moving an incident in words: what goes, who reads it then, and what nobody can take back."""

from collections.abc import Callable

from copwatch.cli import prompts, voice
from copwatch.cli.sizes import size
from copwatch.errors import Refused
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
    lines = [f"{plan.code} moves to {plan.name}: {what}.", f"  read then by: {', '.join(plan.readers)}"]
    if plan.lose:
        lines.append(f"  no more by: {', '.join(plan.lose)}")
    if plan.gain:
        lines.append(f"  from then on also by: {', '.join(plan.gain)}")
    if plan.also:
        lines.append(f"  its files are also in {', '.join(plan.also)}: who reads only that loses them")
    if plan.stays:
        lines.append(f"  names it, and stays where it is: {', '.join(plan.stays)}")
    erased = "now here, elsewhere" if at_once else "here and elsewhere"
    return [
        *lines,
        "What somebody opened or copied before stays readable to them. The old objects are",
        f"erased {erased} 30 days after a copy learns of this; until then their key opens them.",
    ]


def move_json(plan: Move) -> dict[str, object]:
    """The same for programs."""
    return {
        "incident": plan.code, "compartment": plan.compartment, "name": plan.name, "versions": plan.versions,
        "evidence": [row.code for row in plan.items], "bytes": plan.size, "other_records": plan.others,
        "stays": list(plan.stays), "also_in": list(plan.also), "readers": list(plan.readers),
        "lose": list(plan.lose), "gain": list(plan.gain),
    }  # fmt: skip
