"""PDF (ISO 32000-1), written anew by qpdf with nothing but its pages: no offset stands, so no byte stays where it was.

What draws the pages stays as it is (`copwatch/media/pdf_kinds.py` has the lists), so they look the same; what says who,
when, with what, and what stood there before goes: Info, XMP, identifiers, attached files, programs, bookmarks, links,
fields of forms and signatures (their looks stay), texts for reading aloud, earlier versions, unused objects. There is
no essence here: `scan` itself compares the pages of what it would write with those of the source.

What opens without a password is written without the encryption that only asks programs to forbid printing or copying
(7.6.3.2): its key is in the file, and depends on the identifier, which goes.

The rendition is written until writing it again changes nothing, which is the second time.
"""

import io
import re
import warnings
from typing import Any, BinaryIO, Final, cast

from copwatch.media import pdf_graph
from copwatch.media.facts import Danger, Fact
from copwatch.media.parts import Parts, Scan, Treatment
from copwatch.media.pdf_drawn import drawn
from copwatch.media.pdf_facts import pdf_facts
from copwatch.media.pdf_file import Against, Behind
from copwatch.media.refusal import CannotClean, Damaged, Unsupported
from copwatch.media.source import WINDOW, Source

_TYPE: Final = "application/pdf"
_MAGIC: Final = b"%PDF-"
_WITHIN: Final = 1024
"""Readers look for the magic so far; what stands before it goes."""
_MOST: Final = 64 << 20
_SMALL: Final = 8 << 20
_MOST_PAGES: Final = 20_000
_MOST_OBJECTS: Final = 100_000
"""In the tables: long handbooks with texts for reading aloud have some tens of thousands."""
_UNPACKED: Final = 64 << 20
"""The most bytes that qpdf may make of one stream: a table of objects has some megabytes."""
_ROUNDS: Final = 4
_HARMLESS: Final = (
    "reported number of objects",
    "Resources is missing or invalid; repairing",
    "a common error handled correctly",
    "extraneous whitespace seen before xref",
    "setting missing or invalid /Type entry",
    "expected endobj",
    "last occurrence overrides earlier ones",
    "stream keyword followed by carriage return only",
    "error decoding stream data",
    "output may still be valid",
    "stream will be re-processed without filtering",
)
"""Warnings of qpdf about what all programs read alike, and about streams that it does not change."""


def recognises(head: bytes) -> bool:
    """By its magic, which may stand behind a little rubbish."""
    return _MAGIC in head[:_WITHIN]


def scan(source: Source) -> Scan:
    """One part: the whole file, and what stands in its place. Raises `CannotClean`."""
    if source.size > _MOST:
        raise Unsupported(f"a PDF of more than {_MOST >> 20} MiB")
    facts, clean = _cleaned(Behind(source, source.read(0, min(_WITHIN, source.size)).find(_MAGIC)))
    parts = Parts(source.size, Treatment.DROP)
    danger = min((fact.danger for fact in facts), default=Danger.OTHER)
    parts.replace(
        0, source.size, clean, "everything but what draws the pages; the file is written anew", danger
    )
    return Scan(_TYPE, parts.whole(), tuple(facts))


def _cleaned(file: Behind) -> tuple[list[Fact], bytes]:
    try:
        with _open(_near(file)) as pdf:
            facts, wanted = pdf_facts(pdf, file.count(b"startxref")), drawn(pdf)
            clean = _written(pdf)
        for _ in range(_ROUNDS):
            with _open(io.BytesIO(clean)) as pdf:
                _compare(pdf, wanted)
                if _would_write(pdf, clean):
                    return facts, clean
                clean = _written(pdf, ends=False)
    except CannotClean:
        raise
    except MemoryError:
        raise
    except Exception as error:
        # qpdf raises of many classes at what is no PDF after all.
        raise Damaged(f"its objects cannot be read ({type(error).__name__})") from error
    raise Unsupported("writing it anew does not come to an end")


def _near(file: Behind) -> io.BufferedIOBase:
    """In memory where it is small: qpdf asks a million times for a few bytes, which files in Python answer slowly."""
    return io.BytesIO(file.read()) if file.size <= _SMALL else io.BufferedReader(file, WINDOW)


def _compare(clean: Any, wanted: list[tuple[object, ...]]) -> None:
    if drawn(clean) != wanted:
        raise Unsupported("the pages would not be the same")


def _open(file: io.BufferedIOBase) -> Any:
    import pikepdf
    from pikepdf.settings import set_qpdf_limits

    set_qpdf_limits(
        flate_max_memory=_UNPACKED, png_max_memory=_UNPACKED, tiff_max_memory=_UNPACKED,
        run_length_max_memory=_UNPACKED, dct_max_memory=_UNPACKED,
    )  # fmt: skip
    # What has to be guessed because its tables are broken could be guessed in another way by another program.
    try:
        pdf = pikepdf.open(cast("BinaryIO", file), attempt_recovery=False, suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise Unsupported("it is encrypted, and opens with a password only") from error
    if int(pdf.trailer.get("/Size", 0)) > _MOST_OBJECTS:
        raise Unsupported("it has more objects than any program writes")
    return pdf


def _written(pdf: Any, *, ends: bool = True) -> bytes:
    """The document with nothing but what draws its pages, which is all that is left of `pdf` as well."""
    written = io.BytesIO()
    _write(pdf, written, ends=ends)
    return written.getvalue()


def _would_write(pdf: Any, expected: bytes) -> bool:
    """Whether `_written` would give these bytes; without having them twice."""
    against = Against(expected)
    _write(pdf, against, ends=False)
    return against.same


def _write(pdf: Any, out: io.BytesIO | Against, *, ends: bool) -> None:
    import pikepdf

    if not 0 < len(pdf.pages) <= _MOST_PAGES:
        raise Unsupported("it has no pages, or too many")
    pdf_graph.strip(pdf, ends=ends)
    with warnings.catch_warnings(action="ignore"):
        pdf.save(
            out,
            static_id=True,
            fix_metadata_version=False,
            preserve_pdfa=False,
            compress_streams=True,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            recompress_flate=False,
            normalize_content=False,
            linearize=False,
            encryption=False,
        )
    _judge(pdf)


def _judge(pdf: Any) -> None:
    """Raises `Damaged` where qpdf guessed what an object is, or where it ends: another program guesses otherwise."""
    for warning in map(str, pdf.get_warnings()):
        if not any(harmless in warning for harmless in _HARMLESS):
            place = re.search(r"offset (\d+)", warning)
            raise Damaged("an object in it is not whole", int(place[1]) if place else 0)
