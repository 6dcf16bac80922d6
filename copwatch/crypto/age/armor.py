"""The text form of an age file: strict PEM with one valid encoding.

Specification: c2sp.org/age, "ASCII armor", and RFC 7468 section 3. White space is allowed around it,
nothing else is. Meant for keys and other small things.
"""

import binascii
import io
from typing import Final

from copwatch.crypto.age.errors import ArmorError
from copwatch.crypto.age.source import ByteSource, Readable

BEGIN: Final = b"-----BEGIN AGE ENCRYPTED FILE-----"
END: Final = b"-----END AGE ENCRYPTED FILE-----"
_COLUMNS: Final = 64
_LINE_BYTES: Final = 48
_WHITE: Final = b" \t\r\n"
# As in the age program: some mailers add blank lines, and endless white space would be an endless wait.
MAX_WHITE_SPACE: Final = 1024


def encode_armor(sealed: bytes) -> str:
    """The text form of a binary age file, with a line end behind the last line."""
    lines = [sealed[i : i + _LINE_BYTES] for i in range(0, len(sealed), _LINE_BYTES)]
    body = b"".join(binascii.b2a_base64(line) for line in lines)
    return (BEGIN + b"\n" + body + END + b"\n").decode("ascii")


def decode_armor(text: str | bytes) -> bytes:
    """The binary age file in `text`; raises ArmorError for anything but the one valid encoding."""
    data = text.encode("utf-8") if isinstance(text, str) else text
    reader = ArmorReader(io.BytesIO(data))
    parts = []
    while part := reader.read(1 << 16):
        parts.append(part)
    return b"".join(parts)


class ArmorReader:
    """Reads the binary age file out of its text form, forward only, in constant memory."""

    __slots__ = ("_ended", "_pending", "_short", "_source", "_started")

    def __init__(self, src: Readable) -> None:
        """Read from `src`; nothing is read before the first `read`."""
        self._source = ByteSource(src)
        self._pending = b""
        self._started = self._ended = self._short = False

    def read(self, size: int, /) -> bytes:
        """Give at most `size` bytes, none at the end of a well-formed text.

        Raises:
            ArmorError: the text is not in its one valid form.
        """
        if not self._started:
            self._begin()
        while not self._pending and not self._ended:
            self._next_line()
        data, self._pending = self._pending[:size], self._pending[size:]
        return data

    def _begin(self) -> None:
        self._started = True
        skipped = 0
        while skipped <= MAX_WHITE_SPACE:
            line = self._source.line(MAX_WHITE_SPACE + len(BEGIN))
            if line is None:
                break
            stripped = line.lstrip(_WHITE)
            if stripped:
                if stripped.removesuffix(b"\r") != BEGIN:
                    break
                return
            skipped += len(line) + 1
        raise ArmorError("the text does not begin with the age marker line")

    def _next_line(self) -> None:
        line = self._source.line(_COLUMNS + 2)
        if line is None:
            # The last line of a file may lack its line end; only the end marker can be that line.
            line = self._source.take(_COLUMNS + 2)
        line = line.removesuffix(b"\r")
        if line == END:
            self._end()
            return
        if self._short or not 0 < len(line) <= _COLUMNS:
            raise ArmorError("the text has a line of the wrong length, or no end marker")
        self._short = len(line) < _COLUMNS
        self._pending = _decode_line(line)
        # Padding also ends the data when it fills a line of full length.
        self._short = self._short or len(self._pending) < _LINE_BYTES

    def _end(self) -> None:
        self._ended = True
        behind = self._source.take(MAX_WHITE_SPACE + 1)
        if len(behind) > MAX_WHITE_SPACE or behind.strip(_WHITE):
            raise ArmorError("there is something behind the end of the text")


def _decode_line(line: bytes) -> bytes:
    try:
        data = binascii.a2b_base64(line, strict_mode=True)
    except binascii.Error:
        raise ArmorError("the text has base64 that is not valid") from None
    if binascii.b2a_base64(data, newline=False) != line:
        raise ArmorError("the text has base64 that is not in its one canonical form")
    return data
