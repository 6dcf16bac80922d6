"""Times as other programs write them in tables: in a format that somebody names, or as a number of days. Pure."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from copwatch.model.values import Wrong
from copwatch.model.values.base import quote

EPOCHS: Final = {1900: datetime(1899, 12, 30), 1904: datetime(1904, 1, 1)}
"""What a spreadsheet counts its days from: the name of the way of counting, and the day with the number 0."""

_SERIAL = re.compile(r"([0-9]{5})([.,][0-9]{1,15})?")
_PRECISIONS = {
    "%S": "second", "%c": "second", "%X": "second", "%T": "second", "%M": "minute", "%H": "hour", "%I": "hour",
    "%d": "day", "%j": "day", "%x": "day",
}  # fmt: skip
_YEARS = ("%Y", "%y", "%c", "%x")


def formatted(text: str, format: str) -> tuple[datetime, str]:
    """The moment of a text in that format, with a zone if that has one, and how precise it is. Raises `Wrong`."""
    text = " ".join(text.split())
    try:
        moment = datetime.strptime(text, format)
    except ValueError as error:
        raise Wrong(f"{quote(text)} is not written as {format}") from error
    return moment, _precision(format)


def _precision(format: str) -> str:
    return next((precision for sign, precision in _PRECISIONS.items() if sign in format), "month")


def check_format(format: str) -> None:
    """Raises `Wrong` for what is no format of `strptime`, or leaves the year out."""
    try:
        datetime.strptime(datetime(2000, 11, 22, 13, 14, 15, tzinfo=UTC).strftime(format), format)
    except ValueError as error:
        raise Wrong(f"{format} is no format of a time: {error}") from error
    if not any(sign in format for sign in _YEARS):
        raise Wrong(f"{format} has no year")


def serial(text: str, epoch: int) -> tuple[datetime, str]:
    """The moment of a day that a spreadsheet counts from 1900 or 1904, and how precise it is.

    Only numbers of five digits, from the year 1927 on: the first ones have a day too many in one of the two.

    Raises:
        Wrong: it is no such number.
    """
    found = _SERIAL.fullmatch(text.strip())
    if not found:
        raise Wrong(f"{quote(text)} is not the serial number of a day")
    seconds = round(float("0" + (found[2] or "").replace(",", ".")) * 86400)
    moment = EPOCHS[epoch] + timedelta(days=int(found[1]), seconds=seconds)
    return moment, "day" if not found[2] else "second" if moment.second else "minute"
