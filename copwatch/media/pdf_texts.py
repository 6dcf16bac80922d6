"""The texts of a PDF as its readers see them: what stands on its pages, and every string of its objects."""

from collections.abc import Iterator
from typing import BinaryIO, Final

from copwatch.media.refusal import Damaged, Unsupported

_MOST_TEXT: Final = 6 << 20
"""Characters; a book of a thousand pages has half of them."""
_LARGEST: Final = 64 << 20
_MOST_OBJECTS: Final = 500_000


def texts(file: BinaryIO) -> list[str]:
    """The text of each page, then the strings of all objects and the texts of its streams of metadata and attachments.

    Raises:
        Damaged: nobody reads it.
        Unsupported: it is too long to be read whole.
    """
    file.seek(0)
    data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise Unsupported("a PDF of more than 64 MiB is not searched")
    found, length = [], 0
    for text in (*_pages(data), *_objects(data)):
        length += len(text)
        if length > _MOST_TEXT:
            raise Unsupported("it holds more text than can be searched")
        found.append(text)
    return found


def _pages(data: bytes) -> Iterator[str]:
    import pypdfium2  # type: ignore[import-untyped]

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Damaged("it is no PDF that can be read") from error
    try:
        for page in document:
            yield page.get_textpage().get_text_range()
    finally:
        document.close()


def _objects(data: bytes) -> Iterator[str]:
    import io

    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if len(pdf.objects) > _MOST_OBJECTS:
                raise Unsupported("it has more objects than can be searched")
            for found in pdf.objects:
                yield from _strings(found)
    except pikepdf.PdfError as error:
        raise Damaged("it is no PDF that can be read") from error


def _strings(found: object) -> Iterator[str]:
    """The strings of one object, at any depth; of what is no picture and no font also the bytes of the stream."""
    import pikepdf

    left = [found]
    while left:
        one = left.pop()
        if isinstance(one, pikepdf.Stream):
            kind = str(one.get("/Type", "")) + str(one.get("/Subtype", ""))
            if "/Metadata" in kind or "/EmbeddedFile" in kind or "/XML" in kind:
                yield one.read_bytes().decode("utf-8", "replace")
        if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            left += [value for value in dict(one.items()).values() if not _elsewhere(value)]
        elif isinstance(one, pikepdf.Array):
            left += [value for value in one if not _elsewhere(value)]
        elif isinstance(one, pikepdf.String):
            yield str(one)


def _elsewhere(value: object) -> bool:
    """Whether it is an object of its own, which is met by itself."""
    return getattr(value, "is_indirect", False)
