"""The plan of the house, checked on the source: who may import whom, what is pure, how long things are."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import REPO

PACKAGE = REPO / "copwatch"
FILES = sorted(PACKAGE.rglob("*.py"))

LEAVES = {
    "at_once",
    "errors",
    "text",
    "in_memory",
    "looking_ahead",
    "past_cache",
    "placed",
    "progress",
    "sizes",
    "__init__",
}
LEVELS = (
    {"__main__"},
    {"cli"},
    {"workflows"},
    {"store", "catalogue", "bundle", "media", "typesetting", "examples"},
    {"proof", "model", "crypto"},
    LEAVES,
)
OWNERS = {
    "cryptography": "crypto",
    "typer": "cli",
    "typst": "typesetting",
    "rich": "cli",
    "click": "",
    "sqlite3": "catalogue",
    "sqlcipher3": "catalogue",
    "sqlite_utils": "catalogue",
}
PURE = ("model", "proof")
IMPURE_MODULES = {
    *("os", "pathlib", "time", "random", "secrets", "socket", "subprocess", "io", "shutil", "tempfile"),
    *("glob", "threading", "asyncio", "urllib", "http", "logging", "sys", "ctypes", "signal", "platform"),
}
IMPURE_CALLS = {"open", "input", "print", "exec", "eval", "breakpoint"}
IMPURE_METHODS = {"now", "utcnow", "today", "uuid1", "uuid4", "urandom"}

MAX_FILE, MAX_FUNCTION = 400, 60
MAY_BE_LONGER = {"copwatch/bundle/standalone/verify.py"}
"""It goes out in bundles as one file, and whoever gets one has to be able to read it from top to bottom."""


def named(path: Path) -> str:
    return str(path.relative_to(REPO))


def room(path: Path) -> str:
    """The package or module just below `copwatch` that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def level(name: str) -> int:
    return next((depth for depth, rooms in enumerate(LEVELS) if name in rooms), -1)


def imported(tree: ast.AST, package: str) -> Iterator[tuple[int, str]]:
    """Every imported name with its line, also inside functions and under TYPE_CHECKING, absolute."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parents, base]) if base else ".".join(parents)
            # `from copwatch import text` names a module of ours only with its last part
            for alias in node.names:
                yield node.lineno, f"{base}.{alias.name}"


def imports_against_the_plan(path: Path, source: str) -> list[str]:
    own = room(path)
    package = ".".join(path.relative_to(REPO).parent.parts)
    found = []
    for line, name in imported(ast.parse(source), package):
        top, _, rest = name.partition(".")
        if top in OWNERS and own != OWNERS[top]:
            found.append(f"{named(path)}:{line} imports {top}, which belongs to {OWNERS[top] or 'nobody'}")
        if top != "copwatch":
            continue
        target = rest.partition(".")[0]
        target = target if level(target) >= 0 else "__init__"  # e.g. `from copwatch import __version__`
        if target != own and level(target) <= level(own):
            found.append(f"{named(path)}:{line} imports {target} from {own}")
    return found


def impurities(path: Path, source: str) -> list[str]:
    tree = ast.parse(source)
    found = [
        f"{named(path)}:{line} imports {name}"
        for line, name in imported(tree, "copwatch")
        if name.partition(".")[0] in IMPURE_MODULES
    ]
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Name) and called.id in IMPURE_CALLS:
            found.append(f"{named(path)}:{node.lineno} calls {called.id}")
        if isinstance(called, ast.Attribute) and called.attr in IMPURE_METHODS:
            found.append(f"{named(path)}:{node.lineno} calls {called.attr}")
    return found


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def undocumented(path: Path, source: str) -> list[str]:
    """Public functions and methods, not nested in a function, without a docstring; `@override` inherits one."""

    def visit(body: list[ast.stmt]) -> Iterator[str]:
        for node in body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                if ast.get_docstring(node) is None:
                    yield f"{named(path)}:{node.lineno} {node.name}"
                yield from visit(node.body)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
                marks = {ast.unparse(mark).rpartition(".")[2] for mark in node.decorator_list}
                if ast.get_docstring(node) is None and not marks & {"override", "overload"}:
                    yield f"{named(path)}:{node.lineno} {node.name}"

    return list(visit(ast.parse(source).body))


def too_long(path: Path, source: str) -> list[str]:
    found = []
    if (lines := source.count("\n")) > MAX_FILE and named(path) not in MAY_BE_LONGER:
        found.append(f"{named(path)} has {lines} lines")
    for node in functions(ast.parse(source)):
        if (lines := (node.end_lineno or 0) - node.lineno + 1) > MAX_FUNCTION:
            found.append(f"{named(path)}:{node.lineno} {node.name} has {lines} lines")
    return found


CHECKS = {
    "imports point one way": (imports_against_the_plan, FILES),
    "model and proof are pure": (impurities, [path for path in FILES if room(path) in PURE]),
    "what is public is documented": (undocumented, FILES),
    "files and functions are short": (too_long, FILES),
}


@pytest.mark.parametrize("rule", CHECKS)
def test_the_house_is_as_planned(rule):
    check, files = CHECKS[rule]
    assert files
    assert [fault for path in files for fault in check(path, path.read_text(encoding="utf-8"))] == []


def test_every_part_of_the_package_has_a_level():
    assert {room(path) for path in FILES if level(room(path)) < 0} == set()


@pytest.mark.parametrize(
    ("where", "source"),
    [
        ("store/x.py", "from copwatch.catalogue import absorb"),
        ("store/x.py", "from copwatch import catalogue"),
        ("proof/x.py", "import copwatch.crypto.signing"),
        ("proof/x.py", "from ..model import ids"),
        ("model/x.py", "def f():\n    from copwatch.workflows import add"),
        ("workflows/x.py", "from copwatch.cli.voice import say"),
        ("errors.py", "from copwatch.text import clean"),
        ("store/x.py", "from cryptography.hazmat.primitives import hashes"),
        ("workflows/x.py", "import typer"),
        ("bundle/x.py", "import rich.table"),
        ("store/x.py", "import sqlite3"),
        ("cli/x.py", "import click"),
    ],
)
def test_an_import_against_the_plan_is_found(where, source):
    assert imports_against_the_plan(PACKAGE / where, source)


@pytest.mark.parametrize(
    ("where", "source"),
    [
        ("store/x.py", "from copwatch.proof import merkle\nfrom copwatch import text\nfrom . import objects"),
        (
            "cli/commands/x.py",
            "import typer\nfrom copwatch.workflows.add import add\nfrom copwatch.cli import voice",
        ),
        ("crypto/age/x.py", "from cryptography import x509\nfrom ...errors import CopwatchError"),
        ("cli/x.py", "from copwatch import __version__"),
    ],
)
def test_an_import_as_planned_is_not(where, source):
    assert imports_against_the_plan(PACKAGE / where, source) == []


@pytest.mark.parametrize(
    "source",
    [
        *("import os", "from pathlib import Path", "import time", "import secrets", "open('x')"),
        "import datetime\ndatetime.datetime.now()",
        "def f():\n    import random",
    ],
)
def test_input_output_clock_and_chance_in_a_pure_room_are_found(source):
    assert impurities(PACKAGE / "proof/x.py", source)


def test_missing_docstrings_and_long_code_are_found():
    where = PACKAGE / "store/x.py"
    assert undocumented(where, "class A:\n    '''A.'''\n    def f(self): ...")
    assert not undocumented(where, "def f():\n    '''F.'''\n    def g(): ...\ndef _h(): ...")
    assert too_long(where, "\n" * 401)
    assert too_long(where, "def f():\n" + "    x = 1\n" * 60)
    assert not too_long(where, "def f():\n" + "    x = 1\n" * 59)
