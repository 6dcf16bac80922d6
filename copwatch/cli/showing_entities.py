"""Showing one entity, or all of a kind."""

from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING

from copwatch.catalogue import entities, queries
from copwatch.catalogue.codes import spoken
from copwatch.catalogue.matched import sightings_of
from copwatch.cli import jsonout, tables, voice
from copwatch.cli.entity_text import entity_json, entity_lines, in_brief, sighting_lines
from copwatch.cli.held import held_by, say_held
from copwatch.model.kinds import BY_LETTER, Kind
from copwatch.workflows.finding import not_searched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copwatch.catalogue.shown import Entity
    from copwatch.model.ids import Code
    from copwatch.workflows.session import Session


def show_entity(session: "Session", code: "Code", *, all_versions: bool, json: bool) -> None:
    """What is current, or every version."""
    kind = BY_LETTER[code.prefix]
    found = entities.entity(session.catalogue, kind.name, session.find(code))
    versions = entities.versions(session.catalogue, kind.name, found.id) if all_versions else [*found.heads]
    seen = sightings_of(session.catalogue, found.id) if kind.name == "officer_identity" else []
    if json:
        sightings = {"sightings": [asdict(each) for each in seen]} if kind.name == "officer_identity" else {}
        jsonout.print_json({**entity_json(found, versions), **sightings, "holds": held_by(session, found.id)})
        return
    names, say = queries.names(session.catalogue), partial(spoken, session.catalogue)
    lines = [*entity_lines(found, versions, names, say), *sighting_lines(seen, say)]
    voice.out("".join(f"{line}\n" for line in lines))
    say_held(held_by(session, found.id))
    if found.conflict:
        voice.note(f'to say what holds: copwatch record amend {found.code} --unlock --reason "…"')


def list_entities(session: "Session", kind: Kind, about: "Code | None", *, json: bool) -> None:
    """All of a kind, or those that refer to something."""
    if about is None:
        found = entities.entities(session.catalogue, kind.name)
    else:
        found = entities.mentioning(session.catalogue, kind.name, session.find(about))
    missing = not_searched(session, "listed")
    if json:
        jsonout.print_json({kind.plural: [entity_json(each, each.heads) for each in found]})
    elif not found:
        voice.say(f"No {kind.plural.replace('_', ' ')}{' that your keys open' if missing else ''}.")
    else:
        _table(session, kind, found)
    for each in missing:
        voice.note(each)


def _table(session: "Session", kind: Kind, found: "Sequence[Entity]") -> None:
    say = partial(spoken, session.catalogue)
    rows = [[each.code, in_brief(each, say), "several versions" if each.conflict else ""] for each in found]
    tables.render(["code", kind.label, "note"], rows)
    voice.note(f"one of them whole: copwatch record show {kind.letter}-…")
