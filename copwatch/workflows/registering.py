"""The registry of exports: what a custody event says of a bundle besides what it was for (docs/adr/0088)."""

import hashlib
from collections.abc import Mapping

from copwatch.bundle.bag import Digest, manifest
from copwatch.workflows.opening import Recorded, record_access
from copwatch.workflows.session import Session
from copwatch.workflows.stamping import Now


def registered(
    bundle: str, profile: str, recipient: str, items: int, *, sealed: bool
) -> dict[str, str | int]:
    """What the event `exported` says, before anything is written: bundle, profile, recipient, number of items."""
    said: dict[str, str | int] = {"bundle": bundle, "profile": profile, "items": items, "sealed": int(sealed)}
    return {**said, "recipient": recipient} if recipient else said


def record_packed(
    session: Session, now: Now, bundle: str, incident: str | None, digests: Mapping[str, Digest]
) -> Recorded:
    """Says what a finished bundle holds: an event `packed`, with the SHA-256 of its `manifest-sha256.txt`.

    The bundle itself holds the custody up to its export, so that this stands in the archive alone.

    Args:
        digests: of its payload, by path.
    """
    detail: dict[str, str | int] = {
        "bundle": bundle, "files": len(digests), "size": sum(digest.size for digest in digests.values()),
        "manifest": hashlib.sha256(manifest(digests, "sha256")).hexdigest(),
    }  # fmt: skip
    return record_access(session, now, "packed", [], incident=incident, detail=detail)
