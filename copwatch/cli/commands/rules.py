"""`copwatch rules`: check, list. What counsel gave to compute dates from."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from copwatch.cli.options import Archive, IdentityFile, Json, PassphraseFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from copwatch.model.rules.rule import Rule

app = typer.Typer(
    help="Check and list the rules from which dates are computed.",
    no_args_is_help=True, rich_markup_mode="rich", add_completion=False,
)  # fmt: skip

File = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="A file of rules (TOML), as docs/rules.md says.", show_default=False),
]


@app.command("check")
def check(file: File, json: Json = False) -> None:
    """Check a file of rules; everything wrong is named.

    Needs no archive. It says as well which rules no attorney confirmed, and which have to be checked again. To have
    dates computed, put the file beside the archive: evidence.rules.toml beside the folder evidence.

    Example:

      copwatch rules check evidence.rules.toml
    """
    from copwatch.cli import due_text, jsonout, voice
    from copwatch.workflows.due import NOT_ADVICE
    from copwatch.workflows.rule_files import read_rules_file
    from copwatch.workflows.stamping import local_now

    today = local_now().date()
    book = read_rules_file(file, today)
    if json:
        rules = [due_text.rule_json(rule) for rule in book.rules]
        days = sorted(day.isoformat() for day in book.holidays)
        jsonout.print_json({"rules": rules, "holidays": days, "note": NOT_ADVICE})
        return
    voice.say(f"{len(book.rules)} rules and {len(book.holidays)} holidays can be read.")
    _show(book.rules, today)
    voice.say(NOT_ADVICE)


@app.command("list")
def list_(
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """List every rule that dates are computed from: shipped reminders, counsel's file, recorded ones.

    Rules that were recorded (copwatch record new rule) are sealed, so it needs the archive's key.

    Example:

      copwatch rules list
    """
    from copwatch.cli import due_text, jsonout, voice
    from copwatch.cli.opened import session_at
    from copwatch.errors import BadInput
    from copwatch.workflows.due import NOT_ADVICE
    from copwatch.workflows.rule_files import all_rules
    from copwatch.workflows.stamping import local_now

    today = local_now().date()
    with session_at(archive, passphrase_file, identity) as session:
        found = all_rules(session.archive, session.catalogue, today)
    if json:
        rules = [due_text.rule_json(rule) for rule in found.rules]
        days = sorted(day.isoformat() for day in found.holidays)
        said: dict[str, Any] = {"rules": rules, "holidays": days, "problems": list(found.problems)}
        jsonout.print_json({**said, "note": NOT_ADVICE})
    else:
        _show(found.rules, today)
        voice.say(NOT_ADVICE)
    if found.problems:
        raise BadInput(
            f"not used: {'; '.join(found.problems)}", hint="`copwatch rules check FILE` names every problem"
        )


def _show(rules: "Sequence[Rule]", today: "date") -> None:
    from copwatch.cli import due_text, tables

    rows = [
        [
            rule.id, rule.jurisdiction, f"{rule.n} {rule.unit.replace('_', ' ')} from {rule.trigger.replace('_', ' ')}",
            "; ".join([
                rule.authority,
                *due_text.checked(rule, (today - rule.checked_on).days, stale=rule.stale(today)),
                *(["shipped"] if rule.shipped else []),
            ]),
        ]
        for rule in rules
    ]  # fmt: skip
    if rows:
        tables.render(["rule", "where", "what", "from"], rows)
