"""Which elements of Matroska (RFC 9559) stay, by what holds them. What is not named here becomes `Void`."""

from collections.abc import Mapping
from typing import Final, TypeAlias

from copwatch.media.facts import Danger

NUMBER: Final = 8
"""The most bytes of a number; also the mark of an element that is one."""
Table: TypeAlias = Mapping[int, "int | Table"]
"""What stays in a master element: the most bytes of a plain element, or the table of a master."""

EBML: Final = 0x1A45DFA3
SEGMENT: Final = 0x18538067
SEEK_HEAD: Final = 0x114D9B74
INFO: Final = 0x1549A966
TRACKS: Final = 0x1654AE6B
CUES: Final = 0x1C53BB6B
CLUSTER: Final = 0x1F43B675
TAGS: Final = 0x1254C367
CHAPTERS: Final = 0x1043A770
ATTACHMENTS: Final = 0x1941A469
TOP: Final = frozenset({SEEK_HEAD, INFO, TRACKS, CUES, CLUSTER, TAGS, CHAPTERS, ATTACHMENTS})
"""What may stand in a segment; in a live stream one of them ends a cluster of unknown size."""

DOC_TYPE: Final = 0x4282
HEADER: Final[Table] = {
    0x4286: NUMBER, 0x42F7: NUMBER, 0x42F2: NUMBER, 0x42F3: NUMBER, DOC_TYPE: 32, 0x4287: NUMBER, 0x4285: NUMBER,
}  # fmt: skip
"""Versions, longest identifier and size, and the kind of document."""

MUXING_APP: Final = 0x4D80
WRITING_APP: Final = 0x5741
INFO_KEPT: Final[Table] = {0x2AD7B1: NUMBER, 0x4489: NUMBER}
"""TimestampScale and Duration."""

SEEK: Final = 0x4DBB
SEEK_ID: Final = 0x53AB
SEEK_KEPT: Final[Table] = {SEEK_ID: NUMBER, 0x53AC: NUMBER}

TRACK_ENTRY: Final = 0xAE
TRACK_NUMBER: Final = 0xD7
TRACK_UID: Final = 0x73C5
TRACK_TYPE: Final = 0x83
LANGUAGE: Final = 0x22B59C
CODEC_ID: Final = 0x86
CODEC_PRIVATE: Final = 0x63A2
CONTENT_ENCODINGS: Final = 0x6D80
CONTENT_ENCRYPTION: Final = 0x5035
COMPRESSION: Final = 0x5034
COMPRESSION_KIND: Final = 0x4254
COMPRESSION_SETTINGS: Final = 0x4255
LONGEST_PREFIX: Final = 16
"""Bytes with which every frame of a track begins; programs strip 1 to 4 of them."""
ADDITION_MAPPING: Final = 0x41E4
MAPPING_TYPE: Final = 0x41E7
_COLOUR: Final[Table] = {
    **dict.fromkeys(range(0x55B1, 0x55BE), NUMBER),
    0x55D0: dict.fromkeys(range(0x55D1, 0x55DB), NUMBER),
}
PROJECTION: Final = 0x7670
PROJECTION_TYPE: Final = 0x7671
_PROJECTION: Final[Table] = {PROJECTION_TYPE: NUMBER, 0x7673: NUMBER, 0x7674: NUMBER, 0x7675: NUMBER}
"""Also how the picture is turned."""
_PROJECTIONS: Final[Mapping[int, Table]] = {
    kind: {**_PROJECTION, 0x7672: longest} for kind, longest in ((1, 20), (2, 12), (3, 1 << 20))
}
"""With private data as long as the boxes of that type (RFC 9559, 5.1.4.1.28.43; boxes equi, cbmp, mshp)."""
VIDEO: Final = 0xE0
ALPHA_MODE: Final = 0x53C0
CROPS: Final = (0x54AA, 0x54BB, 0x54CC, 0x54DD)
"""How much of a picture is not shown, at each of its sides."""
_VIDEO: Final[Table] = {
    0x9A: NUMBER, 0x9D: NUMBER, 0x53B8: NUMBER, 0x53C0: NUMBER, 0x53B9: NUMBER, 0xB0: NUMBER, 0xBA: NUMBER,
    0x54AA: NUMBER, 0x54BB: NUMBER, 0x54CC: NUMBER, 0x54DD: NUMBER, 0x54B0: NUMBER, 0x54BA: NUMBER, 0x54B2: NUMBER,
    0x54B3: NUMBER, 0x2EB524: NUMBER, 0x2FB523: NUMBER, 0x2383E3: NUMBER, 0x55B0: _COLOUR, PROJECTION: _PROJECTION,
}  # fmt: skip
_AUDIO: Final[Table] = {0xB5: NUMBER, 0x78B5: NUMBER, 0x9F: NUMBER, 0x6264: NUMBER, 0x52F1: NUMBER}
_COMPRESSION: Final[Table] = {COMPRESSION_KIND: NUMBER, COMPRESSION_SETTINGS: LONGEST_PREFIX}
ENCODINGS_KEPT: Final[Table] = {
    0x6240: {0x5031: NUMBER, 0x5032: NUMBER, 0x5033: NUMBER, COMPRESSION: _COMPRESSION}
}
TRACK_KEPT: Final[Table] = {
    TRACK_NUMBER: NUMBER, TRACK_TYPE: NUMBER, 0xB9: NUMBER, 0x88: NUMBER, 0x55AA: NUMBER, 0x9C: NUMBER,
    0x6DE7: NUMBER, 0x6DF8: NUMBER, 0x23E383: NUMBER, 0x234E7A: NUMBER, 0x23314F: NUMBER, 0x537F: NUMBER,
    0x55EE: NUMBER, 0xAA: NUMBER, 0x56AA: NUMBER, 0x56BB: NUMBER, CODEC_ID: 32, VIDEO: _VIDEO, 0xE1: _AUDIO,
    CONTENT_ENCODINGS: ENCODINGS_KEPT,
}  # fmt: skip


def of_video(projection: int) -> Table:
    """What stays in `Video`, by the type of the projection."""
    return {**_VIDEO, PROJECTION: _PROJECTIONS.get(projection, _PROJECTION)}


MAPPING_KEPT: Final[Table] = {0x41F0: NUMBER, MAPPING_TYPE: NUMBER, 0x41ED: 24}
"""BlockAddIDValue, BlockAddIDType and BlockAddIDExtraData: the settings of Dolby Vision."""

CUE_POINT: Final = 0xBB
CUE_POSITIONS: Final = 0xB7
CUE_TRACK: Final = 0xF7
CUE_TIME: Final = 0xB3
CUE_KEPT: Final[Table] = {
    CUE_TRACK: NUMBER,
    0xF1: NUMBER,
    0xF0: NUMBER,
    0xB2: NUMBER,
    0x5378: NUMBER,
    0xEA: NUMBER,
}

SIMPLE_BLOCK: Final = 0xA3
BLOCK_GROUP: Final = 0xA0
BLOCK: Final = 0xA1
ENCRYPTED_BLOCK: Final = 0xAF
CLUSTER_KEPT: Final = frozenset({0xE7, 0xA7, 0xAB})
"""Timestamp, Position, PrevSize."""
GROUP_KEPT: Final = frozenset({0x9B, 0xFB, 0xFA, 0x75A2})
"""BlockDuration, ReferenceBlock, ReferencePriority, DiscardPadding."""
ADDITIONS: Final = 0x75A1
BLOCK_MORE: Final = 0xA6
ADD_ID: Final = 0xEE
ADDITIONAL: Final = 0xA5

NAMES: Final[Mapping[int, tuple[str, Danger]]] = {
    TAGS: ("tags", Danger.IDENTITY),
    CHAPTERS: ("chapters", Danger.IDENTITY),
    ATTACHMENTS: ("attached files", Danger.TRACKS),
    0x7BA9: ("the title", Danger.IDENTITY),
    0x4461: ("the time of recording", Danger.TIME),
    MUXING_APP: ("the name of the program that wrote it", Danger.SOFTWARE),
    WRITING_APP: ("the name of the program that wrote it", Danger.SOFTWARE),
    0x73A4: ("an identifier that links files", Danger.IDENTITY),
    0x4444: ("an identifier that links files", Danger.IDENTITY),
    0x3CB923: ("an identifier that links files", Danger.IDENTITY),
    0x3EB923: ("an identifier that links files", Danger.IDENTITY),
    0x7384: ("the name of a file", Danger.IDENTITY),
    0x3C83AB: ("the name of another file", Danger.IDENTITY),
    0x3E83BB: ("the name of another file", Danger.IDENTITY),
    0x536E: ("the name of a track", Danger.IDENTITY),
    0x258688: ("the name of a codec", Danger.SOFTWARE),
    TRACK_UID: ("an identifier of a track", Danger.IDENTITY),
    LANGUAGE: ("the language of a track", Danger.IDENTITY),
    0x22B59D: ("the language of a track", Danger.IDENTITY),
    SEEK: ("a reference to something that goes", Danger.OTHER),
    ADDITIONS: ("data beside the picture", Danger.TRACKS),
    BLOCK_MORE: ("data beside the picture", Danger.TRACKS),
    0xEC: ("empty space", Danger.OTHER),
    0xBF: ("a checksum", Danger.OTHER),
}


def named(identifier: int) -> tuple[str, Danger]:
    """What an element that goes is, in words, and what it may reveal."""
    return NAMES.get(identifier, (f"an element of the kind {identifier:X}", Danger.OTHER))
