"""`copwatch compartment`."""

from typing import Annotated

import typer

from copwatch.cli.options import Archive, IdentityFile, Json, PassphraseFile, Yes

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
    from copwatch.cli.keys import fresh_keys
    from copwatch.cli.opened import archive_at
    from copwatch.workflows.membership import new_compartment
    from copwatch.workflows.stamping import local_now

    opened = archive_at(archive)
    keys = fresh_keys(opened, passphrase_file, identity)
    chosen = [part for part in readers.split(",") if part.strip()]
    changed = new_compartment(opened, keys, name, chosen, local_now, agree(yes))
    made = changed.charter.compartments[-1]
    if json:
        jsonout.print_json({"compartment": made.id, "charter_version": changed.charter.version})
        return
    voice.say(f"The compartment {name} is made. Add to it: copwatch add PATH --compartment {made.id[:8]}")


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
    from copwatch.cli.keys import keys_at_hand
    from copwatch.cli.opened import archive_at
    from copwatch.workflows.membership import compartment_names, readers
    from copwatch.workflows.names import Names, read_names

    opened = archive_at(archive)
    keys = keys_at_hand(opened, False, passphrase_file, identity)
    names = read_names(opened, keys, []) if keys else Names()
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
        jsonout.print_json({"compartments": shown, "names_known": keys is not None})
        return
    rows = [
        [called[c.id], f"{len(c.epochs)}", ", ".join(names.members.get(m.id, m.id[:8]) for m in members)]
        for c, members in found
    ]
    tables.render(["compartment", "keys", "read by"], rows)
