"""Values that are times: exactly as entered, with their zone, how precise they are and where they come from."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from datetime import time as clock_time
from typing import cast

from copwatch.model.values.base import Cell, Context, Json, ValueType, Wrong, quote
from copwatch.model.vocabulary import NOT_KNOWN, PRECISION, TIME_SOURCE, label

_RFC3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_EARLIEST, _LATEST = 1900, 2199

_TYPED = re.compile(
    r"(?P<about>about\s+|~\s*)?"
    r"(?:(?P<day>[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?|today|yesterday)(?:T|\s+|$))?"
    r"(?:(?P<hour>[0-9]{1,2})(?::(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?P<part>\.[0-9]{1,6})?)?)?"
    r"\s*(?P<half>am|pm)?)?\s*(?P<zone>Z|UTC|[+-][0-9]{2}:?[0-9]{2})?",
    re.IGNORECASE,
)

_SPANS = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "quarter_hour": timedelta(minutes=15),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "month": timedelta(days=31),
}
_SHOWN = {"second": 19, "minute": 16, "quarter_hour": 16, "hour": 16, "day": 10, "month": 7}


def to_datetime(text: str) -> datetime | None:
    """The moment of an RFC 3339 text with zone, or None where the text is none."""
    if not _RFC3339.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if _EARLIEST <= moment.year <= _LATEST else None


def span(value: Json) -> tuple[datetime, datetime] | None:
    """First moment, and the first moment after, of a checked timestamp; None when it is not known."""
    if not isinstance(value, dict) or "at" not in value:
        return None
    start = cast(datetime, to_datetime(str(value["at"])))
    width = _SPANS[str(value["precision"])]
    # A rounded time lies on either side of what was written.
    early = width if value["precision"] == "quarter_hour" else timedelta()
    return start - early, start + width


@dataclass(frozen=True, slots=True)
class Instant(ValueType):
    """An RFC 3339 text with seconds and zone, as programs write it."""

    def hint(self) -> str:
        """How to write such a value, in a few words."""
        return "a time such as 2026-05-01T18:05:00-07:00"

    def example(self) -> str:
        """A text that `read` takes."""
        return "2026-05-01T18:05:00-07:00"

    def _parse(self, text: str, context: Context) -> Json:
        return text

    def _check(self, value: object) -> list[str]:
        if isinstance(value, str) and to_datetime(value):
            return []
        return [f"not an RFC 3339 time with a zone, of the years {_EARLIEST} to {_LATEST}"]

    def _schema(self) -> dict[str, Json]:
        return {"type": "string", "format": "date-time"}


@dataclass(frozen=True, slots=True)
class Date(ValueType):
    """A day: `2026-05-01`."""

    def hint(self) -> str:
        """How to write such a value, in a few words."""
        return "a day such as 2026-05-01"

    def example(self) -> str:
        """A text that `read` takes."""
        return "2026-05-01"

    def _parse(self, text: str, context: Context) -> Json:
        return text

    def _take(self, data: object, context: Context) -> Json:
        if isinstance(data, date) and not isinstance(data, datetime):
            return data.isoformat()
        raise Wrong(f"write {self.hint()}")

    def _check(self, value: object) -> list[str]:
        fits = isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value)
        if not fits or to_datetime(f"{value}T00:00:00Z") is None:
            return ["not a day such as 2026-05-01"]
        return []

    def _schema(self) -> dict[str, Json]:
        return {"type": "string", "format": "date"}


@dataclass(frozen=True, slots=True)
class Timestamp(ValueType):
    """When something happened: `{"at", "precision", "source"}`, and the measured error of the clock if known."""

    def hint(self) -> str:
        """How to write such a value, in a few words."""
        return "date and time, such as 2026-05-01 18:05; about 18:05; 2026-05-01 if only the day is known"

    def example(self) -> str:
        """A text that `read` takes."""
        return "2026-05-01 18:05 -07:00"

    def _parse(self, text: str, context: Context) -> Json:
        if text.lower() == "now" and context.now is not None:
            moment = context.now.replace(second=0, microsecond=0)
            return {"at": moment.isoformat(), "precision": "minute", "source": "device_clock"}
        found = _TYPED.fullmatch(text)
        if found is None or not (found["day"] or found["hour"]):
            raise Wrong(f"{quote(text)} is not a time; write {self.hint()}")
        moment = _moment(found, context)
        return {"at": moment.isoformat(), "precision": _precision(found), "source": "observer_estimate"}

    def _take(self, data: object, context: Context) -> Json:
        if isinstance(data, datetime | date | clock_time):
            text = data.isoformat() if isinstance(data, date) else data.isoformat(timespec="auto")
            return self._parse(re.sub(r"(:[0-9]{2}):00(?=$|[+-])", r"\1", text), context)
        if not isinstance(data, dict) or "at" not in data:
            raise Wrong(f"write {self.hint()}")
        at = data["at"]
        if isinstance(at, str) and to_datetime(at):
            return {"precision": "second", "source": "observer_estimate", **data}
        return {
            **cast(dict[str, Json], self.read(at, context)),
            **{k: v for k, v in data.items() if k != "at"},
        }

    def _check(self, value: object) -> list[str]:
        if not isinstance(value, dict) or not {"at", "precision", "source"} <= set(value):
            return ["not a time with at, precision and source"]
        reasons = Instant().check(value["at"])
        if value["precision"] not in PRECISION.terms:
            reasons.append(f"precision is none of {', '.join(PRECISION.terms)}")
        if value["source"] not in (*TIME_SOURCE.terms, *NOT_KNOWN):
            reasons.append(f"source is none of {', '.join(TIME_SOURCE.terms)}")
        if type(value.get("clock_offset_s", 0)) is not int or abs(value.get("clock_offset_s", 0)) > 10**10:
            reasons.append("clock_offset_s is not a whole number of seconds")
        unknown = sorted(set(value) - {"at", "precision", "source", "clock_offset_s"})
        return reasons + [f"{quote(str(name))} is no part of a time" for name in unknown]

    def _show(self, value: Json) -> str:
        parts = cast(dict[str, str], value)
        precision = parts["precision"]
        shown = parts["at"][: _SHOWN[precision]].replace("T", " ")
        zone = re.sub(r".*(Z|[+-][0-9]{2}:[0-9]{2})$", r" \1", parts["at"]) if len(shown) > 10 else ""
        about = f" ({label(precision)})" if precision in ("quarter_hour", "hour") else ""
        return shown + zone + about

    def columns(self, name: str) -> dict[str, str]:
        """As entered, in UTC for sorting, and the rest of the block."""
        parts = ("utc", "precision", "source")
        return {name: "TEXT", **{f"{name}_{part}": "TEXT" for part in parts}, f"{name}_offset_s": "INTEGER"}

    def cells(self, name: str, value: Json) -> dict[str, Cell]:
        """The cells of `columns(name)`; UTC in whole seconds."""
        parts = cast(dict[str, Cell], value)
        moment = cast(datetime, to_datetime(str(parts["at"]))).astimezone(UTC)
        return {
            name: parts["at"],
            f"{name}_utc": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            f"{name}_precision": parts["precision"],
            f"{name}_source": parts["source"],
            f"{name}_offset_s": parts.get("clock_offset_s"),
        }

    def _schema(self) -> dict[str, Json]:
        properties: dict[str, Json] = {
            "at": {"type": "string", "format": "date-time"},
            "precision": {"enum": [*PRECISION.terms]},
            "source": {"enum": [*TIME_SOURCE.terms, *NOT_KNOWN]},
            "clock_offset_s": {"type": "integer"},
        }
        required: list[Json] = ["at", "precision", "source"]
        return {
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }


def _moment(found: re.Match[str], context: Context) -> datetime:
    try:
        zone = _zone(found["zone"], context)
        moment = datetime.combine(_day(found["day"], zone, context), _time(found), zone)
        if found["hour"]:
            _check_clock(moment)
    except Wrong:
        raise
    except ValueError as error:
        raise Wrong(f"no such time: {error}") from error
    if not found["day"] and context.now and moment > context.now:
        said = f"{found['hour']}:{found['minute']}" if found["minute"] else f"{found['hour']} {found['half']}"
        raise Wrong(f"that time of today is still to come; write yesterday {said}, or the date")
    return moment


def _check_clock(moment: datetime) -> None:
    """Raises `Wrong` for a time that no clock showed, or that clocks showed twice: summer time begins or ends."""
    first, second = moment.utcoffset(), moment.replace(fold=1).utcoffset()
    if first == second:
        return
    said = moment.strftime("%Y-%m-%d %H:%M")
    if moment.astimezone(UTC).astimezone(moment.tzinfo).replace(fold=0) != moment:
        raise Wrong(
            f"no clock showed {said}: it was put forward that night; write the zone too, if it was not"
        )
    zones = " or ".join(f"{moment.replace(fold=fold):%z}" for fold in (0, 1))
    raise Wrong(f"clocks showed {said} twice that night; write the zone too: {zones}")


def _zone(text: str | None, context: Context) -> tzinfo:
    if text:
        return cast(
            tzinfo, datetime.fromisoformat(f"2000-01-01T00:00{text.upper().replace('UTC', 'Z')}").tzinfo
        )
    if context.now is None or context.now.tzinfo is None:
        raise Wrong("write the zone too, such as 2026-05-01 18:05 -07:00")
    context.zone_taken()
    return context.now.tzinfo


def _day(text: str | None, zone: tzinfo, context: Context) -> date:
    if text and text[0].isdigit():
        return date.fromisoformat(text if len(text) == 10 else f"{text}-01")
    if context.now is None:
        raise Wrong("write the date too, such as 2026-05-01 18:05")
    today = context.now.astimezone(zone).date()
    return today - timedelta(days=1) if text and text.lower() == "yesterday" else today


def _time(found: re.Match[str]) -> clock_time:
    if not found["hour"]:
        return clock_time()
    hour, half = int(found["hour"]), (found["half"] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise Wrong(f"{hour} {half} is no time of day")
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif not found["minute"]:
        raise Wrong("write the minutes too, such as 18:00, or am or pm")
    elif len(found["hour"]) == 1:
        raise Wrong(f"morning or evening? write 0{hour}:{found['minute']}, am or pm")
    part = int((found["part"] or ".0")[1:].ljust(6, "0"))
    return clock_time(hour, int(found["minute"] or 0), int(found["second"] or 0), part)


def _precision(found: re.Match[str]) -> str:
    if not found["hour"]:
        return "month" if found["day"] and len(found["day"]) == 7 else "day"
    if not found["minute"]:
        return "hour"
    if found["about"]:
        return "quarter_hour"
    return "second" if found["second"] else "minute"
