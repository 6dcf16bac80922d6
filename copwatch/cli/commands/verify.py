"""`copwatch verify`."""

from pathlib import Path
from typing import Annotated

import typer

from copwatch.cli.options import Archive, IdentityFile, Json, PassphraseFile

Target = Annotated[
    Path | None,
    typer.Argument(
        metavar="PATH", help="An archive, a bundle, or any file; without it your archive.", show_default=False
    ),
]
Head = Annotated[
    list[str] | None,
    typer.Option(
        "--head", metavar="WORDS", help="The twelve words of a head from paper, in quotes. May repeat."
    ),
]
Deep = Annotated[bool, typer.Option("--deep", help="Open everything with your keys, too.")]
Receipt = Annotated[
    Path | None,
    typer.Option("--receipt", metavar="FILE", help="Look the file up in this receipt.", show_default=False),
]
Bundle = Annotated[
    Path | None,
    typer.Option("--bundle", metavar="PATH", help="Look the file up in this bundle.", show_default=False),
]


def command(
    target: Target = None,
    head: Head = None,
    deep: Deep = False,
    receipt: Receipt = None,
    bundle: Bundle = None,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """Check an archive, a bundle, or a file.

    An archive is checked without any key, and nothing is written: charter, ledgers and their signatures, that
    nothing was cut off, every byte of every object, withdrawals, unexpected files. Write today's words down on
    paper: with them anybody can show later that nothing before today was removed. Any finding gives exit code 3.

    A file is compared with what was received: by a receipt, a bundle, or your unlocked archive. A receipt is a text
    that anybody can write. A bundle is checked as a whole first; whose it is, only the words of its root key say:
    compare them with the group.

    Examples:

      copwatch verify

      copwatch verify --head "abandon ability able about …"

      copwatch verify BUNDLE-2VQ8-0F3K-M.zip.age --identity counsel.key

      copwatch verify clip.mp4 --receipt receipt.txt

      copwatch verify clip.mp4 --bundle BUNDLE-2VQ8-0F3K-M.zip
    """
    from copwatch.cli.matched import verify_a_file
    from copwatch.cli.verified import verify_a_bundle, verify_an_archive
    from copwatch.errors import UsageError
    from copwatch.store.archive import find_archive
    from copwatch.workflows.what_is import what_is

    if receipt is not None and bundle is not None:
        raise UsageError("--receipt and --bundle exclude each other", hint="use one of them")
    if target is None and (receipt is not None or bundle is not None):
        raise UsageError("no file to look up was named", hint="copwatch verify FILE --receipt receipt.txt")
    kind = what_is(target) if target is not None else "archive"
    by = receipt is not None or bundle is not None
    _check_kind(kind, target, by=by, archive_only=bool(head) or deep)
    if by or kind == "file":
        assert target is not None
        verify_a_file(target, receipt, bundle, archive, (passphrase_file, identity), json)
    elif kind == "archive":
        folder = target or find_archive(archive)
        verify_an_archive(folder, head or [], (passphrase_file, identity) if deep else None, json)
    else:
        assert target is not None
        verify_a_bundle(target, passphrase_file, identity, json)


def _check_kind(kind: str, target: Path | None, *, by: bool, archive_only: bool) -> None:
    """An option that would do nothing is refused: nobody shall believe that it was checked."""
    from copwatch.errors import UsageError

    if archive_only and (by or kind != "archive"):
        raise UsageError("--head and --deep are for archives", hint="name the archive, or leave them out")
    if by and target is not None and target.is_dir():
        raise UsageError(
            f"--receipt and --bundle look up one file, and {target} is a folder",
            hint="copwatch verify FILE --receipt receipt.txt",
        )
