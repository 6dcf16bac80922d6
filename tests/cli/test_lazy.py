"""The table of commands and the modules agree."""

import inspect
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest

from copwatch.cli.lazy import KEEPING, LEGAL, SHIFT, TABLE, Row, load
from tests.cli import harness
from tests.cli.program import ROWS

REAL = Path(__file__).with_name("real.py")


def disagreement(row: Row) -> str:
    """What is wrong with a row, or nothing."""
    module = import_module(row.path)
    app = getattr(module, "app", None)
    described = app.info.help if app is not None else inspect.getdoc(module.command) or ""
    first = described.partition("\n")[0]
    return "" if first == row.summary else f"{row.name}: the table says {row.summary!r}, the module {first!r}"


def test_every_command_of_the_program_is_there_and_described_as_in_the_table():
    assert [said for row in TABLE if (said := disagreement(row))] == []


def test_commands_are_listed_once_and_panel_after_panel():
    names = [row.name for row in TABLE]
    assert len(names) == len(set(names))
    panels = [(SHIFT, LEGAL, KEEPING).index(row.panel) for row in TABLE]
    assert panels == sorted(panels)


@pytest.mark.parametrize("args", [["report", "new"], ["report", "amend"], ["verify"], ["add"]])
def test_paragraphs_of_the_help_are_broken_by_the_terminal_alone(args):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(harness, "PROGRAM", REAL)
        shown = harness.run(*args, "--help").stdout.decode().partition("Examples:")[0]
    lines = shown.splitlines()
    for line, after in pairwise(lines[3:]):
        first = after.split()[0] if after.split() else ""
        assert not line.strip() or not first or len(line.rstrip()) + 1 + len(first) > 79, (line, after)


def test_a_missing_module_and_a_wrong_summary_are_found():
    by_name = {row.name: row for row in ROWS}
    assert disagreement(by_name["add"]) == ""
    assert disagreement(by_name["group"]) == ""
    wrong = Row("add", SHIFT, "Something else.", by_name["add"].module)
    assert "the table says 'Something else.'" in disagreement(wrong)
    with pytest.raises(ModuleNotFoundError):
        disagreement(by_name["gone"])


def test_a_loaded_command_has_the_name_of_its_row():
    rows = [row for row in ROWS if row.name != "gone"]
    assert [load(row).name for row in rows] == [row.name for row in rows]


def test_a_module_is_named_like_its_command_unless_the_row_says_otherwise():
    assert Row("two-words", SHIFT, "x").path == "copwatch.cli.commands.two_words"
