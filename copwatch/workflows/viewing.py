"""Viewing renditions and thumbnails for a bundle, made of what goes out, before anything of it is written.

A process without keys decodes and codes anew what the decrypting reader gives it. What comes of it waits sealed
(`store/spool.py`), so that size and hash of everything are known when the papers of the bundle are made, and an item of
which nothing can be made costs the bundle nothing but a sentence.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import BinaryIO, cast

from copwatch.bundle.plan import Item
from copwatch.bundle.sinks import Stretches
from copwatch.bundle.viewing import RENDITION, THUMBNAIL, ForViewing
from copwatch.media.isolated import DECODING_MEMORY, MediaProcess
from copwatch.media.refusal import CannotClean, Unsupported
from copwatch.media.viewing import JPEG, M4A, MP4, has_thumbnail, is_plain, viewing_type
from copwatch.progress import Progress
from copwatch.store.spool import Spool, Waiting
from copwatch.text import clean

MOST_THUMBNAILS = 100
"""In one bundle: what is decoded for them, and what they add to the printed report, stays small."""
_MEDIA = ("image/", "video/", "audio/")
_SEEN_OR_HEARD = ("picture", "sound")
"""Players pass over tracks of other kinds: places, titles."""
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Viewable:
    """The items with what was made of them; `not_made`: codes of those that need a rendition and have none, and why."""

    items: tuple[Item, ...] = ()
    renditions: int = 0
    thumbnails: int = 0
    not_made: tuple[tuple[str, str], ...] = ()


def make_viewable(
    items: Sequence[Item], spool: Spool, looking: MediaProcess, coded: Callable[[BinaryIO], Stretches],
    progress: Progress,
) -> Viewable:  # fmt: skip
    """Makes what can be made; nothing that a file holds stops it.

    Args:
        items: what goes out.
        spool: keeps what is made until it is written.
        looking: looks at files, and decodes none.
        coded: says where coded picture and sound stand in a file.

    Raises:
        IntegrityFailure: a file is not what was received.
        NoSpace: the disk is full.
    """
    progress.start(sum(item.file.record["size"] for item in items), "making viewing renditions")
    try:
        with MediaProcess(memory=DECODING_MEMORY, waiting=lambda: progress.advance(0)) as decoder:
            maker = _Maker(spool, looking, decoder, coded, progress)
            made = tuple(maker.item(item) for item in items)
    finally:
        progress.finish()
    uses = [one.use for item in made for one in item.viewing]
    return Viewable(
        made, uses.count(RENDITION), uses.count(THUMBNAIL),
        tuple((item.code, item.no_viewing) for item in made if item.no_viewing),
    )  # fmt: skip


@dataclass(slots=True)
class _Maker:
    spool: Spool
    looking: MediaProcess
    decoder: MediaProcess
    coded: Callable[[BinaryIO], Stretches]
    progress: Progress
    thumbnails: int = 0

    def item(self, item: Item) -> Item:
        """The item with what was made of it to look at, or with why nothing was."""
        kind, size = str(item.file.record.get("media_type", "")), item.file.record["size"]
        small = has_thumbnail(kind) and self.thumbnails < MOST_THUMBNAILS
        may_be_plain = is_plain(kind) or (kind in (MP4, M4A) and is_plain(kind, _codings(item)))
        if not kind.startswith(_MEDIA) or (may_be_plain and not small):
            self.progress.advance(size)
            return item
        with item.open() as file:
            watched = _Watched(file, self.progress)
            made: list[ForViewing] = []
            why_not = ""
            if not may_be_plain and self._is_needed(file, kind):
                try:
                    made.append(self._rendition(watched, kind))
                except CannotClean as refusal:
                    why_not = clean(refusal.reason, limit=_LONGEST_REASON)
            if small:
                made += self._thumbnail(file, kind)
            watched.done(size)
        return replace(item, viewing=tuple(made), no_viewing=why_not)

    def _is_needed(self, file: BinaryIO, kind: str) -> bool:
        """Whether a film whose record does not say how it is coded needs a rendition; other kinds always do."""
        if kind not in (MP4, M4A):
            return True
        try:
            tracks = self.looking.described(file, essence=False).tracks or ()
        except CannotClean:
            return True
        return not is_plain(kind, [track.coding or "" for track in tracks if track.kind in _SEEN_OR_HEARD])

    def _rendition(self, file: "_Watched", kind: str) -> ForViewing:
        """The rendition. Raises `CannotClean`: there is none."""
        made = viewing_type(kind)
        if made is None:
            raise Unsupported("no viewing rendition can be made of this kind of file")
        waiting = self.spool.put(lambda write: self.decoder.view(cast("BinaryIO", file), kind, write))
        return self._kept(RENDITION, made, waiting)

    def _thumbnail(self, file: BinaryIO, kind: str) -> list[ForViewing]:
        """A thumbnail; none where none can be made."""
        try:
            small = self.decoder.thumbnail(file, kind)
        except CannotClean:
            return []
        self.thumbnails += 1
        return [self._kept(THUMBNAIL, JPEG, self.spool.put(lambda write: cast("None", write(small))))]

    def _kept(self, use: str, media_type: str, waiting: Waiting) -> ForViewing:
        reader = partial(self.spool.open, waiting)
        return ForViewing(use, media_type, waiting.size, waiting.sha256, reader, self.coded)


def _codings(item: Item) -> list[str]:
    """How picture and sound of a film are coded, as the record of its receipt says; none where it says nothing."""
    tracks = item.evidence.record.get("tracks")
    rows = [row for row in tracks if isinstance(row, dict)] if isinstance(tracks, list) else []
    return [str(row.get("coding", "")) for row in rows if row.get("kind") in _SEEN_OR_HEARD]


class _Watched:
    """A file of which somebody is told how far it was read."""

    def __init__(self, file: BinaryIO, progress: Progress) -> None:
        self._file, self._progress, self._furthest = file, progress, 0

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def readinto(self, buffer: memoryview) -> int:
        count = cast("io.BufferedIOBase", self._file).readinto(buffer)
        self.done(self._file.tell())
        return count

    def done(self, position: int) -> None:
        self._progress.advance(max(0, position - self._furthest))
        self._furthest = max(self._furthest, position)
