"""Tables in a real spreadsheet program: no cell that a stranger wrote is run as a formula."""

import csv
import io
import os
import subprocess

import pytest

from copwatch.text import csv_cell
from tests.conftest import judge

HOSTILE = (
    "=1+1", '=HYPERLINK("http://example.org","x")', "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1",
    '";=1+1;"', "=1+1\x00", "=cmd|' /C calc'!A0", "\uff1d1+1", '"=1+1', "'=1+1", "1;=1+1", "{=1+1}",
)  # fmt: skip


def formulas(folder, data):
    """The formulas that the program finds in a CSV when somebody opens it with a double click."""
    (folder / "table.csv").write_bytes(data)
    command = [
        judge("soffice"),
        "--headless",
        "--norestore",
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
    ]
    command += ["--convert-to", "fods", "--outdir", str(folder / "out"), str(folder / "table.csv")]
    environment = {**os.environ, "HOME": str(folder)}
    subprocess.run(command, check=True, capture_output=True, timeout=250, env=environment)
    return (folder / "out" / "table.fods").read_text("utf-8").count("table:formula=")


@pytest.mark.timeout(600)
def test_no_cell_is_run_and_the_program_would_run_one(tmp_path):
    guarded, bare = tmp_path / "guarded", tmp_path / "bare"
    for folder in (guarded, bare):
        folder.mkdir()
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(("hostile", "tame"))
    writer.writerows((csv_cell(value), "tame") for value in HOSTILE)
    assert formulas(guarded, text.getvalue().encode()) == 0
    assert formulas(bare, b'"a"\r\n"=1+1"\r\n') == 1
