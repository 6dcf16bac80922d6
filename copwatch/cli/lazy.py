"""Commands that are imported only when they are named.

`TABLE` is what `copwatch --help` and completion show, so neither imports a command. To add `list`:

1. write `copwatch/cli/commands/list.py` with `def command(...)`, typed with `Annotated` options, whose
   docstring begins with the summary; examples follow in the docstring. A command with subcommands has `app =
   typer.Typer(help=summary)` instead;
2. add its row to `TABLE`. A test compares the two summaries and fails where a module is missing.

A module imports workflows inside the function, so that `copwatch list --help` is quick.
"""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.main import get_command, get_group

from copwatch.cli.failures import explained, unexpected
from copwatch.errors import Interrupted

if TYPE_CHECKING:
    from typer._click import Command as AnyCommand
    from typer._click import Context, Parameter

SHIFT, LEGAL, KEEPING = "After a shift", "For a legal team", "Keeping the archive"
COMMANDS = "copwatch.cli.commands"

_OWN_SWITCHES = frozenset({"help", "install_completion", "show_completion"})  # those that typer itself makes


@dataclass(frozen=True, slots=True)
class Row:
    """One command: what it is called, its panel in the help, its summary, and the module that holds it."""

    name: str
    panel: str
    summary: str
    module: str = ""

    @property
    def path(self) -> str:
        """The dotted module; by default named like the command."""
        return self.module or f"{COMMANDS}.{self.name.replace('-', '_')}"


TABLE: tuple[Row, ...] = (
    Row("add", SHIFT, "Take in a shift's photos and video."),
    Row("report", SHIFT, "Write down what happened."),
    Row("record", SHIFT, "Write down people, officers, consents, holds, court dates and more."),
    Row("link", SHIFT, "File a batch or an item under an incident."),
    Row("unlink", SHIFT, "Take a batch or an item out of an incident."),
    Row("list", SHIFT, "List incidents, evidence or batches."),
    Row("show", SHIFT, "Show what is behind a code."),
    Row("due", LEGAL, "Show what is due: hearings, records requests, consent, footage."),
    Row("letter", LEGAL, "Draft a letter that asks to keep recordings."),
    Row("requests", LEGAL, "List records requests: what was asked, when an answer is due, what came."),
    Row("rules", LEGAL, "Check and list the rules from which dates are computed."),
    Row(
        "timeline", LEGAL, "Show what happened when, from reports, events, films and marks of all observers."
    ),
    Row("search", LEGAL, "Find words in reports, notes and file names."),
    Row("stats", LEGAL, "Count incidents by agency, force, place, month and repeated badge numbers."),
    Row("custody", LEGAL, "Show what happened to an item since it was received."),
    Row("open", LEGAL, "Check an item against what was received, or write it out."),
    Row("export", LEGAL, "Write a bundle for a legal team."),
    Row("review", LEGAL, "Clear words and files for a profile, one by one."),
    Row("profiles", LEGAL, "List who an export can be for, or print a profile to copy and change."),
    Row("export-key", LEGAL, "Write which pseudonym stands for whom, sealed."),
    Row("export-table", LEGAL, "Write reports, officers or evidence as a table, for the group alone."),
    Row("exports", LEGAL, "List what was given out: who has what, since when, of which incident."),
    Row("consent", LEGAL, "Show what a person agreed to, what counts of it now, and who has received what."),
    Row("verify", LEGAL, "Check an archive, a bundle, or a file."),
    Row("metadata", LEGAL, "Show what files reveal: place, device, time and more."),
    Row("clean", LEGAL, "Write copies of photos, video and sound without place, device, time and names."),
    Row("init", KEEPING, "Make a new archive."),
    Row("unlock", KEEPING, "Keep the archive's key for a while, so that the passphrase is typed once."),
    Row("lock", KEEPING, "Destroy the key that `copwatch unlock` keeps."),
    Row("shell", KEEPING, "Run several commands with one passphrase, held in this program's memory only."),
    Row("device", KEEPING, "Bring computers into the group, list them, cut one off."),
    Row("member", KEEPING, "Say who may read what."),
    Row("compartment", KEEPING, "Keep apart what not every member may read."),
    Row("withdraw", KEEPING, "Delete evidence, a report or a record for good."),
    Row("copy", KEEPING, "Copy the archive to another disk, and verify the copy."),
    Row("merge", KEEPING, "Bring in what another copy of the archive has."),
    Row("status", KEEPING, "Say what waits for somebody: what now?"),
    Row("doctor", KEEPING, "Say what is wrong with the archive, and mend it."),
    Row("rebuild", KEEPING, "Make the catalogue again from the archive."),
    Row("passphrase", KEEPING, "Change your passphrase."),
    Row("recover", KEEPING, "Make this computer a device of the archive, after a loss or on a new laptop."),
    Row("recovery", KEEPING, "Prove that the recovery words work, or print a sheet of them."),
    Row("demo", KEEPING, "Show the whole way on sample files, in an archive of its own."),
)
"""All commands in the order of the help. The intended order: SHIFT add, report, link, unlink, list, show;
LEGAL search, review, custody, open, export, verify; KEEPING init, unlock, lock, shell, copy, merge, status,
doctor, rebuild, passphrase, recover, demo."""


class Command(TyperCommand):
    """A command that makes text and paths of words by itself: typer would import pydantic for that."""

    def __init__(self, name: str | None, *, help: str | None = None, **settings: Any) -> None:
        super().__init__(name, help=flowing(help) if help else help, **settings)

    def get_params(self, ctx: "Context") -> list["Parameter"]:
        """The parameters, as `_plain` makes them."""
        return _plain(super().get_params(ctx))

    def parse_args(self, ctx: "Context", args: list[str]) -> list[str]:
        """Parse; during completion only note which options were given."""
        if not ctx.resilient_parsing:
            return super().parse_args(ctx, args)
        given, rest, _order = self.make_parser(ctx).parse_args(args=args)
        for param in self.get_params(ctx):
            value, source = param.consume_value(ctx, given)
            ctx.set_parameter_source(param.name, source)
            ctx.params[param.name] = value
        ctx.args = rest
        return rest


class Group(TyperGroup):
    """A command with subcommands."""

    def get_params(self, ctx: "Context") -> list["Parameter"]:
        """The parameters, as `_plain` makes them."""
        return _plain(super().get_params(ctx))


class LazyGroup(Group):
    """A group that knows names and summaries, and loads the one command that is run."""

    table: ClassVar[tuple[Row, ...]] = TABLE

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = {row.name: _listed(row) for row in self.table}

    def resolve_command(
        self, ctx: "Context", args: list[str]
    ) -> tuple[str | None, "AnyCommand | None", list[str]]:
        """The command that `args` names, imported now."""
        name, listed, rest = super().resolve_command(ctx, args)
        rows = {row.name: row for row in self.table}
        return name, load(rows[name]) if name in rows else listed, rest

    def invoke(self, ctx: "Context") -> None:
        """Run the command; what it returns is nothing, its failures are ours.

        typer answers a broken pipe, an end of input and Ctrl-C by itself, in its own words and codes. They
        are translated here before it can see them.
        """
        try:
            super().invoke(ctx)
        except OSError as error:
            raise explained(error) from error
        except EOFError as error:
            raise unexpected(error) from error
        except KeyboardInterrupt as error:
            hint = "what was finished before stays; run the same command again to go on"
            raise Interrupted("interrupted", hint=hint) from error


def flowing(text: str) -> str:
    """Help whose paragraphs are one line each, so that a terminal breaks them where it ends; examples stay."""
    blocks = text.split("\n\n")
    return "\n\n".join(b if b.startswith(" ") else " ".join(b.split()) for b in blocks)


def load(row: Row) -> "AnyCommand":
    """Import a command's module and build the command.

    Raises:
        ImportError, AttributeError: the table names a module that is not there or has no command: our defect.
    """
    module = import_module(row.path)
    loaded = _group(module) if hasattr(module, "app") else _command(module, row.name)
    loaded.name = row.name
    return loaded


def _command(module: ModuleType, name: str) -> "AnyCommand":
    app = typer.Typer(add_completion=False, rich_markup_mode="rich")
    app.command(name, cls=Command)(module.command)
    return get_command(app)


def _group(module: ModuleType) -> "AnyCommand":
    app: typer.Typer = module.app
    for info in app.registered_commands:
        info.cls = Command if info.cls is TyperCommand else info.cls
    app.info.cls = Group
    return get_group(app)


def _listed(row: Row) -> TyperCommand:
    return TyperCommand(row.name, help=row.summary, rich_help_panel=row.panel, rich_markup_mode="rich")


def _plain(params: list["Parameter"]) -> list["Parameter"]:
    """Switches that print no `<bool>` in the help, and values that need no conversion by pydantic."""
    for param in params:
        if getattr(param, "is_flag", False):
            param.metavar = "" if param.metavar is None else param.metavar
            param.default = False if param.default is None and param.name in _OWN_SWITCHES else param.default
        elif isinstance(param, TyperArgument | TyperOption):
            make = _MAKERS.get(str(param.type_descriptor.annotation))
            if make:
                param._runtime_param = _Words(make)  # type: ignore[assignment]  # of it only `coerce` is used
    return params


_MAKERS: dict[str, type[str] | type[Path]] = {
    **{str(kind): str for kind in (str, list[str])},
    **{str(kind): Path for kind in (Path, list[Path])},
}


@dataclass(frozen=True, slots=True)
class _Words:
    """Stands where typer keeps what converts a parameter's words."""

    make: type[str] | type[Path]

    def coerce(self, value: Any, param: "TyperArgument | TyperOption", ctx: "Context") -> Any:
        """The value of the words that were given; None, or (), where there were none."""
        many = getattr(param, "multiple", False) or param.nargs == -1
        if value is None:
            return () if many else None
        return [self.make(word) for word in value] if many else self.make(value)
