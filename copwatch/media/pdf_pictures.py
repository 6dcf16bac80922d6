"""Coded pictures and colour profiles in a PDF (ISO 32000-2, 7.4, 8.6.5.5): cleaned as files of their own would be."""

import base64
import io
import zlib
from typing import Any, BinaryIO, Final, cast

from copwatch.media import jpeg_2000
from copwatch.media.cleaning import make_cleaning
from copwatch.media.icc import neutral_profile
from copwatch.media.plan import stream
from copwatch.media.refusal import CannotClean, Unsupported

_SHORT: Final = {
    "/AHx": "/ASCIIHexDecode", "/A85": "/ASCII85Decode", "/LZW": "/LZWDecode", "/Fl": "/FlateDecode",
    "/RL": "/RunLengthDecode", "/CCF": "/CCITTFaxDecode", "/DCT": "/DCTDecode",
}  # fmt: skip
"""Short names (ISO 32000-2, table 92) are for pictures within contents; readers know them everywhere."""
_LONGEST_PICTURE: Final = 64 << 20


def clean_picture(found: Any) -> None:
    """In a stream of any kind: readers go by its filter. Raises `Unsupported`."""
    *packed, last = filters_of(found) or [""]
    if not _PICTURES.keys().isdisjoint(packed):
        raise Unsupported("a picture in it is packed in a way that is not known")
    clean = _PICTURES.get(last)
    if clean is None:
        return
    import pikepdf

    data = picture_of(found)
    cleaned = clean(data)
    if packed or cleaned != data:
        parameters = found.get("/DecodeParms")
        if getattr(parameters, "_type_name", "") == "array":
            parameters = parameters[len(packed)] if len(parameters) > len(packed) else None
        # None, which leaves the dictionary without, where there is nothing to say.
        found.write(cleaned, filter=pikepdf.Name(last), decode_parms=parameters or None)


def clean_profile(profile: Any) -> None:
    """Makes a colour profile neutral. Raises `Unsupported` for what is none."""
    data = profile.read_bytes()
    neutral = neutral_profile(data)
    if neutral is None:
        raise Unsupported("a colour profile in it is not valid")
    if neutral != data:
        profile.write(neutral)


def filters_of(found: Any) -> list[str]:
    """The names of the filters of a stream in full, the one that packs the whole first."""
    named = found.get("/Filter")
    if named is None:
        return []
    names = [str(name) for name in named] if named._type_name == "array" else [str(named)]
    return [_SHORT.get(name, name) for name in names]


def picture_of(found: Any) -> bytes:
    """A coded picture without what packs it again, as some programs do. Raises `Unsupported`."""
    data: bytes = found.read_raw_bytes()
    for name in filters_of(found)[:-1]:
        unpack = _UNPACK.get(name)
        if unpack is None:
            raise Unsupported(f"a picture in it is packed in a way that is not known ({name})")
        try:
            data = unpack(data)
        except (ValueError, zlib.error) as error:
            raise Unsupported("a picture in it is damaged") from error
    return data


def _inflated(data: bytes) -> bytes:
    packed = zlib.decompressobj()
    found = packed.decompress(data, _LONGEST_PICTURE)
    if packed.unconsumed_tail:
        raise Unsupported("a picture in it is too large")
    return found


def _from_85(data: bytes) -> bytes:
    return base64.a85decode(data.strip().removeprefix(b"<~").removesuffix(b"~>"))


def _from_hex(data: bytes) -> bytes:
    digits = b"".join(data.partition(b">")[0].split())
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))


_UNPACK: Final = {"/FlateDecode": _inflated, "/ASCII85Decode": _from_85, "/ASCIIHexDecode": _from_hex}


def _jpeg(data: bytes) -> bytes:
    if not data.startswith(b"\xff\xd8"):
        raise Unsupported("a picture in it is no JPEG, as it should be")
    source = cast("BinaryIO", io.BytesIO(data))
    try:
        return b"".join(stream(source, make_cleaning(source).plan))
    except CannotClean as error:
        raise Unsupported(f"a picture in it: {error.reason}") from error


def _jp2(data: bytes) -> bytes:
    try:
        return jpeg_2000.cleaned(data)
    except CannotClean as error:
        raise Unsupported(f"a picture in it: {error.reason}") from error


_PICTURES: Final = {"/DCTDecode": _jpeg, "/JPXDecode": _jp2}
