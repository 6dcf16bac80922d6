"""What a PDF reveals beside its pages: a few hundred facts at most, each as text."""

import io
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO, Final, cast

from copwatch.media.cleaning import scan
from copwatch.media.facts import Danger, Fact
from copwatch.media.gathering import bounded
from copwatch.media.pdf_pictures import filters_of, picture_of

_LONGEST: Final = 200
_MOST: Final = 200
_MOST_OBJECTS: Final = 20_000
"""Objects, and notes, that are looked at for facts: each stays in memory once it was read."""
_NO_IDENTIFIER: Final = bytes.fromhex("31415926535897932384626433832795")
"""What qpdf writes into every file that has no identifier of its own, as ours."""
_INFO: Final = {
    "/Author": (Danger.IDENTITY, "author"), "/Title": (Danger.IDENTITY, "title"),
    "/Subject": (Danger.IDENTITY, "subject"), "/Keywords": (Danger.IDENTITY, "keywords"),
    "/CreationDate": (Danger.TIME, "created"), "/ModDate": (Danger.TIME, "changed"),
    "/Creator": (Danger.SOFTWARE, "made with"), "/Producer": (Danger.SOFTWARE, "written by"),
}  # fmt: skip
_NOTE: Final = {
    "/T": (Danger.IDENTITY, "author of a note"), "/Contents": (Danger.IDENTITY, "text of a note"),
    "/M": (Danger.TIME, "note changed"), "/CreationDate": (Danger.TIME, "note made"),
}  # fmt: skip


def pdf_facts(pdf: Any, versions: int) -> list[Fact]:
    """Of an open `pikepdf.Pdf`; `versions` is how many times it was written. Nothing in it stops the others."""
    found: list[Fact] = []
    for part in (_info(pdf), _xmp(pdf), _notes(pdf), _names(pdf), _objects(pdf)):
        try:
            for fact in part:
                found.append(fact)
                if len(found) > 5 * _MOST:
                    break
        except Exception:
            # A hostile value of a wrong type: what was found before stays, and cleaning does not depend on it.
            found.append(Fact(Danger.OTHER, "something that cannot be shown", "", "PDF"))
    if versions > 1:
        found.append(Fact(Danger.PICTURES, "earlier versions", str(versions - 1), "PDF"))
    return bounded(dict.fromkeys(fact for fact in found if fact.value or fact.danger is Danger.OTHER))


def _info(pdf: Any) -> Iterator[Fact]:
    info = pdf.trailer.get("/Info")
    for name in info.keys() if info is not None else ():
        danger, plain = _INFO.get(name, (Danger.OTHER, name.lstrip("/")[:60]))
        yield Fact(danger, plain, _text(info[name]), "Info")
    for part in pdf.trailer.get("/ID", []):
        if bytes(part) != _NO_IDENTIFIER:
            yield Fact(Danger.IDENTITY, "identifier", bytes(part).hex()[:64], "PDF")


def _xmp(pdf: Any) -> Iterator[Fact]:
    from copwatch.media.exif_facts import xmp_facts

    metadata = pdf.Root.get("/Metadata")
    if metadata is not None:
        yield from xmp_facts(metadata.read_bytes()[: 1 << 20], 0)


def _notes(pdf: Any) -> Iterator[Fact]:
    notes = (note for page in pdf.pages for note in page.obj.get("/Annots", []))
    for note in islice(notes, _MOST_OBJECTS):
        for key, (danger, plain) in _NOTE.items():
            if key in note:
                yield Fact(danger, plain, _text(note[key]), "note")
        action = note.get("/A")
        if action is not None and "/URI" in action:
            yield Fact(Danger.IDENTITY, "link", _text(action.URI), "note")


def _names(pdf: Any) -> Iterator[Fact]:
    for name in list(pdf.attachments.keys())[:_MOST]:
        yield Fact(Danger.TRACKS, "attached file", str(name)[:_LONGEST], "EmbeddedFiles")
    for key, plain in (("/Outlines", "bookmarks"), ("/StructTreeRoot", "texts for reading aloud")):
        if key in pdf.Root:
            yield Fact(Danger.OTHER, plain, "yes", "PDF")
    opening = pdf.Root.get("/OpenAction")
    runs = getattr(opening, "_type_name", "") == "dictionary" and opening.get("/S") == "/JavaScript"
    if runs or "/JavaScript" in pdf.Root.get("/Names", {}):
        yield Fact(Danger.OTHER, "program", "JavaScript", "PDF")
    for layer in pdf.Root.get("/OCProperties", {}).get("/OCGs", []):
        yield Fact(Danger.PICTURES, "layer, which stays and may be hidden", _text(layer.get("/Name")), "OCG")


def _objects(pdf: Any) -> Iterator[Fact]:
    for number in range(1, min(int(pdf.trailer.get("/Size", 0)), _MOST_OBJECTS)):
        found = pdf.get_object(number, 0)
        if getattr(found, "_type_name", "") not in ("dictionary", "stream"):
            continue
        if found.get("/S") == "/JavaScript" or "/JS" in found:
            yield Fact(Danger.OTHER, "program", "JavaScript", "PDF")
        yield from _signature(found)
        if getattr(value := found.get("/V"), "_type_name", "") == "dictionary":
            yield from _signature(value)
        if "/FT" in found and value is not None:
            yield Fact(Danger.IDENTITY, "filled in", _text(value), "form")
        if "/PieceInfo" in found:
            yield Fact(
                Danger.SOFTWARE, "private data of a program", ", ".join(found.PieceInfo.keys()), "PieceInfo"
            )
        yield from _picture(found)


def _signature(found: Any) -> Iterator[Fact]:
    if found.get("/Type") == "/Sig" or "/ByteRange" in found:
        yield Fact(Danger.IDENTITY, "signed by", _text(found.get("/Name")) or "somebody", "signature")
        yield Fact(Danger.TIME, "signed", _text(found.get("/M")), "signature")


def _picture(found: Any) -> Iterator[Fact]:
    if found._type_name == "stream" and filters_of(found)[-1:] == ["/DCTDecode"]:
        for fact in scan(cast("BinaryIO", io.BytesIO(picture_of(found)))).facts:
            yield Fact(fact.danger, fact.name, fact.value, f"picture, {fact.source}")


def _text(value: Any) -> str:
    return "" if value is None else str(value)[:_LONGEST].strip()
