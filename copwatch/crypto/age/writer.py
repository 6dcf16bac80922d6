"""Sealing: bytes in, an age file out, in constant memory. The hot path of taking evidence in."""

import itertools
import secrets
from collections.abc import Iterable

from copwatch.crypto.age.header import make_header
from copwatch.crypto.age.recipient import FILE_KEY, Recipient, wrap
from copwatch.crypto.age.stream import (
    CHUNK,
    PAYLOAD_NONCE,
    SEALED_CHUNK,
    Data,
    chunk_nonce,
    payload_cipher,
    sealed_payload_size,
)


class Encryptor:
    """Seals one file: write `header`, then everything that `update` gives, then what `finish` gives.

    Every instance draws its own file key and payload nonce and keeps neither, so no key ever seals two files.
    A file that lacks what `finish` gives is recognised as cut short. After an exception, start a new one.
    One thread at a time.
    """

    __slots__ = ("_cipher", "_finished", "_held", "_held_size", "_indices", "header")

    def __init__(self, recipients: Iterable[Recipient]) -> None:
        """Prepare to seal to all `recipients`.

        Raises:
            KeyTextError: the recipients may not stand in one header.
        """
        file_key, nonce = secrets.token_bytes(FILE_KEY), secrets.token_bytes(PAYLOAD_NONCE)
        stanzas = wrap(tuple(recipients), file_key)
        #: The textual header and the payload nonce: the first bytes of the sealed file.
        self.header: bytes = make_header(file_key, stanzas).encode() + nonce
        self._cipher = payload_cipher(file_key, nonce)
        self._held = bytearray(CHUNK)
        self._held_size = 0
        # A number is taken before it is used and never given back: an interrupted update spoils the file, which
        # a reader notices, and can never use a nonce twice.
        self._indices = itertools.count()
        self._finished = False

    def update(self, data: Data) -> list[bytearray]:
        """Seal more of the content, of any length; gives the buffers to write, in order: none or one.

        `data` may be changed by the caller afterwards. The buffers belong to the caller.
        """
        self._check_open()
        view = memoryview(data).cast("B")
        total = self._held_size + len(view)
        # One byte at least stays held: only finish() knows which chunk is the final one.
        chunks = (total - 1) // CHUNK if total else 0
        if not chunks:
            self._held[self._held_size : total] = view
            self._held_size = total
            return []
        out = bytearray(chunks * SEALED_CHUNK)
        rest = self._seal_chunks(view, memoryview(out))
        self._held[: len(rest)] = rest
        self._held_size = len(rest)
        return [out]

    def finish(self) -> bytes:
        """Seal the final chunk; after this nothing more can be added."""
        self._check_open()
        self._finished = True
        content = memoryview(self._held)[: self._held_size]
        return self._cipher.encrypt(chunk_nonce(next(self._indices), final=True), content, None)

    def sealed_size(self, size: int) -> int:
        """How large the whole file becomes when its content has `size` bytes."""
        return len(self.header) - PAYLOAD_NONCE + sealed_payload_size(size)

    def _seal_chunks(self, view: memoryview, out: memoryview) -> memoryview:
        """Fill `out` with whole chunks, first what was held; gives what is left over of `view`."""
        at = 0
        if self._held_size:
            at = CHUNK - self._held_size
            self._held[self._held_size :] = view[:at]
            self._seal_one(memoryview(self._held), out[:SEALED_CHUNK])
            out = out[SEALED_CHUNK:]
        for start in range(0, len(out), SEALED_CHUNK):
            self._seal_one(view[at : at + CHUNK], out[start : start + SEALED_CHUNK])
            at += CHUNK
        return view[at:]

    def _seal_one(self, chunk: memoryview, out: memoryview) -> None:
        self._cipher.encrypt_into(chunk_nonce(next(self._indices), final=False), chunk, None, out)

    def _check_open(self) -> None:
        if self._finished:
            raise ValueError("this file is finished")


def seal(data: Data, recipients: Iterable[Recipient]) -> bytes:
    """Seal something small at once; gives a whole binary age file."""
    encryptor = Encryptor(recipients)
    return b"".join([encryptor.header, *encryptor.update(data), encryptor.finish()])
