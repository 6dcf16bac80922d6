"""Ogg (RFC 3533) with Opus, Vorbis, Theora, Speex and FLAC: all packets of picture and sound stay as they are.

Headers with texts are written anew, without any. Where they need fewer pages then, the pages behind them are numbered
anew. Other streams (Skeleton, subtitles, unknown ones) go as a whole. Loudness that tags name goes with them.
"""

from typing import Final

from copwatch.media.audio_tags import are_whole, before, comment_facts, tag_facts
from copwatch.media.facts import Danger
from copwatch.media.gathering import Gathering
from copwatch.media.ogg_headers import Codec, codec_of
from copwatch.media.ogg_pages import (
    CONTINUED,
    FIRST,
    MAGIC,
    Page,
    checksum,
    page_at,
    paged,
    renumbered,
    with_content,
)
from copwatch.media.opus_padding import padding
from copwatch.media.parts import Parts, Scan, Treatment
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.source import LONGEST_READ, Source

_MOST_STREAMS: Final = 1000
_MOST_GAPS: Final = 10_000
_LONGEST_PACKET: Final = 1 << 20
_TEXTS: Final = ("comments", Danger.IDENTITY)


def recognises(head: bytes) -> bool:
    """By the mark of its first page, which has to be the first of a stream."""
    return head.startswith(MAGIC + b"\0") and len(head) > 27 and head[5] & FIRST == FIRST


def scan(source: Source) -> Scan:
    """Every part of the file.

    Raises:
        Damaged: headers are not whole.
        Unsupported: no stream, or one of a coding that is not known well enough.
    """
    return _Ogg(source).scan()


class _Stream:
    """A stream that stays, from its first page to its last. `shift` is added to the numbers of its pages.

    It is `doubtful` while its comments are cut short and the page behind them was not seen: they could go on there.
    """

    def __init__(self, codec: Codec) -> None:
        self.codec, self.shift = codec, 0
        self.pages: list[Page] = []
        self.packets: list[bytes] = []
        self.open = bytearray()
        self.size = 0
        self.ready = False
        self.doubtful = False
        self.opus = False
        """Whether its packets are single ones of Opus, whose padding can be seen."""


class _Ogg:
    """One file, page by page."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._parts, self._found = Parts(source.size, Treatment.DROP), Gathering("Ogg")
        self._streams: dict[int, _Stream | None] = {}
        self._kinds: set[str] = set()
        self._started = 0

    def scan(self) -> Scan:
        """Gives everything its place."""
        at, end, gaps = self._next(0), 0, 0
        while at is not None:
            page = page_at(self._source, at)
            if page is None or (page.start != end and not self._is_right(page)):
                gaps += 1
                if gaps > _MOST_GAPS:
                    raise Unsupported("sound with more gaps than any program leaves", at)
                at = self._next(at + 1)
                continue
            self._page(page)
            end = page.end
            at = self._next(end) if end < self._source.size else None
        for stream in self._streams.values():
            self._whole(stream)
        if not self._kinds:
            raise Unsupported("there is no stream of picture or sound", 0)
        kind = "video/ogg" if "theora" in self._kinds else "audio/ogg"
        return Scan(kind, self._parts.whole(), tuple(self._found.facts()))

    def _next(self, at: int) -> int | None:
        """Where the next page may begin; tags that strangers put before it or behind it are passed over."""
        for tag in before(self._source, at):
            tag_facts(self._source, tag, self._found)
            at = tag.end
        if self._source.read(at, min(4, self._source.size - at)) == MAGIC:
            return at  # as nearly always: looking further would read a megabyte for each page
        found = self._source.find(MAGIC, at, self._source.size)
        return found if found >= 0 else None

    def _is_right(self, page: Page) -> bool:
        """Whether what looks like a page behind other bytes has the checksum of one."""
        data = self._source.read(page.start, page.end - page.start)
        return checksum(data[:22] + bytes(4) + data[26:]) == page.checksum

    def _page(self, page: Page) -> None:
        if page.flags & FIRST:
            self._begin(page)
            return
        stream = self._streams.get(page.stream)
        if stream is None:
            self._gone(page)
        elif not stream.ready:
            self._header(stream, page)
        else:
            self._sound(stream, page)

    def _begin(self, page: Page) -> None:
        """The first page of a stream holds its first header and nothing else."""
        self._whole(self._streams.get(page.stream))
        self._started += 1
        if self._started > _MOST_STREAMS:
            raise Unsupported("it has more streams than any program writes", page.start)
        packet = self._source.read(page.content, page.end - page.content)
        codec = codec_of(packet, page.start)
        stream = self._streams[page.stream] = codec and _Stream(codec)
        if codec is None:
            self._gone(page)
            name = "".join(chr(byte) for byte in packet[:8] if 32 <= byte < 127)
            self._found.add(Danger.TRACKS, "stream", name or "of an unknown kind", page.start)
            return
        if packet.startswith(codec.mark) and sum(size < 255 for size in page.lacing) != 1:
            raise Unsupported("the first page of a stream holds more than its first header", page.start)
        self._kinds.add(codec.name)
        if stream and codec.name == "opus":
            stream.opus = packet[18] == 0 or packet[19] == 1
        new = with_content(self._source, page, codec.first(packet))
        if new[page.content - page.start :] == packet:
            self._parts.keep(page.start, page.end - page.start, "a first header")
        else:
            self._parts.replace(
                page.start, page.end - page.start, new, "the version of a library", Danger.SOFTWARE
            )

    def _gone(self, page: Page) -> None:
        what = "a stream that is no picture or sound"
        self._parts.drop(page.start, page.end - page.start, what, Danger.TRACKS)

    def _header(self, stream: _Stream, page: Page) -> None:
        """Gathers the other headers; when they are complete, writes them anew."""
        if bool(page.flags & CONTINUED) is not bool(stream.open):
            raise Damaged("a header is not whole", page.start)
        stream.pages.append(page)
        stream.size += page.end - page.content
        if stream.size > LONGEST_READ:
            raise Unsupported("headers that are longer than any", page.start)
        data, at = self._source.read(page.content, page.end - page.content), 0
        for size in page.lacing:
            if stream.ready:
                raise Unsupported("sound begins on a page of headers", page.start)
            stream.open += data[at : at + size]
            at += size
            if size < 255:
                stream.packets.append(bytes(stream.open))
                stream.open.clear()
                stream.ready = self._complete(stream)
        if stream.ready:
            self._write(stream)

    def _complete(self, stream: _Stream) -> bool:
        if stream.codec.headers:
            return len(stream.packets) == stream.codec.headers
        return stream.packets[-1][:1] >= b"\x80"

    def _write(self, stream: _Stream) -> None:
        """The headers without texts, each of the old pages replaced by the new one in its place."""
        old, codec = stream.pages, stream.codec
        packets = codec.rest(stream.packets)
        if packets is None:
            raise Damaged(f"headers of {codec.name} are not in their order", old[0].start)
        stream.doubtful = not are_whole(stream.packets[0][codec.comments :])
        comment_facts(stream.packets[0][codec.comments :], old[0].start, self._found)
        for packet in stream.packets[len(packets) :]:
            self._found.add(
                Danger.PICTURES, "block", f"a further header of {len(packet):,} bytes", old[0].start
            )
        new = paged(packets, old[0].stream, old[0].number)
        if len(new) > len(old):
            raise Damaged("headers are in fewer pages than they need", old[0].start)
        for place, page in enumerate(old):
            length = page.end - page.start
            if place < len(new):
                self._parts.replace(page.start, length, new[place], *_TEXTS)
            else:
                self._parts.drop(page.start, length, *_TEXTS)
        stream.shift = len(new) - len(old)
        stream.pages, stream.packets = [], []

    def _sound(self, stream: _Stream, page: Page) -> None:
        if stream.doubtful and page.flags & CONTINUED:
            raise Damaged("comments that are cut short go on behind the headers", page.start)
        stream.doubtful = False
        if stream.shift:
            new = renumbered(page, page.number + stream.shift)
            self._parts.keep(page.start, 18, "a page")
            self._parts.replace(page.start + 18, 8, new, "the number of a page")
            self._parts.keep(page.start + 26, page.content - page.start - 26, "a page")
        else:
            self._parts.keep(page.start, page.content - page.start, "a page")
        if stream.opus:
            self._padding(stream, page)
        self._parts.keep(page.content, page.end - page.content, "picture and sound", essence=True)

    def _padding(self, stream: _Stream, page: Page) -> None:
        """Raises `Unsupported` where packets end with bytes that nobody hears, and that are not zero."""
        data, at = self._source.read(page.content, page.end - page.content), 0
        for size in page.lacing:
            stream.open += data[at : at + size]
            at += size
            if size < 255:
                if any(padding(bytes(stream.open))):
                    raise Unsupported("words in the padding of its sound, which nobody hears", page.start)
                stream.open.clear()
        if len(stream.open) > _LONGEST_PACKET:
            raise Unsupported("a packet of sound that is longer than any", page.start)

    def _whole(self, stream: _Stream | None) -> None:
        if stream is not None and not stream.ready:
            where = stream.pages[0].start if stream.pages else None
            raise Damaged("the headers of a stream are not whole", where)
