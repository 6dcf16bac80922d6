"""`copwatch exports`."""

from typing import TYPE_CHECKING, Annotated

import typer

from copwatch.cli.options import Archive, IdentityFile, Json, PassphraseFile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TypeAlias

    from copwatch.catalogue.given_out import GivenOut
    from copwatch.store.begun_exports import Begun

    Found: TypeAlias = Sequence[GivenOut]
    Unknown: TypeAlias = Sequence[tuple[GivenOut, Begun | None]]
    Incidents: TypeAlias = Mapping[str, Sequence[str]]

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
    """List what was given out: who has what, since when, of which incident.

    The times are local. Each bundle stands with the number of its items and the beginning of the hash of its
    `manifest-sha256.txt`, to tell it from others. Tries that released nothing stand at the end. Who has received
    something about a person: `copwatch consent P-…`.

    Examples:

      copwatch exports

      copwatch exports --holding E-4H7T-99XA-0
    """
    from copwatch.catalogue import given_out
    from copwatch.catalogue.codes import codes
    from copwatch.catalogue.queries import evidence
    from copwatch.cli.opened import code_of, session_at
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
        of = given_out.incidents_of(session.catalogue, found)
        named = codes(session.catalogue, "I", {id for ids in of.values() for id in ids})
    incidents = {leaf: sorted(named[id] for id in ids) for leaf, ids in of.items()}
    if json:
        _print_json(found, unknown, incidents)
    else:
        _say(found, unknown, incidents)


def _print_json(found: "Found", unknown: "Unknown", incidents: "Incidents") -> None:
    from copwatch.cli import jsonout
    from copwatch.cli.withdrawal_text import given_json

    here = [{"bundle": _bundle(one), **_place(place)} for one, place in unknown]
    listed = [{**given_json(one), "incident_codes": incidents[one.leaf]} for one in found]
    jsonout.print_json({"exports": listed, "not_known": here})


def _say(found: "Found", unknown: "Unknown", incidents: "Incidents") -> None:
    from copwatch.cli import voice
    from copwatch.cli.exports_text import exports_lines
    from copwatch.cli.wrapping import width

    if not found:
        voice.say("Nothing that is recorded was given out.")
        return
    voice.say_block("\n".join(exports_lines(found, incidents, width())))
    for one, place in unknown:
        voice.warn(f"{_bundle(one)} was begun, and nobody wrote down how it ended: {_stands(place)}")


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
