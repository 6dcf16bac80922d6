"""Notes on the pages of a PDF (ISO 32000-2, 12.5): what of them is drawn stays, as it is drawn."""

from typing import Any, Final

_HIDDEN, _PRINTED, _NOT_VIEWED = 1 << 1, 1 << 2, 1 << 5
"""Flags (table 167)."""
_WORDS: Final = ("/Contents", "/DA", "/Q")


def seen_notes(page: Any) -> None:
    """Leaves of a page the notes that are to be seen on it as it is shown or printed, each with the look it has."""
    if "/Annots" not in page:
        return
    kept = [note for note in page.Annots if _is_dictionary(note) and _is_seen(note)]
    if kept:
        page.Annots = kept
    else:
        del page.Annots


def clean_note(note: Any) -> None:
    """Makes a note one that is drawn and does nothing else."""
    import pikepdf

    if "/AP" in note:
        _without(note, "/Name", *_WORDS)
    elif note.get("/Subtype") != "/FreeText":
        # A text that is written on the page, and has no look of its own, is all that is drawn by words.
        _without(note, *_WORDS)
    if note.get("/Subtype") == "/Widget":
        # Without the form it belonged to no program would show it; what it looks like is all that is left of it.
        note.Subtype = pikepdf.Name.Stamp


def _is_seen(note: Any) -> bool:
    """Not hidden ones, windows that open, fields without a look, and what has looks but none for its state."""
    kind, flags = note.get("/Subtype"), int(note.get("/F", 0))
    if kind == "/Popup" or flags & _HIDDEN or flags & (_PRINTED | _NOT_VIEWED) == _NOT_VIEWED:
        return False
    looks = note.get("/AP")
    if not _is_dictionary(looks) or "/N" not in looks:
        return bool(kind != "/Widget")
    if _is_dictionary(looks.N):
        state = _state(note, looks.N)
        if state not in looks.N:
            return False
        looks.N = looks.N[state]
    _without(note, "/AS")
    return True


def _state(note: Any, looks: Any) -> str:
    """The state in which a note is (12.5.5). Programs guess it where it is missing: what one of them shows stays."""
    said = [str(note[key]) for key in ("/AS", "/V") if _is_name(note.get(key))]
    if "/AS" in note or (said and said[0] in looks):
        return said[0] if said else ""
    names: list[str] = list(looks.keys())
    return names[0] if len(names) == 1 else "/Off"


def _is_dictionary(value: Any) -> bool:
    return getattr(value, "_type_name", "") == "dictionary"


def _is_name(value: Any) -> bool:
    return getattr(value, "_type_name", "") == "name"


def _without(note: Any, *names: str) -> None:
    for name in names:
        if name in note:
            del note[name]
