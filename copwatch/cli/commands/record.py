"""`copwatch record`: new, amend, show, list, form. Persons, officers, consents, holds, matters and the other kinds."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from copwatch.cli.options import Archive, IdentityFile, Json, PassphraseFile
from copwatch.cli.writing_options import AllVersions, Edit, From, Keep, Reason, Unlock

if TYPE_CHECKING:
    from copwatch.model.kinds import Kind
    from copwatch.store.archive import Archive as OpenArchive

app = typer.Typer(
    help="Write down people, officers, consents, holds, court dates and more.",
    no_args_is_help=True, rich_markup_mode="rich", add_completion=False,
)  # fmt: skip


def _kinds(incomplete: str) -> list[str]:
    from copwatch.model.kinds import KINDS

    words = [kind.label.replace(" ", "-") for kind in KINDS.values()]
    return [word for word in words if word.startswith(incomplete)]


KindName = Annotated[
    str,
    typer.Argument(
        metavar="KIND", help="person, officer, consent, hold …; `copwatch record kinds` lists all.",
        show_default=False, autocompletion=_kinds,
    ),
]  # fmt: skip
Code = Annotated[str, typer.Argument(metavar="CODE", help="P-…, C-…, M-… and so on.", show_default=False)]
Set = Annotated[
    list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="State a field; FIELD= takes it out.")
]
About = Annotated[
    str, typer.Option("--about", metavar="CODE", help="Only those that refer to this (I-…, P-…, E-… …).")
]


@app.command("kinds")
def kinds(json: Json = False) -> None:
    """List the kinds, and what each is for.

    Example:

      copwatch record kinds
    """
    from copwatch.cli import jsonout, tables
    from copwatch.model.kinds import KINDS

    if json:
        rows = [
            {"kind": k.label, "name": k.name, "letter": k.letter, "about": k.title} for k in KINDS.values()
        ]
        jsonout.print_json({"kinds": rows})
        return
    tables.render(
        ["kind", "code", "what it is"], [[k.label, f"{k.letter}-…", k.title] for k in KINDS.values()]
    )


@app.command("new")
def new(
    kind: KindName,
    set_: Set = None,
    form: From = None,
    edit: Edit = False,
    archive: Archive = None,
    json: Json = False,
) -> None:
    """Write down something new.

    Needs no passphrase. Without --set, --from and --edit the questions of the kind are asked. Names of people belong
    into `identity`, which is sealed apart; everything else calls them P1, P2. What is said on a command line can stay
    in the history of your shell.

    Examples:

      copwatch record new person --set label=P1 --set appears_in=I-7Q2K-D3MX-R/P1

      copwatch record new consent

      copwatch record new court-date --from date.toml
    """
    from copwatch.cli import jsonout, voice
    from copwatch.cli.given import kept, one_way
    from copwatch.cli.opened import archive_at
    from copwatch.model.ids import code
    from copwatch.model.kinds import kind_named
    from copwatch.workflows.entities import new_entity
    from copwatch.workflows.reporting import check_may_write
    from copwatch.workflows.stamping import local_now

    one_way({"--set": bool(set_), "--from": form is not None, "--edit": edit})
    chosen = kind_named(kind)
    opened = archive_at(archive)
    check_may_write(opened)
    fields = _given(opened, chosen, form, set_ or [], edit)
    if fields is None:
        voice.note("nothing was saved")
        return
    unchecked: list[str] = []
    entity = kept(lambda: new_entity(opened, local_now, chosen, fields, unchecked=unchecked))
    for row in dict.fromkeys(unchecked):
        voice.note(f"whether there is a row {row} was not checked: that takes a key (copwatch unlock)")
    if json:
        jsonout.print_json({"code": code(chosen.letter, entity), "id": entity, "kind": chosen.name})
        return
    kept_as = code(chosen.letter, entity)
    voice.say(f"The {chosen.label} is kept as {kept_as}.")
    if chosen.name == "consent":
        _say_of_consent(opened, entity, kept_as, fields)


@app.command("amend")
def amend(
    named: Code,
    set_: Set = None,
    form: From = None,
    edit: Edit = False,
    keep: Keep = None,
    reason: Reason = "",
    unlock: Unlock = False,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """Add a version to what was written down.

    Nothing is overwritten: every version stays, with its reason. With the archive unlocked the new version starts from
    what is current; without a key it states only what you give.

    Examples:

      copwatch record amend C-7Q2K-D3MX-R --set level=0 --reason "taken back"

      copwatch record amend D-7Q2K-D3MX-R --unlock --edit --reason "continued"
    """
    from copwatch.cli.amending import Wish
    from copwatch.cli.opened import code_of, named_of
    from copwatch.cli.versions import Opening, amend_and_say

    about, word = code_of(named, _letters()), named_of(keep, "R") if keep else None
    wish = Wish(reason, form, set_ or (), "", edit, word)
    amend_and_say(about, wish, Opening(archive, unlock, passphrase_file, identity), json=json)


@app.command("show")
def show(
    named: Code,
    all_versions: AllVersions = False,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """Show what was written down: what is current, or with --all-versions every version.

    Example:

      copwatch record show P-7Q2K-D3MX-R --all-versions
    """
    from copwatch.cli.opened import code_of, session_at
    from copwatch.cli.showing_entities import show_entity

    about = code_of(named, _letters())
    with session_at(archive, passphrase_file, identity) as session:
        show_entity(session, about, all_versions=all_versions, json=json)


@app.command("history")
def history(
    named: Code,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """Show every version, oldest first: who wrote it, why, and what it changed.

    Example:

      copwatch record history C-7Q2K-D3MX-R
    """
    from copwatch.catalogue import entities
    from copwatch.cli import jsonout
    from copwatch.cli.entity_text import entity_json
    from copwatch.cli.opened import code_of, session_at
    from copwatch.cli.versions import say_history
    from copwatch.model.kinds import BY_LETTER

    about = code_of(named, _letters())
    with session_at(archive, passphrase_file, identity) as session:
        kind, id = BY_LETTER[about.prefix].name, session.find(about)
        found, versions = (
            entities.entity(session.catalogue, kind, id),
            entities.versions(session.catalogue, kind, id),
        )
        if json:
            jsonout.print_json(entity_json(found, versions))
        else:
            say_history(session, versions)


@app.command("list")
def list_(
    kind: KindName,
    about: About = "",
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """List everything of one kind.

    Examples:

      copwatch record list people

      copwatch record list consents --about P-7Q2K-D3MX-R
    """
    from copwatch.cli.opened import code_of, session_at
    from copwatch.cli.showing_entities import list_entities
    from copwatch.model.kinds import kind_named

    chosen = kind_named(kind)
    wanted = code_of(about, f"IEB{_letters()}") if about else None
    with session_at(archive, passphrase_file, identity) as session:
        list_entities(session, chosen, wanted, json=json)


@app.command("form")
def form(kind: KindName, archive: Archive = None) -> None:
    """Print the form to fill in.

    Example:

      copwatch record form consent > consent.toml
    """
    from copwatch.cli import voice
    from copwatch.cli.forms import schema_here
    from copwatch.model.forms import to_toml
    from copwatch.model.kinds import kind_named

    voice.out(to_toml({}, schema_here(archive), kind_named(kind).name))


def _say_of_consent(archive: "OpenArchive", entity: str, code: str, fields: dict[str, Any]) -> None:
    """What less of it counts than it says, and who is to be told, as far as an unlocked archive shows it."""
    from copwatch.cli import voice
    from copwatch.cli.consent_said import lacking, standing_after, to_be_told
    from copwatch.workflows.unlocking import open_unlocked

    found = standing_after(archive, open_unlocked(archive), fields)
    for line in to_be_told(found, entity, ()) if found else ():
        voice.say_wrapped(line)
    for line in lacking(found, entity, code, fields):
        voice.note(line)


def _letters() -> str:
    from copwatch.model.kinds import BY_LETTER

    return "".join(BY_LETTER)


def _given(
    archive: "OpenArchive", kind: "Kind", form: Path | None, sets: list[str], edit: bool
) -> dict[str, Any] | None:
    """The fields in the way that the person chose; None when they chose not to save."""
    from copwatch.cli.forms import read_edited
    from copwatch.cli.given import assignments, form_from
    from copwatch.cli.prompts import need_terminal
    from copwatch.model.forms import entity_questions, to_toml
    from copwatch.workflows.entities import reading_context
    from copwatch.workflows.own_schema import schema_of

    known, schema = reading_context(archive), schema_of(archive)
    if form is not None:
        return form_from(form, known, kind.name, schema)
    if sets:
        return assignments(sets, known, kind.name, schema, {})[0]
    if edit:
        from copwatch.cli.editing import edit as open_editor

        blank = to_toml({}, schema, kind.name)
        return open_editor(blank, lambda text: read_edited(text, known, schema, kind.name))
    need_terminal(f"give --set FIELD=VALUE, or --from FILE; see `copwatch record form {kind.label}`")
    from copwatch.cli.asking import Interview
    from copwatch.cli.offering import known_to
    from copwatch.workflows.unlocking import open_unlocked

    asked = entity_questions(kind.name, schema)
    offered = known_to(archive, open_unlocked(archive), asked)
    interview = Interview(asked, known, entity=kind.name, known=offered)
    return interview.fields if interview.run() else None
