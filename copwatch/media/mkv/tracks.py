"""The tracks of Matroska (RFC 9559, 5.1.4): picture and sound stay, without names; the others go."""

from typing import Final, NamedTuple

from copwatch.media.ebml import Element, children
from copwatch.media.facts import Danger
from copwatch.media.mkv import tables
from copwatch.media.mkv.private import Coding, coding
from copwatch.media.mkv.walk import Walk
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.source import Source

PICTURE, SOUND = 1, 2
_LONGEST_PRIVATE: Final = 4 << 20
_MOST_TRACKS: Final = 127
_HEADER_STRIPPING: Final = 3
_DOLBY: Final = frozenset({b"dvcC", b"dvvC", b"dvwC"})
_ALPHA: Final = frozenset({"V_VP8", "V_VP9"})


class Track(NamedTuple):
    """A track that stays. `prefix` are bytes that every frame begins with and that stand only here."""

    number: int
    codec: str
    coding: Coding
    prefix: bytes
    alpha: bool


def tracks(walk: Walk, start: int, content: int, end: int) -> list[Track]:
    """Gives every element of `Tracks` its place. Raises `CannotClean`."""
    walk.keep(start, content)
    found: list[Track] = []
    for entry, behind in children(walk.source, content, end):
        if entry.id != tables.TRACK_ENTRY:
            walk.void(entry.id, entry.start, entry.content, behind)
            continue
        track = _track(walk.source, entry, behind)
        if track is None:
            what = "a track that is no picture or sound"
            walk.gone(entry.start, entry.content, behind, what, Danger.TRACKS)
        else:
            found.append(track)
            if len(found) > _MOST_TRACKS:
                raise Unsupported("it has more tracks than any program writes", entry.start)
            _entry(walk, entry, behind, track, len(found))
    if len({track.number for track in found}) < len(found):
        raise Damaged("two tracks have one number", start)
    return found


def _track(source: Source, entry: Element, end: int) -> Track | None:
    """What an entry says; None for a track that goes."""
    fields: dict[int, Element] = {}
    for child, _ in children(source, entry.content, end):
        fields.setdefault(child.id, child)
    kind = number(source, fields.get(tables.TRACK_TYPE))
    if kind not in (PICTURE, SOUND):
        return None
    codec = content(source, fields.get(tables.CODEC_ID), 32).rstrip(b"\0").decode("latin-1")
    private = fields.get(tables.CODEC_PRIVATE)
    rules = coding(codec, content(source, private, _LONGEST_PRIVATE), (private or entry).start)
    prefix = _prefix(source, fields.get(tables.CONTENT_ENCODINGS), rules)
    alpha = codec in _ALPHA and _in_video(source, fields.get(tables.VIDEO), tables.ALPHA_MODE) == 1
    return Track(number(source, fields.get(tables.TRACK_NUMBER)), codec, rules, prefix, alpha)


def _in_video(source: Source, video: Element | None, *path: int) -> int:
    """A number in `Video`; 0 without one."""
    for identifier in path:
        video = next((child for child in _inside(source, video) if child.id == identifier), None)
    return number(source, video)


def _prefix(source: Source, encodings: Element | None, rules: Coding) -> bytes:
    """The stripped header of frames (RFC 9559, 5.1.4.1.31.7)."""
    prefix = b""
    for encoding in _inside(source, encodings):
        for part in _inside(source, encoding):
            if part.id == tables.CONTENT_ENCRYPTION:
                raise Unsupported("an encrypted track", part.start)
            if part.id == tables.COMPRESSION:
                inside = _inside(source, part)
                fields = {child.id: child for child in inside}
                if len(fields) < len(inside):
                    raise Damaged("a compression that is described twice", part.start)
                if number(source, fields.get(tables.COMPRESSION_KIND)) == _HEADER_STRIPPING:
                    prefix += content(source, fields.get(tables.COMPRESSION_SETTINGS), tables.LONGEST_PREFIX)
                elif tables.COMPRESSION_SETTINGS in fields:
                    raise Damaged("settings of a compression that has none", part.start)
                elif rules.frames:
                    raise Unsupported("a compressed track of a coding that has to be looked into", part.start)
    return prefix


def _inside(source: Source, master: Element | None) -> list[Element]:
    if master is None or master.end is None:
        return []
    return [child for child, _ in children(source, master.content, master.end)]


def _entry(walk: Walk, entry: Element, end: int, track: Track, place: int) -> None:
    walk.keep(entry.start, entry.content)
    for child, behind in children(walk.source, entry.content, end):
        size = behind - child.content
        if child.id == tables.TRACK_UID and 0 < size <= tables.NUMBER:
            walk.keep(child.start, child.content)
            # 128 and the place among the tracks: mandatory, not 0, and not what a program would have counted itself
            value = (0x80 | place).to_bytes(size, "big")
            walk.blank(child.content, value, *tables.named(child.id))
        elif child.id == tables.LANGUAGE and size >= 3:
            walk.keep(child.start, child.content)
            walk.blank(child.content, b"und".ljust(size, b"\0"), *tables.named(child.id))
        elif child.id == tables.CODEC_PRIVATE:
            walk.keep(child.start, child.content)
            walk.blank(
                child.content, track.coding.private, "texts among a decoder's settings", Danger.SOFTWARE
            )
        elif child.id == tables.VIDEO:
            projection = _in_video(walk.source, child, tables.PROJECTION, tables.PROJECTION_TYPE)
            walk.master(child.start, child.content, behind, tables.of_video(projection))
        elif child.id == tables.ADDITION_MAPPING and _is_dolby(walk.source, child):
            walk.master(child.start, child.content, behind, tables.MAPPING_KEPT)
        elif (rule := tables.TRACK_KEPT.get(child.id)) is None:
            walk.void(child.id, child.start, child.content, behind)
        elif not isinstance(rule, int):
            walk.master(child.start, child.content, behind, rule)
        elif size > rule:
            raise Damaged("an element is longer than its kind allows", child.start)
        else:
            walk.keep(child.start, behind)


def _is_dolby(source: Source, mapping: Element) -> bool:
    kind = next((child for child in _inside(source, mapping) if child.id == tables.MAPPING_TYPE), None)
    return content(source, kind, tables.NUMBER).lstrip(b"\0") in _DOLBY


def number(source: Source, element: Element | None) -> int:
    """An unsigned number; 0 without one. Raises `Damaged` when it is longer than 8 bytes."""
    return int.from_bytes(content(source, element, tables.NUMBER), "big")


def content(source: Source, element: Element | None, longest: int) -> bytes:
    """What stands in a plain element; empty without one. Raises `Damaged` when it is longer."""
    if element is None or element.end is None:
        return b""
    if element.end - element.content > longest:
        raise Damaged("an element is longer than its kind allows", element.start)
    return source.read(element.content, element.end - element.content)
