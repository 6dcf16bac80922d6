"""`copwatch link`."""

from typing import Annotated

import typer

from copwatch.cli.options import Archive, Incident

What = Annotated[str, typer.Argument(metavar="B-…|E-…", help="A batch, or one item.", show_default=False)]


def command(what: What, incident: Incident, archive: Archive = None) -> None:
    """File a batch or an item under an incident.

    Needs no passphrase. Filing is a record of its own: `copwatch unlink` takes it back, and both stay.

    Example:

      copwatch link B-2VQ8-0F3K-M I-7Q2K-D3MX-R
    """
    file_it(what, incident, archive, taken_back=False)


def file_it(what: str, incident: str, archive: Archive, *, taken_back: bool) -> None:
    """Links or unlinks; both commands are this."""
    from copwatch.cli import voice
    from copwatch.cli.opened import archive_at, code_of
    from copwatch.workflows.filing import link, resolve, unlink
    from copwatch.workflows.stamping import local_now

    kind, of = code_of(what, "BE"), code_of(incident, "I")
    opened = archive_at(archive)
    found = resolve(opened, kind)
    batch, evidence = (found, None) if kind.prefix == "B" else (None, found)
    act = unlink if taken_back else link
    act(opened, local_now, resolve(opened, of), batch=batch, evidence=evidence)
    voice.say(f"{kind} is {'no longer ' if taken_back else ''}filed under {of}.")
