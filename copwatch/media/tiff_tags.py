"""The tags of a TIFF file that a picture needs; every other tag goes.

TIFF 6.0; TIFF technical notes 1 (SubIFDs) and 2 (JPEG); Adobe DNG 1.7.1; libtiff's tiff.h for codings.
"""

from typing import Final, NamedTuple

from copwatch.media.tiff_ifds import Type

SUBFILE, OLD_SUBFILE, WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC = 254, 255, 256, 257, 258, 259, 262
STRIPS, STRIP_SIZES, TILES, TILE_SIZES, SUBS, JPEG_TABLES = 273, 279, 324, 325, 330, 347
LENGTHS: Final = frozenset((STRIP_SIZES, TILE_SIZES))
LISTS: Final = frozenset((STRIPS, STRIP_SIZES, TILES, TILE_SIZES))
SAMPLES, ROWS, PLANES, TILE_WIDTH, TILE_LENGTH, DEPTH_OF_IMAGE = 277, 278, 284, 322, 323, 32997
JPEG_AT, ICC, ORIENTATION, DNG_VERSION, DNG_PRIVATE = 513, 34675, 274, 50706, 50740
AS_SHOT_ICC, CURRENT_ICC = 50831, 50833
CALIBRATIONS: Final = (50723, 50724, 52530)
CALIBRATION_SIGNATURE, PROFILE_SIGNATURE = 50931, 50932
OPCODES: Final = (51008, 51009, 51022)
GAIN_MAP, GAIN_MAP_2 = 52525, 52544

_NUMBERS: Final = frozenset(
    (
        *(Type.BYTE, Type.SHORT, Type.LONG, Type.RATIONAL, Type.SBYTE, Type.SSHORT, Type.SLONG),
        *(Type.SRATIONAL, Type.FLOAT, Type.DOUBLE, Type.LONG8, Type.SLONG8),
    )
)
_WIDE: Final = frozenset((Type.SHORT, Type.LONG, Type.LONG8))
_OFFSETS: Final = frozenset((Type.LONG, Type.LONG8, Type.IFD, Type.IFD8))
_BYTES: Final = frozenset((Type.BYTE, Type.UNDEFINED))
_FLOATS: Final = frozenset((Type.FLOAT,))
_FRACTIONS: Final = frozenset((Type.RATIONAL, Type.SRATIONAL, Type.SHORT, Type.LONG, Type.FLOAT, Type.DOUBLE))


class Rule(NamedTuple):
    """What a tag may hold: types, and how many values at the most."""

    types: frozenset[int]
    most: int


_A_SAMPLE_EACH = Rule(_NUMBERS, 65_535)
_FEW = Rule(_NUMBERS, 8)
_BLOCK = Rule(_BYTES, 32 << 20)

PICTURE: Final[dict[int, Rule]] = {
    **dict.fromkeys((254, 255, 256, 257, 259, 262, 266, 274, 277, 278, 284, 292, 293, 296, 297, 317), _FEW),
    **dict.fromkeys((258, 280, 281, 338, 339, 340, 341), _A_SAMPLE_EACH),
    **dict.fromkeys((282, 283, 286, 287, 290), _FEW),
    **dict.fromkeys(LISTS, Rule(_WIDE, 4 << 20)),
    **dict.fromkeys((291, 301, 320), Rule(_WIDE, 3 * 65_536)),
    **dict.fromkeys((318, 319, 529, 530, 531, 532), Rule(_FRACTIONS, 16)),
    **dict.fromkeys((322, 323, 332, 334, 336, 32997, 32998, 37439), _FEW),
    SUBS: Rule(_OFFSETS, 1024),
    JPEG_TABLES: Rule(_BYTES, 65_536),
    ICC: _BLOCK,
    50674: _FEW,  # LERC's version and second coding (libtiff)
}
"""Of every page."""

NEEDED: Final = frozenset(
    (
        *(256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 284, 292, 293, 317, 320, 322, 323, 324, 325),
        *(330, 332, 338, 339, 347, 529, 530, 532, 33421, 33422),
    )
)
"""What cannot be left out when it is not as it should be: the file is refused then."""

RASTER: Final = frozenset(PICTURE) - {SUBFILE, OLD_SUBFILE, SUBS, ORIENTATION}
"""What goes with the pixels, when a directory stays for what else it says."""

DNG: Final[dict[int, Rule]] = {
    33421: _FEW,
    33422: Rule(_BYTES, 64),
    **dict.fromkeys((50706, 50707, 50710), Rule(_BYTES, 8)),
    **dict.fromkeys((50711, 50713, 50719, 50720, 50718), _FEW),
    50712: Rule(_WIDE, 65_536),
    50714: Rule(_NUMBERS, 4096),
    **dict.fromkeys((50715, 50716), Rule(_FRACTIONS, 1 << 18)),
    50717: _A_SAMPLE_EACH,
    **dict.fromkeys((50721, 50722, 52531, 50725, 50726, 52538, 50964, 50965, 52532), Rule(_FRACTIONS, 64)),
    **dict.fromkeys((*CALIBRATIONS, 50832, 50834), Rule(_FRACTIONS, 64)),
    **dict.fromkeys((50727, 50728, 50729), _FEW),
    **dict.fromkeys((50730, 50731, 50732, 50733, 50734, 50737, 50738, 50739), _FEW),
    **dict.fromkeys((50778, 50779, 52529, 50780, 50879, 50935, 50974, 50975, 52547), _FEW),
    **dict.fromkeys((52533, 52534, 52535), Rule(frozenset((Type.UNDEFINED,)), 4096)),
    **dict.fromkeys((50829, 52536, 51125, 52551), _FEW),
    50830: Rule(_WIDE, 64),
    **dict.fromkeys((AS_SHOT_ICC, CURRENT_ICC), _BLOCK),
    **dict.fromkeys((50937, 50981), _FEW),
    **dict.fromkeys((50938, 50939, 52537, 50982), Rule(_FLOATS, 4 << 20)),
    50940: Rule(_FLOATS, 1 << 17),
    **dict.fromkeys((51107, 51108, 51109, 51110), _FEW),
    **dict.fromkeys(OPCODES, Rule(frozenset((Type.UNDEFINED,)), 32 << 20)),
    51041: Rule(_NUMBERS, 64),
    **dict.fromkeys((GAIN_MAP, GAIN_MAP_2), _BLOCK),
}
"""Of DNG files: where the sensor's colours lie, its levels, and how they become colours for the eye."""

OLD_JPEG, JPEG, LOSSY_DNG = 6, 7, 34892
DEFLATE: Final = frozenset((8, 32946))
JPEG_2000: Final = frozenset((34712, 33003, 33005))
JPEG_XL: Final = frozenset((50002, 52546))
WEBP: Final = frozenset((34927, 50001))
CODINGS: Final = frozenset(
    (
        # none, CCITT, LZW, deflate, JBIG, PackBits, CCITT in words
        *(1, 2, 3, 4, 5, 8, 9, 10, 32946, 34661, 32773, 32771),
        # ThunderScan, NeXT, SGI's, LERC, LZMA, Zstandard
        *(32809, 32766, 34676, 34677, 34887, 34925, 34926, 50000),
        *(JPEG, LOSSY_DNG, *JPEG_2000, *JPEG_XL, *WEBP),
    )
)

RAW_PHOTOMETRIC: Final = frozenset((32803, 34892))
"""Colour filter array, and linear raw (TIFF/EP, DNG)."""
RAW_CODINGS: Final = frozenset((32767, 32769, 32770, 34713, 34316, 65000, 65024, 65535, 262, 32867, 34312))
"""Of Sony, Samsung, Nikon, Leaf, Kodak and Pentax cameras (exiftool's tables)."""
RAW_TAGS: Final = frozenset((0x8606, 0xC5D8, 0xC5E0, DNG_PRIVATE))
"""Where cameras keep raw data, without being DNG: Leaf, Canon, Sony."""
STACK_TAGS: Final = frozenset((33628, 33629, 33630, 33631))
"""MetaMorph's stacks: one directory for many planes, which follow the first one unnamed."""
DESCRIPTION: Final = 270
