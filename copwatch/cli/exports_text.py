"""What was given out, as people read it: who has what first, then what may have gone out, then what did not."""

from collections.abc import Iterator, Mapping, Sequence

from copwatch.catalogue.given_out import GivenOut
from copwatch.cli.rows import minute
from copwatch.cli.wrapping import wrapped
from copwatch.text import clean, counted

_MOST = 5
"""Tries that released nothing are named one by one up to here; `--json` names all."""
_NOT_SAID = "Nobody wrote down who received:"
_NOT_KNOWN = "NOT KNOWN TO BE COMPLETE, something may have been given out:"
_INDENT, _MANIFEST = 2, 16

Incidents = Mapping[str, Sequence[str]]
"""The codes of the incidents that something was of, by its leaf."""


def exports_lines(found: Sequence[GivenOut], incidents: Incidents, cells: int) -> list[str]:
    """Blocks with an empty line between them, each under its head: one for each recipient, in the order of names."""
    out = [one for one in found if one.finished]
    unknown = [one for one in found if one.finished is None]
    names = sorted({_recipient(one) for one in out}, key=lambda name: (not name, name.casefold()))
    blocks = [
        [*wrapped(f"{name} has:" if name else _NOT_SAID, cells),
         *_rows([one for one in out if _recipient(one) == name], incidents, cells)]
        for name in names
    ]  # fmt: skip
    if unknown:
        blocks.append([*wrapped(_NOT_KNOWN, cells), *_rows(unknown, incidents, cells, named=True)])
    tries = [*_tries([one for one in found if one.finished is False], incidents)]
    return [line for block in filter(None, [*blocks, tries]) for line in ("", *block)][1:]


def _rows(
    given: Sequence[GivenOut], incidents: Incidents, cells: int, *, named: bool = False
) -> Iterator[str]:
    """When, which bundle, of which incident; below that what it is; with `named` also for whom."""
    for one in given:
        whom = f"for {_recipient(one)}" if named and _recipient(one) else ""
        column = _INDENT + len(minute(one.at)) + 2
        yield _first(one, incidents)
        for text in filter(None, [whom, _form(one), _told_by(one), _own_purpose(one)]):
            yield from (" " * column + line for line in wrapped(text, cells - column))


def _tries(failed: Sequence[GivenOut], incidents: Incidents) -> Iterator[str]:
    if failed:
        yield f"{counted(len(failed), 'try', 'tries')} that ended early: nothing was released."
        for one in failed[-_MOST:]:
            yield _first(one, incidents)
    if len(failed) > _MOST:
        yield f"{' ' * _INDENT}and {len(failed) - _MOST} before these (--json names all)"


def _first(one: GivenOut, incidents: Incidents) -> str:
    bundle = str(one.detail.get("bundle") or (one.purpose or "").partition(" ")[0])
    whole = [minute(one.at), bundle if bundle.startswith("BUNDLE-") else one.event, *incidents[one.leaf]]
    return " " * _INDENT + clean("  ".join(filter(None, whole)))


def _form(one: GivenOut) -> str:
    """Under which profile, in what form and how much; nothing of what an older copwatch wrote down."""
    if not one.detail:
        return ""
    sealed = {1: "sealed", 0: "plain folder"}.get(one.detail.get("sealed", -1), "")
    parts = [str(one.detail.get("profile", "")), sealed, counted(len(one.evidence), "item")]
    return ", ".join(filter(None, parts))


def _told_by(one: GivenOut) -> str:
    """What tells it from others: its numbers, and the hash of its manifest."""
    first, last = (str(one.detail.get(name, "")) for name in ("bates_first", "bates_last"))
    manifest = str(one.detail.get("manifest", ""))[:_MANIFEST]
    parts = [f"{first} to {last}" if first else "", f"manifest begins {manifest}" if manifest else ""]
    return ", ".join(filter(None, parts))


def _own_purpose(one: GivenOut) -> str:
    """What it was for, without what the program writes before it."""
    told = f"{one.detail.get('bundle')} for {one.detail.get('profile')}."
    said = (one.purpose or "").removeprefix(told).strip()
    return f"for: {said}" if said else ""


def _recipient(one: GivenOut) -> str:
    return clean(str(one.detail.get("recipient", "")))
