"""How the results of `copwatch verify` are said: what was checked, what was found, and what was not shown."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copwatch.cli import jsonout, voice
from copwatch.cli.progress import progress
from copwatch.errors import IntegrityFailure
from copwatch.proof.findings import Finding
from copwatch.store.check import Check
from copwatch.workflows.verifying import head_words, paper_head, verify_folder

if TYPE_CHECKING:
    from copwatch.bundle.verify import BundleCheck
    from copwatch.crypto.age import Identity
    from copwatch.workflows.verifying import Match

MOST_SHOWN = 200
"""Findings of one check that are printed; `--json` has all of them."""

Secrets = tuple[Path | None, Path | None]
"""`--passphrase-file` and `--identity`."""


def verify_an_archive(folder: Path, heads: Sequence[str], deep: Secrets | None, json: bool) -> None:
    """Keyless checks of an archive, and with `deep` also everything that the keys open."""
    result = verify_folder(folder, [paper_head(text) for text in heads], progress())
    checks = [*result.checks]
    if deep is not None:
        checks.append(_deep(folder, *deep))
    holds = all(check.holds for check in checks)
    if json:
        jsonout.print_json(_archive_json(result.archive, result.root, checks, result.heads, holds))
    else:
        for check in checks:
            _say_check(check.number, check.title, check.done, check.findings, check.holds)
        if result.root is not None:
            _say_words(result.root, {device: head.hash for device, head in result.heads.items()})
        if holds:
            voice.say(
                "Everything checked holds. What was sealed is what was received on that device; a check of"
            )
            voice.say("hashes says nothing about what came before.")
    if not holds:
        raise IntegrityFailure(
            "the archive does not hold", hint="`copwatch doctor` says what can be mended, and from where"
        )


def verify_a_bundle(path: Path, passphrase_file: Path | None, identity: Path | None, json: bool) -> None:
    """All checks of a bundle, from itself alone."""
    from copwatch.workflows.verifying_bundles import check_bundle, open_tree

    with open_tree(path, _identities(passphrase_file, identity)) as tree:
        result = check_bundle(tree, progress())
    if json:
        jsonout.print_json(_bundle_json(result))
    else:
        _say_bundle(result)
    if not result.ok:
        raise IntegrityFailure(
            "the bundle does not hold", hint="ask for it again, and compare the words by voice"
        )


def verify_a_file(
    path: Path, receipt: Path | None, bundle: Path | None, archive: Path | None, passphrase_file: Path | None,
    identity: Path | None, json: bool,
) -> None:  # fmt: skip
    """Is this exactly what was received?"""
    from copwatch.workflows.verifying import hash_open_file

    meter = progress()
    meter.start(path.stat().st_size, "reading")
    with path.open("rb", buffering=0) as file:
        sha256, size = hash_open_file(file, meter)
    meter.finish()
    if receipt is not None:
        match, by = _by_receipt(receipt, sha256, size), f"the receipt {receipt}"
    elif bundle is not None:
        match, by = _by_bundle(bundle, sha256, size, passphrase_file, identity), f"the bundle {bundle}"
    else:
        match, by = _by_archive(archive, sha256, size, passphrase_file, identity)
    if json:
        jsonout.print_json(
            {"sha256": sha256, "size": size, "evidence": list(match.codes), "received": bool(match.codes)}
        )
    elif match.codes:
        voice.say(f"{path} is exactly what was received as {', '.join(match.codes)}, by {by}.")
        voice.say(f"{size:,} bytes, SHA-256 {sha256}")
    if not match.codes:
        raise IntegrityFailure(
            f"{path} is nothing that was received, by {by}",
            hint="one changed bit is enough: messengers and edits change every byte",
        )


def _by_receipt(receipt: Path, sha256: str, size: int) -> "Match":
    from copwatch.workflows.verifying import match_receipt

    return match_receipt(receipt.read_text("utf-8", "replace"), sha256, size)


def _by_bundle(
    bundle: Path, sha256: str, size: int, passphrase_file: Path | None, identity: Path | None
) -> "Match":
    from copwatch.bundle.match import match_file
    from copwatch.model.ids import code
    from copwatch.workflows.verifying import Match
    from copwatch.workflows.verifying_bundles import open_tree

    with open_tree(bundle, _identities(passphrase_file, identity)) as tree:
        found = match_file(tree, sha256, size)
    if any(finding.fails for finding in found.findings):
        _say_check(0, "bundle", "what proves this file", found.findings, False)
        raise IntegrityFailure(
            "the bundle does not hold, so it shows nothing", hint="run `copwatch verify BUNDLE`"
        )
    return Match(sha256, size, tuple(code("E", match.id) for match in found.matches))


def _by_archive(
    archive: Path | None, sha256: str, size: int, passphrase_file: Path | None, identity: Path | None
) -> "tuple[Match, str]":
    """What the archive says, and how much of it said so."""
    from copwatch.catalogue.queries import evidence_by_sha256
    from copwatch.cli.opened import session_at
    from copwatch.workflows.verifying import Match

    with session_at(archive, passphrase_file, identity) as session:
        rows = evidence_by_sha256(session.catalogue, sha256)
    by = f"the archive, but {session.missing}" if session.missing else "the archive"
    return Match(sha256, size, tuple(row.code for row in rows if row.size == size)), by


def _deep(folder: Path, passphrase_file: Path | None, identity: Path | None) -> Check:
    from copwatch.cli.keys import keys_for
    from copwatch.store.archive import open_archive
    from copwatch.workflows.verifying_deep import verify_deep

    opened = open_archive(folder)
    return verify_deep(opened, keys_for(opened, passphrase_file, identity), progress())


def _identities(passphrase_file: Path | None, identity: Path | None) -> "Callable[[], list[Identity]]":
    def open_secrets() -> "list[Identity]":
        from copwatch.cli import prompts
        from copwatch.cli.keys import identity_text
        from copwatch.crypto.age import ScryptIdentity, parse_identity_file

        text = identity_text(identity)
        if text is not None:
            return list(parse_identity_file(text))
        return [ScryptIdentity(prompts.passphrase("passphrase of the bundle", file=passphrase_file))]

    return open_secrets


def _say_check(number: int, title: str, done: str, findings: Sequence[Finding], holds: bool) -> None:
    voice.say(f"{number}. {title}: {'holds' if holds else 'DOES NOT HOLD'} ({done})" if done else
              f"{number}. {title}: {'holds' if holds else 'DOES NOT HOLD'}")  # fmt: skip
    for finding in findings[:MOST_SHOWN]:
        mark = "-" if finding.fails else "note"
        voice.say(f"   {mark} {finding.kind}: {finding.where}: {finding.detail}".rstrip(": "))
    if len(findings) > MOST_SHOWN:
        voice.say(f"   and {len(findings) - MOST_SHOWN} more (--json shows all)")


def _say_words(root: str, heads: dict[str, str]) -> None:
    voice.say("")
    voice.say("Root key, the same for ever; compare it with your paper:")
    voice.say(f"  {head_words(root)}")
    if heads:
        voice.say("Heads today; write them down with the date, for `copwatch verify --head`:")
    for device, head in heads.items():
        voice.say(f"  device {device[:8]}:")
        voice.say(f"  {head_words(head)}")
    voice.say("")


def _say_bundle(result: "BundleCheck") -> None:
    for check in result.checks:
        _say_check(check.number, check.name, "", check.findings, check.passed)
    voice.say("")
    for file in result.files:
        voice.say(
            f"{file.code}  {file.name}: as received on device {file.device[:8]} at {file.recorded_at} by its clock"
        )
    voice.say(
        f"{result.records} records shown, {len(result.withheld)} fields withheld, {result.hidden} hidden."
    )
    if result.root_words:
        known = (
            "the root key that this computer knows"
            if result.root_known
            else "compare with the group by voice"
        )
        voice.say(f"Root key ({known}):")
        voice.say(f"  {result.root_words}")
    for line in result.not_shown:
        voice.say(f"Not shown: {line}")


def _archive_json(
    archive: str | None, root: str | None, checks: Sequence[Check], heads: dict[str, Any], holds: bool
) -> dict[str, Any]:
    return {
        "archive": archive,
        "root": root,
        "root_words": head_words(root) if root else None,
        "holds": holds,
        "checks": [
            {
                "number": c.number,
                "title": c.title,
                "done": c.done,
                "holds": c.holds,
                "findings": _findings(c.findings),
            }
            for c in checks
        ],
        "heads": [
            {"device": device, "entries": head.size, "head": head.hash, "words": head_words(head.hash)}
            for device, head in sorted(heads.items())
        ],
    }


def _bundle_json(result: "BundleCheck") -> dict[str, Any]:
    return {
        "holds": result.ok,
        "archive": result.archive,
        "root": result.root,
        "root_words": result.root_words,
        "root_known": result.root_known,
        "checks": [
            {"number": c.number, "title": c.name, "holds": c.passed, "findings": _findings(c.findings)}
            for c in result.checks
        ],
        "files": [
            {
                "code": f.code, "name": f.name, "file": f.file, "size": f.size, "sha256": f.sha256,
                "device": f.device, "recorded_at": f.recorded_at,
            }
            for f in result.files
        ],
        "withheld": [list(pair) for pair in result.withheld],
        "hidden": result.hidden,
        "records": result.records,
        "not_shown": list(result.not_shown),
    }  # fmt: skip


def _findings(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    return [{"kind": f.kind.value, "where": f.where, "detail": f.detail, "fails": f.fails} for f in findings]
