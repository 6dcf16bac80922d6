"""`copwatch init`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copwatch.cli.options import Json, PassphraseFile, Yes

if TYPE_CHECKING:
    from copwatch.crypto.age import HybridIdentity
    from copwatch.workflows.founding import NewArchive

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.", show_default=False)]
GroupName = Annotated[str, typer.Option("--group", metavar="NAME", help="What the group is called; sealed.")]
Handle = Annotated[str, typer.Option("--name", metavar="HANDLE", help="What you are called in it; sealed.")]
Identity = Annotated[
    Path | None,
    typer.Option(
        "--identity",
        metavar="FILE",
        show_default=False,
        help="Use your own post-quantum age identity, and no passphrase.",
    ),
]
RecoveryOut = Annotated[
    Path | None,
    typer.Option(
        "--recovery-out",
        metavar="FILE",
        show_default=False,
        help="Write the recovery words to a new FILE instead.",
    ),
]
NoDefault = Annotated[
    bool, typer.Option("--no-default", help="Do not make it the archive that is used when none is named.")
]

_LOSSES = """\
What is lost with what:

    you lose                   then
    -------------------------  ---------------------------------------------
    the passphrase             the 24 words on paper set a new one
    the paper                  the passphrase still opens everything
    the passphrase and paper   everything is lost, for everybody, for good
    this laptop                a copy of the archive and the passphrase are
                               enough: copwatch recover
    the archive folder         everything, unless there is a copy:
                               copwatch copy DIR
"""


def command(
    folder: Folder,
    group: GroupName = "",
    name: Handle = "founder",
    passphrase_file: PassphraseFile = None,
    identity: Identity = None,
    recovery_out: RecoveryOut = None,
    no_default: NoDefault = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Make a new archive.

    You choose a passphrase and write 24 recovery words on paper. Have paper and pen at hand.

    Examples:

      copwatch init ~/archive --group "Northside Copwatch" --name OBS-1

      copwatch init DIR --passphrase-file FILE --recovery-out FILE
    """
    from copwatch.cli import voice
    from copwatch.errors import Interrupted
    from copwatch.workflows.founding import make_archive
    from copwatch.workflows.stamping import local_now

    _check(folder, recovery_out, yes)
    own = _own_identity(identity)
    passphrase = None if own is not None else _passphrase(passphrase_file)
    made = make_archive(
        folder, local_now, passphrase=passphrase, identity=own, group=group, name=name, default=not no_default
    )
    unread = (
        f"nobody has the recovery words of this empty archive: remove {folder} and run `copwatch init` again"
    )
    try:
        if recovery_out is not None:
            _write_words(recovery_out, made)
        else:
            _on_paper(made)
    except KeyboardInterrupt as error:
        raise Interrupted("interrupted", hint=unread) from error
    except BaseException:
        voice.warn(unread)
        raise
    if json:
        _print(made, folder, recovery_out)
    else:
        _show(made, folder, recovery_out)


def _check(folder: Path, recovery_out: Path | None, yes: bool) -> None:
    """Everything that can be refused is refused before a secret is asked for or made."""
    from copwatch.cli import prompts, voice
    from copwatch.errors import NotFound, Refused, UsageError
    from copwatch.workflows.founding import synced_by

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(f"{folder} is not an empty folder", hint="name a new folder for the archive")
    if recovery_out is None:
        if yes:
            raise UsageError(
                "nobody would see the recovery words", hint="with --yes, use --recovery-out FILE"
            )
        prompts.need_terminal("use --recovery-out FILE and --passphrase-file FILE")
    elif recovery_out.exists():
        raise Refused(f"{recovery_out} is there already", hint="name a new file for the recovery words")
    elif recovery_out.resolve().is_relative_to(folder.resolve()):
        raise Refused(
            "the recovery words may not stand in the archive that they open", hint="name another place"
        )
    elif not recovery_out.absolute().parent.is_dir():
        raise NotFound(f"there is no folder {recovery_out.parent} for the recovery words")
    service = synced_by(folder)
    if service is None:
        return
    voice.warn(
        f"this folder seems to be synced by {service}: the service keeps every sealed file, even those that are "
        "withdrawn later, and sees when and how much you add"
    )
    if not yes and not prompts.confirm("Make the archive there all the same?"):
        raise Refused("the folder is synced by a service", hint="name another folder; nothing was made")


def _own_identity(file: Path | None) -> "HybridIdentity | None":
    from copwatch.cli.keys import identity_text
    from copwatch.workflows.founding import identity_from_file

    text = identity_text(file)
    return None if text is None else identity_from_file(text)


def _passphrase(file: Path | None) -> str:
    from copwatch.cli.choosing import chosen_passphrase

    return chosen_passphrase(file, flag="--passphrase-file FILE")


def _on_paper(made: "NewArchive") -> None:
    import random

    from copwatch.cli import paper, screen

    asked = sorted(random.SystemRandom().sample(range(1, 25), 3))
    paper.written_down(lambda: screen.show(_page(made)), made.recovery_words, asked)


def _page(made: "NewArchive") -> str:
    from copwatch.cli import paper

    return (
        "WRITE THIS ON PAPER NOW. It is shown only here.\n\n"
        "The 24 recovery words. They open everything; whoever has them is you.\n\n"
        f"{paper.numbered(made.recovery_words)}\n"
        "The 12 root words. No secret: they tell your archive from a fake.\n\n"
        f"{paper.numbered(made.root_words)}\n"
        "Keep the paper where neither a burglar nor a search of your home finds it,\n"
        "with a person you trust or in a safe, and never near this computer. No photo of\n"
        "it, no file, no cloud. Burn it rather than throw it away.\n"
    )


def _write_words(file: Path, made: "NewArchive") -> None:
    from copwatch.store.durable import write_new

    text = f"# the 24 recovery words\n{made.recovery_words}\n# root words (no secret): {made.root_words}\n"
    write_new(file, text.encode())


def _show(made: "NewArchive", folder: Path, recovery_out: Path | None) -> None:
    from copwatch.cli import paper, voice

    default = ", the default one on this computer" if made.became_default else ""
    voice.say(f"The archive is made{default}:")
    voice.say(f"    {folder}")
    voice.say_block(f"\nIts root words, which are no secret:\n\n{paper.numbered(made.root_words)}")
    if recovery_out is not None:
        voice.say(f"The recovery words are in {recovery_out}. Put them on paper, then destroy the file.")
    voice.say_block(f"\n{_LOSSES}\nNext: copwatch add /media/sd/DCIM")


def _print(made: "NewArchive", folder: Path, recovery_out: Path | None) -> None:
    import os

    from copwatch.cli import jsonout

    charter = made.archive.charter
    jsonout.print_json(
        {
            "archive": made.archive.id, "folder": _text(os.fspath(folder)), "device": charter.devices[0].key,
            "root_words": made.root_words, "default": made.became_default,
            "recovery_words_file": _text(os.fspath(recovery_out)) if recovery_out is not None else None,
        }
    )  # fmt: skip


def _text(path: str) -> str:
    import os

    return os.fsencode(path).decode("utf-8", "backslashreplace")
