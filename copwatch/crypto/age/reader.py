"""A sealed file as a Python file object: seekable, in constant memory, no plain bytes on disk."""

import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from copwatch.crypto.age.errors import PayloadError
from copwatch.crypto.age.forward import take_payload_nonce
from copwatch.crypto.age.header import Header, read_header
from copwatch.crypto.age.recipient import Identity, unwrap
from copwatch.crypto.age.source import ByteSource
from copwatch.crypto.age.stream import CHUNK, SEALED_CHUNK, TAG, chunk_nonce, payload_cipher

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# How many chunks are opened at once. A jump opens the chunk it lands in and the next; who reads on gets 1
# MiB at a time, which makes the cost of each call disappear. Both bound the memory of a reader.
_AFTER_JUMP: Final = 2
_READING_ON: Final = 16


class SealedReader(io.BufferedIOBase):
    """Reads the content of a binary age file; media libraries take it for a file.

    The final chunk is authenticated when the reader is made, so a file that was cut short or added to is
    refused before it gives a single byte. Every other chunk is authenticated before any of its bytes are
    given. A read that meets an altered chunk raises PayloadError and leaves the position where it was.

    One thread at a time. Closing it closes the file it was given; where making it fails, the file stays open.
    """

    def __init__(self, file: BinaryIO, identities: Iterable[Identity], end: int | None = None) -> None:
        """Open the age file that starts at the position of `file` and reaches to its end, or to `end` in it.

        Raises:
            HeaderError, MacError, NoMatch: the header does not open.
            PayloadError: the content was cut short or added to.
        """
        super().__init__()
        self._file: BinaryIO | None = None
        self._position = 0
        start = file.tell()
        source = ByteSource(file)
        #: The parsed header; says what the file is sealed with.
        self.header: Header = read_header(source)
        self._cipher: ChaCha20Poly1305 = payload_cipher(
            unwrap(self.header, tuple(identities)), take_payload_nonce(source)
        )
        self._payload = start + source.consumed
        sealed = (file.seek(0, io.SEEK_END) if end is None else end) - self._payload
        self._last = max(0, -(-sealed // SEALED_CHUNK) - 1)
        self._tail = self._open_last(file, sealed - self._last * SEALED_CHUNK)
        #: The length of the content in bytes, known from the authenticated final chunk.
        self.size: int = self._last * CHUNK + len(self._tail)
        self._window = memoryview(self._tail)
        self._window_start = self._last * CHUNK
        self._room = self._sealed = bytearray()
        self._file = file

    def readable(self) -> bool:
        """Always true."""
        return True

    def seekable(self) -> bool:
        """Always true."""
        return True

    def tell(self) -> int:
        """The position in the content."""
        self._opened()
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move; a position behind the end is allowed and reads nothing."""
        self._opened()
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}
        if whence not in base:
            raise ValueError(f"invalid whence: {whence}")
        if base[whence] + offset < 0:
            raise ValueError("negative seek position")
        self._position = base[whence] + offset
        return self._position

    def read(self, size: int | None = -1, /) -> bytes:
        """Give `size` bytes, fewer only at the end of the content; all that is left without `size`."""
        self._opened()
        data = b"".join(bytes(piece) for piece in self._pieces(size))
        self._position += len(data)
        return data

    def read1(self, size: int = -1, /) -> bytes:
        """Give what is at hand, one byte at least unless at the end."""
        self._opened()
        data = next((bytes(piece) for piece in self._pieces(size)), b"")
        self._position += len(data)
        return data

    def peek(self, size: int = 0, /) -> bytes:
        """Give what is at hand without moving; `size` is ignored, as in io.BufferedReader."""
        self._opened()
        return next((bytes(piece) for piece in self._pieces(-1)), b"")

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Fill `buffer` as far as the content reaches; gives the number of bytes."""
        self._opened()
        target = memoryview(buffer).cast("B")
        filled = 0
        for piece in self._pieces(len(target)):
            target[filled : filled + len(piece)] = piece
            filled += len(piece)
        self._position += filled
        return filled

    def close(self) -> None:
        """Close the file too and let go of content and keys."""
        file, self._file = getattr(self, "_file", None), None
        if file is not None:
            self._window, self._tail = memoryview(b""), b""
            self._room = self._sealed = bytearray()
            del self._cipher
            file.close()
        super().close()

    def _opened(self) -> BinaryIO:
        if self._file is None:
            raise ValueError("I/O operation on closed file")
        return self._file

    def _pieces(self, size: int | None) -> Iterator[memoryview]:
        """What lies from the position on, at most `size` bytes of it; a piece is valid until the next one."""
        at = self._position
        end = self.size if size is None or size < 0 else min(self.size, at + size)
        while at < end:
            if not self._window_start <= at < self._window_start + len(self._window):
                self._load(at // CHUNK, end)
            offset = at - self._window_start
            piece = self._window[offset : offset + end - at]
            yield piece
            at += len(piece)

    def _load(self, index: int, end: int) -> None:
        """Make chunk `index` the window, and some behind it: those up to `end`, or more where somebody reads on."""
        follows = index * CHUNK == self._window_start + len(self._window)
        wanted = _READING_ON if follows else max(_AFTER_JUMP, -(-end // CHUNK) - index)
        count = min(wanted, _READING_ON, self._last - index)
        self._window = memoryview(b"")  # what it was may be written over
        self._window = self._open_chunks(index, count) if count else memoryview(self._tail)
        self._window_start = index * CHUNK

    def _open_chunks(self, index: int, count: int) -> memoryview:
        """Open whole chunks before the final one; stops before a bad chunk, raises where it is the first."""
        file, content = self._opened(), self._make_room(count)
        file.seek(self._payload + index * SEALED_CHUNK)
        sealed, filled = memoryview(self._sealed)[: count * SEALED_CHUNK], 0
        while more := cast("io.BufferedIOBase", file).readinto(sealed[filled:]):
            filled += more
        sealed = sealed[:filled]
        for i in range(count):
            chunk = sealed[i * SEALED_CHUNK : (i + 1) * SEALED_CHUNK]
            if not self._open_into(content[i * CHUNK : (i + 1) * CHUNK], index + i, chunk):
                if i == 0:
                    raise PayloadError(f"the sealed content was altered in chunk {index}")
                # What the failed chunk left in `content` is cut off here and never given to anybody.
                return content[: i * CHUNK]
        return content

    def _make_room(self, count: int) -> memoryview:
        """Memory for so many chunks, the same again where it reaches: new memory has to be cleared first."""
        if len(self._room) < count * CHUNK:
            self._room, self._sealed = bytearray(count * CHUNK), bytearray(count * SEALED_CHUNK)
        return memoryview(self._room)[: count * CHUNK]

    def _open_into(self, content: memoryview, index: int, chunk: memoryview) -> bool:
        if len(chunk) != SEALED_CHUNK:
            return False
        try:
            self._cipher.decrypt_into(chunk_nonce(index, final=False), chunk, None, content)
        except InvalidTag:
            return False
        return True

    def _open_last(self, file: BinaryIO, size: int) -> bytes:
        if size < TAG or (size == TAG and self._last):
            raise PayloadError("the sealed content is cut short")
        file.seek(self._payload + self._last * SEALED_CHUNK)
        try:
            return self._cipher.decrypt(chunk_nonce(self._last, final=True), file.read(size), None)
        except InvalidTag:
            raise PayloadError("the sealed content was cut short, added to or altered at its end") from None
