"""`copwatch compartment`."""

from typing import Annotated

import typer

from copwatch.cli.options import Archive, IdentityFile, Incident, Json, PassphraseFile, Yes

app = typer.Typer(help="Keep apart what not every member may read.", no_args_is_help=True)

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="What it shall be called; sealed.", show_default=False)
]
Readers = Annotated[
    str,
    typer.Option(
        "--readers", metavar="NAMES", help="Members who read it, with commas between, besides the founder."
    ),
]
Into = Annotated[
    str, typer.Argument(metavar="COMPARTMENT", help="Its name, or the 8 digits of it.", show_default=False)
]
Reason = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why; kept, sealed, in the custody log.")
]
AtOnce = Annotated[
    bool, typer.Option("--now", help="Erase the old sealed bytes here now, and not in 30 days.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would happen.")]


@app.command("new")
def new(
    name: Name,
    readers: Readers = "",
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Make a compartment that only some members read.

    The founder and the recovery key read every compartment. Takes the founder's passphrase.

    Example:

      copwatch compartment new minors --readers LEGAL-1
    """
    from copwatch.cli import jsonout, voice
    from copwatch.cli.agreeing import agree
    from copwatch.cli.opened import founder_at
    from copwatch.workflows.membership import new_compartment
    from copwatch.workflows.stamping import local_now

    opened, keys = founder_at(archive, passphrase_file, identity)
    chosen = [part for part in readers.split(",") if part.strip()]
    changed = new_compartment(opened, keys, name, chosen, local_now, agree(yes))
    made = changed.charter.compartments[-1]
    if json:
        jsonout.print_json({"compartment": made.id, "charter_version": changed.charter.version})
        return
    voice.say(f"The compartment {name} is made. Add to it: copwatch add PATH --compartment {made.id[:8]}")


@app.command("move")
def move(
    incident: Incident,
    compartment: Into,
    reason: Reason = "",
    at_once: AtOnce = False,
    dry_run: DryRun = False,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Move an incident where fewer people read it.

    Its reports, links and evidence go, and what names nothing but it. Everything keeps its place in the ledger and
    stays provable. The sealed objects are made anew, and the old ones are erased after 30 days, or with --now at once.
    What somebody opened or copied before stays readable to them. Takes the founder's passphrase or the recovery key.

    Examples:

      copwatch compartment move I-7Q2K-D3MX-R minors --dry-run

      copwatch compartment move I-7Q2K-D3MX-R minors --reason "a child is in it"
    """
    from copwatch.cli import jsonout, voice
    from copwatch.cli.moving_text import agree, move_json, move_lines
    from copwatch.cli.opened import code_of, founder_at
    from copwatch.cli.progress import progress
    from copwatch.cli.withdrawal_text import erased_json, fail_erased, say_erased
    from copwatch.workflows.moving import carry_out, plan_move
    from copwatch.workflows.session import Session
    from copwatch.workflows.stamping import local_now

    code = code_of(incident, "I")
    with Session(*founder_at(archive, passphrase_file, identity)) as session:
        voice.warn_of(session.findings)
        if dry_run:
            plan = plan_move(session, code, compartment)
            if json:
                jsonout.print_json({**move_json(plan), "done": False})
                return
            voice.tell("\n".join(move_lines(plan, at_once=at_once)))
            voice.note("nothing was changed: this was only shown")
            return
        plan, done = carry_out(
            session, code, compartment, local_now, progress(), reason=reason, at_once=at_once,
            agree=agree(yes, at_once=at_once),
        )  # fmt: skip
    if json:
        jsonout.print_json({**move_json(plan), "done": True, **erased_json(done.erased)})
    else:
        voice.say(f"{plan.code} is in {plan.name} now. What is written about it goes there too.")
        say_erased(done.erased)
        voice.say("Bring it to the other copies: `copwatch copy DIR` for each of them.")
    fail_erased(done.erased)


@app.command("list")
def list_(
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """List the compartments, and who reads each.

    Names are sealed: they are shown while the archive is unlocked, or with --passphrase-file or --identity.

    Example:

      copwatch compartment list
    """
    from copwatch.cli import jsonout, tables
    from copwatch.cli.opened import names_at
    from copwatch.workflows.membership import compartment_names, readers

    opened, names, known = names_at(archive, passphrase_file, identity)
    called = compartment_names(opened, names)
    found = [(c, readers(opened.charter, c.id)) for c in opened.charter.compartments]
    if json:
        shown = [
            {
                "compartment": c.id, "name": names.compartments.get(c.id), "keys": len(c.epochs),
                "members": [m.id for m in members],
            }
            for c, members in found
        ]  # fmt: skip
        jsonout.print_json({"compartments": shown, "names_known": known})
        return
    rows = [
        [called[c.id], f"{len(c.epochs)}", ", ".join(names.members.get(m.id, m.id[:8]) for m in members)]
        for c, members in found
    ]
    tables.render(["compartment", "keys", "read by"], rows)
