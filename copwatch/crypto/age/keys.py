"""Keys as text: which spelling belongs to which type. A new native type is one more row here."""

from collections.abc import Callable
from typing import Final

from copwatch.crypto.age import bech32, hybrid, x25519
from copwatch.crypto.age.errors import KeyTextError
from copwatch.crypto.age.recipient import KeyIdentity, Recipient

_RECIPIENTS: Final[dict[str, Callable[[bytes], Recipient]]] = {
    x25519.RECIPIENT_HRP: x25519.X25519Recipient,
    hybrid.RECIPIENT_HRP: hybrid.HybridRecipient,
}
_IDENTITIES: Final[dict[str, Callable[[bytes], KeyIdentity]]] = {
    x25519.IDENTITY_HRP: x25519.X25519Identity,
    hybrid.IDENTITY_HRP: hybrid.HybridIdentity,
}
# The longest key there is has 1,959 characters. Bech32 of a long text takes quadratic time.
MAX_KEY_TEXT: Final = 4096


def parse_recipient(text: str) -> Recipient:
    """Read `age1…` or `age1pq1…`, in lower case; raises KeyTextError."""
    hrp, raw = _decode(text, "recipient")
    if text != text.lower() or hrp not in _RECIPIENTS:
        raise KeyTextError("this is not a recipient", hint="a recipient starts with age1 or age1pq1")
    return _RECIPIENTS[hrp](raw)


def parse_identity(text: str) -> KeyIdentity:
    """Read `AGE-SECRET-KEY-1…` or `AGE-SECRET-KEY-PQ-1…`, in upper case.

    Raises:
        KeyTextError: it is neither; the message never repeats the text.
    """
    hrp, raw = _decode(text, "identity")
    if text != text.upper() or hrp not in _IDENTITIES:
        raise KeyTextError("this is not an identity", hint="an identity starts with AGE-SECRET-KEY-")
    return _IDENTITIES[hrp](raw)


def parse_identity_file(text: str) -> list[KeyIdentity]:
    """Read one identity a line; lines that start with # and blank lines are left out.

    Raises:
        KeyTextError: a line is no identity (it is named by its number), or there is none at all.
    """
    identities: list[KeyIdentity] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            identities.append(parse_identity(line.strip()))
        except KeyTextError as defect:
            raise KeyTextError(f"line {number}: {defect.message}", hint=defect.hint) from None
    if not identities:
        raise KeyTextError("there is no identity in this file")
    return identities


def _decode(text: str, what: str) -> tuple[str, bytes]:
    if len(text) > MAX_KEY_TEXT:
        raise KeyTextError(f"this is not an age {what}: too long")
    try:
        return bech32.decode(text)
    except ValueError as defect:
        raise KeyTextError(f"this is not an age {what}: {defect}", hint="look for a typing error") from None
