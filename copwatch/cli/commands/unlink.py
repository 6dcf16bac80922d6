"""`copwatch unlink`."""

from copwatch.cli.commands.link import What, file_it
from copwatch.cli.options import Archive, Incident


def command(what: What, incident: Incident, archive: Archive = None) -> None:
    """Take a batch or an item out of an incident.

    Needs no passphrase. Nothing is deleted: the evidence stays, and so do both records of filing.

    Example:

      copwatch unlink E-4H7T-99XA-0 I-7Q2K-D3MX-R
    """
    file_it(what, incident, archive, taken_back=True)
