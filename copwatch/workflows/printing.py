"""The printed report of a bundle, for those who write one."""

from collections.abc import Mapping
from datetime import datetime

from copwatch.model.values import Json
from copwatch.typesetting.report import report_pdf


def print_report(sheet: Mapping[str, Json], created_at: str) -> bytes:
    """The PDF of a sheet; `created_at` is an RFC 3339 time. Raises `Unfinished`."""
    return report_pdf(sheet, datetime.fromisoformat(created_at)).pdf
