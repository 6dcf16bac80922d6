"""The printed report of a bundle, and images of pages, for those who write one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from threading import Event, Thread

from copwatch.bundle.for_paper import for_paper
from copwatch.model.values import Json
from copwatch.progress import Progress
from copwatch.typesetting.apart import MANY, print_apart
from copwatch.typesetting.pages import count_pages, page_images
from copwatch.typesetting.report import report_pdf, slip_sheets

_OFTEN = 0.2
"""Seconds."""
_AT_ONCE = 50
"""Slip sheets that are typeset together; only so many are held."""


def print_report(sheet: Mapping[str, Json], created_at: str) -> bytes:
    """The PDF of a sheet; `created_at` is an RFC 3339 time. Raises `Unfinished`."""
    sheet = for_paper(sheet)
    if sum(len(rows) for rows in (sheet["evidence"], sheet["custody"]) if isinstance(rows, list)) > MANY:
        return print_apart(sheet, created_at)
    return report_pdf(sheet, datetime.fromisoformat(created_at)).pdf


def print_saying(
    progress: Progress, afterwards: Callable[[], None], sheet: Mapping[str, Json], created_at: str
) -> bytes:
    """As `print_report`, saying that it goes on; `afterwards` begins the stretch of work that follows."""
    done = Event()

    def tick() -> None:
        while not done.wait(_OFTEN):
            progress.advance(0)

    progress.start(None, "typesetting report.pdf")
    ticking = Thread(target=tick, name="typesetting", daemon=True)
    ticking.start()
    try:
        return print_report(sheet, created_at)
    finally:
        done.set()
        ticking.join()
        progress.finish()
        afterwards()


class TiffPress:
    """Draws pages of our own PDFs as `bundle.plan.Press` says. All of it raises `Unfinished`."""

    def pages(self, pdf: bytes) -> int:
        """How many pages a PDF has."""
        return count_pages(pdf)

    def images(self, pdf: bytes) -> Iterator[bytes]:
        """An image of each page."""
        return page_images(pdf)

    def slips(self, slips: Sequence[Mapping[str, Json]], created_at: str) -> Iterator[bytes]:
        """An image of each slip sheet."""
        for start in range(0, len(slips), _AT_ONCE):
            some = [dict(slip) for slip in slips[start : start + _AT_ONCE]]
            yield from page_images(slip_sheets(some, datetime.fromisoformat(created_at)).pdf)
