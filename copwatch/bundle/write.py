"""Writes a bundle: everything is proven before its first paper, and nothing carries its name before the last byte."""

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import chain
from typing import BinaryIO

from copwatch.bundle import bag, documents, proofs
from copwatch.bundle.decisions import Decision, withheld_paths
from copwatch.bundle.extras import extras
from copwatch.bundle.facts import Facts, make_facts
from copwatch.bundle.hashing import Hashing
from copwatch.bundle.interop.published import published
from copwatch.bundle.leaksearch.sink import SearchingSink, SearchingStream, refuse, searching
from copwatch.bundle.looks import looks_of
from copwatch.bundle.names import MOST_FILES
from copwatch.bundle.plan import BundlePlan, Item, Press, check_plan
from copwatch.bundle.production import volume
from copwatch.bundle.production.numbering import NATIVES, Production, native, report_native
from copwatch.bundle.proofs import Proof
from copwatch.bundle.reading import LARGEST_TOTAL, largest
from copwatch.bundle.sheet import PDF, sheet
from copwatch.bundle.shown import Shown, Told
from copwatch.bundle.sinks import Early, Sink, Stretches, Writes
from copwatch.bundle.trust import charter_findings, proof_finding
from copwatch.bundle.viewing import THUMBNAIL, Viewing
from copwatch.bundle.write_order import leaving
from copwatch.crypto.signing import verify
from copwatch.errors import IntegrityFailure, Refused, Unfinished
from copwatch.looking_ahead import looking_ahead
from copwatch.progress import Progress
from copwatch.proof.canonical import Json, NotCanonical
from copwatch.proof.history import read_history
from copwatch.proof.shapes import Malformed
from copwatch.text import file_name

_CHUNK = 1 << 20


def write_bundle(
    plan: BundlePlan, sink: Sink, progress: Progress | None = None, around: SearchingStream | None = None
) -> dict[str, bag.Digest]:
    """Writes the bundle of `plan` into `sink` and finishes it; on any error the sink is aborted.

    On its way it is searched for what is withheld; `around` is what lies below a zip.

    Each file of an item is read once, and not at all where it stands there early. Memory does not grow with their
    sizes. `progress` is advanced by every byte that is copied; whoever passes it starts and finishes it.

    Returns:
        Size and hashes of every payload file by its path.

    Raises:
        BadInput: a code, time or key of the plan is not of its form.
        Refused: the profile is not built, knows no rule for a record, or what is withheld was found in a text.
        UsageError: there is no such profile.
        IntegrityFailure: a record does not prove, or a file is not what was received.
    """
    try:
        # The report is typeset before the search is built, for both take much memory.
        prepared = prepare(plan)
        searched = searching(plan, sink, around)
        digests = Writing(searched, progress or Progress()).all(plan, *prepared)
        refuse(searched.hits())
        _take_numbers(plan, prepared[0])
        searched.finish()
    except BaseException:
        sink.abort()
        raise
    return digests


def prepare(plan: BundlePlan) -> tuple[Facts, list[Proof], dict[str, bytes]]:
    """The facts, the proofs and the derived documents by path, all checked. Nothing is opened or written."""
    check_plan(plan)
    decided = {leaf: plan.rules.of(proven.record, leaf) for leaf, proven in leaving(plan).items()}
    found = _proofs(plan, decided)
    _check_trust(plan, found)
    try:
        shown = {proof.leaf: proof.as_shown() for proof in found}
        looks = looks_of(shown.values())
        told = {leaf: told_of(decisions) for leaf, decisions in decided.items()}
        facts = make_facts(plan, f"copwatch {plan.tool_version}", _file_names(plan), shown, looks, told)
        texts, facts = _documents(plan, facts, shown)
        texts |= published(plan)
    except (NotCanonical, Malformed) as error:
        raise IntegrityFailure("a record of the bundle is not of the form that records have") from error
    return facts, found, texts


def _documents(plan: BundlePlan, facts: Facts, shown: Mapping[str, Shown]) -> tuple[dict[str, bytes], Facts]:
    """What is derived, by path; and the facts, which know the pages of a production once its report is printed."""
    if plan.printer is None:
        return {**documents.documents(facts, shown).all(), **extras(facts, shown, plan.extras)}, facts
    printed = sheet(facts, shown, volume.numbers(facts))
    printed["pictures"] = _thumbnails(plan, facts)
    if facts.production is None or plan.production is None:
        pdf, numbered = plan.printer(printed, plan.created_at), {}
    else:
        printed["stamps"] = volume.stamps(facts, facts.production)
        pdf = plan.printer(printed, plan.created_at)
        stated = replace(facts.production, pages=plan.production.press.pages(pdf))
        facts = replace(facts, production=stated)
        numbered = volume.texts(facts, shown, stated)
        numbered[report_native(stated, len(volume.items(facts)))] = pdf
    texts = {**documents.documents(facts, shown).all(), **extras(facts, shown, plan.extras)}
    return {**texts, PDF: pdf, **numbered}, facts


def _thumbnails(plan: BundlePlan, facts: Facts) -> dict[str, Json]:
    """Thumbnails by the name that the sheet gives them, in base64."""
    found: dict[str, Json] = {}
    for item, named in zip(plan.items, facts.evidence, strict=True):
        small = next((one for one in item.viewing if one.use == THUMBNAIL), None)
        if small is not None and named.viewing is not None and named.viewing.thumbnail is not None:
            with small.open() as file:
                found[named.viewing.thumbnail.file] = b64encode(file.read()).decode()
    return found


def _take_numbers(plan: BundlePlan, facts: Facts) -> None:
    if plan.production is not None and facts.production is not None:
        plan.production.take(facts.production.first, volume.last(facts, facts.production))


def told_of(decisions: Iterable[Decision]) -> tuple[Told, ...]:
    """What is said of fields of one record that are withheld, in the order of their paths."""
    return tuple(sorted((told for each in decisions for told in each.told()), key=lambda told: told.path))


def _proofs(plan: BundlePlan, decided: Mapping[str, Sequence[Decision]]) -> list[Proof]:
    lines: dict[bytes, proofs.SignedLine] = {}
    every, found = plan.every(), []
    for leaf, decisions in decided.items():
        raw = every[leaf].line
        if raw not in lines:
            lines[raw] = proofs.read_line(raw)
        told, hidden = (withheld_paths(decisions, hidden=hidden) for hidden in (False, True))
        found.append(proofs.prove(every[leaf], lines[raw], told, hidden))
    return found


def _check_trust(plan: BundlePlan, found: list[Proof]) -> None:
    history, findings = read_history(plan.charters, verify)
    findings += charter_findings(history, plan.archive, plan.root, plan.signer.key)
    if history is not None:
        findings += filter(None, (proof_finding(proof, history, verify) for proof in found))
    failing = [finding for finding in findings if finding.fails]
    if failing:
        first = failing[0]
        raise IntegrityFailure(f"{first.where}: {first.detail or first.kind}", hint="run: copwatch verify")


def _file_names(plan: BundlePlan) -> dict[str, str]:
    """Evidence paths by code. `%` has a meaning in manifests that programs read in two ways, so none stays."""
    if plan.production is not None:
        stated = Production(plan.production.first)
        return {
            item.code: native(stated, index, file_name(item.name, "file"))
            for index, item in enumerate(plan.items)
        }
    return {
        item.code: f"{documents.EVIDENCE}{item.code}-{file_name(item.name, 'file').replace('%', '_')}"
        for item in plan.items
    }


def _check_limits(files: Mapping[str, bytes], items: int) -> None:
    """What is written has to be readable by those who verify it."""
    tags = len(bag.TAG_FILES) + len(bag.TAG_MANIFESTS) + 1
    too_large = any(len(data) > (largest(path) or 0) for path, data in files.items())
    too_many = len(files) + items + tags > MOST_FILES or sum(map(len, files.values())) > LARGEST_TOTAL // 2
    if too_large or too_many:
        raise Refused("this is too much for one bundle", hint="export fewer items at once")


class Writing:
    """One bundle on its way into a sink, with the digest of every file that went in."""

    def __init__(self, sink: SearchingSink, progress: Progress) -> None:
        self._sink, self._progress = sink, progress
        self._digests: dict[str, bag.Digest] = {}
        self._md5: dict[str, str] = {}

    def all(
        self, plan: BundlePlan, facts: Facts, found: list[Proof], texts: Mapping[str, bytes]
    ) -> dict[str, bag.Digest]:
        """Writes every file: documents, proofs and charters, then the evidence, then the tag files.

        Gives the digests of the payload by path. Raises `Refused` when it is too much for one bundle, and
        `IntegrityFailure` when an item is not what was received.
        """
        files = {
            **texts,
            **{f"{documents.PROOFS}{proof.leaf}.json": proofs.encode_file(proof) for proof in found},
        }
        files |= {f"{documents.CHARTERS}{name}": data for name, data in plan.charters.items()}
        others = len(volume.images(facts, facts.production)) if facts.production else 0
        others += sum(len(item.viewing) for item in plan.items)
        _check_limits(files, len(plan.items) + others)
        for path, data in files.items():
            self.put(path, data)
        self.put_items(plan.items, [(named.file, named.viewing) for named in facts.evidence])
        if plan.production is not None and facts.production is not None:
            shown = {proof.leaf: proof.as_shown() for proof in found}
            self._put_volume(plan.production.press, facts, facts.production, shown, texts[PDF])
        payload = dict(self._digests)
        self._put_tags(plan, facts, payload)
        return payload

    def _put_volume(
        self, press: Press, facts: Facts, stated: Production, shown: Mapping[str, Shown], pdf: bytes
    ) -> None:
        """Load files, which hold hashes of what was written, and an image of each slip sheet and each page."""
        hashed = volume.Hashed(self._digests, self._md5)
        for path, data in volume.load_files(facts, shown, stated, hashed).items():
            self.put(path, data)
        self._progress.finish()
        self._progress.start(None, "drawing pages")
        drawn = chain(press.slips(volume.slips(facts, shown), facts.created_at), press.images(pdf))
        for path, data in zip(volume.images(facts, stated), drawn, strict=True):
            self.put(path, data)
            self._progress.advance(0)

    def _put_tags(self, plan: BundlePlan, facts: Facts, payload: Mapping[str, bag.Digest]) -> None:
        sizes = [digest.size for digest in payload.values()]
        self.put("bagit.txt", bag.DECLARATION)
        self.put("bag-info.txt", bag.bag_info(facts.code, facts.tool, facts.created_at[:10], sizes))
        self.put_manifests(bag.MANIFESTS, payload)
        tags = {path: self._digests[path] for path in bag.TAG_FILES}
        self.put_manifests(bag.TAG_MANIFESTS, tags)
        message = bag.signed_message(bag.manifest(tags, "sha256"))
        self.put(bag.SIGNATURE, bag.encode_signature(plan.signer.key, plan.signer.sign(message)))

    @property
    def digests(self) -> dict[str, bag.Digest]:
        """Of everything that was written."""
        return dict(self._digests)

    def put_manifests(self, names: tuple[str, ...], digests: Mapping[str, bag.Digest]) -> None:
        """A manifest for each algorithm."""
        for algorithm, name in zip(bag.ALGORITHMS, names, strict=True):
            self.put(name, bag.manifest(digests, algorithm))

    def put(self, path: str, data: bytes) -> None:
        """Writes a small file."""
        with self._sink.open(path, len(data)) as target:
            target.write(data)
        hashes = hashlib.sha256(data).hexdigest(), hashlib.sha512(data).hexdigest()
        if path.startswith(NATIVES):
            self._md5[path] = hashlib.md5(data, usedforsecurity=False).hexdigest()
        self._digests[path] = bag.Digest(len(data), *hashes)

    def put_items(self, items: Sequence[Item], named: Sequence[tuple[str, Viewing | None]]) -> None:
        """Brings items to these paths, and what was made of each. Raises `IntegrityFailure`, `Unfinished`."""
        copied = (item for item in items if item.early is None)
        ahead = looking_ahead(copied, lambda item: item.open(), lambda item, source: item.coded(source))
        with closing(ahead), Hashing(3) as hashing:
            before = _nothing
            for item, (path, viewing) in zip(items, named, strict=True):
                if item.early is None:
                    _, source, coded = next(ahead)
                    settle = self._put_evidence(hashing, item, path, source, coded.result())
                    before()
                    before = settle
                else:
                    self._take(item, path, item.early)
                self._put_viewing(hashing, item, viewing)
            before()

    def _take(self, item: Item, path: str, early: Early) -> None:
        """An item that stands in the folder already, as it was hashed on its way there."""
        coded = early.coded
        if coded is None:
            with early.open() as file:
                coded = item.coded(file)
        self._sink.take(path, early, coded)
        if path.startswith(NATIVES):
            self._md5[path] = early.md5
        self._hold(item, path, early.digest)

    def _put_evidence(
        self, hashing: Hashing, item: Item, path: str, source: BinaryIO, coded: Stretches
    ) -> Callable[[], None]:
        """Copies an item; what is given holds it against what was recorded, as soon as it is hashed."""
        size = item.file.record["size"]
        with self._sink.open(path, size, coded) as target:
            settle = self._copy(hashing, source, target, size, path)
        return lambda: self._hold(item, path, settle())

    def _hold(self, item: Item, path: str, digest: bag.Digest) -> None:
        """Raises `IntegrityFailure`: it is not what was recorded."""
        size, sha256 = item.file.record["size"], item.file.record["sha256"]
        if (digest.size, digest.sha256) != (size, sha256):
            what = "what was received" if item.rendition is None else "the rendition that was recorded"
            raise IntegrityFailure(
                f"{item.code} is not {what}: its bytes do not give the recorded hash",
                hint="nothing was exported; run: copwatch verify",
            )
        self._digests[path] = digest

    def _put_viewing(self, hashing: Hashing, item: Item, viewing: Viewing | None) -> None:
        """Copies what was made of an item to be looked at. Raises `Unfinished`: the disk did not keep it."""
        for made, named in zip(item.viewing, viewing.files if viewing else (), strict=True):
            with made.open() as source, self._sink.open(named.file, made.size, made.coded(source)) as target:
                digest = self._copy(hashing, source, target, made.size, named.file)()
            if (digest.size, digest.sha256) != (made.size, made.sha256):
                raise Unfinished(
                    "the disk does not give back what was written to it", hint="use another disk"
                )
            self._digests[named.file] = digest

    def _copy(
        self, hashing: Hashing, source: BinaryIO, target: Writes, size: int, path: str
    ) -> Callable[[], bag.Digest]:
        """Copies at most one byte more than there should be: enough to tell, and no disk is filled.

        It is copied before this ends, and hashed before what is given does.
        """
        sha256, sha512, done = hashlib.sha256(), hashlib.sha512(), 0
        md5 = hashlib.md5(usedforsecurity=False) if path.startswith(NATIVES) else None
        hashed = hashing.file(*(state.update for state in (sha512, sha256, md5) if state is not None))
        while done <= size and (chunk := source.read(min(_CHUNK, size + 1 - done))):
            hashed.update(chunk)
            target.write(chunk)
            done += len(chunk)
            self._progress.advance(len(chunk))

        def settled() -> bag.Digest:
            hashed.settle()
            if md5 is not None:
                self._md5[path] = md5.hexdigest()
            return bag.Digest(done, sha256.hexdigest(), sha512.hexdigest())

        return settled


def _nothing() -> None:
    """There is nothing before the first."""
