"""Whose names count: those of rosters that the root key signed, whichever device wrote them (ADR 0160).

Adding needs no key, so any device of the group can write a record of any type.
"""

from collections.abc import Callable, Mapping
from typing import Any

from copwatch.proof.canonical import NotCanonical, encode

Verify = Callable[[str, bytes, str], bool]
"""Key (64 digits), message, signature (128 digits) → whether it holds."""


def roster_message(record: Mapping[str, Any]) -> bytes:
    """What the root key signs of a roster record (docs/format.md, "Rosters"). Raises `NotCanonical`."""
    return b"copwatch/v1/roster\n" + encode({name: value for name, value in record.items() if name != "sig"})


def is_signed(record: Mapping[str, Any], root: str, verify: Verify) -> bool:
    """Whether the root key (64 digits) signed this roster record."""
    sig = record.get("sig")
    try:
        return isinstance(sig, str) and verify(root, roster_message(record), sig)
    except NotCanonical:
        return False
