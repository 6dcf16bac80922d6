"""`copwatch custody`."""

from copwatch.cli.options import Archive, IdentityFile, Item, Json, PassphraseFile


def command(
    item: Item,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """Show what happened to an item since it was received.

    Example:

      copwatch custody E-4H7T-99XA-0
    """
    from copwatch.catalogue.custody import custody
    from copwatch.cli import jsonout, tables, voice
    from copwatch.cli.opened import named_of, session_at
    from copwatch.cli.rows import CUSTODY_HEADS, custody_cells, custody_json, evidence_json

    named = named_of(item, "E")
    with session_at(archive, passphrase_file, identity) as session:
        row = session.find_evidence(named)
        events = custody(session.catalogue, row.id, row.leaf)
    if json:
        jsonout.print_json(
            {"evidence": evidence_json(row), "custody": [custody_json(event) for event in events]}
        )
        return
    voice.say(f"{row.code}  {row.name}  SHA-256 {row.sha256}")
    tables.render(CUSTODY_HEADS, [custody_cells(event) for event in events])
