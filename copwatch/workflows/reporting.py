"""Writing reports: `copwatch report new`, `amend`. Writing needs no key; starting from what was reported does.

A version is never overwritten. One that is written without a key cannot name what it amends: it has no parents,
states only what it changes, and stands beside the report until a version over both says what holds.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, TypeAlias, cast

from copwatch.catalogue.shown import ReportVersion
from copwatch.catalogue.times import utc
from copwatch.errors import BadInput, Busy, CopwatchError, NewerFormat
from copwatch.model.ids import Code
from copwatch.model.longtext import cut_text, join_text
from copwatch.model.records import Link, Report, from_json
from copwatch.model.schema import SCHEMA
from copwatch.model.values import Json, LongText
from copwatch.store.archive import Archive
from copwatch.store.known_ids import remember_ids
from copwatch.store.writer import append_records, open_writer
from copwatch.workflows.demo import refuse_demo
from copwatch.workflows.filing import resolve_locked
from copwatch.workflows.stamping import Now, fresh_id, make_stamp

Fields: TypeAlias = Mapping[str, Json]

NARRATIVE = "narrative_observed"
"""The field that `--text` adds to."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one version says in a field; None where a whole version leaves it out."""

    code: str
    value: Json | None


@dataclass(frozen=True, slots=True)
class Start:
    """What an amendment over all current versions starts from.

    `fields` is what they agree on. In `differing` they do not, and a person has to decide; oldest first. `said` are
    the fields of each of them.
    """

    parents: tuple[str, ...] = ()
    template: str = "general"
    fields: Fields = field(default_factory=dict)
    differing: Mapping[str, tuple[Said, ...]] = field(default_factory=dict)
    said: tuple[Fields, ...] = ()


def resolve_filed(archive: Archive, codes: Iterable[Code]) -> list[tuple[str, str]]:
    """The (kind letter, id) of what a new report shall have filed under it. Raises as `resolve_locked`."""
    return [(code.prefix, resolve_locked(archive, code)) for code in codes]


def check_may_write(archive: Archive) -> None:
    """Raises `NotThisDevice`, or `Refused` for a demo, before a person has typed anything.

    Another copwatch that writes now is no obstacle.
    """
    refuse_demo(archive)
    with suppress(Busy), open_writer(archive):
        pass


def new_report(
    archive: Archive,
    now: Now,
    template: str,
    fields: Mapping[str, Any],
    filed: Iterable[tuple[str, str]] = (),
) -> str:
    """Keeps the first version of a report, and files what is named, in one entry.

    Args:
        filed: (kind letter, id) of batches (B) and evidence (E).

    Returns:
        The id of the incident that it creates.
    """
    incident = fresh_id()
    _append(archive, now, incident, template, (), fields, None, filed)
    return incident


def amend_report(
    archive: Archive,
    now: Now,
    incident: str,
    template: str,
    fields: Mapping[str, Any],
    *,
    parents: Sequence[str] = (),
    reason: str,
) -> str:
    """Appends a version. `parents` are the leaves it follows; none when it is written without a key.

    Returns:
        The id of the version.

    Raises:
        BadInput: there is no reason: a version without parents and reason would be taken for the first.
    """
    if not reason.strip():
        raise BadInput(
            "an amendment needs a reason", hint='for example: --reason "badge read from the video"'
        )
    return _append(archive, now, incident, template, tuple(sorted(parents)), fields, reason, ())


def start_from(heads: Sequence[ReportVersion]) -> Start:
    """What an amendment over these versions starts from.

    Texts that differ are put one after the other, so that nothing observed drops out; what they begin with alike
    stands once. A version that was written without a key says nothing about what it leaves out.

    Raises:
        NewerFormat: a version holds what this program does not know, and would lose it.
    """
    ordered = sorted(heads, key=lambda head: (head.partial, utc(head.recorded_at), head.leaf))
    said = [(head, _fields(head)) for head in ordered]
    fields: dict[str, Json] = {}
    differing: dict[str, tuple[Said, ...]] = {}
    for name in dict.fromkeys(name for _, stated in said for name in stated):
        values = _said_of(name, said)
        one = _agreed(name, [each.value for each in values])
        if one is None:
            differing[name] = values
        else:
            fields[name] = one
    template = next((h.template for h in ordered if h.template and not h.partial), None)
    leaves = tuple(sorted(head.leaf for head in heads))
    return Start(leaves, template or "general", fields, differing, tuple(stated for _, stated in said))


def decide(start: Start, given: Iterable[str], keep: Mapping[str, str]) -> dict[str, Json]:
    """The fields to start from when some of what differs was decided.

    Args:
        given: fields that the amendment states anew.
        keep: field → code of the version whose word holds.

    Raises:
        BadInput: something is left undecided; all of it is named.
    """
    left = [name for name in start.differing if name not in {*given, *keep}]
    if left:
        named = "; ".join(_both(name, start.differing[name]) for name in left)
        hint = "say what holds with --set FIELD=VALUE, or take one version's word with --keep R-…"
        raise BadInput(f"the versions differ: {named}", hint=hint)
    chosen = {
        name: said.value
        for name, code in keep.items()
        for said in start.differing.get(name, ())
        if said.code == code and said.value is not None
    }
    return {**start.fields, **chosen}


def founded(start: Start, fields: Fields, stated: Iterable[str]) -> dict[str, Json]:
    """The fields without what says how a value is known, where nobody said it of that value.

    "Saw" belongs to the number that was seen: whoever changes the number says anew how it is known, or it is open.

    Args:
        stated: fields that the amendment states itself; they stay.
    """
    said_now = set(stated)

    def holds(name: str) -> bool:
        found = SCHEMA.field("report", name)
        of = found.companion_of if found is not None else ""
        together = any(
            said.get(of) == fields.get(of) and said.get(name) == fields[name] for said in start.said
        )
        return not of or name in said_now or together

    return {name: value for name, value in fields.items() if holds(name)}


def with_text(fields: Fields, more: str) -> dict[str, Json]:
    """The same fields with `more` after what was observed, on a line of its own."""
    known = fields.get(NARRATIVE)
    if not isinstance(known, list):
        return {**fields, NARRATIVE: [*cut_text(more)]}
    return {**fields, NARRATIVE: _one_after_the_other([cast(list[str], known), cut_text(more)])}


def changed(before: Fields, after: Fields) -> list[str]:
    """The names of the fields that are not the same in both, in the order in which people meet them."""
    order = [f.name for f in SCHEMA.fields("report")]
    return [name for name in order if before.get(name) != after.get(name)]


def _append(
    archive: Archive, now: Now, incident: str, template: str, parents: tuple[str, ...],
    fields: Mapping[str, Any], reason: str | None, filed: Iterable[tuple[str, str]],
) -> str:  # fmt: skip
    device = archive.state.device()
    stamp = make_stamp(archive, device.public_hex if device else "", now)
    why = tuple(cut_text(reason)) if reason else None
    report = Report(fresh_id(), stamp, incident, template, parents, fields, why)
    ties = [
        Link(fresh_id(), stamp, incident, **{"batch" if kind == "B" else "evidence": id})
        for kind, id in filed
    ]
    append_records(archive, [report.to_json(), *(tie.to_json() for tie in ties)])
    remember_ids(archive.state, [("I", incident)])
    return report.id


def _fields(version: ReportVersion) -> Fields:
    try:
        found = from_json(version.record)
    except CopwatchError as error:
        raise _not_known(version, error.message) from error
    if not isinstance(found, Report):
        raise _not_known(version, "it is no report")
    return found.fields


def _not_known(version: ReportVersion, what: str) -> NewerFormat:
    return NewerFormat(
        f"{version.code} holds what this copwatch does not understand: {what}",
        hint="update copwatch first: an amendment from here would leave that out",
    )


def _said_of(name: str, said: Sequence[tuple[ReportVersion, Fields]]) -> tuple[Said, ...]:
    """What the versions say in a field. Leaving it out says something only against another whole version."""
    whole = any(name in stated and not version.partial for version, stated in said)
    return tuple(
        Said(version.code, stated.get(name))
        for version, stated in said
        if name in stated or (whole and not version.partial)
    )


def _agreed(name: str, values: list[Json | None]) -> Json | None:
    """The value that all versions share; texts are joined; None when a person has to decide."""
    if all(value == values[0] for value in values):
        return values[0]
    field_ = SCHEMA.field("report", name)
    texts = [value for value in values if value is not None]
    if field_ is None or not isinstance(field_.type, LongText) or any(isinstance(t, dict) for t in texts):
        return None
    return _one_after_the_other(cast(list[list[str]], texts))


def _one_after_the_other(texts: Sequence[Sequence[str]]) -> Json:
    """Texts joined, each from a new line; a beginning that two share stands once, and so does a text held whole."""
    whole = list(texts[0])
    for text in texts[1:]:
        if join_text(whole) in join_text(text):
            whole = list(text)
        if join_text(text) in join_text(whole):
            continue
        alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(whole, text, strict=False)))
        before = join_text(whole)
        gap = "" if before.endswith("\n") else "\n"
        whole = cut_text(before + gap + join_text(text[alike:]))
    return [*whole]


def _both(name: str, said: tuple[Said, ...]) -> str:
    return f"{name} ({', '.join(f'{each.code}: {shown_value(name, each.value)}' for each in said)})"


def shown_value(name: str, value: Json | None) -> str:
    """A checked value of a report field in words; a group by the number of its rows."""
    field_ = SCHEMA.field("report", name)
    if value is None or field_ is None:
        return "not asked"
    return field_.type.show(value)
