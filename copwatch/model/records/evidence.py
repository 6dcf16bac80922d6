"""Received files, and what one `add` brought."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from copwatch.model.members import Members, rows, value
from copwatch.model.records.described import Described
from copwatch.model.records.typed import HASH, ID, Stamp, Typed, sure
from copwatch.model.redaction import Class
from copwatch.model.values import Handle, Instant, Integer, LongText, Term
from copwatch.model.values.exact import Folder, Hex, Name, Pattern
from copwatch.model.vocabulary import METADATA, TRANSFER_METHOD

MEDIA_TYPE = Pattern(r"[a-z0-9][a-z0-9.+-]{0,63}/[a-z0-9][a-z0-9.+-]{0,126}", "image/jpeg")
"""The kind of a file, in the form that RFC 6838 gives it, in lower case."""


@dataclass(frozen=True, slots=True)
class Piece(Members):
    """A sealed object and how many bytes of the file it holds."""

    object: str = field(metadata=value(HASH, Class.CST))
    size: int = field(metadata=value(Integer(), Class.CST))


@dataclass(frozen=True, slots=True)
class Evidence(Typed, Described):
    """One received file, bit for bit; with metadata `strip`, the clean rendition that was made of it instead."""

    TYPE: ClassVar[str] = "evidence"
    id: str = field(metadata=value(ID, Class.CST))
    stamp: Stamp
    batch: str = field(metadata=value(ID, Class.CST))
    name: str = field(metadata=value(Name(), Class.TEC))
    size: int = field(metadata=value(Integer(), Class.CST))
    sha256: str = field(metadata=value(HASH, Class.CST))
    pieces: tuple[Piece, ...] = field(metadata=rows(Piece, Class.CST))
    media_type: str = field(metadata=value(MEDIA_TYPE, Class.CST))
    metadata: str = field(metadata=sure(METADATA))
    name_bytes: str | None = field(default=None, metadata=value(Hex(0), Class.TEC))
    file_time: str | None = field(default=None, metadata=value(Instant(), Class.TEC))
    folder: str | None = field(default=None, metadata=value(Folder(), Class.TEC))

    def contradictions(self) -> Iterable[str]:
        """Sizes and names have to agree; of a file that was stripped nothing is kept that it bore."""
        if sum(piece.size for piece in self.pieces) != self.size:
            yield "the pieces do not add up to the size"
        if self.name_bytes and bytes.fromhex(self.name_bytes).decode("utf-8", "replace") != self.name:
            yield "the name is not that of its bytes"
        if self.metadata == "strip" and (self.file_time or self.folder or self.name_bytes or not self.clean):
            yield "of a file that was stripped nothing is kept but what its rendition shows"
        yield from self.oddities()


@dataclass(frozen=True, slots=True)
class Batch(Typed):
    """What one `add` brought."""

    TYPE: ClassVar[str] = "batch"
    id: str = field(metadata=value(ID, Class.CST))
    stamp: Stamp
    by: str | None = field(default=None, metadata=value(Handle(), Class.OBS))
    how: str | None = field(default=None, metadata=value(Term(TRANSFER_METHOD), Class.CST))
    note: tuple[str, ...] | None = field(default=None, metadata=value(LongText(), Class.NAR))
