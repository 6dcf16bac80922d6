"""How the results of `copwatch verify` are said: what was checked, what was found, and what was not shown."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copwatch.cli import jsonout, voice
from copwatch.cli.progress import progress
from copwatch.errors import IntegrityFailure, Locked
from copwatch.proof.findings import Finding
from copwatch.proof.words import short_words
from copwatch.store.check import Check
from copwatch.text import counted
from copwatch.workflows.verifying import paper_head, verify_folder

if TYPE_CHECKING:
    from copwatch.bundle.renditions import ProvenRendition
    from copwatch.bundle.verify import BundleCheck
    from copwatch.crypto.age import Identity

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
            say_check(check.number, check.title, check.done, check.findings, check.holds)
        if result.root is not None:
            _say_words(result.root, {device: head.hash for device, head in result.heads.items()})
        if holds:
            voice.say(
                "Everything checked holds. What was sealed is what was received on that device; a check of hashes "
                "says nothing about what came before."
            )
    if not holds:
        raise IntegrityFailure(
            "the archive does not hold", hint="`copwatch doctor` says what can be mended, and from where"
        )


def verify_a_bundle(path: Path, passphrase_file: Path | None, identity: Path | None, json: bool) -> None:
    """All checks of a bundle, from itself alone."""
    from copwatch.workflows.verifying_bundles import check_bundle, open_tree

    with open_tree(path, identities(passphrase_file, identity)) as tree:
        result = check_bundle(tree, progress())
    if json:
        jsonout.print_json(_bundle_json(result))
    else:
        _say_bundle(result)
    if not result.ok:
        raise IntegrityFailure(
            "the bundle does not hold", hint="ask for it again, and compare the words by voice"
        )


def _deep(folder: Path, passphrase_file: Path | None, identity: Path | None) -> Check:
    from copwatch.cli.keys import keys_for
    from copwatch.store.archive import open_archive
    from copwatch.workflows.verifying_deep import verify_deep

    opened = open_archive(folder)
    return verify_deep(opened, keys_for(opened, passphrase_file, identity), progress())


def identities(passphrase_file: Path | None, identity: Path | None) -> "Callable[[bool], list[Identity]]":
    """What opens a sealed bundle, asked for only when it is sealed."""

    def open_secrets(by_passphrase: bool) -> "list[Identity]":
        """The keys of the identity file, or the passphrase. Raises `Locked` where no passphrase could open it."""
        from copwatch.cli import prompts
        from copwatch.cli.keys import identity_text
        from copwatch.crypto.age import ScryptIdentity, parse_identity_file

        text = identity_text(identity)
        if text is not None:
            return list(parse_identity_file(text))
        if not by_passphrase:
            raise Locked("this bundle is sealed to a key, not under a passphrase", hint=_KEY)
        return [ScryptIdentity(prompts.passphrase("passphrase of the bundle", file=passphrase_file))]

    return open_secrets


_KEY = "name the file of the key that it was sealed to: --identity FILE"


def say_check(number: int, title: str, done: str, findings: Sequence[Finding], holds: bool) -> None:
    """One check of a list, with its findings."""
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
    voice.say(f"  {short_words(root)}")
    if heads:
        voice.say("Heads today; write them down with the date, for `copwatch verify --head`:")
    for device, head in heads.items():
        voice.say(f"  device {device[:8]}:")
        voice.say(f"  {short_words(head)}")
    voice.say("")


def _say_bundle(result: "BundleCheck") -> None:
    for check in result.checks:
        say_check(check.number, check.name, "", check.findings, check.passed)
    voice.say("")
    for file in result.files:
        voice.say(
            f"{file.code}  {file.name or '(name withheld)'}: as received on device {file.device[:8]}"
            f"{f' at {file.recorded_at} by its clock' if file.recorded_at else ''}"
        )
    for made in result.renditions:
        _say_rendition(made)
    if result.facts:
        for code in result.facts.not_cleaned:
            voice.say(
                f"{code}  is not in the bundle: it cannot be cleaned with certainty, its exporter states."
            )
    if not result.proofs:
        for line in result.not_shown:
            voice.say(f"Not shown: {line}")
        if result.ok:
            voice.say(
                "This bundle was made without proofs. It is whole and unaltered by its own manifests, no more."
            )
        return
    voice.say(
        f"{counted(result.records, 'record')} shown, {counted(len(result.withheld), 'field')} withheld,"
        f" {result.hidden:,} hidden."
    )
    say_root(result)
    for line in result.notes:
        voice.say(f"Note: {line}")
    for line in result.not_shown:
        voice.say(f"Not shown: {line}")
    if result.ok:
        whose = "by the key that this computer knows" if result.root_known else "if the words are the group's"
        voice.say(f"Everything checked holds, {whose}.")


def _say_rendition(made: "ProvenRendition") -> None:
    """What is shown, and by whose word the rest is."""
    sealed = "What is sealed, a clean rendition itself, is" if made.of_clean else "The original is sealed"
    voice.say(
        f"{made.code}  {made.file.rpartition('/')[2]}: a clean rendition of evidence {made.code}, made by {made.tool} "
        f"on device {made.device[:8]}{f' at {made.recorded_at} by its clock' if made.recorded_at else ''}."
    )
    voice.say(f"   {sealed} in the archive with SHA-256 {made.evidence_sha256}")
    if not made.essence:
        voice.say(
            "   This kind of file is written anew and has no essence: that its pages are the same, the device states."
        )
        return
    here = "computed again here" if made.computed else f"not computed here: {made.not_computed}"
    voice.say(f"   Its coded picture and sound have the essence {made.essence} ({here}).")
    told = (
        "the record of its receipt says as well"
        if made.received_essence
        else "the device that made it states"
    )
    voice.say(f"   That those of what is sealed are the same, {told}.")


def say_root(result: "BundleCheck") -> None:
    """Whose bundle it is, and what is to be done about that."""
    if result.root_words:
        voice.say(f"Root key ({_known(result)}):")
        voice.say(f"  {result.root_words}")


def _known(result: "BundleCheck") -> str:
    if result.root_known:
        return "the root key that this computer knows"
    return "compare with the group by voice"


def _archive_json(
    archive: str | None, root: str | None, checks: Sequence[Check], heads: dict[str, Any], holds: bool
) -> dict[str, Any]:
    return {
        "archive": archive,
        "root": root,
        "root_words": short_words(root) if root else None,
        "holds": holds,
        "checks": [
            {
                "number": c.number,
                "title": c.title,
                "done": c.done,
                "holds": c.holds,
                "findings": findings_json(c.findings),
            }
            for c in checks
        ],
        "heads": [
            {"device": device, "entries": head.size, "head": head.hash, "words": short_words(head.hash)}
            for device, head in sorted(heads.items())
        ],
    }


def _bundle_json(result: "BundleCheck") -> dict[str, Any]:
    return {
        "holds": result.ok,
        "proofs": result.proofs,
        "archive": result.archive,
        "root": result.root,
        "root_words": result.root_words,
        "root_known": result.root_known,
        "checks": [
            {"number": c.number, "title": c.name, "holds": c.passed, "findings": findings_json(c.findings)}
            for c in result.checks
        ],
        "files": [
            {
                "code": f.code, "name": f.name, "file": f.file, "size": f.size, "sha256": f.sha256,
                "device": f.device, "recorded_at": f.recorded_at,
            }
            for f in result.files
        ],
        "renditions": [_rendition_json(made) for made in result.renditions],
        "not_cleaned": list(result.facts.not_cleaned) if result.facts else [],
        "withheld": [list(pair) for pair in result.withheld],
        "hidden": result.hidden,
        "records": result.records,
        "not_shown": list(result.not_shown),
        "notes": list(result.notes),
    }  # fmt: skip


def _rendition_json(made: "ProvenRendition") -> dict[str, Any]:
    return {
        "code": made.code, "file": made.file, "size": made.size, "sha256": made.sha256, "essence": made.essence or None,
        "made": made.made, "tool": made.tool, "device": made.device, "recorded_at": made.recorded_at,
        "of_sha256": made.evidence_sha256, "of_size": made.evidence_size, "of_clean": made.of_clean,
        "essence_computed": made.computed, "not_computed_because": made.not_computed,
        "essence_in_receipt": made.received_essence,
    }  # fmt: skip


def findings_json(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Findings as `--json` gives them."""
    return [{"kind": f.kind.value, "where": f.where, "detail": f.detail, "fails": f.fails} for f in findings]
