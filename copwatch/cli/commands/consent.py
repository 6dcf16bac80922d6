"""`copwatch consent`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from copwatch.cli.options import Archive, IdentityFile, Json, PassphraseFile

if TYPE_CHECKING:
    from copwatch.catalogue.shown import Entity
    from copwatch.model.consents import Guard
    from copwatch.workflows.consenting import Standing

Person = Annotated[str, typer.Argument(metavar="P-…", help="The person.", show_default=False)]


def command(
    person: Person,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """Show what a person agreed to, what counts of it now, and who has received what.

    Where less counts now than once did, everything that went out is to be recalled: tell each of them. Copies that
    were given out cannot be called back by any program.

    Example:

      copwatch consent P-7Q2K-D3MX-R
    """
    from copwatch.cli import jsonout
    from copwatch.cli.opened import code_of, session_at
    from copwatch.workflows.consenting import standing_of
    from copwatch.workflows.stamping import local_now

    asked = code_of(person, "P")
    with session_at(archive, passphrase_file, identity) as session:
        found = standing_of(session, session.find(asked), local_now().date())
    if json:
        jsonout.print_json(_as_json(found))
    else:
        _show(found)


def _show(found: "Standing") -> None:
    from copwatch.cli import tables, voice
    from copwatch.cli.withdrawal_text import given
    from copwatch.workflows.consenting import level_words

    why = [word for word, so in (("a minor", found.guard.minor), ("a survivor", found.guard.survivor)) if so]
    voice.say(f"{found.code}  {found.label}" + (f"  ({' and '.join(why)}: starts at level 0)" if why else ""))
    for consent in found.consents:
        beside = "; versions stand side by side, and the most restrictive counts" if consent.conflict else ""
        voice.say_wrapped(f"{consent.code}  {_state(consent, found.guard)}{beside}")
    if not found.consents:
        voice.say("No consent was written down: nobody was asked, as far as the records say.")
    if found.counts:
        rows = [
            [each.subject.replace("_", " "), level_words(each.ceiling), ", ".join(each.purposes).replace("_", " "),
             ", ".join(each.refused).replace("_", " ")]
            for each in found.counts
        ]  # fmt: skip
        tables.render(["about", "at most", "yes to", "no to"], rows)
    if found.given_out:
        voice.say("To be recalled:" if found.recall else "Given out, of the incidents in which they appear:")
        for one in found.given_out:
            voice.say(f"  {given(one)}")
    elif found.recall:
        voice.say("Nothing that is recorded went out: there is nobody to recall it from.")
    if found.recall:
        voice.say("It also stands in copies of the archive:")
        for place in found.places:
            voice.say(f"  {place.path}, verified {place.at[:10]}")
        voice.say(f"  and with every device of the archive: {found.devices}")
        voice.note("what is to be deleted as well: copwatch withdraw E-…")
    if not found.names_read:
        voice.note("no record of who this is was read here, so nobody can say here whether they are a minor")


def _state(consent: "Entity", guard: "Guard") -> str:
    from copwatch.workflows.consenting import is_taken_back, why_not

    if is_taken_back(consent):
        return "withdrawn"
    why = why_not(consent, guard)
    return f"stands, and counts as level 0: {why}" if why else "stands"


def _as_json(found: "Standing") -> dict[str, Any]:
    from copwatch.cli.withdrawal_text import given_json
    from copwatch.model.consents import NOT_ASKED
    from copwatch.workflows.consenting import is_taken_back, why_not

    return {
        "person": found.code, "label": found.label, "minor": found.guard.minor, "survivor": found.guard.survivor,
        "names_read": found.names_read,
        "consents": [
            {"code": each.code, "id": each.id, "withdrawn": is_taken_back(each), "conflict": each.conflict,
             "why_not": "" if is_taken_back(each) else why_not(each, found.guard)}
            for each in found.consents
        ],
        "counts": [
            {"subject": each.subject, "level": None if each.ceiling is NOT_ASKED else each.ceiling,
             "purposes": list(each.purposes), "refused": list(each.refused), "lowered": each.lowered}
            for each in found.counts
        ],
        "given_out": [given_json(one) for one in found.given_out],
        "copies": [{"path": str(place.path), "verified_at": place.at} for place in found.places],
        "devices": found.devices, "recall": found.recall,
    }  # fmt: skip
