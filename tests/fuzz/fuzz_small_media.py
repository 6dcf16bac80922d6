"""PNG, GIF, WebP, WAV, AIFF and AVI from a stranger: refused with a documented error, or cleaned for good.

What was planted where nothing stays is not in the rendition of a seed; what comes of a damaged one is clean itself.
"""

import io
import random
from collections.abc import Sequence

from copwatch.media.cleaning import make_cleaning
from copwatch.media.plan import stream
from copwatch.media.refusal import CannotClean
from tests.fuzz import loop
from tests.media import making_aiff, making_avi, making_gif, making_png, making_riff, making_wav

SECRET = b"Maria Lopez 40.7128 secret"
_TEXT = making_png.chunk(b"tEXt", b"Author\0" + SECRET)
_EXIF = making_png.chunk(b"eXIf", making_png.exif(6, SECRET))
_XMP = making_riff.chunk(b"XMP ", SECRET)
_POINT = making_riff.chunk(b"VP8L", bytes.fromhex("2f0000000007d0fffef7bfff81880801"))
_LIST = making_riff.chunk(b"VP8X", bytes([0x0C]) + bytes(9))
_TRACK = making_riff.listed(b"strl", making_avi.strh(b"txts"), making_riff.chunk(b"strf", SECRET))
_PARTS = making_riff.info(SECRET) + making_riff.chunk(b"id3 ", SECRET)
_GUARDED = (
    b"\xff\xd8\xff\xe1\0\x1c" + SECRET + b"\xff\xda\0\3\1\x12\x34\xff\xd9",
    b"\0\0\1\xb0\1\0\0\1\xb2" + SECRET + b"\0\0\1\xb6\x40",
    b"\0\0\1\x67d\0\0\1\6\5\x2a" + bytes(range(16)) + SECRET + b"\x80\0\0\1\x65abc",
)

SEEDS: Sequence[bytes] = (
    making_png.png(_TEXT, _EXIF, after=_TEXT) + SECRET,
    making_png.png(data=making_png.pixels() + SECRET),
    making_png.apng(between=_TEXT, second=making_png.pixels(start=40) + SECRET),
    making_gif.gif(
        making_gif.LOOP,
        making_gif.extension(0xFE, SECRET),
        making_gif.application(b"XMP DataXMP", SECRET),
        making_gif.CONTROL,
        making_gif.picture(SECRET),
        end=b";" + SECRET,
    ),
    making_riff.riff(b"WEBP", _LIST, _POINT, making_riff.chunk(b"EXIF", making_png.exif(6, SECRET)), _XMP),
    making_riff.riff(b"WEBP", _POINT, _XMP) + SECRET,
    making_wav.wav(_PARTS, after=_PARTS) + SECRET,
    making_wav.large(_PARTS, after=_PARTS),
    making_aiff.aiff(
        making_aiff.part(b"NAME", SECRET),
        making_aiff.common(b"sowt\x1a" + SECRET + b"\0"),
        making_aiff.sound(unused=SECRET),
        making_aiff.part(b"ID3 ", SECRET),
        kind=b"AIFC",
    ),
    making_avi.avi(
        making_avi.hdrl(making_avi.pictures(), making_avi.sound(making_riff.chunk(b"strn", SECRET)), _TRACK),
        _PARTS,
        making_avi.movi(
            making_riff.chunk(b"00dc", bytes(9)), making_avi.SOUND, making_riff.chunk(b"02tx", SECRET)
        ),
        making_avi.index((b"00dc", 4, 9), (b"02tx", 90, 26)),
    ),
    *(
        making_avi.simple(code, data)
        for code, data in zip((b"MJPG", b"XVID", b"H264"), _GUARDED, strict=True)
    ),
)


def cleaned(data: bytes) -> bytes | None:
    """The rendition; None where the file is refused."""
    file = io.BytesIO(data)
    try:
        return b"".join(stream(file, make_cleaning(file).plan))
    except CannotClean:
        return None


def target(data: bytes) -> None:
    """Cleans it, and what came of it once more."""
    out = cleaned(data)
    if data in SEEDS:
        assert out is not None
    if out is not None and (data in SEEDS or out.startswith(making_png.SIGNATURE)):
        assert (
            SECRET not in out
        )  # in a damaged file of another kind a length may have made it part of the sound
    assert out is None or cleaned(out) == out


def changed(data: bytes, draw: random.Random) -> bytes:
    """A length or a name changed somewhere, which gets further than noise."""
    at = draw.randrange(max(1, len(data) - 4))
    number = draw.choice((0, 1, 4, 8, 0xFF, 0x7FFFFFFF, 0xFFFFFFFF, len(data), draw.randrange(len(data))))
    word = draw.choice((number.to_bytes(4, "little"), number.to_bytes(4, "big"), data[at : at + 4][::-1]))
    return data[:at] + word + data[at + 4 :]


WAYS: Sequence[loop.Way] = (loop.mutate, changed)

if __name__ == "__main__":
    loop.main(target, SEEDS, WAYS)
