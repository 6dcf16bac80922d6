"""`copwatch device`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from copwatch.cli.options import Archive, HeardWords, IdentityFile, Json, PassphraseFile, Yes

app = typer.Typer(help="Bring computers into the group, list them, cut one off.", no_args_is_help=True)

InviteFile = Annotated[Path, typer.Argument(metavar="FILE", help="A new file.", show_default=False)]
Invitation = Annotated[
    Path, typer.Argument(metavar="FILE", help="What `device invite` wrote.", show_default=False)
]
Replica = Annotated[
    Path | None,
    typer.Option(
        "--archive",
        envvar="COPWATCH_ARCHIVE",
        metavar="DIR",
        show_default=False,
        help="Where the archive shall stand: a new folder, or a copy of the archive.",
    ),
]
Key = Annotated[
    str,
    typer.Argument(metavar="[DEVICE]", help="The first 8 digits of its key, or all 64.", show_default=False),
]
Device = Annotated[
    str,
    typer.Argument(
        metavar="DEVICE[:HEAD]",
        help="The first 8 digits of its key; behind a colon the twelve words of its last honest entry.",
        show_default=False,
    ),
]
Others = Annotated[
    list[Path] | None,
    typer.Option("--from", metavar="DIR", help="Also look for devices that wait in this copy."),
]
DeviceName = Annotated[str, typer.Option("--name", metavar="NAME", help="What the group calls it; sealed.")]


@app.command("invite")
def invite(file: InviteFile, archive: Archive = None, json: Json = False) -> None:
    """Write an invitation for another computer.

    The file has public facts only: it opens nothing, and may go by any messenger. Whoever carries it could exchange
    it, so read words to each other before you approve the device.

    Example:

      copwatch device invite invitation.json
    """
    from copwatch.cli import jsonout, voice
    from copwatch.cli.opened import archive_at
    from copwatch.store.durable import write_new
    from copwatch.workflows.inviting import write_invitation
    from copwatch.workflows.writing_out import check_new

    opened = archive_at(archive)
    check_new(file, opened)
    write_new(file, write_invitation(opened))
    if json:
        jsonout.print_json({"archive": opened.id, "root": opened.history.root, "file": str(file)})
        return
    voice.say(f"The invitation is in {file}. It names nobody and opens nothing.")
    voice.say("On the other computer: copwatch device join FILE --archive DIR")


@app.command("join")
def join(file: Invitation, archive: Replica = None, json: Json = False) -> None:
    """Make this computer a device that can add at once, and waits for approval.

    Needs no passphrase and can read nothing. What is added here is sealed and kept, and counts once the founder
    has approved this computer.

    Example:

      copwatch device join invitation.json --archive ~/archive
    """
    from copwatch.cli import jsonout, voice
    from copwatch.errors import UsageError
    from copwatch.workflows.given_files import read_given
    from copwatch.workflows.inviting import LARGEST_INVITATION, join_archive, read_invitation

    if archive is None:
        raise UsageError("where shall the archive stand?", hint="name a folder: --archive DIR")
    joined = join_archive(read_invitation(read_given(file, LARGEST_INVITATION)), archive)
    if json:
        jsonout.print_json(
            {
                "archive": joined.archive.id, "device": joined.device, "words": joined.words, "made": joined.made,
                "default": joined.became_default,
            }
        )  # fmt: skip
        return
    voice.say(f"This computer is a device now, and waits for approval: {joined.device[:8]}")
    voice.say_block(
        f"\nRead these words to the founder, by voice:\n\n    {joined.words}\n\n"
        "If the founder has other words, this invitation was exchanged: add nothing here,\n"
        "and remove it with `copwatch device forget`.\n\n"
        f"Its whole key, in case they ask for it:\n    {joined.device}\n\n"
        "You can add at once: copwatch add /media/sd/DCIM"
    )


@app.command("approve")
def approve(
    device: Key = "",
    name: DeviceName = "",
    others: Others = None,
    words: HeardWords = None,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Let what a device added count, after its words were compared by voice.

    Takes the founder's passphrase, or the identity of the recovery words. The device is one that wrote to this
    archive or to the copy named with --from, or is named by its whole key.

    Examples:

      copwatch device approve 3fa91c02 --from /media/stick/archive --name "Bo's"
    """
    from copwatch.cli import jsonout, voice
    from copwatch.cli.agreeing import agree, heard
    from copwatch.cli.keys import fresh_keys
    from copwatch.cli.opened import archive_at
    from copwatch.workflows.devices import approve_device, find_waiting
    from copwatch.workflows.stamping import local_now

    opened = archive_at(archive)
    key = find_waiting(opened, device, others or ())
    if words is None:
        words = heard(f"device {key[:8]}: let them read the eight words aloud that their computer shows")
    keys = fresh_keys(opened, passphrase_file, identity)
    changed = approve_device(opened, keys, key, words, local_now, agree(yes), name=name)
    if json:
        jsonout.print_json({"device": key, "charter_version": changed.charter.version})
        return
    voice.say(f"Device {key[:8]} is approved. Tell them that the words are the same.")
    voice.say("What it added comes with `copwatch merge DIR`; it learns of this with the next copy or merge.")


@app.command("list")
def list_(
    others: Others = None,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """List the devices of the group, and those that wait for approval.

    Names are sealed: they are shown while the archive is unlocked, or with --passphrase-file or --identity.

    Example:

      copwatch device list --from /media/stick/archive
    """
    from copwatch.cli import jsonout, tables
    from copwatch.cli.opened import names_at
    from copwatch.workflows.devices import list_devices

    opened, known, names_known = names_at(archive, passphrase_file, identity)
    names = known.devices
    found = list_devices(opened, others or ())
    if json:
        jsonout.print_json({"devices": [_json(item, names) for item in found], "names_known": names_known})
        return
    rows = [[item.key[:8], names.get(item.key, ""), f"{item.entries}", _said(item)] for item in found]
    tables.render(["device", "name", "entries", "state"], rows)


@app.command("revoke")
def revoke(
    device: Device,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Cut off a device that was lost or taken.

    What it wrote until now goes on counting; what it writes afterwards does not. Merge first what others have
    of it: the last entry in this copy is where it is cut off, unless you name another one by its head.

    Examples:

      copwatch device revoke 3fa91c02
    """
    from copwatch.cli import jsonout, voice
    from copwatch.cli.agreeing import agree
    from copwatch.cli.opened import founder_at
    from copwatch.workflows.devices import revoke_device

    opened, keys = founder_at(archive, passphrase_file, identity)
    changed = revoke_device(opened, keys, device, agree(yes))
    if json:
        jsonout.print_json({"charter_version": changed.charter.version})
        return
    voice.say(f"Cut off (charter version {changed.charter.version}). Other copies learn of it by copying.")
    voice.say("Its key never opened anything; a key that was unlocked on it did: see docs/threat-model.md.")


@app.command("forget")
def forget(archive: Archive = None, yes: Yes = False) -> None:
    """Remove this computer's keys, index and catalogue.

    The archive folder stays, sealed, and this computer is no device of it any more. On solid-state disks, cards and
    sticks the bytes may stay until they are overwritten: only a disk that was encrypted from the first day helps
    (docs/threat-model.md, "Deletion on flash").

    Example:

      copwatch device forget
    """
    from copwatch.cli import prompts, voice
    from copwatch.cli.opened import archive_at
    from copwatch.errors import Refused
    from copwatch.workflows.devices import forget_device, nowhere_else

    opened = archive_at(archive)
    if nowhere_else(opened):
        voice.warn("no verified copy holds all that this computer added; `copwatch copy DIR` makes one")
    voice.tell(
        f"Forgotten is what this computer keeps of {opened.layout.folder}: its device key, the\n"
        "index of recent files, the catalogue, which copies there are. The folder stays."
    )
    if not yes and not prompts.confirm("Forget it?"):
        raise Refused("it was not confirmed", hint="nothing was removed")
    forget_device(opened)
    voice.say("Forgotten. On flash storage the bytes may stay readable until they are overwritten.")
    voice.say(f"The archive itself is still in {opened.layout.folder}; nothing on this computer opens it.")


def _said(item: Any) -> str:
    after = f" after entry {item.last}" if item.last is not None else ""
    return f"{item.state}{after}{', this computer' if item.here else ''}"


def _json(item: Any, names: Any) -> dict[str, object]:
    return {
        "device": item.key, "name": names.get(item.key), "state": item.state.name.lower(), "entries": item.entries,
        "last_entry": item.last, "this_computer": item.here,
    }  # fmt: skip
