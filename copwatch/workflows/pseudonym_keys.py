"""The keys of pseudonyms: one for each matter or recipient, from a secret that members have (docs/adr/0111)."""

import unicodedata

from copwatch.crypto.derive import hkdf_sha256
from copwatch.errors import Locked
from copwatch.store.keys import identity_seed
from copwatch.workflows.session import Session

_INFO = b"copwatch/v1/pseudonyms\n"


def matter_scope(id: str) -> str:
    """The scope of a matter, or of an incident where no matter is named: its id."""
    return f"matter\n{id}"


def recipient_scope(name: str) -> str:
    """The scope of a recipient, however its name is written: letter case, accents and gaps make no difference."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return f"recipient\n{' '.join(plain.split())}"


def pseudonym_key(session: Session, scope: str) -> bytes:
    """The 32-byte key of a scope.

    It comes from the first identity of the first compartment, which every member who may export opens, also those
    who came later. Raises `Locked` where the keys at hand do not open it.
    """
    compartment = session.archive.charter.compartments[0]
    identity = session.keys.of(compartment.id, compartment.epochs[0])
    if identity is None:
        raise Locked(
            "the keys at hand do not open what pseudonyms are made from",
            hint="a member who has it has to export",
        )
    return hkdf_sha256(identity_seed(identity), bytes.fromhex(session.archive.id), _INFO + scope.encode(), 32)
