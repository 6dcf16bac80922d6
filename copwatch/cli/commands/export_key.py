"""`copwatch export-key`."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from copwatch.cli.options import (
    Archive,
    IdentityFile,
    Json,
    PassphraseFile,
    SealPassphrase,
    SealPassphraseFile,
    SealTo,
    shipped_profiles,
)

What = Annotated[
    list[str],
    typer.Argument(metavar="I-…|E-…", help="One incident, or items, as exported.", show_default=False),
]
Profile = Annotated[
    str,
    typer.Option(
        "--profile", metavar="NAME", autocompletion=shipped_profiles, help="The profile of the export."
    ),
]
For = Annotated[str, typer.Option("--for", metavar="P2", help="The client, as the export named them.")]
Who = Annotated[
    str, typer.Option("--recipient", metavar="NAME", help="The recipient, as the export named them.")
]
Matter = Annotated[str, typer.Option("--matter", metavar="M-…", help="The matter, as the export named it.")]
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help="The sealed file to write.")]


def command(
    what: What,
    profile: Profile,
    out: Out,
    client: For = "",
    recipient: Who = "",
    matter: Matter = "",
    to: SealTo = None,
    passphrase: SealPassphrase = False,
    seal_passphrase_file: SealPassphraseFile = None,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """Write which pseudonym stands for whom, sealed.

    A bundle never holds this list. It is one sealed CSV file, a row for each item that was redacted, as a court takes
    it under seal. Name the export as it was made: the same profile, client, matter and recipient give the same
    pseudonyms.

    Example:

      copwatch export-key I-7Q2K-D3MX-R --profile court-filing \\
          --to age1… --out list.csv.age
    """
    from copwatch.cli import jsonout, voice
    from copwatch.cli.commands import export
    from copwatch.cli.opened import archive_at, session_of
    from copwatch.cli.rows import path_text
    from copwatch.cli.sealing import one_way, recipients, under_passphrase
    from copwatch.workflows.bundle_plans import Request
    from copwatch.workflows.reference_list import write_list
    from copwatch.workflows.stamping import local_now

    named = export.codes(what)
    one_way(to or [], passphrase, seal_passphrase_file, plain=False)
    opened = archive_at(archive)
    sealed = tuple(recipients(to or []))
    choose = None if to else partial(under_passphrase, opened, seal_passphrase_file)
    request = Request(
        profile, out, client=client, recipient=recipient, matter=matter or None, recipients=sealed
    )
    with session_of(opened, passphrase_file, identity) as session:
        request = export.found(session, request, named)
        request = replace(request, recipients=request.recipients if choose is None else (choose(),))
        done = write_list(session, request, local_now)
    if json:
        jsonout.print_json({"out": path_text(out), "rows": done.rows, "recorded": done.recorded.written})
        return
    voice.say(f"{done.rows} items written to {out}, one sealed file.")
    voice.note("keep it apart from the bundle: with both, everybody is named")
