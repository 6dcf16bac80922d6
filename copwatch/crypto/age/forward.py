"""Opening an age file from its beginning to its end, out of anything that can be read, also a pipe."""

import io
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from copwatch.crypto.age.armor import ArmorReader
from copwatch.crypto.age.errors import HeaderError, PayloadError
from copwatch.crypto.age.header import read_header
from copwatch.crypto.age.recipient import Identity, unwrap
from copwatch.crypto.age.source import ByteSource, Readable
from copwatch.crypto.age.stream import PAYLOAD_NONCE, SEALED_CHUNK, TAG, Data, chunk_nonce, payload_cipher


def decrypt_stream(src: Readable, identities: Iterable[Identity]) -> Iterator[bytes]:
    """Open `src`, binary or armored, chunk by chunk in constant memory.

    The header is read and opened before this returns. Each chunk is authentic when it is given, but only
    the regular end of the iteration shows that the file is whole: a file that was cut short gives its
    beginning and then raises PayloadError. Use SealedReader where the file can be sought.

    Raises:
        HeaderError, MacError, NoMatch: at once. PayloadError, ArmorError: also later, while iterating.
    """
    source = _detect(src)
    file_key = unwrap(read_header(source), tuple(identities))
    return _chunks(source, payload_cipher(file_key, take_payload_nonce(source)))


def open_bytes(data: Data, identities: Iterable[Identity]) -> bytes:
    """Open something small, binary or armored, at once: all of it or an exception."""
    return b"".join(decrypt_stream(io.BytesIO(data), identities))


def take_payload_nonce(source: ByteSource) -> bytes:
    """The 16 bytes behind the header."""
    nonce = source.take(PAYLOAD_NONCE)
    if len(nonce) != PAYLOAD_NONCE:
        raise HeaderError("the file is cut short behind its header")
    return nonce


def _detect(src: Readable) -> ByteSource:
    """Binary files begin with a letter; the text form begins with a dash or with white space."""
    first = src.read(1) or b""
    source = ByteSource(src, first)
    return ByteSource(ArmorReader(source)) if first and first in b"- \t\r\n" else source


def _chunks(source: ByteSource, cipher: ChaCha20Poly1305) -> Iterator[bytes]:
    index, final = 0, False
    while not final:
        sealed = source.take(SEALED_CHUNK)
        content, final = _open_chunk(cipher, index, sealed)
        if content:
            yield content
        index += 1
    if source.take(1):
        raise PayloadError("there is something behind the end of the sealed content")


def _open_chunk(cipher: ChaCha20Poly1305, index: int, sealed: bytes) -> tuple[bytes, bool]:
    """Open one chunk and say whether it is the final one; only that one may be shorter than 64 KiB."""
    if len(sealed) < TAG or (len(sealed) == TAG and index):
        raise PayloadError("the sealed content is cut short")
    for final in (False, True) if len(sealed) == SEALED_CHUNK else (True,):
        try:
            return cipher.decrypt(chunk_nonce(index, final), sealed, None), final
        except InvalidTag:
            continue
    raise PayloadError(f"the sealed content was altered or cut short in chunk {index}")
