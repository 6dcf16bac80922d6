"""What kind of file the first bytes announce. An announcement, not a promise: nothing is parsed here.

Signatures from the formats' own specifications: JPEG (T.81), PNG, GIF89a, RIFF, TIFF 6.0 and BigTIFF, ISO/IEC
14496-12 (brands from mp4ra.org), EBML (RFC 8794), ID3v2, FLAC (RFC 9639), Ogg (RFC 3533), AIFF, PDF (ISO 32000),
JPEG XL (18181-2), ASF, MPEG-TS (H.222.0).
"""

UNKNOWN = "application/octet-stream"
_PREFIXES = (
    (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"), (b"II*\x00", "image/tiff"), (b"MM\x00*", "image/tiff"), (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"), (b"BM", "image/bmp"), (b"\xff\x0a", "image/jxl"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "image/jxl"), (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2"),
    (b"ID3", "audio/mpeg"), (b"\xff\xfb", "audio/mpeg"), (b"\xff\xf3", "audio/mpeg"), (b"\xff\xf2", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"), (b"\xff\xf9", "audio/aac"),
    (b"fLaC", "audio/flac"), (b"OggS", "audio/ogg"), (b"0&\xb2u\x8ef\xcf\x11", "video/x-ms-asf"),
    (b"%PDF-", "application/pdf"), (b"PK\x03\x04", "application/zip"),
)  # fmt: skip
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_IFF = {b"AIFF": "audio/aiff", b"AIFC": "audio/aiff"}
_BRANDS = {
    b"heic": "image/heic", b"heix": "image/heic", b"heim": "image/heic", b"mif1": "image/heif",
    b"msf1": "image/heif", b"avif": "image/avif", b"avis": "image/avif", b"crx ": "image/x-canon-cr3",
    b"qt  ": "video/quicktime", b"M4A ": "audio/mp4", b"M4B ": "audio/mp4", b"3gp4": "video/3gpp",
    b"3gp5": "video/3gpp", b"3gp6": "video/3gpp", b"3g2a": "video/3gpp2",
}  # fmt: skip
_MUTE = frozenset({"image/jp2", "video/mp2t", "video/x-ms-asf"})
_RAW = (b"FUJIFILMCCD-RAW", b"IIU\0", b"IIRO", b"IIRS", b"MMOR", b"\0MRM")
"""Raw pictures of Fujifilm, Panasonic, Olympus and Minolta."""
_OLD_QUICKTIME = (b"moov", b"mdat", b"wide", b"free", b"skip")

_ENDINGS = {
    "image/jpeg": "jpg", "image/tiff": "tif", "audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/aiff": "aif",
    "video/quicktime": "mov", "video/x-matroska": "mkv", "video/x-msvideo": "avi", "video/3gpp": "3gp",
    "video/3gpp2": "3g2",
}  # fmt: skip

_USUAL = (
    "jpg jpeg jpe mpo png apng gif webp tif tiff dng heic heif avif jxl bmp mp4 m4v mov qt 3gp 3g2 mkv mka webm avi m4a"
    " m4b aac mp3 wav aif aiff aifc flac ogg oga ogv opus spx pdf"
)


def neutral_name(kind: str) -> str:
    """A file name that says nothing but the kind, such as `stripped.jpg`."""
    return f"stripped.{_ENDINGS.get(kind, kind.rpartition('/')[2])}"


def usual_ending(ending: str) -> str:
    """An ending that says no more than the kind (`.jpg`), in lower case; empty for any other: it may be words."""
    return ending.lower() if ending.lower().lstrip(".") in _USUAL.split() else ""


def media_type(head: bytes) -> str:
    """The media type that the first bytes (some hundreds) announce; `application/octet-stream` when unknown."""
    return _in_container(head) or _by_prefix(head) or ("text/plain" if _is_text(head) else UNKNOWN)


def speaks(head: bytes) -> bool:
    """Whether a file that begins so may say something of itself that one of our readers understands."""
    kind = media_type(head)
    return (kind.startswith(("image/", "video/", "audio/")) and kind not in _MUTE) or head.startswith(_RAW)


def _in_container(head: bytes) -> str | None:
    """Formats that name their kind behind the beginning."""
    found = None
    if head[4:8] == b"ftyp":
        found = _BRANDS.get(head[8:12], "video/mp4")
    elif head[4:8] in _OLD_QUICKTIME:
        found = "video/quicktime"
    elif head[:4] == b"RIFF":
        found = _RIFF.get(head[8:12])
    elif head[:4] == b"FORM":
        found = _IFF.get(head[8:12])
    elif head[:4] == b"\x1aE\xdf\xa3":
        found = "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    elif head[:1] == head[188:189] == head[376:377] == b"G":
        found = "video/mp2t"
    return found


def _by_prefix(head: bytes) -> str | None:
    return next((kind for prefix, kind in _PREFIXES if head.startswith(prefix)), None)


def _is_text(head: bytes) -> bool:
    """UTF-8 without control characters; the last character may be cut."""
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:
            return False
        text = head[: error.start].decode("utf-8")
    return bool(text) and all(letter >= " " or letter in "\t\n\r\f" for letter in text)
