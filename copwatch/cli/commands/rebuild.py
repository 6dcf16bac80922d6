"""`copwatch rebuild`."""

from copwatch.cli.options import Archive, IdentityFile, Json, PassphraseFile


def command(
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """Make the catalogue again from the archive.

    The catalogue is a view of the archive through your keys. Nothing is lost with it: this makes the same rows
    again.

    Example:

      copwatch rebuild
    """
    from copwatch.cli import jsonout, voice
    from copwatch.cli.keys import keys_for
    from copwatch.cli.opened import archive_at
    from copwatch.cli.progress import progress
    from copwatch.errors import IntegrityFailure
    from copwatch.workflows.session import rebuild

    opened = archive_at(archive)
    found = rebuild(opened, keys_for(opened, passphrase_file, identity), progress())
    if json:
        jsonout.print_json(
            {"findings": [{"kind": f.kind, "where": f.where, "detail": f.detail} for f in found]}
        )
    else:
        voice.warn_of(found)
        voice.say("The catalogue was made again.")
    if any(f.fails for f in found):
        raise IntegrityFailure("not everything could be read", hint="run `copwatch verify --deep`")
