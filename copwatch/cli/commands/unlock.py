"""`copwatch unlock`."""

from typing import Annotated

import typer

from copwatch.cli.options import Archive, IdentityFile, Json, PassphraseFile

For = Annotated[str, typer.Option("--for", metavar="TIME", help="How long: 90s, 15m, 2h; at most 24h.")]


def command(
    time: For = "15m",
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """Keep the archive's key for a while, so that the passphrase is typed once.

    On Linux the key stays in the kernel's memory and never reaches a disk; elsewhere the operating system's own
    keyring holds it. Until it ends, whoever uses this computer under your name can read the archive.

    Examples:

      copwatch unlock

      copwatch unlock --for 2h
    """
    from datetime import timedelta

    from copwatch.cli import durations, jsonout, voice
    from copwatch.cli.keys import asking, identity_text
    from copwatch.cli.opened import archive_at
    from copwatch.workflows.stamping import local_now, rfc3339
    from copwatch.workflows.unlocking import unlock

    seconds = durations.seconds_of(time)
    opened, text = archive_at(archive), identity_text(identity)
    done = asking(lambda ask: unlock(opened, ask, seconds, identity_text=text), passphrase_file)
    until = local_now() + timedelta(seconds=seconds)
    voice.warn_of(done.keys.findings)
    if json:
        result = {"until": rfc3339(until), "where": done.where.name, "in_memory": done.where.in_memory}
        jsonout.print_json(result)
        return
    length = durations.in_words(seconds)
    voice.say(f"Unlocked for {length}, until {until:%H:%M:%S}. The key is in {done.where.name}.")
    if not done.where.in_memory:
        voice.warn("that keyring is a file, sealed under your login; `copwatch lock` removes the key")
    voice.warn(
        "until then, whoever uses this computer under your name can read the archive; `copwatch lock` ends it"
    )
