"""`copwatch report`: new, amend, show, form, import."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from copwatch.cli.commands import report_paper, report_versions
from copwatch.cli.options import Archive, IdentityFile, Json, PassphraseFile, Yes
from copwatch.cli.writing_options import Edit, From, Keep, Reason, Unlock

if TYPE_CHECKING:
    from copwatch.model.schema import Schema
    from copwatch.model.templates import Template
    from copwatch.store.archive import Archive as OpenArchive

app = typer.Typer(
    help="Write down what happened.", no_args_is_help=True, rich_markup_mode="rich", add_completion=False
)

TemplateName = Annotated[
    str,
    typer.Argument(
        metavar="TEMPLATE",
        help="stop, force, protest, raid, response, arrest, harm_reduction, firearm, deescalation, interference,"
        " survivor or general.",
        show_default=False,
    ),
]
Text = Annotated[
    str,
    typer.Argument(
        metavar="TEXT", help="What happened, in quotes; - reads it from standard input.", show_default=False
    ),
]
LinkTo = Annotated[
    list[str] | None,
    typer.Option("--link", metavar="B-…|E-…", help="File this batch or item under it at once."),
]
EnteredBy = Annotated[
    str | None, typer.Option("--entered-by", metavar="HANDLE", help="Who enters it; a handle, not a name.")
]
Incident = Annotated[str, typer.Argument(metavar="I-…", help="The incident.", show_default=False)]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="FIELD=VALUE", help="State a field anew; FIELD= takes it out."),
]
More = Annotated[str, typer.Option("--text", metavar="TEXT", help="Add to what was observed.")]
TableFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="A table: CSV, or what export-table wrote.", show_default=False)
]
MapFile = Annotated[
    Path | None, typer.Option("--map", metavar="FILE", help="What its columns mean (TOML); see --print-map.")
]
ForAll = Annotated[
    str, typer.Option("--template", metavar="TEMPLATE", help="The template of rows that name none.")
]
Delimiter = Annotated[
    str, typer.Option("--delimiter", metavar="comma|semicolon|tab", help="What stands between its cells.")
]
Check = Annotated[bool, typer.Option("--check", help="Only say what is wrong, and what would be done.")]
PrintMap = Annotated[bool, typer.Option("--print-map", help="Print a mapping with guesses, to be edited.")]


@app.command("new")
def new(
    template: TemplateName = "",
    text: Text = "",
    form: From = None,
    edit: Edit = False,
    link: LinkTo = None,
    entered_by: EnteredBy = None,
    archive: Archive = None,
    json: Json = False,
) -> None:
    """Write the report of a new incident.

    Needs no passphrase. Free text is kept word for word; what it leaves open is named, and can follow later.
    Without text the few questions of the template are asked. Words on a command line can stay in the history of
    your shell: the questions, --edit and standard input leave nothing there.

    Examples:

      copwatch report new raid "6:05 4 agents 5th & Main"

      copwatch report new stop --link B-2VQ8-0F3K-M

      copwatch report new --from report.toml
    """
    from copwatch.cli.given import check_handle, kept, one_way
    from copwatch.cli.opened import archive_at, code_of
    from copwatch.cli.report_said import say_new
    from copwatch.workflows.own_schema import schema_of
    from copwatch.workflows.reporting import check_may_write, new_report, resolve_filed
    from copwatch.workflows.stamping import local_now

    one_way({"TEXT": bool(text), "--from": form is not None, "--edit": edit})
    chosen = _template(template, text)
    check_handle(entered_by)
    codes = [code_of(each, "BE") for each in link or ()]
    opened = archive_at(archive)
    filed = resolve_filed(opened, codes)
    check_may_write(opened)
    fields = _fields(opened, chosen, text, form, edit, schema_of(opened))
    if fields is None:
        _nothing_saved()
        return
    fields = {**_stated_by(chosen), **fields}
    if entered_by and "entered_by" not in fields:
        fields["entered_by"] = entered_by
    incident = kept(lambda: new_report(opened, local_now, chosen.name, fields, filed))
    say_new(incident, chosen, fields, [str(code) for code in codes], json)


@app.command("amend")
def amend(
    incident: Incident,
    form: From = None,
    set_: Set = None,
    text: More = "",
    edit: Edit = False,
    keep: Keep = None,
    reason: Reason = "",
    unlock: Unlock = False,
    entered_by: EnteredBy = None,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """Add a version to a report.

    Nothing is overwritten: every version stays, with its reason. With the archive unlocked the new version starts
    from what is current. Without a key it states only what you give, and stands beside the report until a version
    over both says what holds.

    Examples:

      copwatch report amend I-7Q2K-D3MX-R --set n_officers=5 --reason "on film"

      copwatch report amend I-7Q2K-D3MX-R --unlock --edit --reason "for counsel"
    """
    from copwatch.cli.amending import Wish
    from copwatch.cli.opened import code_of, named_of
    from copwatch.cli.versions import Opening, amend_and_say

    code, word = code_of(incident, "I"), named_of(keep, "R") if keep else None
    wish = Wish(reason, form, set_ or (), text, edit, word, entered_by)
    amend_and_say(code, wish, Opening(archive, unlock, passphrase_file, identity), json=json)


app.command("show")(report_versions.show)
app.command("history")(report_versions.history)
app.command("diff")(report_versions.diff)
app.command("paper")(report_paper.paper)
app.command("enter")(report_paper.enter)


@app.command("form")
def form(template: TemplateName = "", archive: Archive = None) -> None:
    """Print the form to fill in, with the group's own fields.

    Example:

      copwatch report form raid > report.toml
    """
    from copwatch.cli import voice
    from copwatch.cli.forms import schema_here
    from copwatch.model.forms import to_toml
    from copwatch.model.templates import template_named

    voice.out(to_toml(_stated_by(template_named(template or "general")), schema_here(archive)))


@app.command("import")
def import_(
    file: TableFile,
    map_: MapFile = None,
    template: ForAll = "",
    entered_by: EnteredBy = None,
    delimiter: Delimiter = "",
    check: Check = False,
    print_map: PrintMap = False,
    yes: Yes = False,
    archive: Archive = None,
    json: Json = False,
) -> None:
    """Take in a table of reports that were written elsewhere.

    Each row becomes the report of a new incident; needs no passphrase. Columns are named like fields, rows of groups
    with numbers (officers.1.badge_as_seen), or a mapping says what they mean; `template` says of which template each
    row is. Every row is checked first, everything that is wrong is named by row and column, and nothing is taken
    before all of it is right. Rows that came in lately are not taken twice, so that an import that was interrupted can
    be run again.

    Examples:

      copwatch report import reports.csv --check

      copwatch report import --print-map sheet.csv > map.toml

      copwatch report import sheet.csv --map map.toml --entered-by OBS-2
    """
    from copwatch.cli import importing
    from copwatch.cli.forms import schema_here
    from copwatch.cli.given import check_handle
    from copwatch.cli.opened import archive_at
    from copwatch.workflows.reporting import check_may_write

    if print_map:
        importing.print_map(file, delimiter, schema_here(archive))
        return
    check_handle(entered_by)
    opened = archive_at(archive)
    check_may_write(opened)
    importing.import_table(
        opened, importing.Request(file, map_, template, entered_by, delimiter, check, yes, json)
    )


def _template(named: str, text: str) -> "Template":
    from copwatch.errors import UsageError
    from copwatch.model.templates import template_named

    if " " in named.strip() and not text:
        hint = 'for example: copwatch report new general "6:05 4 agents 5th & Main"'
        raise UsageError("the text comes after the name of a template", hint=hint)
    return template_named(named or "general")


def _fields(
    archive: "OpenArchive",
    template: "Template",
    text: str,
    form: Path | None,
    edit: bool,
    schema: "Schema",
) -> dict[str, Any] | None:
    """The fields in the way that the person chose; None when they chose not to save."""
    from copwatch.cli.forms import context, read_edited
    from copwatch.cli.given import form_from, piped_text
    from copwatch.cli.prompts import need_terminal
    from copwatch.model.forms import from_free_text, later_questions, questions, to_toml

    if text:
        return from_free_text(template, piped_text() if text == "-" else text)
    if form is not None:
        return form_from(form, schema=schema)
    if edit:
        from copwatch.cli.editing import edit as open_editor

        blank = to_toml(_stated_by(template), schema)
        return open_editor(blank, lambda given: read_edited(given, context(), schema))
    need_terminal("give TEXT, or --from FILE; `copwatch report form` prints the form")
    from copwatch.cli.asking import Interview
    from copwatch.cli.offering import known_to
    from copwatch.workflows.unlocking import open_unlocked

    asked, later = questions(template, schema), later_questions(template, schema)
    known = known_to(archive, open_unlocked(archive), [*asked, *later])
    interview = Interview(asked, context(), later=later, known=known)
    return interview.fields if interview.run() else None


def _stated_by(template: "Template") -> dict[str, Any]:
    """The one fact that choosing a template states."""
    return {"incident_types": [template.incident_type]} if template.incident_type else {}


def _nothing_saved() -> None:
    from copwatch.cli import voice

    voice.note("nothing was saved")
