"""Whether a JPEG picture was quantised with the tables of the common library, as almost every program does it.

Cameras bring tables of their own. Programs scale those of ITU-T T.81, annex K.1, by a quality from 1 to 100, as the
library of the Independent JPEG Group does it (`jpeg_set_quality`); a messenger that makes a picture smaller is one.
"""

from functools import cache
from typing import Final

_LUMINANCE: Final = (
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
)  # fmt: skip
_CHROMINANCE: Final = (
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99, *[99] * 32,
)  # fmt: skip


def of_the_common_library(content: bytes) -> bool:
    """Whether all tables in the content of a DQT segment (B.2.4.1) are such ones."""
    if len(content) % 65 or not content:
        return False
    return all(
        content[at] >> 4 == 0 and content[at + 1 : at + 65] in _known() for at in range(0, len(content), 65)
    )


@cache
def _known() -> frozenset[bytes]:
    order = _zigzag()
    found = set()
    for quality in range(1, 101):
        scale = 5000 // quality if quality < 50 else 200 - 2 * quality
        for table in (_LUMINANCE, _CHROMINANCE):
            scaled = [min(max((value * scale + 50) // 100, 1), 255) for value in table]
            found.add(bytes(scaled[at] for at in order))
    return frozenset(found)


def _zigzag() -> list[int]:
    """The order of figure A.6: along the diagonals, each in the other direction."""
    return sorted(
        range(64),
        key=lambda at: (at // 8 + at % 8, at // 8 if (at // 8 + at % 8) % 2 else at % 8),
    )
