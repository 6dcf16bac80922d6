"""`copwatch recover`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copwatch.cli.options import Archive, IdentityFile, Json, PassphraseFile, Yes

if TYPE_CHECKING:
    from copwatch.store.archive import Archive as OpenArchive
    from copwatch.store.keys import Keys
    from copwatch.workflows.rekeying import Recovered

Words = Annotated[bool, typer.Option("--words", help="Type the 24 recovery words from paper.")]
WordsFile = Annotated[
    Path | None, typer.Option("--words-file", metavar="FILE", help="Read the 24 recovery words from FILE.")
]
NewFile = Annotated[
    Path | None,
    typer.Option(
        "--new-passphrase-file", metavar="FILE", help="With the words: the new passphrase (one line)."
    ),
]
Revoke = Annotated[
    list[str] | None,
    typer.Option(
        "--revoke",
        metavar="DEVICE[:HEAD]",
        help="A lost device (8 digits of its key or more) that no longer counts after what is in this copy, or after "
        "the entry of HEAD (twelve words from paper).",
    ),
]
DeviceName = Annotated[
    str | None, typer.Option("--device-name", metavar="NAME", help="What the group calls this computer.")
]


def command(
    archive: Archive = None,
    words: Words = False,
    words_file: WordsFile = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    new_passphrase_file: NewFile = None,
    device_name: DeviceName = None,
    revoke: Revoke = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Make this computer a device of the archive, after a loss or on a new laptop.

    Takes a copy of the archive and either the passphrase or the 24 recovery words on paper. With the words
    you also choose a new passphrase.

    Examples:

      copwatch recover --archive /media/stick/archive

      copwatch recover --archive /media/stick/archive --words --revoke 3fa91c02
    """
    from copwatch.cli.opened import archive_at
    from copwatch.errors import UsageError
    from copwatch.workflows.rekeying import find_revoked, recover
    from copwatch.workflows.stamping import local_now

    if (words or words_file) and (passphrase_file or identity):
        raise UsageError("the words and a passphrase exclude each other", hint="give one of them")
    opened = archive_at(archive, instead=True)
    cut = dict(find_revoked(opened, text) for text in revoke or ())
    _compare(opened, yes)
    with_words = words or words_file is not None or (not passphrase_file and not identity and _has_paper())
    keys = _keys_of_paper(opened, words_file) if with_words else _keys(opened, passphrase_file, identity)
    new = _new_passphrase(new_passphrase_file) if with_words else None
    last = {device: head for device, head in cut.items() if head is not None}
    done = recover(
        opened, keys, local_now, new_passphrase=new, device_name=device_name, revoke=[*cut], last=last
    )
    _make_default(done.archive)
    if json:
        _print(done)
    else:
        _show(done, keys)


def _compare(archive: "OpenArchive", yes: bool) -> None:
    """A stranger's folder may look like the archive; only the root words on paper tell them apart."""
    from copwatch.cli import paper, prompts, screen, voice
    from copwatch.errors import Refused
    from copwatch.workflows.founding import root_words

    if archive.state.device() is not None:
        voice.note("this computer was a device of this archive before; its root key is the one known here")
        return
    screen.show(
        "The root words of this archive. They are no secret; compare them with your paper:\n\n"
        + paper.numbered(root_words(archive))
        + "\nIf one differs, this is not your archive but somebody's fake: stop here.\n"
    )
    if not yes and not prompts.confirm("Are they the words on the paper?"):
        raise Refused("the root words were not confirmed", hint="nothing was changed; look for another copy")


def _has_paper() -> bool:
    from copwatch.cli import prompts

    options = ("passphrase", "recovery words")
    flag = "--passphrase-file FILE, --identity FILE or --words-file FILE"
    prompts.need_terminal_for_secret("passphrase or the recovery words", f"use {flag}")
    return prompts.choice("What do you have?", options, flag=flag) == options[1]


def _keys(archive: "OpenArchive", passphrase_file: Path | None, identity: Path | None) -> "Keys":
    from copwatch.cli.keys import fresh_keys

    return fresh_keys(archive, passphrase_file, identity)


def _keys_of_paper(archive: "OpenArchive", words_file: Path | None) -> "Keys":
    from copwatch.cli.paper import given_words
    from copwatch.workflows.rekeying import keys_of_words

    return keys_of_words(archive, given_words(words_file, lambda entered: keys_of_words(archive, entered)))


def _new_passphrase(file: Path | None) -> str:
    from copwatch.cli import voice
    from copwatch.cli.choosing import chosen_passphrase

    if file is None:
        voice.note("the words open the archive; now choose a new passphrase")
    return chosen_passphrase(file)


def _make_default(archive: "OpenArchive") -> None:
    from copwatch.store.state import read_default, write_default

    known = read_default()
    if known is None or not known.exists():
        write_default(archive.layout.folder)


def _show(done: "Recovered", keys: "Keys") -> None:
    from copwatch.cli import voice

    voice.warn_of(done.findings)
    if done.joined:
        voice.say(f"This computer is a device of the archive now: {done.device[:16]}.")
    else:
        voice.say("This computer was a device of the archive already.")
    for note in done.notes:
        voice.say_wrapped(note)
    for device in done.revoked:
        voice.say(f"Device {device[:16]} is cut off: what it writes after this copy does not count.")
    if done.joined and not done.revoked:
        _show_devices(done, keys)
    if done.renewed:
        voice.say("The new passphrase opens the archive; the recovery words stay as they are.")
        voice.warn(
            "every copy, this one too, still holds the old key under the old passphrase: copwatch takes it no more, "
            "but whoever knows it can read with other programs all that was sealed until now and what a device adds "
            "before this charter reaches it, and can sign the charter"
        )
    where = done.archive.layout.folder
    voice.say(f"You work in {where} from now on. If that is a stick, copy the archive to this computer")
    voice.say(
        "(`copwatch copy DIR`), and name that folder with --archive. Other copies learn of this by copying."
    )


def _show_devices(done: "Recovered", keys: "Keys") -> None:
    from copwatch.cli import voice
    from copwatch.workflows.names import read_names

    others = [d.key for d in done.archive.charter.devices if d.until is None and d.key != done.device]
    if not others:
        return
    names = read_names(done.archive, keys, []).devices
    voice.say("Other devices go on counting. If one was lost, cut it off: copwatch recover --revoke DEVICE")
    for key in others:
        voice.say(f"  {key[:8]}  {names.get(key, 'without a name')}")


def _print(done: "Recovered") -> None:
    from copwatch.cli import jsonout

    jsonout.print_json(
        {
            "archive": done.archive.id, "device": done.device, "joined": done.joined, "renewed": done.renewed,
            "revoked": list(done.revoked), "charter_version": done.archive.charter.version,
            "not_opened": [f"{f.kind}: {f.where}: {f.detail}" for f in done.findings],
        }
    )  # fmt: skip
