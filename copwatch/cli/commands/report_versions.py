"""`copwatch report show`, `history`, `diff`: what was written, and how it came to be."""

from typing import Annotated

import typer

from copwatch.cli.options import Archive, IdentityFile, Incident, Json, PassphraseFile
from copwatch.cli.writing_options import AllVersions

First = Annotated[bool, typer.Option("--first", help="Show the version that was written first.")]


def show(
    incident: Incident,
    all_versions: AllVersions = False,
    first: First = False,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """Show the report of an incident.

    Shown is what is current; where two versions stand side by side, both.

    Example:

      copwatch report show I-7Q2K-D3MX-R --all-versions
    """
    from functools import partial

    from copwatch.catalogue import queries
    from copwatch.catalogue.codes import spoken
    from copwatch.cli import jsonout, voice
    from copwatch.cli.given import one_way
    from copwatch.cli.opened import code_of, session_at
    from copwatch.cli.report_text import first_version, report_json, report_lines

    one_way({"--all-versions": all_versions, "--first": first}, "choose one of them")
    code = code_of(incident, "I")
    with session_at(archive, passphrase_file, identity) as session:
        found = queries.incident(session.catalogue, session.find(code))
        every = queries.report_versions(session.catalogue, found.row.id)
        names = queries.names(session.catalogue)
        shown = every if all_versions else first_version(every) if first else list(found.heads)
        lines = [] if json else report_lines(found, shown, names, partial(spoken, session.catalogue))
    if json:
        jsonout.print_json(report_json(found, shown))
        return
    voice.out("".join(f"{line}\n" for line in lines))
    if found.row.conflict:
        voice.note(f'to say what holds: copwatch report amend {found.row.code} --unlock --reason "…"')


def history(
    incident: Incident,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """Show every version of a report, oldest first: who wrote it, why, and what it changed.

    Example:

      copwatch report history I-7Q2K-D3MX-R
    """
    from copwatch.catalogue import queries
    from copwatch.cli import jsonout
    from copwatch.cli.opened import code_of, session_at
    from copwatch.cli.report_text import report_json
    from copwatch.cli.versions import say_history

    code = code_of(incident, "I")
    with session_at(archive, passphrase_file, identity) as session:
        found = queries.incident(session.catalogue, session.find(code))
        every = queries.report_versions(session.catalogue, found.row.id)
        if json:
            jsonout.print_json(report_json(found, every))
        else:
            say_history(session, every)


def diff(
    first: Annotated[str, typer.Argument(metavar="R-…", help="The earlier version.", show_default=False)],
    second: Annotated[str, typer.Argument(metavar="R-…", help="The later version.", show_default=False)],
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """Show what differs between two versions of a report.

    Example:

      copwatch report diff R-3F9A-77QK-X R-8M2T-Q04V-D
    """
    from functools import partial

    from copwatch.catalogue.codes import spoken
    from copwatch.cli import jsonout, voice
    from copwatch.cli.history import change_json, change_lines
    from copwatch.cli.opened import named_of, session_at
    from copwatch.errors import UsageError

    one, other = named_of(first, "R"), named_of(second, "R")
    with session_at(archive, passphrase_file, identity) as session:
        before, after = session.find_version(one), session.find_version(other)
        if before.incident != after.incident:
            hint = "`copwatch report history I-…` lists those of one"
            raise UsageError("these are versions of two reports", hint=hint)
        if json:
            jsonout.print_json(change_json(before, after))
            return
        lines = change_lines(before, after, partial(spoken, session.catalogue))
    voice.out("".join(f"{line}\n" for line in [f"{before.code} → {after.code}", *lines]))
