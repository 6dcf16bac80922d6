"""Amending a report, or another entity: from what is current where there is a key, else only what changes."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from copwatch.catalogue.codes import spoken
from copwatch.catalogue.entities import entity
from copwatch.catalogue.queries import incident
from copwatch.cli import voice
from copwatch.cli.asking import Interview
from copwatch.cli.forms import read_edited
from copwatch.cli.given import assignments, decisions, form_from, in_words, kept
from copwatch.cli.offering import known_to
from copwatch.cli.prompts import need_terminal
from copwatch.cli.report_text import fields_of
from copwatch.cli.wrapping import hanging, width
from copwatch.errors import BadInput, NotFound
from copwatch.model.forms import BadForm, check_report, entity_questions, later_questions, questions, to_toml
from copwatch.model.ids import Code
from copwatch.model.kinds import BY_LETTER, Kind
from copwatch.model.row_words import in_row
from copwatch.model.schema import SCHEMA, Schema
from copwatch.model.templates import TEMPLATES
from copwatch.model.values import Context, Json, LongText
from copwatch.workflows.amending import (
    ID,
    Start,
    Version,
    changed,
    decide,
    founded,
    shown_value,
    start_from,
    with_text,
)
from copwatch.workflows.entities import amend_entity, reading_context
from copwatch.workflows.filing import resolve_locked
from copwatch.workflows.own_schema import schema_of
from copwatch.workflows.reporting import amend_report
from copwatch.workflows.session import Named, Session, meant
from copwatch.workflows.stamping import local_now

if TYPE_CHECKING:
    from copwatch.store.archive import Archive
    from copwatch.store.keys import Keys


@dataclass(frozen=True)
class Wish:
    """What the command line says about an amendment."""

    reason: str
    form: Path | None = None
    sets: Sequence[str] = ()
    text: str = ""
    edit: bool = False
    keep: Named | None = None
    entered_by: str | None = None


@dataclass(frozen=True)
class Base:
    """What is amended: an incident's report, or an entity of a kind. Without a key there are no heads, and `whole` is
    False. `codes` are those of the ids to which its fields refer, and `keys` what opened them."""

    id: str
    kind: Kind | None = None
    whole: bool = False
    heads: tuple[Version, ...] = ()
    start: Start = field(default_factory=Start)
    codes: dict[str, str] = field(default_factory=dict)
    keys: "Keys | None" = field(default=None, repr=False)

    def spoken(self, id: str) -> str:
        """The code of what a field refers to, with the row behind it, where it is known."""
        whole, slash, row = id.partition("/")
        return self.codes[whole] + slash + row if whole in self.codes else self.codes.get(id, id)

    @property
    def entity(self) -> str:
        """The part of the table of fields."""
        return self.kind.name if self.kind else "report"


@dataclass(frozen=True)
class Amended:
    """The version that was written: its id, its fields, and whether it follows what was there: the records `before`."""

    about: str
    version: str
    fields: dict[str, Json]
    follows: tuple[str, ...]
    before: tuple[Mapping[str, Json], ...] = ()


def base_of(archive: "Archive", code: Code, keys: "Keys | None") -> Base:
    """What the code names, as far as the keys show it. Raises `NotFound`, `Locked`, `NewerFormat`."""
    kind = BY_LETTER.get(code.prefix)
    if keys is None:
        return Base(resolve_locked(archive, code), kind, start=Start(kind.name if kind else "report"))
    with Session(archive, keys) as session:
        voice.warn_of(session.findings)
        id = session.find(code)
        heads = (
            entity(session.catalogue, kind.name, id).heads if kind else incident(session.catalogue, id).heads
        )
        codes = {each: spoken(session.catalogue, each) for each in _ids(heads)}
    if not heads:
        raise NotFound(
            f"there is no report of {code} that your keys open", hint="write one: `copwatch report new`"
        )
    return Base(id, kind, True, heads, start_from(heads, entity=kind.name if kind else "report"), codes, keys)


def _ids(heads: Sequence[Version]) -> set[str]:
    """Everything in the versions that looks like an id, or like a row of the report of one."""
    return {found[0] for head in heads for found in ID.finditer(json.dumps(head.record))}


def amend(archive: "Archive", base: Base, wish: Wish) -> Amended | None:
    """Writes the version that the wish asks for; None when the person chose not to save it.

    Raises:
        BadInput: everything that is wrong; or the versions differ and nobody said what holds.
        UsageError: nothing was given, and there is no terminal to ask on.
    """
    known = _noting(reading_context(archive), base.codes)
    after = _after(archive, base, wish, known, schema_of(archive))
    if after is None:
        return None
    if wish.entered_by is not None:
        after["entered_by"] = wish.entered_by
    problems = [problem for problem in check_report(after, entity=base.entity) if not problem.open]
    if problems:
        raise BadForm(problems)
    if base.whole:
        _show_changes(base, after)
    elif not after:
        raise BadInput("nothing was given", hint="without a key an amendment states what changes")
    start, reason = base.start, wish.reason
    kind, parents = base.kind, start.parents

    unchecked: list[str] = []

    def write() -> str:
        """The id of the new version."""
        if kind is None:
            return amend_report(
                archive, local_now, base.id, start.template, after, parents=parents, reason=reason
            )
        return amend_entity(
            archive, local_now, kind, base.id, after,
            parents=parents, reason=reason, keys=base.keys, unchecked=unchecked,
        )  # fmt: skip

    version = kept(write)
    for row in dict.fromkeys(unchecked):
        voice.note(f"whether there is a row {row} was not checked: that takes a key (copwatch unlock)")
    before = tuple(head.record for head in base.heads)
    return Amended(base.id, version, after, tuple(head.code for head in base.heads), before)


def _noting(known: Context, codes: dict[str, str]) -> Context:
    """The same context, which notes the code of every id that it looks up."""
    resolve = known.resolve

    def look_up(text: str, kinds: tuple[str, ...]) -> str:
        id = resolve(text, kinds) if resolve else text
        codes[id] = text.strip().upper()
        return id

    return replace(known, resolve=look_up)


def _after(
    archive: "Archive", base: Base, wish: Wish, known: Context, schema: Schema
) -> dict[str, Json] | None:
    if wish.form is not None:
        given, out = form_from(wish.form, known, base.entity, schema), list[str]()
    else:
        _refuse_split(base, wish.sets, schema)
        rows = base.start.fields if base.whole else None
        given, out = assignments(wish.sets, known, base.entity, schema, rows)
    if out and not base.whole:
        hint = "unlock first, or write what is known of it, such as unknown"
        raise BadInput(f"without a key nothing can be taken out: {', '.join(out)}", hint=hint)
    chosen = _chosen(base, wish, {*given, *out})
    if wish.text:
        chosen = with_text(chosen, wish.text)
    after = {name: value for name, value in {**chosen, **given}.items() if name not in out}
    if wish.edit:
        return _edited(base, founded(base.start, after, ()), known, schema)
    asks = not (wish.form or wish.sets or wish.text or wish.keep)
    if asks and (_asks() or not base.start.differing):
        interviewed = _interviewed(archive, base, after, known, schema)
        return (
            None
            if interviewed is None
            else _founded(base, interviewed, changed(after, interviewed, entity=base.entity))
        )
    return _founded(base, after, given)


def _refuse_split(base: Base, sets: Sequence[str], schema: Schema) -> None:
    """A row of versions that differ in their rows is of nobody knows which. Raises `BadInput`."""
    names = (text.partition("=")[0].strip() for text in sets)
    groups = {name.partition(".")[0] for name in names if in_row(name, base.entity, schema)}
    if split := sorted(groups & set(base.start.differing)):
        raise BadInput(
            f"the versions differ in {', '.join(split)}, so it is not known which rows are meant",
            hint="say first what holds: --keep R-…, or --edit",
        )


def _founded(base: Base, fields: dict[str, Json], stated: Iterable[str]) -> dict[str, Json]:
    return founded(base.start, fields, stated) if base.whole else fields


def _chosen(base: Base, wish: Wish, given: set[str]) -> dict[str, Json]:
    start = base.start
    if wish.keep is not None:
        keep = dict.fromkeys(start.differing, _kept(base, wish.keep))
    else:
        keep = decisions(start, given, base.spoken) if _asks() else {}
    return decide(start, given, keep, spoken=base.spoken)


def _kept(base: Base, keep: Named) -> str:
    """The code of the current version whose word is taken."""
    named = [head for head in base.heads if head.id.startswith(keep.code.hex)]
    if not named:
        hint = f"one of: {', '.join(head.code for head in base.heads)}" if base.whole else "unlock first"
        raise BadInput(f"{keep.code} is not one of the current versions", hint=hint)
    return meant(keep, named).code


def _asks() -> bool:
    return voice.is_terminal(sys.stdin)


def _edited(base: Base, fields: dict[str, Json], known: Context, schema: Schema) -> dict[str, Json] | None:
    from copwatch.cli.editing import edit

    entity = base.entity
    return edit(to_toml(fields, schema, entity), lambda text: read_edited(text, known, schema, entity))


def _interviewed(
    archive: "Archive", base: Base, fields: dict[str, Json], known: Context, schema: Schema
) -> dict[str, Json] | None:
    need_terminal("use --set FIELD=VALUE, --text, --from FILE or --edit")
    template = TEMPLATES.get(base.start.template, TEMPLATES["general"])
    asked = entity_questions(base.entity, schema) if base.kind else questions(template, schema)
    later = [] if base.kind else later_questions(template, schema)
    offered = known_to(archive, base.keys, [*asked, *later])
    interview = Interview(asked, known, dict(fields), base.entity, later, offered)
    return interview.fields if interview.run(asking=not base.whole) else None


def _show_changes(base: Base, after: dict[str, Json]) -> None:
    """What changes against the version that is shown first. Raises `BadInput` when nothing does."""
    before: dict[str, Json] = fields_of(base.heads[0].record)
    names = changed(before, after, entity=base.entity)
    if not names and len(base.heads) == 1:
        raise BadInput("this changes nothing", hint="give a field another value, or more text")
    voice.tell(f"Against {base.heads[0].code}:")
    for name in names:
        text = _change(base, name, before.get(name), after.get(name))
        voice.tell("\n".join(hanging(name.replace("_", " "), text, indent=2, column=26, cells=width())))


def _change(base: Base, name: str, old: Json | None, new: Json | None) -> str:
    was, now = _joined(base.entity, name, old), _joined(base.entity, name, new)
    if was is None or now is None:
        return " → ".join(in_words(name, value, base.entity, base.spoken) for value in (old, new))
    return f"+ {now[len(was) :].strip()}" if now.startswith(was) else f"{was}\n→\n{now}"


def _joined(entity: str, name: str, value: Json | None) -> str | None:
    """The text of a field of free text; None for anything else."""
    field_ = SCHEMA.field(entity, name)
    is_text = field_ is not None and isinstance(field_.type, LongText) and isinstance(value, list)
    return shown_value(name, value, entity=entity) if is_text else None
