"""docs/exit-codes.md and the failures in the code agree, both ways."""

import importlib
import pkgutil
import re

import pytest

import copwatch
from copwatch.errors import CopwatchError
from tests.conftest import REPO

PAGE = REPO / "docs" / "exit-codes.md"
MEANINGS = {0, 1, 2, 3, 4, 5, 130}


def subclasses(root: type) -> set[type]:
    return {root}.union(*(subclasses(sub) for sub in root.__subclasses__()))


@pytest.fixture(scope="module")
def classes() -> dict[str, type]:
    """Every failure of the program by name, from every module of it."""
    for module in pkgutil.walk_packages(copwatch.__path__, "copwatch."):
        if module.name != "copwatch.__main__":
            importlib.import_module(module.name)
    return {c.__name__: c for c in subclasses(CopwatchError) if c.__module__.startswith("copwatch.")}


def written() -> dict[str, int]:
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert len(rows) == len({name for name, _ in rows})
    return {name: int(code) for name, code in rows}


def test_every_failure_stands_in_the_table_with_its_code(classes):
    assert written() == {name: found.exit_code for name, found in classes.items()}


def test_no_two_failures_share_a_name(classes):
    found = [c for c in subclasses(CopwatchError) if c.__module__.startswith("copwatch.")]
    assert len(found) == len(classes)


def test_every_code_is_explained_and_none_else(classes):
    explained = {int(code) for code in re.findall(r"^\| (\d+) \|", PAGE.read_text("utf-8"), re.MULTILINE)}
    assert explained == MEANINGS
    assert {found.exit_code for found in classes.values()} <= MEANINGS


def test_a_docstring_that_names_a_code_names_the_right_one(classes):
    said = {
        name: int(found[1])
        for name, cls in classes.items()
        if (found := re.search(r"\(exit (\d+)\)", cls.__doc__ or ""))
    }
    assert said == {name: classes[name].exit_code for name in said}
    assert len(said) > 15
