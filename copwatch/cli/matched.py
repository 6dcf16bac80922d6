"""`copwatch verify FILE`: is this exactly what was received, by whose word, and what that word rests on."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copwatch.cli import jsonout, voice
from copwatch.cli.progress import progress
from copwatch.cli.verified import Secrets, findings_json, identities, say_check, say_root
from copwatch.errors import IntegrityFailure, NotFound
from copwatch.workflows.given_files import open_given, read_given
from copwatch.workflows.verifying import Match, hash_open_file, match_receipt

if TYPE_CHECKING:
    from copwatch.bundle.verify import BundleCheck


@dataclass(frozen=True)
class _Given:
    """The file in question."""

    path: Path
    sha256: str
    size: int


def verify_a_file(
    path: Path, receipt: Path | None, bundle: Path | None, archive: Path | None, secrets: Secrets, json: bool
) -> None:
    """Is this exactly what was received, by a receipt, a bundle, or the archive?"""
    if bundle is None and receipt is None:
        archive = _archive_for(path, archive)
    given = _read(path)
    if bundle is not None:
        _by_bundle(given, bundle, secrets, json)
    elif receipt is not None:
        _tell(given, _by_receipt(given, receipt), f"the receipt {receipt}", json)
    else:
        _tell(given, _by_archive(given, archive, secrets), "the archive", json)


def _archive_for(path: Path, named: Path | None) -> Path:
    """The archive to look the file up in. Who has none was given something else to compare it with."""
    from copwatch.store.archive import find_archive

    try:
        return find_archive(named)
    except NotFound as error:
        raise NotFound(
            f"there is no archive here to look {path} up in",
            hint="compare it with a bundle (--bundle PATH) or a receipt (--receipt FILE), or name an archive "
            "with --archive DIR",
        ) from error


def _read(path: Path) -> _Given:
    meter = progress()
    with open_given(path) as file:
        meter.start(path.stat().st_size, "reading")
        sha256, size = hash_open_file(file, meter)
    meter.finish()
    return _Given(path, sha256, size)


def _tell(given: _Given, match: Match, by: str, json: bool) -> None:
    if json:
        jsonout.print_json(_json(given, match.codes))
    elif match.codes:
        voice.say(f"{given.path} is exactly what was received as {', '.join(match.codes)}, by {by}.")
        voice.say(f"{given.size:,} bytes, SHA-256 {given.sha256}")
    if not match.codes:
        raise _nothing(given, by)


def _by_bundle(given: _Given, bundle: Path, secrets: Secrets, json: bool) -> None:
    """Everything in the bundle is checked first: a part of one that does not hold shows nothing."""
    from copwatch.bundle.match import match_file
    from copwatch.workflows.verifying_bundles import check_bundle, open_tree

    with open_tree(bundle, identities(*secrets)) as tree:
        result = check_bundle(tree, progress())
    codes = tuple(file.code for file in match_file(result, given.sha256, given.size))
    if json:
        jsonout.print_json({**_json(given, codes), **_bundle_json(result)})
    else:
        _say_bundle(given, bundle, codes, result)
    if not result.ok:
        raise IntegrityFailure(
            "the bundle does not hold, so it shows nothing", hint="`copwatch verify BUNDLE` says more"
        )
    if not codes:
        raise _nothing(given, f"the bundle {bundle}")


def _say_bundle(given: _Given, bundle: Path, codes: tuple[str, ...], result: "BundleCheck") -> None:
    for check in result.checks:
        if not check.passed:
            say_check(check.number, check.name, "", check.findings, check.passed)
    if codes:
        voice.say(
            f"{given.path} is exactly what was received as {', '.join(codes)}, according to the bundle {bundle} "
            f"of root key {result.root_words}."
        )
        voice.say(f"{given.size:,} bytes, SHA-256 {given.sha256}")
    say_root(result)
    if not result.root_known:
        voice.say(
            "Anybody can make a bundle with a root key of their own: only these words tell it from theirs."
        )


def _by_receipt(given: _Given, receipt: Path) -> Match:
    from copwatch.workflows.receipts import LARGEST_RECEIPT

    text = read_given(receipt, LARGEST_RECEIPT).decode("utf-8", "replace")
    return match_receipt(text, given.sha256, given.size)


def _by_archive(given: _Given, archive: Path | None, secrets: Secrets) -> Match:
    from copwatch.catalogue.queries import evidence_by_sha256
    from copwatch.cli.opened import session_at

    with session_at(archive, *secrets) as session:
        rows = evidence_by_sha256(session.catalogue, given.sha256)
        missing = session.missing
    codes = tuple(row.code for row in rows if row.size == given.size)
    if not codes and missing:
        raise _nothing(
            given,
            f"the archive, but {missing}",
            "take what is missing from a copy: `copwatch doctor --from DIR`",
        )
    return Match(given.sha256, given.size, codes)


_NOTHING = "one changed bit is enough: messengers and edits change every byte"


def _nothing(given: _Given, by: str, hint: str = _NOTHING) -> IntegrityFailure:
    return IntegrityFailure(f"{given.path} is nothing that was received, by {by}", hint=hint)


def _json(given: _Given, codes: tuple[str, ...]) -> dict[str, Any]:
    return {"sha256": given.sha256, "size": given.size, "evidence": list(codes), "received": bool(codes)}


def _bundle_json(result: "BundleCheck") -> dict[str, Any]:
    return {
        "holds": result.ok,
        "archive": result.archive,
        "root": result.root,
        "root_words": result.root_words,
        "root_known": result.root_known,
        "findings": findings_json(result.findings),
    }
