"""Reading report forms from files, for commands."""

from pathlib import Path
from typing import Any

from copwatch.errors import BadInput
from copwatch.model.forms import LONGEST_FORM, parse_json, parse_toml
from copwatch.model.schema import SCHEMA, Schema
from copwatch.model.values import Context


def context() -> Context:
    """What forms may leave out and this computer knows: its zone."""
    from copwatch.workflows.stamping import form_context

    return form_context()


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
    return read(text, known or context(), schema, entity)
