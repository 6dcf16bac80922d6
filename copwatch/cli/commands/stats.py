"""`copwatch stats`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from copwatch.cli.options import Archive, IdentityFile, Json, PassphraseFile

if TYPE_CHECKING:
    from copwatch.catalogue.counting import Counted

Filters = Annotated[
    list[str] | None,
    typer.Argument(metavar="FILTERS...", help="As of `copwatch search`: since:2026-05.", show_default=False),
]
By = Annotated[
    str,
    typer.Option("--by", metavar="A,B", help="What to count by, with commas between.", show_default=False),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="Draw it to a new file, .svg or .png.", show_default=False),
]


def command(
    filters: Filters = None,
    by: By = "",
    out: Out = None,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """Count incidents by agency, force, place, month and repeated badge numbers.

    Each incident counts once for each value that its current report states. Any field with short values can be counted,
    those of rows as officers.rank, a group's own as x.name. It is unredacted, for the group alone.

    Examples:

      copwatch stats

      copwatch stats since:2026-05 --by agency,month

      copwatch stats --by badge force:baton_drawn

      copwatch stats --by month --out months.svg
    """
    from copwatch.catalogue.asked import asked
    from copwatch.catalogue.counting import USUAL, counted
    from copwatch.cli import jsonout, voice
    from copwatch.cli.opened import session_at
    from copwatch.errors import UsageError
    from copwatch.workflows.charts import check_chart_name, write_chart
    from copwatch.workflows.finding import not_searched

    meant = asked(filters or [])
    if meant.words:
        raise UsageError(
            f"not a filter: {meant.words[:40]!r}", hint="filters are as since:2026-05 or agency:oakland"
        )
    if out is not None:
        check_chart_name(out)
    wanted = [each.strip() for each in by.split(",") if each.strip()] or USUAL
    with session_at(archive, passphrase_file, identity) as session:
        tables = [counted(session.catalogue, each, meant.filters) for each in wanted]
        missing = not_searched(session, "counted")
        if out is not None:
            write_chart(tables, out, session.archive)
    if json:
        jsonout.print_json({"tables": [_json(table) for table in tables], "not_searched": missing})
    elif out is None:
        for table in tables:
            _show(table)
    if out is not None:
        voice.warn(f"{out} is unredacted, and not sealed: for the group alone")
    small = sum(table.small for table in tables)
    if small and not json:
        voice.warn(
            f"{small} of these counts are of fewer than 5 incidents and could single a person out; do not hand them on"
        )
    for each in missing if not json else ():
        voice.note(each)


def _show(table: "Counted") -> None:
    from copwatch.cli import tables, voice

    if not table.rows:
        voice.say(f"No incidents by {table.by}{' in more than one' if table.repeated else ''}.")
        return
    most = max(row.incidents for row in table.rows)
    rows = [
        [row.value, row.incidents, "█" * max(1, round(_BAR * row.incidents / most))]
        for row in table.rows[:_MOST]
    ]
    tables.render([table.by, "incidents", ""], rows)
    if table.by == "badge":
        voice.note("agencies give out the same numbers: badge with agency:NAME counts those of one")
    if table.values > _MOST:
        has = "them" if table.values == len(table.rows) else f"the first {len(table.rows):,}"
        voice.note(f"{table.values - _MOST:,} more values of {table.by}: --json has {has}")


_BAR, _MOST = 20, 40
"""Characters of the longest bar, and rows of a table."""


def _json(table: "Counted") -> dict[str, Any]:
    rows = [{"value": row.value, "incidents": row.incidents} for row in table.rows]
    return {
        "by": table.by,
        "repeated": table.repeated,
        "small": table.small,
        "values": table.values,
        "rows": rows,
    }
