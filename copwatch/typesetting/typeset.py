"""Typesetting: a template of this package and data become a PDF. Same template, data, version: same bytes.

What comes from outside reaches typst as JSON in `sys.inputs` alone, never as markup; no font of the system is used, no
network, and no file but the templates and fonts (docs/adr/0080). The PDF is PDF/A-2a and PDF/UA-1, so it is tagged.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from pathlib import Path

import fontpkg_noto_sans  # type: ignore[import-untyped]
import typst

from copwatch.errors import Unfinished
from copwatch.model.values import Json
from copwatch.proof.hashing import sha256_hex
from copwatch.typesetting.undrawn import at_fault, named_in, spelled, texts_of

STANDARDS: "list[typst.PDFStandard]" = ["a-2a", "ua-1"]
NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)
"""What a PDF says for which no time counts: PDF/A wants one."""

_FONTS = {
    "NotoSans[wdth,wght].ttf": "bfb7bb691513f12e734dc346c03a03f784912432d7e3fa8e56efcf906fe86b3d",
    "NotoSans-Italic[wdth,wght].ttf": "58e6e0ebd1931b29a365aa2d3e2ee9a9e831a3af7cf3ad1462d4e72154f0b291",
}
"""The font files and their SHA-256: a page has to look the same everywhere, and a font decides what is read on it."""

_ROUNDS = 5
"""Characters that are drawn alone may not be drawn together, and typst does not name all at once."""
_AT_ONCE = 2000
"""Characters that are tried in one go; typst's time grows faster than their number."""


@dataclass(frozen=True, slots=True)
class Typeset:
    """A PDF, and the characters that it spells out because no font draws them, in their order."""

    pdf: bytes
    undrawn: tuple[str, ...]


def typeset(
    template: str,
    data: Mapping[str, Json],
    *,
    created: datetime = NO_DATE,
    pictures: Mapping[str, bytes] | None = None,
) -> Typeset:
    """The PDF of a template with this data.

    Args:
        template: a name without its ending, of a file beside this one in `templates/`.
        data: JSON; texts in it were cleaned (`copwatch/text.py`). The template reads it as `data`, and what is spelled
            out as `undrawn`.
        created: an aware time, for the metadata.
        pictures: small ones by name, which the template reads as `pictures`.

    Raises:
        Unfinished: typst could not do it. Nothing of the data is in the message.
    """
    undrawn = frozenset(undrawn_in(texts_of(data)))
    numbers = _as_numbers(pictures or {})
    for _ in range(_ROUNDS):
        made, more = _tried(template, data, undrawn, created, numbers)
        if made is not None:
            return Typeset(made, tuple(sorted(undrawn)))
        if not more - undrawn:
            break
        undrawn |= at_fault(more - undrawn)
    raise Unfinished("the PDF could not be typeset", hint="this is a fault of copwatch; please report it")


def undrawn_in(text: str) -> tuple[str, ...]:
    """The characters of a text that no font at hand draws, each once, in the order of their numbers.

    Each is tried by itself: of a letter that is not drawn but has a mark that is, typst says nothing.
    """
    asked = sorted(char for char in set(text) if not "\x20" <= char < "\x7f")
    found: set[str] = set()
    for start in range(0, len(asked), _AT_ONCE):
        data: dict[str, Json] = {"characters": list[Json](asked[start : start + _AT_ONCE])}
        found |= _tried("probe", data, frozenset(), NO_DATE)[1]
    return tuple(sorted(found))


def _tried(
    template: str, data: Mapping[str, Json], undrawn: frozenset[str], created: datetime, pictures: str = "{}"
) -> tuple[bytes | None, frozenset[str]]:
    """The PDF, or else what typst says that it cannot draw."""
    try:
        return _compiled(template, data, undrawn, created, pictures), frozenset()
    except typst.TypstError as error:
        return None, named_in(error.diagnostic)
    except BaseException as error:
        # A fault inside of typst comes as a PanicException, which is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        return None, frozenset()


def _as_numbers(pictures: Mapping[str, bytes]) -> str:
    return json.dumps({name: list(data) for name, data in pictures.items()}, separators=(",", ":"))


def _compiled(
    template: str, data: Mapping[str, Json], undrawn: frozenset[str], created: datetime, pictures: str
) -> bytes:
    inputs = {
        "pictures": pictures,
        "data": json.dumps(spelled(dict(data), undrawn)),
        "undrawn": json.dumps([f"U+{ord(char):04X}" for char in sorted(undrawn)]),
    }
    with _templates() as root:
        compiler = typst.Compiler(
            root / f"{template}.typ", root=root, font_paths=_fonts(), ignore_system_fonts=True, sys_inputs=inputs,
            package_path=root / "none", package_cache_path=root / "none",
        )  # fmt: skip
        pdf = compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=created)
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no PDF")
    return pdf


@cache
def _fonts() -> typst.Fonts:
    """Noto Sans, and for other scripts and signs what typst brings itself. Raises `Unfinished`."""
    with resources.as_file(resources.files(fontpkg_noto_sans).joinpath("files")) as folder:
        if {path.name: sha256_hex(path.read_bytes()) for path in folder.iterdir()} != _FONTS:
            raise Unfinished(
                "the font is not the one that this copwatch was made with", hint="install copwatch anew"
            )
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])


@contextmanager
def _templates() -> Iterator[Path]:
    with resources.as_file(resources.files("copwatch.typesetting").joinpath("templates")) as folder:
        yield folder
