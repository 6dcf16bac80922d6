"""The reference of commands says what the commands say."""

import importlib.util
import re
import subprocess
import sys

import pytest

from copwatch.cli.lazy import TABLE, load
from tests.cli.harness import environment
from tests.conftest import REPO

PAGE = REPO / "docs" / "cli.md"
REAL = REPO / "tests" / "cli" / "real.py"


def made() -> str:
    spec = importlib.util.spec_from_file_location("make_cli", REPO / "docs" / "make_cli.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.page()


def test_the_reference_is_what_the_commands_say_today():
    assert PAGE.read_text("utf-8") == made(), "run: python docs/make_cli.py"


def test_every_command_and_subcommand_has_a_section():
    wanted = []
    for row in TABLE:
        wanted += [f"copwatch {row.name}"]
        wanted += [f"copwatch {row.name} {name}" for name in getattr(load(row), "commands", {})]
    assert re.findall(r"^### (.*)$", PAGE.read_text("utf-8"), re.MULTILINE) == wanted


@pytest.mark.parametrize("name", [row.name for row in TABLE])
def test_help_at_a_terminal_has_every_option_of_the_reference(name):
    sections = re.split(r"^### ", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    for section in (part for part in sections if re.match(rf"copwatch {name}\b", part)):
        words = section.partition("\n")[0].split()[1:]
        shown = help_of(*words)
        options = re.findall(r"^- `(--[a-z-]+)", section, re.MULTILINE)
        assert sorted(option for option in options if option not in shown.split()) == []
        # and the other way round: nothing that --help shows is left out
        listed = {word for word in re.findall(r"│ +(--[a-z][a-z-]+)", shown) if word != "--help"}
        assert listed <= set(options)
        # a word in square brackets is markup for the library that draws help, and would go
        prose = [block for block in section.split("\n\n")[2:] if block[:1] not in "`-|#<"]
        assert [block for block in prose if " ".join(block.split()) not in " ".join(shown.split())] == []


def help_of(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, str(REAL), *words, "--help"], check=True, capture_output=True, text=True, timeout=60,
        env=environment(COLUMNS="200"),
    )  # fmt: skip
    return done.stdout


def test_an_example_names_only_options_that_the_command_has():
    for section in re.split(r"^### ", PAGE.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        name = section.partition("\n")[0]
        options = set(re.findall(r"^- `(--[a-z-]+)", section, re.MULTILINE))
        for line in re.findall(r"^    (copwatch .*)$", section, re.MULTILINE)[1:]:
            used = set(re.findall(r"(?<=\s)--[a-z-]+", line)) if line.startswith(name) else set()
            assert used <= options, line


def test_an_example_can_be_pasted_from_a_terminal_of_80_columns():
    lines = re.findall(r"^    ((?:copwatch .* .*|  .*))$", PAGE.read_text("utf-8"), re.MULTILINE)
    examples = [line for line in lines if "[OPTIONS]" not in line]
    assert len(examples) > 100
    assert [line for line in examples if len(line) > 76] == []


def test_every_command_has_an_example():
    sections = re.split(r"^### copwatch ", PAGE.read_text("utf-8"), flags=re.MULTILINE)[1:]
    whole = [section for section in sections if "COMMAND\n" not in section]
    assert [section.partition("\n")[0] for section in whole if "\nExample" not in section] == []
