"""Reading evidence out of its sealed pieces: a seekable file object of exactly the bytes received."""

import hashlib
import io
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, BinaryIO, cast

from copwatch.crypto.age import Identity, NoMatch, SealedReader
from copwatch.errors import IntegrityFailure
from copwatch.placed import Placed
from copwatch.proof.padding import padme
from copwatch.store.layout import Layout
from copwatch.store.objects import BLOCK, open_object
from copwatch.store.sealing import Piece

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class EvidenceReader(Placed):
    """The pieces of one file, joined and cut to their sizes. Every byte is authenticated before it is given."""

    def __init__(self, layout: Layout, pieces: Sequence[Piece], identities: Sequence[Identity]) -> None:
        super().__init__(sum(piece.size for piece in pieces))
        self._layout, self._pieces, self._identities = layout, pieces, tuple(identities)
        self._starts = list(accumulate((piece.size for piece in pieces[:-1]), initial=0))
        self._open, self._reader = -1, cast("SealedReader | None", None)

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Reads up to the end of a piece."""
        view = memoryview(buffer).cast("B")
        if self._position >= self.size:
            return 0
        index = bisect_right(self._starts, self._position) - 1
        offset = self._position - self._starts[index]
        room = min(len(view), self._pieces[index].size - offset)
        reader = self._piece(index)
        reader.seek(offset)
        count = reader.readinto(view[:room])
        self._position += count
        return count

    def close(self) -> None:
        """Closes the piece that is open."""
        if self._reader is not None:
            self._reader.close()
        super().close()

    def check_padding(self) -> None:
        """Raises `IntegrityFailure` unless every piece ends in the zeros that the format prescribes."""
        for index, piece in enumerate(self._pieces):
            reader = self._piece(index)
            reader.seek(piece.size)
            wrong = reader.size != padme(piece.size)
            while not wrong and (rest := reader.read(BLOCK)):
                wrong = bool(rest.strip(b"\0"))
            if wrong:
                raise IntegrityFailure(f"object {piece.object[:16]} is not padded as it should be")

    def _piece(self, index: int) -> SealedReader:
        if self._open != index or self._reader is None:
            if self._reader is not None:
                self._reader.close()
                self._reader = None
            self._reader = self._opened(self._pieces[index])
            self._open = index
        return self._reader

    def _opened(self, piece: Piece) -> SealedReader:
        file = open_object(self._layout, piece.object)
        try:
            reader = SealedReader(file, self._identities)
        except NoMatch as error:
            # Where the header was altered no key opens it either; but then it is not what its name says.
            with file:
                file.seek(0)
                found = hashlib.file_digest(cast("io.BufferedReader", file), "sha256").hexdigest()
                if found != piece.object:
                    raise IntegrityFailure(f"object {piece.object[:16]} was altered") from error
            raise
        except BaseException:
            file.close()
            raise
        if reader.size < piece.size:
            reader.close()
            raise IntegrityFailure(f"object {piece.object[:16]} is shorter than its record says")
        return reader


def open_evidence(layout: Layout, pieces: Sequence[Piece], identities: Sequence[Identity]) -> BinaryIO:
    """A buffered, seekable reader of one file."""
    return cast("BinaryIO", io.BufferedReader(EvidenceReader(layout, pieces, identities), 1 << 20))
