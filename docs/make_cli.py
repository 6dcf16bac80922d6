"""Writes `docs/cli.md` from the commands themselves: `python docs/make_cli.py`. A test fails where they differ."""

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from copwatch.cli.lazy import TABLE, load

PAGE = Path(__file__).with_name("cli.md")

_HEAD = """\
# Commands

Made from the commands themselves by `docs/make_cli.py`; a test compares the two. `copwatch COMMAND --help` says the
same at a terminal. How they go together: [guide.md](guide.md). Exit codes: [exit-codes.md](exit-codes.md).

Data goes to standard output, everything else to standard error. Without a terminal nothing is asked: the option to use
instead is named. `COPWATCH_ARCHIVE` names the archive, `COPWATCH_STATE` the folder of local state, `NO_COLOR` turns
colours off, and `COPWATCH_DEBUG=1` shows tracebacks, which may name files and people. No passphrase is ever read
from the environment or from an argument.
"""


def page() -> str:
    """The whole page."""
    parts = [_HEAD]
    for panel, rows in groupby(TABLE, key=lambda row: row.panel):
        parts.append(f"\n## {panel}\n")
        parts += [section for row in rows for section in _sections(f"copwatch {row.name}", load(row))]
    return "".join(parts)


def _sections(path: str, command: Any) -> Iterator[str]:
    """The section of a command, then those of its subcommands."""
    subcommands = getattr(command, "commands", {})
    yield "".join(_lines(path, command, bool(subcommands)))
    for name, sub in subcommands.items():
        yield from _sections(f"{path} {name}", sub)


def _lines(path: str, command: Any, is_group: bool) -> Iterator[str]:
    context = command.context_class(command, info_name=path)
    yield f"\n### {path}\n\n"
    yield f"    {' '.join([path, *_usage(command.get_params(context), is_group)])}\n"
    yield from _described(command.help or "")
    params = [param for param in command.get_params(context) if "--help" not in param.opts]
    if not is_group and params:
        yield "\n"
        yield from (_parameter(param) for param in params)


def _usage(params: list[Any], is_group: bool) -> Iterator[str]:
    """The words behind the command. Made here, for releases of typer write them in different ways."""
    yield "[OPTIONS]"
    for param in params:
        if param.param_type_name == "argument":
            name = _plain(param) + ("..." if param.nargs == -1 else "")
            yield name if param.required else f"[{name}]"
    if is_group:
        yield "COMMAND"


def _plain(param: Any) -> str:
    return str(param.metavar or param.name.upper()).strip("[]").removesuffix("...")


def _described(text: str) -> Iterator[str]:
    """The docstring: paragraphs joined to one line each, examples as a block of code."""
    in_code = False
    for block in text.strip().split("\n\n"):
        if block.startswith("  "):
            yield ("\n" if not in_code else "") + "".join(
                f"    {line.removeprefix('  ')}\n" for line in block.split("\n")
            )
            in_code = True
        else:
            yield f"\n{' '.join(block.split())}\n"
            in_code = False


def _parameter(param: Any) -> str:
    names = ", ".join(f"`{name}`" for name in [*param.opts, *param.secondary_opts])
    if param.param_type_name == "argument":
        return f"- `{_plain(param)}`: {param.help}{_more(param)}\n"
    shown = names if not param.metavar else f"{names[:-1]} {param.metavar}`"
    return f"- {shown}: {param.help}{_more(param)}\n"


def _more(param: Any) -> str:
    notes = []
    if param.required:
        notes.append("required")
    if isinstance(param.default, str) and param.default and param.show_default:
        notes.append(f"default `{param.default}`")
    if param.envvar:
        notes.append(f"or `{param.envvar}`")
    return f" ({'; '.join(notes)})" if notes else ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
