"""Writes a bundle without proofs: no ledger entry, leaf, key, archive id, date, or hash of an original."""

from pathlib import PurePosixPath

from copwatch.bundle import bag, documents
from copwatch.bundle.interop.published import published
from copwatch.bundle.leaksearch.sink import SearchingStream, searching
from copwatch.bundle.plan import BundlePlan, Item, check_plan
from copwatch.bundle.sinks import Sink
from copwatch.bundle.unproven.documents import open_documents
from copwatch.bundle.unproven.facts import OpenFacts, make_open_facts
from copwatch.bundle.write import Writing
from copwatch.errors import Refused
from copwatch.progress import Progress
from copwatch.text import file_name

WRITTEN = "1980-01-01T00:00:00Z"
"""The time of every file in a zip: when it was written is nobody's business."""


def write_open_bundle(
    plan: BundlePlan, sink: Sink, progress: Progress | None = None, around: SearchingStream | None = None
) -> dict[str, bag.Digest]:
    """Writes the bundle of `plan` into `sink` and finishes it; on any error the sink is aborted.

    Returns:
        Size and hashes of every payload file by its path.

    Raises:
        BadInput, IntegrityFailure: as `write_bundle`.
        Refused: a file would go out as it was received, or what is withheld was found in a text.
    """
    try:
        texts, facts = prepare_open(plan)
        searched = searching(plan, sink, around)
        writing = Writing(searched, progress or Progress())
        for path, data in texts.items():
            writing.put(path, data)
        writing.put_items(plan.items, [(path, facts.viewing.get(name)) for name, path in facts.files])
        payload = writing.digests
        writing.put("bagit.txt", bag.DECLARATION)
        writing.put("bag-info.txt", bag.open_bag_info(plan.code, [each.size for each in payload.values()]))
        writing.put_manifests(bag.MANIFESTS, payload)
        tags = {path: writing.digests[path] for path in bag.TAG_FILES}
        writing.put_manifests(bag.TAG_MANIFESTS, tags)
        searched.finish()
    except BaseException:
        sink.abort()
        raise
    return payload


def prepare_open(plan: BundlePlan) -> tuple[dict[str, bytes], OpenFacts]:
    """The documents by path, and what they say. Nothing is opened or written."""
    check_plan(plan)
    if not plan.strips:
        raise Refused("a bundle without proofs holds clean renditions alone", hint="use --metadata strip")
    files = {f"ITEM-{n}": _path(n, item) for n, item in enumerate(plan.items, 1)}
    facts = make_open_facts(plan, files)
    return {**open_documents(facts), **published(plan)}, facts


def _path(number: int, item: Item) -> str:
    """A name that says nothing but the kind: codes are the same for every recipient, and these are not."""
    ending = PurePosixPath(file_name(item.name, "file")).suffix
    return f"{documents.EVIDENCE}item-{number}{ending}"
