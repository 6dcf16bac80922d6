"""Fields of PDF forms that ask each program to draw them anew (ISO 32000-1, 12.7.2, "NeedAppearances").

qpdf draws single lines of text as other programs do. Of lists, of several lines and of equal cells it draws less, and
what was filled in could be missing from a rendition.
"""

from typing import Any, Final

from copwatch.media.refusal import Unsupported

_COMBO: Final = 1 << 17
"""Of a choice: that it is no list (12.7.4.4)."""
_DRAWN_OTHERWISE: Final = 1 << 12 | 1 << 24 | 1 << 25
"""Of a text: that it has several lines, equal cells, or formats (12.7.4.3)."""


def judge(pdf: Any) -> None:
    """Raises `Unsupported` for an open `pikepdf.Pdf` whose fields programs draw in different ways."""
    for page in pdf.pages:
        for note in page.obj.get("/Annots", []):
            if not _is_dictionary(note) or note.get("/Subtype") != "/Widget":
                continue
            kind, flags = str(_inherited(note, "/FT")), int(_inherited(note, "/Ff") or 0)
            text = kind == "/Tx" and flags & _DRAWN_OTHERWISE and _inherited(note, "/V")
            if text or (kind == "/Ch" and not flags & _COMBO):
                raise Unsupported("it is a form with fields that each program draws in its own way")


def _inherited(field: Any, key: str) -> Any:
    """A value of a field, or of what is above it (12.7.3.2)."""
    for _ in range(64):
        if not _is_dictionary(field):
            break
        if key in field:
            return field[key]
        field = field.get("/Parent")
    return None


def _is_dictionary(value: Any) -> bool:
    return getattr(value, "_type_name", "") == "dictionary"
