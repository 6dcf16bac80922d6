"""Ids, times and stamps for new records."""

import os
import secrets
from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from copwatch.errors import BadInput
from copwatch.model.ids import new_id
from copwatch.model.records import Stamp
from copwatch.model.values import Context
from copwatch.store.archive import Archive

Now: TypeAlias = Callable[[], datetime]
"""Gives the present time with its zone."""


def local_now() -> datetime:
    """The computer's clock, in its own zone."""
    return datetime.now().astimezone()


def local_zone() -> tzinfo | None:
    """This computer's zone with its summer times, where the system names it; else its present offset."""
    named = os.environ.get("TZ", "").lstrip(":")
    if not named:
        link = os.path.realpath("/etc/localtime")
        named = link.partition("/zoneinfo/")[2]
    try:
        return ZoneInfo(named)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return local_now().tzinfo


def form_context() -> Context:
    """What reading a form may need: the present time in this computer's zone."""
    return Context(now=datetime.now(local_zone()))


def rfc3339(when: datetime) -> str:
    """A time with zone as records hold it, to the second."""
    if when.tzinfo is None:
        raise ValueError("a time without a zone")
    return when.isoformat(timespec="seconds")


def fresh_id() -> str:
    """A new random id."""
    return new_id(secrets.token_bytes)


def make_stamp(archive: Archive, device: str, now: Now) -> Stamp:
    """The stamp of records written at this moment.

    The clock is `behind` when it shows less than when this computer last wrote: then it was certainly wrong once.
    """
    when = now()
    latest = archive.state.read("clock.json") or {}
    before = latest.get("latest")
    behind = before is not None and when < datetime.fromisoformat(before)
    if not behind:
        archive.state.write("clock.json", {"latest": rfc3339(when)})
    return Stamp(archive.id, device, rfc3339(when), "behind" if behind else "system")


def check_text(what: str, text: str) -> None:
    """Raises `BadInput` for text that no record can hold: a terminal passed on bytes that are no characters."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadInput(f"{what} holds bytes that are not text in UTF-8", hint="write it again") from None
