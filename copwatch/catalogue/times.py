"""Recorded times as text that sorts."""

from datetime import UTC

from copwatch.model.values import to_datetime


def utc(text: object) -> str:
    """The moment of an RFC 3339 text in UTC with microseconds; empty, hence first, where it is none."""
    moment = to_datetime(text) if isinstance(text, str) else None
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if moment else ""
