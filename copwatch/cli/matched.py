"""`copwatch verify FILE`: is this exactly what was received, by whose word, and what that word rests on."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copwatch.cli import jsonout, voice
from copwatch.cli.progress import progress
from copwatch.cli.verified import Secrets, findings_json, identities, say_check, say_root
from copwatch.errors import IntegrityFailure, NotFound
from copwatch.workflows.given_files import open_given, read_given
from copwatch.workflows.verifying import Match, hash_open_file, match_receipt

if TYPE_CHECKING:
    from collections.abc import Callable

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
        jsonout.print_json(_json(match))
    elif match.codes or match.renditions:
        _say_match(given, match, f"by {by}")
    _check_match(given, match, by)


def _say_match(given: _Given, match: Match, by: str) -> None:
    if match.codes:
        voice.say(f"{given.path} is exactly what was received as {', '.join(match.codes)}, {by}.")
    else:
        voice.say(
            f"{given.path} is exactly a clean rendition that was made of {', '.join(match.renditions)}, {by}: not the "
            "bytes that were received, and the same coded picture and sound."
        )
    voice.say(f"{given.size:,} bytes, SHA-256 {given.sha256}")


def _check_match(given: _Given, match: Match, by: str) -> None:
    """Raises `IntegrityFailure` for a file that is neither what was received nor a rendition of it."""
    if match.codes or match.renditions:
        return
    if match.same_essence:
        raise IntegrityFailure(
            f"{given.path} is not the same bytes as anything that was received, but it has the same coded picture and "
            f"sound as {', '.join(match.same_essence)}, by {by}",
            hint="whatever else it says (time, place, device, names) may be anybody's: only these were compared",
        )
    raise _nothing(given, by)


def _essence(given: _Given, match: Match, find: "Callable[[str], tuple[str, ...]]") -> Match:
    """The same, with what has the same coded picture and sound where the file is nothing else."""
    from copwatch.workflows.essences import look_at_given

    if match.codes or match.renditions:
        return match
    meter = progress()
    meter.start(given.size, "looking at picture and sound")
    try:
        looked = look_at_given(given.path, meter)
    finally:
        meter.finish()
    return match if looked.essence is None else replace(match, same_essence=find(looked.essence))


def _by_bundle(given: _Given, bundle: Path, secrets: Secrets, json: bool) -> None:
    """Everything in the bundle is checked first: a part of one that does not hold shows nothing."""
    from copwatch.bundle.match import match_essence, match_file, match_rendition
    from copwatch.workflows.verifying_bundles import check_bundle, open_tree

    with open_tree(bundle, identities(*secrets)) as tree:
        result = check_bundle(tree, progress())
    codes = tuple(file.code for file in match_file(result, given.sha256, given.size))
    made = tuple(file.code for file in match_rendition(result, given.sha256, given.size))
    match = Match(given.sha256, given.size, codes, made)
    if result.ok:
        match = _essence(given, match, lambda essence: match_essence(result, essence))
    if json:
        jsonout.print_json({**_json(match), **_bundle_json(result)})
    else:
        _say_bundle(given, bundle, match, result)
    if not result.ok:
        raise IntegrityFailure(
            "the bundle does not hold, so it shows nothing", hint="`copwatch verify BUNDLE` says more"
        )
    _check_match(given, match, f"the bundle {bundle}")


def _say_bundle(given: _Given, bundle: Path, match: Match, result: "BundleCheck") -> None:
    for check in result.checks:
        if not check.passed:
            say_check(check.number, check.name, "", check.findings, check.passed)
    if match.codes or match.renditions:
        _say_match(given, match, f"according to the bundle {bundle} of root key {result.root_words}")
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
    from copwatch.catalogue.queries import evidence_by_essence, evidence_by_rendition, evidence_by_sha256
    from copwatch.cli.opened import session_at

    with session_at(archive, *secrets) as session:
        catalogue, missing = session.catalogue, session.missing
        rows = evidence_by_sha256(catalogue, given.sha256)
        match = Match(
            given.sha256, given.size, tuple(row.code for row in rows if row.size == given.size),
            tuple(row.code for row in evidence_by_rendition(catalogue, given.sha256, given.size)),
        )  # fmt: skip
        match = _essence(
            given, match, lambda essence: tuple(r.code for r in evidence_by_essence(catalogue, essence))
        )
    if missing and not (match.codes or match.renditions or match.same_essence):
        raise _nothing(
            given,
            f"the archive, but {missing}",
            "take what is missing from a copy: `copwatch doctor --from DIR`",
        )
    return match


_NOTHING = "one changed bit is enough: messengers and edits change every byte"


def _nothing(given: _Given, by: str, hint: str = _NOTHING) -> IntegrityFailure:
    return IntegrityFailure(f"{given.path} is nothing that was received, by {by}", hint=hint)


def _json(match: Match) -> dict[str, Any]:
    return {
        "sha256": match.sha256, "size": match.size, "evidence": list(match.codes), "received": bool(match.codes),
        "renditions": list(match.renditions), "same_essence": list(match.same_essence),
    }  # fmt: skip


def _bundle_json(result: "BundleCheck") -> dict[str, Any]:
    return {
        "holds": result.ok,
        "archive": result.archive,
        "root": result.root,
        "root_words": result.root_words,
        "root_known": result.root_known,
        "findings": findings_json(result.findings),
    }
