"""Where rules come from: what is shipped, what counsel wrote beside the archive, and what was recorded in it."""

from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.codes import spoken
from copwatch.catalogue.entities import entities
from copwatch.errors import BadInput, CopwatchError
from copwatch.model.rules.reading import LONGEST, RuleBook, read_rules
from copwatch.model.rules.rule import Rule, rule_of
from copwatch.store.archive import Archive
from copwatch.workflows.given_files import read_given
from copwatch.workflows.timeline import fields_of


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that dates are computed from. `problems` say of what no date could be computed, and why."""

    rules: tuple[Rule, ...] = ()
    holidays: frozenset[date] = frozenset()
    problems: tuple[str, ...] = ()


def rules_file(archive: Archive) -> Path:
    """Where counsel's rules stand: `evidence.rules.toml` beside the folder `evidence` (docs/rules.md)."""
    folder = archive.layout.folder.absolute()
    return folder.with_name(f"{folder.name}.rules.toml")


def shipped_rules(today: date) -> RuleBook:
    """The reminders that came with this program."""
    text = files("copwatch.workflows").joinpath("reminders.toml").read_text(encoding="utf-8")
    # A computer whose clock is behind must not find them to be from the future.
    return read_rules(text, max(today, date(2026, 11, 23)), shipped=True)


def read_rules_file(path: Path, today: date) -> RuleBook:
    """The rules of a file.

    Raises:
        BadRules: something is wrong in it; all of it is named.
        BadInput: it is no text, or no TOML. NotFound: it is no file.
    """
    try:
        return read_rules(read_given(path, 4 * LONGEST).decode("utf-8-sig"), today)
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not text in UTF-8", hint="save it as UTF-8 text") from error


def recorded_rules(catalogue: Catalogue, problems: list[str]) -> list[Rule]:
    """The rules that were recorded as entities, by their codes; of versions that stand side by side each counts.

    What nothing can be computed from is added to `problems`.
    """
    found = []
    for entity in entities(catalogue, "rule"):
        for version in entity.heads:
            fields = fields_of(version)
            by, on = fields.get("attorney"), fields.get("attorney_verified_on")
            confirmed = fields.get("attorney_verified") == "yes"
            who = spoken(catalogue, by) if isinstance(by, str) else "an attorney"
            day = date.fromisoformat(on) if isinstance(on, str) else None
            try:
                found.append(
                    rule_of(entity.code, fields, verified_by=who if confirmed else "", verified_on=day)
                )
            except ValueError as error:
                problems.append(f"rule {entity.code}: {error}")
    return found


def all_rules(archive: Archive, catalogue: Catalogue, today: date) -> Rules:
    """Shipped reminders, recorded rules, and those beside the archive; a file that is not right gives none."""
    problems: list[str] = []
    known = [*shipped_rules(today).rules, *recorded_rules(catalogue, problems)]
    path, book = rules_file(archive), RuleBook()
    if path.exists() or path.is_symlink():
        try:
            book = read_rules_file(path, today)
        except (CopwatchError, OSError) as error:
            said = error.message if isinstance(error, CopwatchError) else str(error)
            problems.append(f"{path}: {said}")
    return Rules((*known, *book.rules), book.holidays, tuple(problems))
