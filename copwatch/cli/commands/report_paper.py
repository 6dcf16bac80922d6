"""`copwatch report paper`, `enter`: blank forms to print, and what was written on one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copwatch.cli.options import Archive, Json
from copwatch.cli.writing_options import Edit, From

if TYPE_CHECKING:
    from copwatch.model.questions import Question
    from copwatch.model.schema import Schema
    from copwatch.model.templates import Template
    from copwatch.model.values import Json as Value
    from copwatch.store.archive import Archive as OpenArchive

TemplateName = Annotated[
    str,
    typer.Argument(metavar="TEMPLATE", help="The template of the form; see report new.", show_default=False),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="The PDF to write; TEMPLATE-form.pdf if left out."),
]
Large = Annotated[bool, typer.Option("--large", help="Type of 18 points; it has 14 otherwise.")]
Size = Annotated[str, typer.Option("--size", metavar="letter|a4", help="The paper it is printed on.")]
GroupName = Annotated[
    str,
    typer.Option("--group", metavar="NAME", help="Print this at its head; nothing names a group otherwise."),
]
Scans = Annotated[
    list[Path], typer.Argument(metavar="SCAN...", help="Scans or photos of the paper.", show_default=False)
]
WrittenBy = Annotated[
    str | None, typer.Option("--written-by", metavar="HANDLE", help="Whose hand it is; a handle, not a name.")
]
TypedBy = Annotated[
    str | None, typer.Option("--typed-by", metavar="HANDLE", help="Who types it in; a handle, not a name.")
]
WrittenAt = Annotated[
    str | None,
    typer.Option("--written-at", metavar="TIME", help="When it was written, if the paper says so."),
]

_OPTIONS = ("--written-by", "--written-at", "--typed-by")


def paper(
    template: TemplateName,
    out: Out = None,
    large: Large = False,
    size: Size = "letter",
    group: GroupName = "",
    archive: Archive = None,
) -> None:
    """Write a blank form to print and fill in by hand.

    It asks what `copwatch report new TEMPLATE` asks, under the same numbers, with the group's own fields where an
    archive is at hand. No archive is needed. Paper is found and seized: it names no group unless --group does.

    Examples:

      copwatch report paper stop --out stop-form.pdf

      copwatch report paper arrest --large --size a4
    """
    from copwatch.cli import voice
    from copwatch.errors import UsageError
    from copwatch.model.schema import SCHEMA
    from copwatch.model.templates import template_named
    from copwatch.typesetting.paper import SIZES, Paper
    from copwatch.workflows.own_schema import schema_of
    from copwatch.workflows.paper import write_form

    chosen = template_named(template)
    if size not in SIZES:
        raise UsageError(f"there is no paper size {size}", hint=" or ".join(SIZES))
    opened = _archive_at_hand(archive)
    schema = schema_of(opened) if opened else SCHEMA
    place = out or Path(f"{chosen.name}-form.pdf")
    undrawn = write_form(place, chosen, Paper(size, large, group), schema, opened)
    voice.say(f"The form is in {place}.")
    if undrawn:
        voice.warn(f"no font at hand draws these, so they stand as numbers: {' '.join(undrawn)}")


def enter(
    template: TemplateName,
    scans: Scans,
    written_by: WrittenBy = None,
    typed_by: TypedBy = None,
    written_at: WrittenAt = None,
    form: From = None,
    edit: Edit = False,
    archive: Archive = None,
    json: Json = False,
) -> None:
    """Type in a report that was written on paper, with its scan.

    Needs no passphrase. The scan comes in first, as evidence; then the questions of the template are asked, numbered
    as on the paper. The report says whose hand it is and, apart from that, who typed it in. Type what stands there:
    what you know beyond it is an amendment.

    Examples:

      copwatch report enter stop scan.pdf --written-by OBS-7 --typed-by OBS-2

      copwatch report enter arrest p1.jpg p2.jpg \\
          --written-by OBS-7 --typed-by OBS-2 --from typed.toml
    """
    from copwatch.cli import voice
    from copwatch.cli.given import form_from, kept, one_way
    from copwatch.cli.opened import archive_at
    from copwatch.cli.progress import progress
    from copwatch.cli.prompts import need_terminal
    from copwatch.cli.report_said import say_new
    from copwatch.model.templates import template_named
    from copwatch.workflows.collecting import check_there
    from copwatch.workflows.own_schema import schema_of
    from copwatch.workflows.paper import enter_report, take_scans
    from copwatch.workflows.reporting import check_may_write
    from copwatch.workflows.stamping import local_now

    one_way({"--from": form is not None, "--edit": edit})
    chosen = template_named(template)
    for path in scans:
        check_there(path)
    opened = archive_at(archive)
    schema = schema_of(opened)
    check_may_write(opened)
    if form is None and not edit:
        need_terminal("give --from FILE; `copwatch report form` prints the form")
    # A form that is wrong is found before anything comes in.
    given = form_from(form, schema=schema) if form is not None else None
    head = _head((written_by, written_at, typed_by), given or {}, schema)
    taken = take_scans(opened, scans, head["entered_by"], chosen, local_now, progress())
    voice.note(f"the scan is in: {', '.join(taken.codes)}; keep the paper too, a court may ask for it")
    if taken.codes_before:
        voice.warn(f"in before: {', '.join(taken.codes_before)}; was this paper typed in already?")
    fields = given if given is not None else _typed(opened, chosen, schema, head, edit=edit)
    if fields is None:
        voice.note("no report was saved; the scan stays, and the same command again does not take it twice")
        return
    whole = {**chosen.stated, **fields, **head}
    incident = kept(lambda: enter_report(opened, local_now, chosen, whole, taken))
    say_new(incident, chosen, whole, taken.codes, json)


def _archive_at_hand(named: Path | None) -> "OpenArchive | None":
    """The archive that is named, or the default one if there is one."""
    from copwatch.cli.opened import archive_at
    from copwatch.errors import NotFound

    try:
        return archive_at(named)
    except NotFound:
        if named is not None:
            raise
        return None


def _head(
    options: "tuple[str | None, ...]", given: "dict[str, Value]", schema: "Schema"
) -> "dict[str, Value]":
    """What the head of the paper says: from the options, from the form, or asked.

    Raises:
        BadInput: one of them does not fit.
        UsageError: a handle is missing, and there is no terminal.
    """
    from copwatch.model.questions import paper_questions

    head = {}
    for question, option, said in zip(paper_questions(schema), _OPTIONS, options, strict=True):
        value = _said(question, option, said, given)
        if value is not None:
            head[question.field.name] = value
    return head


def _said(question: "Question", option: str, said: str | None, given: "dict[str, Value]") -> "Value | None":
    import sys

    from copwatch.cli import voice
    from copwatch.cli.asking import ask
    from copwatch.cli.forms import context
    from copwatch.errors import UsageError
    from copwatch.model.values import Handle

    held = given.get(question.field.name)
    if said is not None:
        return question.parse(said, context())
    if held is not None:
        return held
    needed = isinstance(question.field.type, Handle)
    if not voice.is_terminal(sys.stdin):
        if needed:
            raise UsageError(f"who it was is missing: {question.text}", hint=f"use {option} HANDLE")
        return None
    while True:
        value = ask(question, context(), f"\nThe head of the paper: {question.text}?")
        if value is not None or not needed:
            return value
        voice.warn("a handle is needed; unknown is an answer too")


def _typed(
    archive: "OpenArchive", template: "Template", schema: "Schema", head: "dict[str, Value]", *, edit: bool
) -> "dict[str, Value] | None":
    """What stands on the paper, typed at the prompts or in the editor; None when it is not to be saved."""
    from copwatch.cli.asking import Interview
    from copwatch.cli.forms import context, read_edited
    from copwatch.cli.offering import known_to
    from copwatch.model.forms import to_toml
    from copwatch.model.questions import later_questions, questions
    from copwatch.workflows.unlocking import open_unlocked

    start = {**template.stated, **head}
    if edit:
        from copwatch.cli.editing import edit as open_editor

        return open_editor(to_toml(start, schema), lambda text: read_edited(text, context(), schema))
    asked, later = questions(template, schema), later_questions(template, schema)
    known = known_to(archive, open_unlocked(archive), [*asked, *later])
    interview = Interview(asked, context(), start, later=later, known=known)
    return interview.fields if interview.run() else None
