"""The scrypt recipient type: a passphrase, alone in its header (c2sp.org/age)."""

import re
import secrets
from collections.abc import Sequence
from typing import ClassVar, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from copwatch.crypto.age.errors import AgeError, HeaderError, KeyTextError
from copwatch.crypto.age.header import Stanza, decode_base64, encode_base64
from copwatch.crypto.age.recipient import WRAP_NONCE, Identity, Recipient, check_body

KIND: Final = "scrypt"
# The base-two logarithm of N. 18 is what the age program writes: 256 MiB and about a second.
WORK_FACTOR: Final = 18
# A header from a stranger names its own cost. 20 is 1 GiB of memory and a few seconds, which an ordinary
# laptop survives; every further step doubles both.
MAX_WORK_FACTOR: Final = 20
_SALT: Final = 16
_SALT_LABEL: Final = b"age-encryption.org/v1/scrypt"
_DECIMAL: Final = re.compile(r"[1-9][0-9]*\Z", re.ASCII)


class ScryptRecipient(Recipient):
    """Seals to a passphrase, taken as its UTF-8 bytes and not normalised (as the age program does)."""

    kind: ClassVar[str] = KIND
    __slots__ = ("_passphrase", "_work_factor")

    def __init__(self, passphrase: str, work_factor: int = WORK_FACTOR) -> None:
        """Raises KeyTextError for an empty passphrase or a work factor that could not be opened again."""
        if not 1 <= work_factor <= MAX_WORK_FACTOR:
            raise KeyTextError(f"the scrypt work factor has to be 1 to {MAX_WORK_FACTOR}")
        self._passphrase = _to_bytes(passphrase)
        self._work_factor = work_factor

    def wrap(self, file_key: bytes) -> Stanza:
        """Wrap under the passphrase with a new salt."""
        salt = secrets.token_bytes(_SALT)
        cipher = _wrap_cipher(self._passphrase, salt, self._work_factor)
        args = (KIND, encode_base64(salt).decode("ascii"), str(self._work_factor))
        return Stanza(args, cipher.encrypt(WRAP_NONCE, file_key, None))

    def __repr__(self) -> str:
        return "<ScryptRecipient>"


class ScryptIdentity(Identity):
    """Opens with a passphrase."""

    kind: ClassVar[str] = KIND
    __slots__ = ("_max_work_factor", "_passphrase")

    def __init__(self, passphrase: str, max_work_factor: int = MAX_WORK_FACTOR) -> None:
        """Files that demand more than `max_work_factor` are refused before any work is done."""
        self._passphrase = _to_bytes(passphrase)
        self._max_work_factor = max_work_factor

    def recipient(self) -> ScryptRecipient:
        """Seal to the same passphrase, with the default work factor."""
        return ScryptRecipient(self._passphrase.decode("utf-8"))

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """Try the scrypt stanza; its cost is checked first."""
        own = [
            (stanza.body, *_parse(stanza, self._max_work_factor)) for stanza in stanzas if stanza.kind == KIND
        ]
        for body, salt, work_factor in own:
            try:
                return _wrap_cipher(self._passphrase, salt, work_factor).decrypt(WRAP_NONCE, body, None)
            except InvalidTag:
                continue
        return None

    def __repr__(self) -> str:
        return "<ScryptIdentity>"


def _to_bytes(passphrase: str) -> bytes:
    if not passphrase:
        raise KeyTextError("the passphrase is empty")
    try:
        return passphrase.encode("utf-8")
    except UnicodeEncodeError:
        # Not chained: that exception carries the passphrase.
        raise KeyTextError("the passphrase has characters that are not valid text") from None


def _parse(stanza: Stanza, max_work_factor: int) -> tuple[bytes, int]:
    if len(stanza.args) != 3:
        raise HeaderError("the scrypt stanza has the wrong number of arguments")
    salt = decode_base64(stanza.args[1].encode("ascii"))
    if len(salt) != _SALT:
        raise HeaderError("the scrypt stanza has a salt of the wrong size")
    check_body(stanza)
    # Two digits are checked before int(), which would spend quadratic time on a long number.
    if not _DECIMAL.match(stanza.args[2]):
        raise HeaderError("the scrypt stanza has a malformed work factor")
    if len(stanza.args[2]) > 2 or int(stanza.args[2]) > max_work_factor:
        raise HeaderError(f"the scrypt work factor is above the limit of {max_work_factor}")
    return salt, int(stanza.args[2])


def _wrap_cipher(passphrase: bytes, salt: bytes, work_factor: int) -> ChaCha20Poly1305:
    kdf = Scrypt(salt=_SALT_LABEL + salt, length=32, n=1 << work_factor, r=8, p=1)
    try:
        return ChaCha20Poly1305(kdf.derive(passphrase))
    except MemoryError:
        raise AgeError(
            "not enough memory for this passphrase", hint="close other programs and try again"
        ) from None
