"""What a recipient and an identity are, and the rules for several of them in one header."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Final

from copwatch.crypto.age.errors import HeaderError, KeyTextError, MacError, NoMatch
from copwatch.crypto.age.header import MAX_STANZAS, Header, Stanza, decode_base64

FILE_KEY: Final = 16
TAG: Final = 16
# The fixed nonce of the classical recipient types. Safe because every wrap key is used once: it depends on an
# ephemeral secret or a salt that is random for each stanza of each file.
WRAP_NONCE: Final = bytes(12)
_ALONE: Final = "scrypt"


class Recipient(ABC):
    """A public key, or a passphrase, that a file can be sealed to."""

    __slots__ = ()
    kind: ClassVar[str]
    post_quantum: ClassVar[bool] = False

    @abstractmethod
    def wrap(self, file_key: bytes) -> Stanza:
        """Wrap a file key; fresh randomness every time."""


class Identity(ABC):
    """What opens the files that were sealed to its recipient. `repr` never shows the secret; `str` may."""

    __slots__ = ()
    kind: ClassVar[str]

    @abstractmethod
    def recipient(self) -> Recipient:
        """The recipient that this identity opens."""

    @abstractmethod
    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """Give the file key, or None when no stanza is for this identity.

        Raises:
            HeaderError: a stanza of this type breaks the rules of the type.
        """


class KeyIdentity(Identity):
    """An identity that is a key and not a passphrase; `str` gives its text."""

    __slots__ = ()

    @property
    @abstractmethod
    def seed(self) -> bytes:
        """The 32 secret bytes that make this identity again."""


def wrap(recipients: Sequence[Recipient], file_key: bytes) -> tuple[Stanza, ...]:
    """Wrap `file_key` for all recipients, after checking that they may stand in one header.

    Raises:
        KeyTextError: none, too many, a passphrase beside another recipient, or post-quantum beside classical.
    """
    _check_together(recipients)
    return tuple(recipient.wrap(file_key) for recipient in recipients)


def unwrap(header: Header, identities: Sequence[Identity]) -> bytes:
    """Find the file key of `header` and confirm the header with it.

    Raises:
        HeaderError: the header breaks a rule of a recipient type.
        NoMatch: no identity opens it.
        MacError: an identity opens it, but the header was altered.
    """
    # A passphrase authenticates who sealed the file; a stanza beside it would let somebody else do so.
    if _ALONE in header.kinds and len(header.stanzas) > 1:
        raise HeaderError("the header has a passphrase beside other recipients")
    for identity in identities:
        file_key = identity.unwrap(header.stanzas)
        if file_key is not None:
            if not header.is_confirmed_by(file_key):
                raise MacError("the header was altered after it was written")
            return file_key
    if header.kinds == (_ALONE,):
        raise NoMatch("the passphrase does not open this", hint="try the passphrase again")
    raise NoMatch("none of the keys at hand opens this", hint="unlock with a member of the right compartment")


def arguments(stanza: Stanza, *sizes: int) -> list[bytes]:
    """The decoded arguments of a native stanza behind its type; each must have the given size.

    Also checks that the body is exactly a wrapped file key before anything is decrypted: a longer one could
    be crafted to open under many keys at once (partitioning oracle).
    """
    if len(stanza.args) != 1 + len(sizes):
        raise HeaderError(f"the {stanza.kind} stanza has the wrong number of arguments")
    decoded = [decode_base64(text.encode("ascii")) for text in stanza.args[1:]]
    if [len(value) for value in decoded] != list(sizes):
        raise HeaderError(f"the {stanza.kind} stanza has an argument of the wrong size")
    check_body(stanza)
    return decoded


def check_body(stanza: Stanza) -> None:
    """Refuse a body that is not exactly a wrapped file key."""
    if len(stanza.body) != FILE_KEY + TAG:
        raise HeaderError(f"the {stanza.kind} stanza has a body of the wrong size")


def _check_together(recipients: Sequence[Recipient]) -> None:
    if not recipients:
        raise KeyTextError("nothing to seal to", hint="name at least one recipient")
    if len(recipients) > MAX_STANZAS:
        raise KeyTextError(f"more than {MAX_STANZAS} recipients for one file")
    if len(recipients) > 1 and any(r.kind == _ALONE for r in recipients):
        raise KeyTextError("a passphrase has to be the only recipient of a file")
    if len({r.post_quantum for r in recipients}) > 1:
        raise KeyTextError(
            "post-quantum and classical recipients cannot share a file",
            hint="one classical recipient would undo the protection of the others; seal two files",
        )
