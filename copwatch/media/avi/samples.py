"""What of a sample of AVI is no picture: texts and other data that coders put among the coded pictures."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from copwatch.media.avi.codings import Way
from copwatch.media.facts import Danger
from copwatch.media.iso.dv_frames import dv_frame
from copwatch.media.iso.jpeg_frames import jpeg_frame
from copwatch.media.iso.nal import Act, coding, instead
from copwatch.media.iso.png_frames import png_frame
from copwatch.media.iso.sps import UNKNOWN, learned
from copwatch.media.iso.startcodes import TEXTS_WHAT, StartCodes
from copwatch.media.refusal import Unsupported

Hole = tuple[int, int, str, Danger, bytes | None]
"""Start and end in the sample, what it is, and what stands there afterwards (None: zeros)."""

_NEEDED: Final = re.compile(
    rb"(Lavc\d{1,3}\.\d{1,3}(\.\d{1,3})?|Lavcb?\d{1,8}"
    rb"|FFmpeg(\d\.\d\.\d{1,2}(-pre\d)?|CVS|SVN-r\d{1,6}|UNKNOWN)?b\d{4,8}|ffmpeg)\0?"
)
"""FFmpeg's decoder takes XVID and DIVX for the coders of that name unless it reads that FFmpeg wrote the pictures; it
then computes them in another way. Nothing of a person or device is in them."""
_NEEDED_COMMENT: Final = re.compile(
    rb"CS=ITU601(?=\0|\n?\Z)|Intel\(R\) JPEG Library, version 1|Metasoft MJPEG Codec"
)
"""Beginnings of JPEG comments from which FFmpeg's decoder learns how colours are meant, and that a picture stands on
its head: the first has to be the whole text, of the others it reads no more than this (libavcodec/mjpegdec.c)."""
_MOST_UNITS: Final = 20_000
"""Of a picture; a slice is one."""
_START: Final = re.compile(b"\0\0\1")
_RULES: Final = {
    Way.H264: coding("h264", dolby=False),
    Way.HEVC: coding("hevc", dolby=False),
}


class Samples:
    """Looks into the samples of one stream, in their order; before them into what its format holds for the decoder."""

    def __init__(self, way: Way) -> None:
        self.way = way
        self._codes = StartCodes(mpeg4=way is Way.MPEG4)
        self._layouts = UNKNOWN

    def holes(self, data: bytes, offset: int) -> Iterator[Hole]:
        """What is not to stay of a sample, in order. Raises `CannotClean`."""
        way = self.way
        if way is Way.JPEG:
            return _jpeg(data, offset)
        if way in (Way.MPEG2, Way.MPEG4):
            return self._start_codes(data)
        if way in _RULES:
            return self._units(data, offset)
        if way is Way.DV:
            return _dv(data)
        if way is Way.PNG and data:
            return _png(data, offset)
        return iter(())

    def _start_codes(self, data: bytes) -> Iterator[Hole]:
        for start, end, new, what, danger in self._codes.found(data):
            if what != TEXTS_WHAT or not _NEEDED.fullmatch(data, start, end):
                yield start, end, what, danger, new

    def _units(self, data: bytes, offset: int) -> Iterator[Hole]:
        """Units behind start codes (H.264 and H.265, annex B). Zeros before a start code belong to none."""
        rules, seen = _RULES[self.way], False
        starts = [found.end() for found in islice(_START.finditer(data), _MOST_UNITS + 1)]
        if len(starts) > _MOST_UNITS:
            raise Unsupported("a picture of more units than any camera writes", offset)
        before = data[: starts[0] - 3] if starts else data
        if before.strip(b"\0") and len(data) > 3:  # with less, a recorder says that it left out a picture
            raise Unsupported("a picture that does not begin with a start code", offset)
        ends = [*(at - 3 for at in starts[1:]), len(data)]
        for start, following in zip(starts, ends, strict=False):
            act = rules.acts[data[start]] if start < following else Act.KEEP
            if act > Act.SLICE:
                nal = data[start:following]
                nal = nal if act is Act.SHORT else nal.rstrip(b"\0")
                change = instead(nal, act, rules.sei, self._layouts, seen=seen)
                if self.way is Way.H264:
                    self._layouts = learned(self._layouts, nal)
                if change is not None:
                    yield start + change.start, start + len(nal), change.what, change.danger, change.new
            seen = seen or act is Act.SLICE


def _jpeg(data: bytes, offset: int) -> Iterator[Hole]:
    first = data.find(b"\xff\xd8")
    if first < 0:
        if data.strip(b"\0"):
            raise Unsupported("a picture that is no JPEG", offset)
        return
    if first:
        yield 0, first, "bytes before a picture", Danger.OTHER, None
    for start, end in jpeg_frame(data[first:] if first else data):
        low, high = first + start, first + end
        needed = _NEEDED_COMMENT.match(data, low, high)
        low = needed.end() if needed else low
        if low < high:
            yield low, high, "comments and data of programs in pictures", Danger.IDENTITY, None


def _dv(data: bytes) -> Iterator[Hole]:
    for start, end, new in dv_frame(data):
        yield start, end, "date and camera in the picture", Danger.TIME, new


def _png(data: bytes, offset: int) -> Iterator[Hole]:
    for start, end, new in png_frame(data, offset):
        yield start, end, "texts and other data in the picture", Danger.IDENTITY, new
