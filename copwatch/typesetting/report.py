"""The printed report of a bundle: what its page shows, on paper. An aid for reading, and no proof.

What stands in it comes as data from `copwatch/bundle/sheet.py`, cleaned; here stands nothing but where it goes.
"""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from copwatch.errors import Unfinished
from copwatch.model.values import Json
from copwatch.typesetting.typeset import Typeset, typeset


@dataclass(frozen=True, slots=True)
class Stamps:
    """Bates numbers, one a page: `prefix` and `first`, written with `width` digits."""

    prefix: str
    first: int
    width: int = 7


def report_pdf(
    sheet: Mapping[str, Json], created: datetime, stamps: Stamps | None = None, paper: str = "us-letter"
) -> Typeset:
    """The PDF of a sheet.

    Args:
        sheet: as `copwatch.bundle.sheet.sheet` makes it; `pictures` in it are thumbnails by name, in base64.
        created: when the bundle was written, aware.
        stamps: what each page is stamped with; None for no stamps.
        paper: as typst calls it.

    Raises:
        Unfinished: it could not be typeset.
    """
    data: dict[str, Json] = {**sheet, "paper": paper}
    held = data.pop("pictures", None)
    pictures = {name: b64decode(str(text)) for name, text in held.items()} if isinstance(held, dict) else {}
    if stamps is not None:
        data["stamps"] = {"prefix": stamps.prefix, "first": stamps.first, "width": stamps.width}
    try:
        return typeset("report", data, created=created, pictures=pictures)
    except Unfinished:
        # A thumbnail comes from the process that looks at hostile bytes: where typst refuses one, there are none.
        if not pictures:
            raise
        return typeset("report", data, created=created)


def slip_sheets(slips: Sequence[Json], created: datetime, paper: str = "us-letter") -> Typeset:
    """One page for each slip sheet of `copwatch.bundle.production.volume`. Raises `Unfinished`."""
    return typeset("slip", {"slips": [*slips], "paper": paper}, created=created)
