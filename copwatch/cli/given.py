"""What a person gives for a report: a form from a file or standard input, fields on the command line, a decision."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from copwatch.cli import voice
from copwatch.cli.answers import read_answer
from copwatch.cli.forms import read_form, telling_zone
from copwatch.cli.prompts import need_terminal
from copwatch.cli.report_text import Spoken, as_it_is, said
from copwatch.cli.wrapping import hanging, width
from copwatch.errors import BadInput, Busy, UsageError
from copwatch.model.fields import Problem
from copwatch.model.forms import LONGEST_FORM, BadForm, parse_json, parse_toml
from copwatch.model.row_words import in_row, with_rows
from copwatch.model.schema import SCHEMA, Schema
from copwatch.model.values import Context, Handle, Json, Nested
from copwatch.workflows.amending import Said, Start

STANDARD_INPUT = Path("-")

T = TypeVar("T")


def form_from(
    path: Path, known: Context | None = None, entity: str = "report", schema: Schema = SCHEMA
) -> dict[str, Any]:
    """The fields of a form: TOML or JSON, from a file, or from standard input for `-`.

    Raises:
        BadInput: it is no form, states nothing, or has problems: all of them are named.
    """
    read = read_form(path, known, entity, schema) if path != STANDARD_INPUT else None
    fields = _piped_form(known, entity, schema) if read is None else read
    if not fields:
        raise BadInput("the form states nothing", hint="take away the # before the lines that you fill in")
    return fields


def piped_text() -> str:
    """Everything on standard input, as text. Raises `BadInput`."""
    if sys.stdin is None:
        raise BadInput("there is no standard input", hint="name a file")
    data = sys.stdin.buffer.read(4 * LONGEST_FORM + 1)
    if len(data) > 4 * LONGEST_FORM:
        raise BadInput(
            f"standard input is longer than {LONGEST_FORM} characters",
            hint="long texts are added as evidence",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput("standard input is not text in UTF-8", hint="save it as UTF-8 text") from None


def assignments(
    given: Iterable[str],
    known: Context | None = None,
    entity: str = "report",
    schema: Schema = SCHEMA,
    base: Mapping[str, Json] | None = None,
) -> tuple[dict[str, Json], list[str]]:
    """The fields of `--set FIELD=VALUE`, and the names of those that are taken out (`FIELD=`).

    `officers.1.badge_as_seen=4411` states a field in a row of `base`; where there is none, the rows are not known.

    Raises:
        BadInput: all that is wrong with any of them.
    """
    stated: dict[str, str] = {}
    rows: list[tuple[str, str]] = []
    problems = []
    for text in given:
        name, equals, value = text.partition("=")
        name = name.strip()
        field = schema.field(entity, name)
        if not equals:
            problems.append(Problem(name[:64], "write FIELD=VALUE"))
        elif name in stated or name in dict(rows):
            problems.append(Problem(name[:64], "is set twice"))
        elif field is not None and isinstance(field.type, Nested) and value.strip():
            problems.append(Problem(name, "has rows; change it with --edit or --from FILE"))
        elif equals and in_row(name, entity, schema):
            if base is None:
                problems.append(Problem(name[:64], "which rows there are is sealed; unlock first (--unlock)"))
            rows.append((name, value))
            continue
        stated[name] = value
    with telling_zone(known) as noting:
        fields, wrong = schema.read(entity, stated, noting)
        groups, odd = with_rows(base or {}, rows, noting, schema, entity)
    fields |= groups
    wrong += odd if base is not None else []
    out = [name for name, value in stated.items() if not value.strip()]
    wrong += [Problem(name[:64], "no such field") for name in out if not schema.field(entity, name)]
    named = {problem.path for problem in problems}
    if problems or wrong:
        raise BadForm([*problems, *(problem for problem in wrong if problem.path not in named)])
    return fields, out


def check_handle(handle: str | None) -> None:
    """Raises `BadInput` for a handle that no record could hold, before anything is asked or done."""
    reasons = Handle().check(handle) if handle is not None else []
    if reasons:
        raise BadInput(f"--entered-by {handle}: {reasons[0]}", hint=Handle().hint())


def one_way(given: Mapping[str, bool], hint: str = "give the report in one way") -> None:
    """Raises `UsageError` when more than one of several ways, by name, was used."""
    used = [name for name, is_used in given.items() if is_used]
    if len(used) > 1:
        raise UsageError(f"{' and '.join(used)} exclude each other", hint=hint)


def decisions(start: Start, given: Iterable[str], spoken: Spoken = as_it_is) -> dict[str, str]:
    """Asks, for each field in which the versions differ and that is not given anew, whose word holds."""
    stated = set(given)
    return {
        name: _decision(start.entity, name, said, spoken)
        for name, said in start.differing.items()
        if name not in stated
    }


def kept(write: Callable[[], T]) -> T:
    """Runs what writes; a person who is told that another copwatch writes can try again, and loses nothing typed."""
    while True:
        try:
            return write()
        except Busy as busy:
            if not voice.is_terminal(sys.stdin):
                raise
            voice.warn(busy.message)
            if read_answer("Try again? [Y/n]").strip().lower() in {"n", "no"}:
                raise


def reason_given(given: str) -> str:
    """Why something is amended; asked where it was not said. Raises `UsageError` when nobody says it."""
    if given.strip():
        return given
    need_terminal('an amendment needs --reason TEXT, such as --reason "badge read from the video"')
    answer = read_answer("Why is it amended?")
    if not answer.strip():
        raise UsageError("an amendment needs a reason", hint="nothing was saved; use --reason TEXT")
    return answer


def _decision(entity: str, name: str, said: tuple[Said, ...], spoken: Spoken) -> str:
    voice.tell(f"\nThe versions differ in: {name.replace('_', ' ')}")
    for number, each in enumerate(said, 1):
        label = f"{number:>3} {each.code}"
        text = in_words(name, each.value, entity, spoken)
        lines = hanging(label, text, indent=0, column=20, cells=width())
        voice.tell("\n".join(lines))
    while True:
        answer = read_answer(f"Which holds? [1-{len(said)}]").strip()
        if answer.isdecimal() and answer.isascii() and 1 <= int(answer[:4]) <= len(said):
            return said[int(answer) - 1].code
        voice.warn("answer with the number of one of them")


def in_words(name: str, value: Json | None, entity: str = "report", spoken: Spoken = as_it_is) -> str:
    """A value for comparing: a group with everything in its rows, an id by the code that people know."""
    field = SCHEMA.field(entity, name)
    if value is None:
        return "not asked"
    if field is None or field.type.check(value):
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if not isinstance(field.type, Nested) or field.type.is_not_known(value):
        return said(field.type, value, spoken)
    rows = [row for row in (value if isinstance(value, list) else [value]) if isinstance(row, dict)]
    texts = [_row(field.type.entity, row, spoken) for row in rows]
    return (
        "; ".join(f"{n}: {text}" for n, text in enumerate(texts, 1)) if isinstance(value, list) else texts[0]
    )


def _row(entity: str, row: dict[str, Json], spoken: Spoken) -> str:
    return ", ".join(
        f"{name.replace('_', ' ')} {in_words(name, value, entity, spoken)}" for name, value in row.items()
    )


def _piped_form(known: Context | None, entity: str, schema: Schema) -> dict[str, Any]:
    text = piped_text()
    read = parse_json if text.lstrip().startswith("{") else parse_toml
    with telling_zone(known) as noting:
        return read(text, noting, schema, entity)
