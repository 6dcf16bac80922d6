"""A bundle in a zip, read where it lies; nothing is unpacked to disk."""

import bisect
import io
import stat
import zlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, BinaryIO, cast

from copwatch.bundle.names import MOST_FILES, fault, sift
from copwatch.bundle.tree import CHUNK, Unreadable
from copwatch.bundle.zipdir import STORED, BadZip, Member, read_directory
from copwatch.placed import Placed
from copwatch.proof.findings import Finding, Kind

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_MOST_RATIO = 200
"""Coded pictures and sound hardly shrink at all; what grows two hundred times is there to fill memory."""

_RATIO_FROM = 1 << 20
_DECLARATION = "bagit.txt"


class ZipTree:
    """A bundle in a zip. `file` is seekable and stays the caller's; it may be a decrypting reader.

    The bag is the one folder at the top. A zip that cannot be read gives no files and a finding.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._findings: list[Finding] = []
        self._members: dict[str, Member] = {}
        self._sizes: dict[str, int] = {}
        try:
            members = read_directory(file, MOST_FILES)
        except BadZip as error:
            self._findings.append(Finding(Kind.MALFORMED, "", f"the zip cannot be trusted: {error}"))
            return
        self._check_folders(members)
        self._take([member for member in members if self._is_ordinary(member)])

    @property
    def files(self) -> Mapping[str, int]:
        """Size by path below the folder at the top."""
        return self._sizes

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was refused while listing."""
        return tuple(self._findings)

    def chunks(self, path: str) -> Iterator[bytes]:
        """The bytes of a file; never more than its size, and their checksum is compared at the end."""
        member, crc, done = self._members[path], 0, 0
        for chunk in (
            self._stored(member) if member.method == STORED else _inflated(self._stored(member), member.size)
        ):
            crc, done = zlib.crc32(chunk, crc), done + len(chunk)
            yield chunk
        if done != member.size or crc != member.crc:
            raise Unreadable("its bytes are not those that the zip describes")

    def open(self, path: str) -> BinaryIO:
        """A reader of a file that stands in the zip as it is. Raises `Unreadable` for one that is compressed."""
        member = self._members[path]
        if member.method != STORED:
            raise Unreadable("it is compressed by another program; unpack the zip, and verify the folder")
        return cast("BinaryIO", io.BufferedReader(_Stretch(self._file, member.start, member.size), CHUNK))

    def _check_folders(self, members: list[Member]) -> None:
        """Folders may be listed, as other zip programs do, when they hold something and lead nowhere else."""
        # Not a set of all folders above: a few thousand long names could have millions of them.
        names = sorted(member.name for member in members if not member.is_folder)
        for member in members:
            if not member.is_folder:
                continue
            at = bisect.bisect_left(names, member.name)
            used = at < len(names) and names[at].startswith(member.name)
            if not used or fault(member.name[:-1]):
                self._findings.append(
                    Finding(Kind.UNEXPECTED, member.name, "an empty folder, or a name that misleads")
                )

    def _take(self, members: list[Member]) -> None:
        parts = [member.name.split("/", 2) for member in members]
        tops = {each[0] for each in parts if each[1:] == [_DECLARATION]}
        top = f"{min(tops)}/" if len(tops) == 1 else ""
        inside = {}
        for member in members:
            if not member.name.startswith(top):
                self._findings.append(Finding(Kind.UNEXPECTED, member.name, "outside the folder of the bag"))
            elif member.name in inside:
                self._findings.append(Finding(Kind.MALFORMED, member.name, "it stands twice in the zip"))
            else:
                inside[member.name] = member
        kept, refused = sift(name.removeprefix(top) for name in inside)
        self._findings += refused
        self._members = {path: inside[top + raw] for path, raw in kept.items()}
        self._sizes = {path: member.size for path, member in self._members.items()}

    def _is_ordinary(self, member: Member) -> bool:
        kind = stat.S_IFMT(member.mode)
        if member.is_folder and not member.size and kind in (0, stat.S_IFDIR):
            return False
        if kind not in (0, stat.S_IFREG) or member.is_folder:
            self._findings.append(
                Finding(Kind.UNEXPECTED, member.name, "a link, a device or a folder with content")
            )
            return False
        if member.size > _RATIO_FROM and member.size > member.packed * _MOST_RATIO:
            self._findings.append(
                Finding(
                    Kind.MALFORMED, member.name, "it is compressed so strongly that it could fill the memory"
                )
            )
            return False
        return True

    def _stored(self, member: Member) -> Iterator[bytes]:
        position, left = member.start, member.packed
        while left:
            try:
                self._file.seek(position)
                chunk = self._file.read(min(CHUNK, left))
            except OSError as error:
                raise Unreadable(error.strerror or "cannot be read") from error
            if not chunk:
                raise Unreadable("the zip is cut short")
            yield chunk
            position, left = position + len(chunk), left - len(chunk)


class _Stretch(Placed):
    """A stretch of a file as a file of its own; closing it closes nothing else."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        super().__init__(size)
        self._file, self._start = file, start

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        view = memoryview(buffer).cast("B")
        self._file.seek(self._start + self._position)
        data = self._file.read(max(0, min(len(view), self.size - self._position)))
        view[: len(data)] = data
        self._position += len(data)
        return len(data)


def _inflated(packed: Iterator[bytes], size: int) -> Iterator[bytes]:
    """The deflated bytes unpacked, one piece at a time, and no byte beyond `size`."""
    state, done = zlib.decompressobj(-zlib.MAX_WBITS), 0
    try:
        for piece in packed:
            data = piece
            while data and not state.eof:
                chunk = state.decompress(data, CHUNK)
                data, done = state.unconsumed_tail, done + len(chunk)
                if done > size:
                    raise Unreadable("it unpacks to more than the zip says")
                if chunk:
                    yield chunk
            if state.unused_data or (state.eof and data):
                raise Unreadable("bytes follow its end")
        # All input can be taken while output still waits inside.
        while not state.eof and (chunk := state.decompress(b"", CHUNK)):
            done += len(chunk)
            if done > size:
                raise Unreadable("it unpacks to more than the zip says")
            yield chunk
    except zlib.error as error:
        raise Unreadable("it cannot be unpacked") from error
    if not state.eof:
        raise Unreadable("it is cut short")
