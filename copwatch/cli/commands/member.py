"""`copwatch member`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from copwatch.cli.options import Archive, HeardWords, IdentityFile, Json, PassphraseFile, Yes

if TYPE_CHECKING:
    from copwatch.workflows.membership import MemberKey

app = typer.Typer(help="Say who may read what.", no_args_is_help=True)

KeyFile = Annotated[Path, typer.Argument(metavar="FILE", help="A new file.", show_default=False)]
Name = Annotated[
    str, typer.Argument(metavar="NAME", help="What the group calls them; sealed.", show_default=False)
]
Recipient = Annotated[
    str,
    typer.Argument(
        metavar="KEY",
        help="The file of `member new-key`, or an age recipient (age1pq1…).",
        show_default=False,
    ),
]
Who = Annotated[
    str, typer.Argument(metavar="NAME", help="The name, or the beginning of the id.", show_default=False)
]
OwnFile = Annotated[
    str, typer.Argument(metavar="FILE", help="What `copwatch passphrase FILE` wrote.", show_default=False)
]
Reads = Annotated[
    str,
    typer.Option("--reads", metavar="NAMES", help="The compartments that they read, with commas between."),
]
AllowClassical = Annotated[
    bool,
    typer.Option(
        "--allow-classical", help="Take a key that a quantum computer would open, for all they read."
    ),
]
NewFile = Annotated[
    Path | None,
    typer.Option(
        "--new-passphrase-file", metavar="FILE", help="Read your new passphrase from FILE (one line)."
    ),
]


@app.command("new-key")
def new_key(
    file: KeyFile, new_passphrase_file: NewFile = None, archive: Archive = None, json: Json = False
) -> None:
    """Make your own key, under a passphrase that nobody else knows.

    Run it on your own computer, beside your replica or copy of the archive, and give the file to the founder.
    It opens nothing without your passphrase. With it, any copy of the archive opens for you what you may read.

    Example:

      copwatch member new-key my-key.json
    """
    from copwatch.cli import jsonout, voice
    from copwatch.cli.choosing import chosen_passphrase
    from copwatch.cli.opened import archive_at
    from copwatch.store.durable import write_new
    from copwatch.workflows.membership import make_member_key, member_words, write_member_key
    from copwatch.workflows.writing_out import check_new

    opened = archive_at(archive)
    check_new(file, opened)
    key = make_member_key(chosen_passphrase(new_passphrase_file))
    write_new(file, write_member_key(key))
    words = member_words(opened.history.root, key.recipient)
    if json:
        jsonout.print_json({"recipient": key.recipient, "words": words, "file": str(file)})
        return
    voice.say(f"Your key is in {file}. Give that file to the founder.")
    voice.say_block(f"\nRead these words to the founder, by voice:\n\n    {words}\n")


@app.command("add")
def add(
    name: Name,
    key: Recipient,
    reads: Reads = "case",
    words: HeardWords = None,
    allow_classical: AllowClassical = False,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Let somebody read compartments: all that is in them, and what comes.

    Takes the founder's passphrase, or the identity of the recovery words.

    Examples:

      copwatch member add LEGAL-1 their-key.json --reads case,identity

      copwatch member add LEGAL-2 age1pq1… --reads case
    """
    from copwatch.cli import jsonout, voice
    from copwatch.cli.agreeing import agree, heard
    from copwatch.cli.keys import fresh_keys
    from copwatch.cli.opened import archive_at
    from copwatch.workflows.membership import add_member
    from copwatch.workflows.stamping import local_now

    opened = archive_at(archive)
    given = _key(key)
    if words is None and given.sealed is not None:
        words = heard("let them read the eight words aloud that `member new-key` showed")
    keys = fresh_keys(opened, passphrase_file, identity)
    changed = add_member(
        opened, keys, name, given, [part for part in reads.split(",") if part.strip()], local_now, agree(yes),
        heard=words, allow_classical=allow_classical,
    )  # fmt: skip
    if json:
        jsonout.print_json(
            {"member": changed.charter.members[-1].id, "charter_version": changed.charter.version}
        )
        return
    voice.say(
        f"{name} is a member. Bring them this copy, or let them merge it: copwatch copy, copwatch merge."
    )


@app.command("list")
def list_(
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """List the members, and which compartments each can read.

    Names are sealed: they are shown while the archive is unlocked, or with --passphrase-file or --identity.

    Example:

      copwatch member list
    """
    from copwatch.cli import jsonout, tables
    from copwatch.cli.opened import names_at
    from copwatch.workflows.membership import POST_QUANTUM, list_members

    opened, names, known = names_at(archive, passphrase_file, identity)
    found = list_members(opened, names)
    if json:
        jsonout.print_json({"members": [_json(item) for item in found], "names_known": known})
        return
    rows = []
    for item in found:
        key = "passphrase" if item.passphrase else "own file"
        weak = "" if item.recipient.startswith(POST_QUANTUM) else ", classical"
        key = "paper" if item.leads == "recovery key" else key
        rows.append([item.id[:8], item.name or item.leads, ", ".join(item.reads), f"{key}{weak}"])
    tables.render(["member", "name", "reads", "key"], rows)


@app.command("remove")
def remove(
    name: Who,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """End that somebody can read what is added later.

    Every compartment that they read gets a fresh key. What was sealed until now they can open for ever, in every
    copy that they have or get. Each device seals to the fresh key once the new charter has reached it.

    Example:

      copwatch member remove LEGAL-1
    """
    from copwatch.cli import jsonout, voice
    from copwatch.cli.agreeing import agree
    from copwatch.cli.opened import founder_at
    from copwatch.workflows.membership import remove_member

    opened, keys = founder_at(archive, passphrase_file, identity)
    changed = remove_member(opened, keys, name, agree(yes))
    if json:
        jsonout.print_json({"charter_version": changed.charter.version})
        return
    voice.say(f"Removed (charter version {changed.charter.version}). Bring this charter to every device now:")
    voice.say("copwatch copy DIR here, copwatch merge DIR there.")


@app.command("passphrase")
def passphrase(
    name: Who,
    key: OwnFile,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Take in the other passphrase that a member made for their own key.

    They run `copwatch passphrase FILE` and give you the file; it shows nobody anything. What they read stays the same.

    Example:

      copwatch member passphrase LEGAL-1 legal-1-new.json
    """
    from copwatch.cli import jsonout, voice
    from copwatch.cli.agreeing import agree
    from copwatch.cli.opened import founder_at
    from copwatch.workflows.member_passphrases import take_passphrase

    given = _key(key)
    opened, keys = founder_at(archive, passphrase_file, identity)
    changed = take_passphrase(opened, keys, name, given, agree(yes))
    if json:
        jsonout.print_json({"charter_version": changed.charter.version})
        return
    voice.say(f"Their new passphrase holds where this charter is (version {changed.charter.version}).")
    voice.say("Bring it to them: copwatch copy, copwatch merge.")


def _key(text: str) -> "MemberKey":
    """The key in a file, or the recipient itself."""
    from copwatch.workflows.given_files import read_given
    from copwatch.workflows.membership import LARGEST_KEY_FILE, key_of_recipient, read_member_key

    if text.lower().startswith("age1"):
        return key_of_recipient(text)
    return read_member_key(read_given(Path(text), LARGEST_KEY_FILE))


def _json(item: Any) -> dict[str, object]:
    return {
        "member": item.id, "name": item.name or None, "leads": item.leads or None, "recipient": item.recipient,
        "passphrase": item.passphrase, "reads": list(item.reads),
    }  # fmt: skip
