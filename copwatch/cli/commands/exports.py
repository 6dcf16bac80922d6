"""`copwatch exports`."""

from typing import TYPE_CHECKING, Annotated

import typer

from copwatch.cli.options import Archive, IdentityFile, Json, PassphraseFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from copwatch.catalogue.given_out import GivenOut
    from copwatch.store.begun_exports import Begun

Holding = Annotated[
    str, typer.Option("--holding", metavar="CODE", help="Only what held this item or incident (E-…, I-…).")
]


def command(
    holding: Holding = "",
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """List what was given out: when, for whom, under which profile.

    Each bundle stands with the number of its items and the hash of its `manifest-sha256.txt`, to tell it from others.
    Who has received something about a person: `copwatch consent P-…`.

    Examples:

      copwatch exports

      copwatch exports --holding E-4H7T-99XA-0
    """
    from copwatch.catalogue import given_out
    from copwatch.catalogue.queries import evidence
    from copwatch.cli import jsonout, tables, voice
    from copwatch.cli.opened import code_of, session_at
    from copwatch.cli.withdrawal_text import given_json
    from copwatch.store.begun_exports import begun

    asked = code_of(holding, "IE") if holding else None
    with session_at(archive, passphrase_file, identity) as session:
        if asked is None:
            found = given_out.given_out(session.catalogue)
        else:
            id = session.find(asked)
            items = (
                {row.id for row in evidence(session.catalogue, incident=id)} if asked.prefix == "I" else {id}
            )
            found = given_out.holding(session.catalogue, items, {id})
        unknown = [(one, begun(session.archive.state, _bundle(one))) for one in found if one.finished is None]
    if json:
        here = [{"bundle": _bundle(one), **_place(place)} for one, place in unknown]
        jsonout.print_json({"exports": [given_json(one) for one in found], "not_known": here})
        return
    if not found:
        voice.say("Nothing that is recorded was given out.")
        return
    numbered = any("bates_first" in one.detail for one in found)
    rows = [
        [str(one.at or "")[:10], str(one.detail.get("bundle", "")), str(one.detail.get("profile", "")),
         str(one.detail.get("recipient", "")), str(len(one.evidence)), str(one.detail.get("manifest", ""))[:16],
         *([_bates(one.detail)] if numbered else []), _SAYS[one.finished] or (one.purpose or "")]
        for one in found
    ]  # fmt: skip
    heads = ["when", "bundle", "profile", "recipient", "items", "manifest begins", "for"]
    tables.render([*heads[:-1], *(["Bates numbers"] if numbered else []), heads[-1]], rows)
    for one, place in unknown:
        voice.warn(f"{_bundle(one)} was begun, and nobody wrote down how it ended: {_stands(place)}")


_SAYS = {True: "", False: "NOT FINISHED", None: "NOT KNOWN TO BE COMPLETE"}


def _bundle(one: "GivenOut") -> str:
    return str(one.detail.get("bundle", ""))


def _place(place: "Begun | None") -> "dict[str, object]":
    if place is None:
        return {"path": None, "exists": None, "parts": []}
    return {"path": str(place.path), "exists": place.exists, "parts": [str(part) for part in place.parts]}


def _stands(place: "Begun | None") -> str:
    """What of a bundle whose end is not known stands on this computer."""
    if place is None:
        return "ask at the computer where it was begun; this one knows of no file"
    if place.exists:
        return f"{place.path} exists here; copwatch verify says which bundle it is, and whether it is whole"
    left = (
        f", and {', '.join(str(part) for part in place.parts)} is left of it; the next export removes it"
        if place.parts
        else ""
    )
    return f"{place.path} does not exist here{left}"


def _bates(detail: "Mapping[str, object]") -> str:
    first, last = (str(detail.get(name, "")) for name in ("bates_first", "bates_last"))
    return f"{first} to {last}" if first else ""
