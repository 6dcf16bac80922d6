"""`copwatch status`."""

from typing import Annotated

import typer

from copwatch.cli.options import Archive, IdentityFile, Json, PassphraseFile

Unlock = Annotated[bool, typer.Option("--unlock", help="Ask for the passphrase, to say also what is sealed.")]


def command(
    unlock: Unlock = False,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """Say what waits for somebody: what now?

    What may be lost, what other copies have, who waits for approval, what is held apart, and whether the recovery words
    were proven. While the archive is unlocked also what is due, not filed, in conflict and open. Reads and writes no
    evidence.

    Examples:

      copwatch status

      copwatch status --unlock
    """
    from copwatch.cli import jsonout, voice
    from copwatch.cli.keys import keys_at_hand
    from copwatch.cli.opened import archive_at
    from copwatch.text import counted
    from copwatch.workflows.stamping import local_now
    from copwatch.workflows.status import read_status

    opened = archive_at(archive)
    keys = keys_at_hand(opened, unlock, passphrase_file, identity)
    found = read_status(opened, keys, local_now)
    if json:
        items = [
            {"kind": i.kind, "text": i.text, "count": i.count, "run": i.run or None} for i in found.items
        ]
        jsonout.print_json(
            {
                "archive": opened.id, "device": found.device or None, "entries": found.entries, "copies": found.places,
                "items": items, "unlocked": not found.unknown, "charter_version": opened.charter.version,
            }
        )  # fmt: skip
        return
    written = counted(found.entries, "entry", "entries")
    who = f"device {found.device[:8]}, {written}" if found.device else "this computer is no device of it"
    voice.say(f"{opened.layout.folder}: {who}, {counted(found.places, 'verified copy', 'verified copies')}.")
    for item in found.items:
        voice.say_wrapped(f"{item.kind}: {item.text}")
        if item.run:
            voice.say(f"    {item.run}")
    if not found.items:
        voice.say(
            "Nothing waits." if not found.unknown else "Nothing waits, as far as a locked archive shows."
        )
    if found.unknown:
        voice.note(f"{found.unknown}; `copwatch status --unlock` asks for the passphrase")
