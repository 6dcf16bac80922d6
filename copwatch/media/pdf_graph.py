"""What of a PDF stays: pages and what draws them, by a list of keys for each kind of dictionary (`pdf_kinds`).

The document is changed in memory; what nothing refers to any more is not written. Streams of pages stay byte for byte;
a JPEG in one is cleaned as a file of its own would be, a colour profile made neutral.
"""

from collections.abc import Callable
from typing import Any, Final

from copwatch.media import pdf_forms
from copwatch.media.pdf_notes import clean_note, seen_notes
from copwatch.media.pdf_packed import Ends
from copwatch.media.pdf_pictures import clean_picture, clean_profile, filters_of
from copwatch.media.pdf_walk import Walk
from copwatch.media.refusal import Unsupported

_TRAILER: Final = frozenset({"/Root", "/Size"})
_XREF_STREAM: Final = frozenset({"/Type", "/W", "/Index", "/Length", "/Filter", "/DecodeParms", "/Prev"})


def strip(pdf: Any, *, ends: bool = True) -> None:
    """Leaves of an open `pikepdf.Pdf` what draws its pages.

    Args:
        pdf: is changed.
        ends: also cuts packed data where they end; of what was written after that it is known.

    Raises:
        Unsupported: something in it cannot be judged.
    """
    root = pdf.Root
    _check(root)
    if "/AcroForm" in root:
        # What was filled in is seen by its appearance alone from here on.
        if root.AcroForm.get("/NeedAppearances", False):
            pdf_forms.judge(pdf)
        pdf.generate_appearance_streams()
    for name in pdf.trailer.keys() - _TRAILER - _XREF_STREAM:
        del pdf.trailer[name]
    cutting = Ends() if ends else None
    Walk(lambda found, kind: _meet(found, kind, cutting)).through(root, "catalog")


def _check(root: Any) -> None:
    form = root.get("/AcroForm")
    if form is not None and "/XFA" in form:
        raise Unsupported("it is a form that only some programs can show (XFA)")
    if "/Collection" in root:
        raise Unsupported("it is a collection of other files")


def _meet(found: Any, kind: str, ends: Ends | None) -> None:
    """What is to be done to a dictionary or stream beside leaving the keys of its kind."""
    if found._type_name == "stream":
        if ends is not None:
            ends.cut(found, filters_of(found))
        clean_picture(found)
    act = _ACTS.get(kind)
    if act is not None:
        act(found)


def _descriptor(font: Any) -> None:
    if "/FontFamily" in font and any(f"/FontFile{which}" in font for which in ("", "2", "3")):
        del font["/FontFamily"]  # by which programs choose another font where there is none


def _layers(layers: Any) -> None:
    """Layers are called by numbers."""
    for number, layer in enumerate(layers.get("/OCGs", []), 1):
        if _is_dictionary(layer):
            layer.Name = str(number)


def _layer(layer: Any) -> None:
    if not str(layer.get("/Name", "")).isdecimal():
        layer.Name = "0"


_ACTS: Final[dict[str, Callable[[Any], None]]] = {
    "page": seen_notes, "annotation": clean_note, "layers": _layers, "layer": _layer, "descriptor": _descriptor,
    "profile": clean_profile,
}  # fmt: skip


def _is_dictionary(value: Any) -> bool:
    return getattr(value, "_type_name", "") == "dictionary"
