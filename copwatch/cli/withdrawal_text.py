"""What a withdrawal will do and cannot do, as text and for programs."""

from copwatch import sizes
from copwatch.catalogue.given_out import GivenOut
from copwatch.cli import voice
from copwatch.errors import Unfinished
from copwatch.store.erasing import KEPT_DAYS, Erased
from copwatch.text import clean, counted
from copwatch.workflows.withdrawing import Plan

MOST = 20
"""Items of each kind that are named one by one; `--json` names all."""


def plan_lines(plan: Plan, *, at_once: bool) -> list[str]:
    """What goes, what stays, who else has it, and what nobody can delete."""
    lines = ["This goes, in every copy that learns of it:"]
    lines += [
        f"  {target.code}  {target.what}, {counted(len(target.leaves), 'record')}" for target in plan.targets
    ]
    lines += _some([f"  {row.code}  {clean(row.name)}, {sizes.size(row.size)}" for row in plan.evidence])
    if plan.others:
        lines.append(f"  with it: {counted(len(plan.others), 'record')} of renditions and marks of it")
    when = "now" if at_once else f"in {KEPT_DAYS} days"
    lines += ["", f"Hidden here at once; the sealed bytes are erased {when}."]
    lines += ["", "This stays: hashes in the ledger, sizes and times, and a custody event with your reason."]
    if plan.mentioned:
        lines.append(f"So does what names it: {', '.join(plan.mentioned[:MOST])}")
        lines.append("Withdraw these too, if they tell what has to go.")
    lines += ["", "This cannot be deleted from here:"]
    lines += [f"  {clean(given(one))}" for one in plan.given_out[:MOST]]
    if len(plan.given_out) > MOST:
        lines.append(f"  and {len(plan.given_out) - MOST} more that were given out (--json names all)")
    lines += [
        f"  the copy in {clean(str(place.path))}, until `copwatch copy` has been there"
        for place in plan.places
    ]
    lines.append(
        "  copies on other computers, until they merge; backups and snapshots; traces in flash memory"
    )
    return lines


_ENDED = {True: "", False: "(was not finished)", None: "(not known to be complete; copwatch exports)"}


def given(one: GivenOut) -> str:
    """One time that something was given out, in a line: when, to whom, in which bundle."""
    whom = one.detail.get("recipient")
    parts = [str(one.at or "")[:10], one.purpose or one.event, f"to {whom}" if whom else ""]
    return "  ".join([*filter(None, parts), *filter(None, [_ENDED[one.finished]])])


def given_json(one: GivenOut) -> dict[str, object]:
    """The same for programs."""
    return {
        "at": one.at, "event": one.event, "purpose": one.purpose, "by": one.by, "incident": one.incident,
        "evidence": list(one.evidence), "finished": one.finished, "detail": dict(one.detail), "device": one.device,
    }  # fmt: skip


def plan_json(plan: Plan) -> dict[str, object]:
    """What a withdrawal will do, for programs."""
    return {
        "withdraws": [
            {"code": t.code, "id": t.id, "what": t.what, "records": len(t.leaves)} for t in plan.targets
        ],
        "evidence": [{"code": row.code, "id": row.id, "size": row.size} for row in plan.evidence],
        "with_it": len(plan.others),
        "mentioned_in": list(plan.mentioned),
        "given_out": [given_json(one) for one in plan.given_out],
        "copies": [{"path": str(place.path), "verified_at": place.at} for place in plan.places],
    }


def erased_json(erased: Erased) -> dict[str, object]:
    """What was erased, for programs."""
    return {
        "erased": erased.objects, "erased_bytes": erased.bytes, "waiting": erased.waiting,
        "waiting_until": erased.until, "failed": dict(erased.failed or {}),
    }  # fmt: skip


def say_erased(erased: Erased) -> None:
    """Says what was erased here, and what is still to be."""
    if erased.objects:
        voice.say(f"Erased here: {counted(erased.objects, 'sealed object')}, {sizes.size(erased.bytes)}.")
        voice.note(
            "flash memory, snapshots and backups of this disk may hold them longer; no program can change that"
        )
    if erased.waiting:
        what = counted(erased.waiting, "sealed object")
        voice.say(
            f"Still here: {what}; the last is erased after {erased.until}, or with `copwatch withdraw --finish --now`."
        )


def fail_erased(erased: Erased) -> None:
    """Raises `Unfinished` where something could not be erased."""
    if erased.failed:
        first, why = next(iter(erased.failed.items()))
        raise Unfinished(
            f"{len(erased.failed)} of the objects could not be erased: {first[:16]}: {why}",
            hint="it is withdrawn all the same; mend that, then run `copwatch withdraw --finish`",
        )


def _some(lines: list[str]) -> list[str]:
    more = len(lines) - MOST
    return [*lines[:MOST], f"  and {more} more"] if more > 0 else lines
