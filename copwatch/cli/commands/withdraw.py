"""`copwatch withdraw`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copwatch.cli.options import Archive, IdentityFile, Json, PassphraseFile

if TYPE_CHECKING:
    from copwatch.store.archive import Archive as OpenArchive
    from copwatch.workflows.session import Named
    from copwatch.workflows.withdrawing import Plan

Codes = Annotated[
    list[str] | None,
    typer.Argument(metavar="CODE...", help="E-…, B-…, I-…, R-…, P-… and so on.", show_default=False),
]
Reason = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why; kept, sealed, in the custody log.")
]
AtOnce = Annotated[bool, typer.Option("--now", help="Erase the sealed bytes here now, and not in 30 days.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would happen.")]
Confirm = Annotated[
    str,
    typer.Option("--confirm", metavar="CODE", help="The (first) code once more, where nobody can be asked."),
]
Finish = Annotated[
    bool, typer.Option("--finish", help="Erase what earlier withdrawals left; needs no passphrase.")
]
Undo = Annotated[bool, typer.Option("--undo", help="Say what can still be done after a mistake.")]


def command(
    codes: Codes = None,
    reason: Reason = "",
    at_once: AtOnce = False,
    dry_run: DryRun = False,
    confirm: Confirm = "",
    finish: Finish = False,
    undo: Undo = False,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """Delete evidence, a report or a record for good.

    It is hidden in every copy of the archive as soon as that copy learns of it, and its sealed bytes are erased after
    30 days, or with --now at once. A signed entry says that something went, and the custody log who did it and why.
    What was recorded beside it stays provable. Nothing under a hold is withdrawn. It cannot be undone, so the code has
    to be typed once more. Only the founder's passphrase or the recovery key may withdraw.

    Examples:

      copwatch withdraw E-4H7T-99XA-0 --dry-run

      copwatch withdraw E-4H7T-99XA-0 --reason "consent was withdrawn" --now

      copwatch withdraw --finish
    """
    from copwatch.cli.opened import archive_at, named_of
    from copwatch.errors import Refused, UsageError
    from copwatch.model.kinds import BY_LETTER

    if undo:
        raise Refused(
            "a withdrawal cannot be taken back: every copy that learned of it hides what it names",
            hint="whoever has the file adds it again; until the sealed bytes are erased they stand in objects/ of a"
            " copy, under the names that the ledger lists, and `age -d` opens them with the compartment's identity",
        )
    named = [named_of(text, f"IEBR{''.join(BY_LETTER)}") for text in codes or ()]
    if finish == bool(named):
        raise UsageError("name what is to be withdrawn, or give --finish", hint="copwatch withdraw E-…")
    opened = archive_at(archive)
    if finish:
        _finish(opened, at_once, json)
    else:
        _withdraw(opened, named, reason, at_once, dry_run, confirm, passphrase_file, identity, json)


def _withdraw(
    archive: "OpenArchive", named: "list[Named]", reason: str, at_once: bool, dry_run: bool, confirm: str,
    passphrase_file: Path | None, identity: Path | None, json: bool,
) -> None:  # fmt: skip
    from copwatch.cli import jsonout, prompts, voice
    from copwatch.cli.keys import fresh_keys
    from copwatch.cli.withdrawal_text import erased_json, fail_erased, plan_json, plan_lines, say_erased
    from copwatch.workflows.session import Session
    from copwatch.workflows.stamping import local_now
    from copwatch.workflows.withdrawing import carry_out, plan_withdrawal

    with Session(archive, fresh_keys(archive, passphrase_file, identity)) as session:
        voice.warn_of(session.findings)
        plan = plan_withdrawal(session, named)
        if dry_run and json:
            jsonout.print_json({**plan_json(plan), "done": False})
            return
        voice.tell("\n".join(plan_lines(plan, at_once=at_once)))
        if dry_run:
            voice.note("nothing was changed: this was only shown")
            return
        reason = reason or prompts.line("Why is it withdrawn?", flag="--reason TEXT")
        _confirm(plan, named[0], confirm)
        done = carry_out(session, named, reason, local_now, at_once=at_once)
    if json:
        jsonout.print_json({**plan_json(plan), "done": True, **erased_json(done.erased)})
    else:
        voice.say(
            f"Withdrawn: {', '.join(target.code for target in plan.targets)}. It is hidden here from now on."
        )
        say_erased(done.erased)
        voice.say("Bring it to the other copies: `copwatch copy DIR` for each of them.")
    fail_erased(done.erased)


def _confirm(plan: "Plan", first: "Named", confirm: str) -> None:
    """Raises `Interrupted` unless the first code is typed once more."""
    from copwatch.cli import prompts
    from copwatch.errors import BadInput, Interrupted
    from copwatch.model.ids import parse_code

    word = str(first.code)
    count = "it" if len(plan.targets) == 1 else f"all {len(plan.targets)}"
    typed = confirm or prompts.line(
        f"This cannot be undone. Type {word} to withdraw {count}", flag=f"--confirm {word}"
    )
    try:
        same = parse_code(typed, (first.code.prefix,)) == first.code
    except BadInput:
        same = False
    if not same:
        raise Interrupted("stopped: the code is not the same, and nothing was withdrawn")


def _finish(archive: "OpenArchive", at_once: bool, json: bool) -> None:
    from copwatch.cli import jsonout, voice
    from copwatch.cli.progress import progress
    from copwatch.cli.withdrawal_text import erased_json, fail_erased, say_erased
    from copwatch.workflows.stamping import local_now
    from copwatch.workflows.withdrawing import finish

    erased = finish(archive, local_now, progress(), at_once=at_once)
    if json:
        jsonout.print_json(erased_json(erased))
    elif erased.objects or erased.waiting:
        say_erased(erased)
    else:
        voice.say("There is nothing to erase: nothing that was withdrawn is here.")
    fail_erased(erased)
