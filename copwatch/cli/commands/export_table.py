"""`copwatch export-table`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from copwatch.cli.options import Archive, IdentityFile, Json, PassphraseFile

What = Annotated[
    str,
    typer.Argument(metavar="incidents|evidence|report_officers|…", help="Which table.", show_default=True),
]
Columns = Annotated[
    str,
    typer.Option("--columns", metavar="NAME,…", help="Only these fields; officers takes all of its columns."),
]
Format = Annotated[
    str,
    typer.Option(
        "--format", metavar="csv|json|ndjson", help="By default what the name of FILE ends in, or csv."
    ),
]
Out = Annotated[
    str, typer.Option("--out", metavar="FILE|-", help="Where to; - is standard output, for a pipe.")
]


def command(
    what: What = "incidents",
    out: Out = "-",
    format_: Format = "",
    columns: Columns = "",
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """Write reports, officers or evidence as a table, for the group alone.

    Whole and unredacted: names of observers, injuries and what is privileged stand in it, in the clear. What goes out
    goes through `copwatch export`. One row is one current version; where two stand side by side, both have one. Cells
    of a CSV file that a spreadsheet could take for a formula begin with an apostrophe, which `copwatch report import`
    takes away again; JSON has every value as it was recorded.

    Examples:

      copwatch export-table --out reports.csv

      copwatch export-table report_officers \\
          --columns badge_as_seen,agency --out officers.csv

      copwatch export-table evidence --format ndjson | jq .sha256
    """
    from copwatch.cli import jsonout, voice
    from copwatch.cli.opened import session_at
    from copwatch.errors import UsageError
    from copwatch.model.schema import SCHEMA
    from copwatch.workflows.exporting_tables import TableWish, Written, check_wish, table_text, write_table
    from copwatch.workflows.import_rows import kind_of

    wanted = tuple(name.strip() for name in columns.split(",") if name.strip())
    wish = TableWish(what, format_ or (kind_of(Path(out)) if out != "-" else "csv"), wanted)
    check_wish(wish, SCHEMA)
    if out == "-" and (voice.is_terminal(sys.stdout) or json):
        raise UsageError("a table does not go onto a screen", hint="name a file: --out reports.csv")
    with session_at(archive, passphrase_file, identity) as session:
        voice.warn("this table is whole and unredacted, and not sealed: for the group alone")
        if out == "-":
            written = Written()
            for text in table_text(session, wish, written):
                voice.out(text)
        else:
            written = write_table(session, wish, Path(out))
    if written.not_understood and wish.format == "csv":
        voice.warn(f"{written.not_understood} values that this copwatch does not understand are only in JSON")
    if json:
        jsonout.print_json(
            {"table": what, "out": out, "rows": written.rows, "not_understood": written.not_understood}
        )
    elif out != "-":
        voice.note(f"{written.rows:,} rows written to {out}; delete it when it is no longer needed")
