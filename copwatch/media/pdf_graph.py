"""What of a PDF stays: pages and what draws them, by a list of keys for each kind of dictionary (ISO 32000-1).

The document is changed in memory; what nothing refers to any more is not written. Streams of pages stay byte for byte;
a JPEG in one is cleaned as a file of its own would be, a colour profile made neutral.
"""

import base64
import io
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Final, cast

from copwatch.media import jpeg_2000, pdf_forms
from copwatch.media.cleaning import make_cleaning
from copwatch.media.icc import neutral_profile
from copwatch.media.pdf_packed import Ends
from copwatch.media.plan import stream
from copwatch.media.refusal import CannotClean, Unsupported

_TRAILER: Final = frozenset({"/Root", "/Size"})
_XREF_STREAM: Final = frozenset({"/Type", "/W", "/Index", "/Length", "/Filter", "/DecodeParms", "/Prev"})
_CATALOG: Final = frozenset({"/Type", "/Pages", "/Version", "/OCProperties"})
_TREE: Final = frozenset(
    {"/Type", "/Kids", "/Count", "/Parent", "/Resources", "/MediaBox", "/CropBox", "/Rotate"}
)
_PAGE: Final = frozenset(
    {
        "/Type", "/Parent", "/Resources", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Contents",
        "/Rotate", "/Group", "/Annots", "/UserUnit",
    }
)  # fmt: skip
_RESOURCES: Final = frozenset(
    {"/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/XObject", "/Font", "/ProcSet", "/Properties"}
)
_ANNOTATION: Final = frozenset(
    {
        "/Type", "/Subtype", "/Rect", "/F", "/AP", "/AS", "/Border", "/BS", "/BE", "/C", "/IC", "/CA", "/ca", "/RD",
        "/QuadPoints", "/InkList", "/Vertices", "/L", "/LE", "/LL", "/LLE", "/LLO", "/CO", "/CL", "/H", "/OC", "/Name",
    }
)  # fmt: skip
"""How it looks; not who wrote it, when, what it says when it is opened, or where it leads."""
_FREE_TEXT: Final = frozenset({"/Contents", "/DA", "/Q"})
"""Of a text that is written on the page and has no appearance of its own."""
_STREAM: Final = frozenset(
    {
        # any (7.3.8), images (8.9.5), forms (8.10), patterns and shadings (8.7), functions (7.10)
        "/Length", "/Filter", "/DecodeParms", "/Type", "/Subtype", "/Width", "/Height", "/ColorSpace",
        "/BitsPerComponent", "/Intent", "/ImageMask", "/Mask", "/Decode", "/Interpolate", "/SMask", "/SMaskInData",
        "/Matte", "/OC", "/FormType", "/BBox", "/Matrix", "/Resources", "/Group", "/PatternType", "/PaintType",
        "/TilingType", "/XStep", "/YStep", "/ShadingType", "/Background", "/AntiAlias", "/BitsPerCoordinate",
        "/BitsPerFlag", "/VerticesPerRow", "/Function", "/FunctionType", "/Domain", "/Range", "/Size",
        "/BitsPerSample", "/Order", "/Encode",
        # colour profiles (8.6.5.5), fonts and character maps (9.7, 9.9), halftones (10.5)
        "/N", "/Alternate", "/Length1", "/Length2", "/Length3", "/CMapName", "/CIDSystemInfo", "/WMode", "/UseCMap",
        "/HalftoneType", "/Xsquare", "/Ysquare", "/Width2", "/Height2", "/TransferFunction",
    }
)  # fmt: skip
_PRIVATE: Final = frozenset(
    {"/Metadata", "/PieceInfo", "/LastModified", "/AF", "/Measure", "/PtData", "/Lang"}
)
_USAGE: Final = frozenset({"/Print", "/View", "/Export", "/Zoom"})
_LAYERS: Final = frozenset({"/OCGs", "/D"})
_LAYER_STATE: Final = frozenset({"/BaseState", "/ON", "/OFF", "/AS", "/Intent", "/RBGroups"})
MOST_OBJECTS: Final = 100_000
"""Looking at so many takes 3 s and 180 MiB; long handbooks with texts for reading aloud have some tens of thousands."""
_SHORT: Final = {
    "/AHx": "/ASCIIHexDecode", "/A85": "/ASCII85Decode", "/LZW": "/LZWDecode", "/Fl": "/FlateDecode",
    "/RL": "/RunLengthDecode", "/CCF": "/CCITTFaxDecode", "/DCT": "/DCTDecode",
}  # fmt: skip
"""Short names (ISO 32000-2, table 92) are for pictures within contents; readers know them everywhere."""
_LONGEST_PICTURE: Final = 64 << 20


def strip(pdf: Any, *, ends: bool = True) -> None:
    """Leaves of an open `pikepdf.Pdf` what draws its pages.

    Args:
        pdf: is changed.
        ends: also cuts packed data where they end; of what was written after that it is known.

    Raises:
        Unsupported: something in it cannot be judged.
    """
    root = pdf.Root
    if len(pdf.objects) > MOST_OBJECTS:
        raise Unsupported("it has more objects than any program writes")
    _check(root)
    if "/AcroForm" in root:
        # What was filled in is seen by its appearance alone from here on.
        if root.AcroForm.get("/NeedAppearances", False):
            pdf_forms.judge(pdf)
        pdf.generate_appearance_streams()
    _only(pdf.trailer, _TRAILER | _XREF_STREAM)
    _only(root, _CATALOG)
    _layers(root)
    for page in pdf.pages:
        _page(page.obj)
    cutting = Ends() if ends else None
    for found in pdf.objects:
        _object(found, cutting)


def _check(root: Any) -> None:
    form = root.get("/AcroForm")
    if form is not None and "/XFA" in form:
        raise Unsupported("it is a form that only some programs can show (XFA)")
    if "/Collection" in root:
        raise Unsupported("it is a collection of other files")


def _page(page: Any) -> None:
    _only(page, _PAGE)
    above = page.get("/Parent")
    for _ in range(64):
        if above is None:
            break
        _only(above, _TREE)
        above = above.get("/Parent")
    if "/Annots" in page:
        kept = [note for note in page.Annots if _is_dictionary(note) and _is_seen(note)]
        for note in kept:
            _annotation(note)
        if kept:
            page.Annots = kept
        else:
            del page.Annots


def _annotation(note: Any) -> None:
    kept = _ANNOTATION
    if note.get("/Subtype") == "/FreeText" and "/AP" not in note:
        kept = kept | _FREE_TEXT
    if "/AP" in note and "/N" in note.AP:
        # How it looks while a mouse is over it is not how it looks.
        _only(note.AP, frozenset({"/N"}))
    if note.get("/Subtype") == "/Widget":
        # Without the form it belonged to no program would show it; what it looks like is all that is left of it.
        note.Subtype = _name("/Stamp")
    _only(note, kept)


def _is_seen(note: Any) -> bool:
    """Whether a note is drawn on the page: windows that open, and fields without any looks, are not."""
    kind = str(note.get("/Subtype", ""))
    return kind != "/Popup" and (kind != "/Widget" or "/N" in note.get("/AP", {}))


def _layers(root: Any) -> None:
    layers = root.get("/OCProperties")
    if layers is None:
        return
    _only(layers, _LAYERS)
    if "/D" in layers:
        _only(layers.D, _LAYER_STATE)
    for number, layer in enumerate(layers.get("/OCGs", []), 1):
        _only(layer, frozenset({"/Type", "/Name", "/Intent", "/Usage"}))
        layer.Name = str(number)
        if "/Usage" in layer:
            _only(layer.Usage, _USAGE)


def _object(found: Any, ends: Ends | None) -> None:
    """What an object of its own may keep, whatever refers to it."""
    kind = getattr(found, "_type_name", "")
    if kind == "stream" and str(found.get("/Type", "")) in ("/XRef", "/ObjStm"):
        return  # book-keeping of the file that was read; another is written
    if kind == "stream":
        _only(found, _STREAM)
        if ends is not None:
            ends.cut(found, filters_of(found))
        _image(found)
        if "/Resources" in found:
            _resources(found.Resources)
    elif kind == "dictionary":
        if str(found.get("/Type", "")) in ("/Font", "/FontDescriptor", "/Page", "/Pages", "/Annot", "/Group"):
            _without(found, _PRIVATE)
        if "/Resources" in found and _is_dictionary(found.Resources):
            _resources(found.Resources)
    elif kind == "array" and len(found) == 2 and found[0] == "/ICCBased":
        _profile(found[1])
    for profile in _profiles(found):
        _profile(profile)


def _resources(resources: Any) -> None:
    _only(resources, _RESOURCES)
    properties = resources.get("/Properties")
    for name in list(properties.keys()) if _is_dictionary(properties) else ():
        marked = properties[name]
        # A layer stays; a list of properties of marked content may say anything.
        if _is_dictionary(marked) and str(marked.get("/Type", "")) not in ("/OCG", "/OCMD"):
            _only(marked, frozenset({"/MCID"}))


def _profiles(found: Any) -> Iterator[Any]:
    """Colour profiles that an object names in an array within itself: of an image, or among resources."""
    if getattr(found, "_type_name", "") not in ("dictionary", "stream"):
        return
    there = found.keys()
    values = [found[key] for key in ("/ColorSpace", "/CS") if key in there]
    resources: Any = found["/Resources"] if "/Resources" in there else None
    spaces: Any = resources.get("/ColorSpace") if _is_dictionary(resources) else None
    if _is_dictionary(spaces):
        values += [spaces[name] for name in spaces.keys()]  # noqa: SIM118  # no mapping of Python's
    group: Any = found["/Group"] if "/Group" in there else None
    values += [group.get("/CS")] if _is_dictionary(group) else []
    for value in values:
        yield from _named(value, 4)


def _named(space: Any, depth: int) -> Iterator[Any]:
    if not depth or getattr(space, "_type_name", "") != "array" or not len(space):
        return
    if space[0] == "/ICCBased" and len(space) == 2:
        yield space[1]
    for part in list(space)[1:4]:
        yield from _named(part, depth - 1)


def _profile(profile: Any) -> None:
    data = profile.read_bytes()
    neutral = neutral_profile(data)
    if neutral is None:
        raise Unsupported("a colour profile in it is not valid")
    if neutral != data:
        profile.write(neutral)


def _image(found: Any) -> None:
    *packed, last = filters_of(found) or [""]
    if not _PICTURES.keys().isdisjoint(packed):
        raise Unsupported("a picture in it is packed in a way that is not known")
    clean = _PICTURES.get(last)
    if clean is None:
        return
    data = picture_of(found)
    cleaned = clean(data)
    if packed or cleaned != data:
        parameters = found.get("/DecodeParms")
        if getattr(parameters, "_type_name", "") == "array":
            parameters = parameters[len(packed)] if len(parameters) > len(packed) else None
        # None, which leaves the dictionary without, where there is nothing to say.
        found.write(cleaned, filter=_name(last), decode_parms=parameters or None)


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


def _name(text: str) -> Any:
    import pikepdf

    return pikepdf.Name(text)


def _is_dictionary(value: Any) -> bool:
    return getattr(value, "_type_name", "") == "dictionary"


def _only(dictionary: Any, kept: frozenset[str]) -> None:
    _delete(dictionary, lambda name: name not in kept)


def _without(dictionary: Any, gone: frozenset[str]) -> None:
    _delete(dictionary, lambda name: name in gone)


def _delete(dictionary: Any, goes: Callable[[str], bool]) -> None:
    for name in [name for name in dictionary.keys() if goes(name)]:  # noqa: SIM118  # no mapping of Python's
        del dictionary[name]
