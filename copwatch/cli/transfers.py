"""How the results of `copwatch copy` and `copwatch merge` are said."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from copwatch import sizes
from copwatch.cli import voice
from copwatch.cli.withdrawal_text import erased_json
from copwatch.errors import IntegrityFailure
from copwatch.proof.findings import Kind

if TYPE_CHECKING:
    from copwatch.proof.findings import Finding
    from copwatch.store.branches import OwnKey
    from copwatch.store.erasing import Erased
    from copwatch.store.transfer import Transferred

WAITING = (
    "this computer waits for approval: what it adds is sealed and kept, and counts once the founder has run "
    "`copwatch device approve`"
)
MOST_SHOWN = 200
"""Findings of one folder that are printed; `--json` has all of them."""


def say_transfer(done: "Transferred", own_key: "OwnKey") -> None:
    """What came, what forked, and what our own key was used for elsewhere."""
    from copwatch.store.branches import OwnKey

    brought = [
        _count(done.entries, "entry", "entries"),
        _count(done.objects, "object", "objects") + (f" ({sizes.size(done.bytes)})" if done.objects else ""),
        _count(done.charters, "charter version", "charter versions"),
    ]
    voice.say(f"Brought {', '.join(brought)}.")
    voice.warn_of([*done.source_findings, *done.destination_findings][:MOST_SHOWN])
    if done.replaced:
        voice.say(
            f"{_count(done.replaced, 'damaged object was', 'damaged objects were')} replaced by proven bytes."
        )
    for device, name in done.forks:
        voice.warn(
            f"the ledger of device {device[:8]} parts in two; the other branch is kept as forks/…/{name}"
        )
    if own_key is OwnKey.AHEAD:
        voice.warn("this computer's key wrote entries that this computer did not remember; now it does")
    if own_key is OwnKey.FORKED:
        voice.warn(
            "two computers wrote with this computer's key: it is not used any more; `copwatch device join FILE` or "
            "`copwatch recover` makes a new one"
        )


def say_erased(erased: "Erased", where: str) -> None:
    """What was withdrawn and is gone there now, or waits to be; and what could not be erased."""
    if erased.objects:
        voice.say(f"Erased {where}, because it was withdrawn: {_count(erased.objects, 'object', 'objects')}.")
    if erased.waiting:
        waiting = _count(erased.waiting, "withdrawn object waits", "withdrawn objects wait")
        voice.note(f"{waiting} {where}, to be erased after {erased.until}")
    for name, why in list((erased.failed or {}).items())[:MOST_SHOWN]:
        voice.warn(f"{name[:16]} was withdrawn and could not be erased {where}: {why}")


def transfer_json(done: "Transferred", own_key: "OwnKey", erased: "Erased") -> dict[str, object]:
    """The same for programs."""
    return {
        "erasure": erased_json(erased),
        "charters": done.charters,
        "entries": done.entries,
        "checkpoints": done.checkpoints,
        "objects": done.objects,
        "bytes": done.bytes,
        "read_back": done.read,
        "replaced": done.replaced,
        "withdrawn": done.withdrawn,
        "ahead": list(done.ahead),
        "forks": [{"device": device, "branch": branch} for device, branch in done.forks],
        "own_key": own_key.name.lower(),
        "heads": {device: {"size": h.size, "hash": h.hash} for device, h in sorted(done.heads.items())},
        "source_findings": findings_json(done.source_findings),
        "destination_findings": findings_json(done.destination_findings),
    }


def findings_json(findings: Sequence["Finding"]) -> list[dict[str, str]]:
    """Findings for programs."""
    return [{"kind": str(f.kind), "where": f.where, "detail": f.detail} for f in findings]


def fail_with(source: Sequence["Finding"], destination: Sequence["Finding"]) -> None:
    """Ends with exit code 3 when something was found; everything that could be done is done by then."""
    failing = [f for f in (*source, *destination) if f.fails]
    if not failing:
        return
    where = "the source" if not destination else "the destination" if not source else "both folders"
    raise IntegrityFailure(
        f"{_count(len(failing), 'thing does', 'things do')} not hold in {where}; the rest was done",
        hint=_hint(failing),
    )


def _hint(failing: Sequence["Finding"]) -> str:
    if any(f.kind is not Kind.FORK for f in failing):
        return "`copwatch doctor --from DIR` mends an archive from another copy"
    if all(f.where == "charter/" for f in failing):
        return "none of them rules until the founder joins them: `copwatch recover`, or the next change of the charter"
    return (
        "both branches are kept, and nothing mends a fork: keep the cards; `copwatch status` says what to do"
    )


def _count(number: int, one: str, more: str) -> str:
    return f"{number:,} {one if number == 1 else more}"
