"""Pages of our own PDFs as images that review tools load: one TIFF a page, black and white, CCITT Group IV, 300 dots.

Vendors name Group IV and JPEG as what every tool takes (Relativity, "Importing an image load file"). Only PDFs that
this program has just typeset are drawn here, never one from outside.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Final

from copwatch.errors import Unfinished

if TYPE_CHECKING:
    import pypdfium2  # type: ignore[import-untyped]

DOTS: Final = 300
ENDING: Final = "tif"
_ROWS_PER_STRIP: Final = 278
"""The tag of TIFF: one strip, for older viewers take no more."""
_DARK: Final = 176
"""What is darker becomes black: grey lines of tables stay, the grey of a background goes."""


def count_pages(pdf: bytes) -> int:
    """How many pages a PDF of ours has, and so how many numbers its stamps used."""
    import pikepdf

    with pikepdf.open(BytesIO(pdf)) as opened:
        return len(opened.pages)


def check_images() -> None:
    """Raises `Unfinished` where this installation cannot make images."""
    try:
        import PIL.Image  # noqa: F401
    except ImportError as error:
        raise Unfinished(
            "page images need Pillow, which is not installed", hint="pip install '.[decode]'"
        ) from error


def page_images(pdf: bytes) -> Iterator[bytes]:
    """A TIFF for each page, in their order; one page at a time is held. Raises `Unfinished`."""
    import pypdfium2

    check_images()
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            yield _tiff(page)


def _tiff(page: "pypdfium2.PdfPage") -> bytes:
    from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE  # type: ignore[import-untyped]

    # Pictures are dithered; text is not, for it reads better with sharp edges.
    pictures = any(page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE]))
    drawn = page.render(scale=DOTS / 72, grayscale=True).to_pil()
    one = drawn.convert("1") if pictures else drawn.point([255 * (grey >= _DARK) for grey in range(256)], "1")
    out = BytesIO()
    one.save(
        out, format="TIFF", compression="group4", dpi=(DOTS, DOTS), tiffinfo={_ROWS_PER_STRIP: one.height}
    )
    return out.getvalue()
