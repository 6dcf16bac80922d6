"""Reading report forms from files, for commands."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from copwatch.cli import voice
from copwatch.errors import BadInput, NotFound
from copwatch.model.forms import LONGEST_FORM, parse_json, parse_toml
from copwatch.model.schema import SCHEMA, Schema
from copwatch.model.values import Context


def context() -> Context:
    """What forms may leave out and this computer knows: its zone."""
    from copwatch.workflows.stamping import form_context

    return form_context()


def schema_here(named: Path | None) -> Schema:
    """The schema of the archive that is used; that of this version where there is no archive."""
    from copwatch.store.archive import find_archive
    from copwatch.workflows.own_schema import schema_at

    try:
        return schema_at(find_archive(named))
    except NotFound:
        return SCHEMA


@contextmanager
def telling_zone(known: Context | None = None) -> Iterator[Context]:
    """A context for reading; says afterwards which zone was taken for times that were written without one."""
    found = known or context()
    taken: list[bool] = []
    yield replace(found, zone_taken=lambda: taken.append(True))
    if taken and found.now is not None:
        voice.note(f"times without a zone are taken as {zone_name(found.now)}, the zone of this computer")


def zone_name(now: datetime) -> str:
    """The zone of this computer as people know it."""
    return getattr(now.tzinfo, "key", "") or now.strftime("UTC%z")


def read_edited(
    text: str, known: Context | None = None, schema: Schema = SCHEMA, entity: str = "report"
) -> dict[str, Any]:
    """The fields of a form that stood in an editor. Raises `BadInput` with every problem."""
    with telling_zone(known) as noting:
        return parse_toml(text, noting, schema, entity)


def read_form(
    path: Path, known: Context | None = None, entity: str = "report", schema: Schema = SCHEMA
) -> dict[str, Any]:
    """The fields of a form file: JSON where its name says so, else TOML. Raises `BadInput` with every problem."""
    from copwatch.workflows.given_files import read_given

    data = read_given(path, 4 * LONGEST_FORM)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not text in UTF-8", hint="save it as UTF-8 text") from error
    read = parse_json if path.suffix.lower() == ".json" else parse_toml
    with telling_zone(known) as noting:
        return read(text, noting, schema, entity)
