"""One question of the guided prompts: asked until the answer fits, or is left open."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from copwatch.cli import voice
from copwatch.cli.answers import STOPPED, more_waits, read_answer, read_line
from copwatch.cli.forms import zone_name
from copwatch.cli.offering import Known, Offer, picked, sought, tell
from copwatch.cli.wrapping import in_columns, width, wrapped
from copwatch.errors import BadInput, Interrupted
from copwatch.model.questions import Question
from copwatch.model.values import Context, Group, Json, LongText, Timestamp, TriState
from copwatch.model.values.base import said_not_known

_KEEPS = "Enter keeps it, - takes it out."


class Back(Exception):
    """The person wants the question before."""


class Ended(Exception):
    """An answer after which nothing may be kept."""


class Done(Exception):
    """The person leaves all further questions open; `value` is what the present one holds."""

    def __init__(self, value: Json | None) -> None:
        super().__init__()
        self.value = value


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks one question. `known` is offered; `others` are the answers so far, of which labels are offered."""

    context: Context
    known: Known
    others: Mapping[str, Json]

    def ask(self, question: Question, title: str, now: Json | None = None) -> Json | None:
        """One answer; `now` is what stands there already. None leaves the field open.

        Raises:
            Back, Done: the person said so instead.
            Interrupted: Ctrl-C, or the input ended.
        """
        voice.tell("\n".join(wrapped(title, width())))
        for line in question.before:
            _tell_indented(line)
        if now is not None:
            _tell_indented(f"now: {in_short(question, now)}. {_KEEPS}")
        if isinstance(question.field.type, Group):
            return self._rows(question, now)
        if isinstance(question.field.type, LongText):
            return self._passage(question, now)
        return self._one(question, now)

    def _one(self, question: Question, now: Json | None) -> Json | None:
        if question.choices and not isinstance(question.field.type, TriState):
            voice.tell("\n".join(in_columns([choice.label for choice in question.choices], width())))
        _tell_indented(_hint(question))
        every = self.known.for_(question.field.type, self.others)
        offers = every
        tell(offers)
        while True:
            typed = read_answer(">")
            words = sought(typed) if every else None
            if words is not None:
                offers = _found(every, words)
                continue
            answer = typed.strip()
            _heed(answer, now)
            if not answer:
                return now
            if now is not None and answer == "-":
                return None
            try:
                return self._read(question, picked(answer, offers))
            except BadInput as wrong:
                _explain(wrong)

    def _read(self, question: Question, answer: str) -> Json | None:
        """The value; of a time it is said how it was understood. Raises `Ended` where nothing may be kept."""
        taken: list[bool] = []
        noting = replace(self.context, zone_taken=lambda: taken.append(True))
        value = question.parse(answer, noting)
        if value is not None and value == question.field.ends_at:
            raise Ended
        type_ = question.field.type
        if isinstance(type_, Timestamp) and value is not None and not type_.is_not_known(value):
            now = self.context.now
            zone = f" ({zone_name(now)}, the zone of this computer)" if taken and now else ""
            _tell_indented(f"→ {type_.show(value)}{zone}")
        return value

    def _passage(self, question: Question, now: Json | None) -> Json | None:
        """Several lines, ended by an empty one or by a dot alone; kept exactly as typed."""
        voice.tell("  An empty line, or a dot alone, ends it; paragraphs can be pasted (or --edit).")
        while True:
            text = _lines()
            _heed(text.strip(), now)
            if not text.strip():
                return now
            if now is not None and text.strip() == "-":
                return None
            try:
                return question.parse(said_not_known(text) or text, self.context)
            except BadInput as wrong:
                _explain(wrong)

    def _rows(self, question: Question, now: Json | None) -> Json | None:
        """Row by row. The first answer may be an unknown instead, or what to do with the rows that are there."""
        one = _singular(question)
        rows: list[Json] = []
        while True:
            word = f"Add {'another' if rows else one}? [y/N{'' if rows else '/unknown'}]"
            answer = read_answer(word).strip().lower()
            if answer == "back" and rows:
                rows.pop()
                voice.tell(f"  {one} {len(rows) + 1} is taken out again")
                continue
            _heed(answer, rows or now)
            if answer in {"", "n", "no"}:
                return rows or now
            if answer in {"y", "yes"}:
                row = self._row(question, f"{one} {len(rows) + 1}")
                rows += [row] if row else []
            elif answer == "-" and now is not None and not rows:
                return None
            elif rows:
                voice.warn("answer y to add one more, or Enter to go on")
            else:
                try:
                    return question.parse(answer, self.context)
                except BadInput:
                    voice.warn(f"answer y to add one {one}, Enter to go on, or unknown")

    def _row(self, question: Question, title: str) -> dict[str, Json]:
        """One row; `back` goes one question back in it, or out of it, and `done` leaves the rest of it open."""
        row: dict[str, Json] = {}
        place = 0
        while 0 <= place < len(question.rows):
            inner = question.rows[place]
            try:
                value = self.ask(inner, f"{title}: {inner.text}", row.get(inner.field.name))
            except Back:
                place -= 1
                continue
            except Done as done:
                value, place = done.value, len(question.rows)
            row.pop(inner.field.name, None)
            if value is not None:
                row[inner.field.name] = value
            place += 1
        if place < 0:
            return {}
        if not row:
            voice.warn("nothing was said about this one, so it is left out")
        return row


def in_short(question: Question, value: Json) -> str:
    """An answer in the summary; a group row by row."""
    type_ = question.field.type
    if type_.is_not_known(value) or not isinstance(type_, Group) or not isinstance(value, list):
        return type_.show(value)
    by_name = {row.field.name: row for row in question.rows}
    rows = [row for row in value if isinstance(row, dict)]
    shown = (
        ", ".join(by_name[name].field.type.show(v) if name in by_name else str(v) for name, v in row.items())
        for row in rows
    )
    return "; ".join(f"{number}: {text}" for number, text in enumerate(shown, 1))


def _heed(answer: str, now: Json | None) -> None:
    """Raises `Back` or `Done` where the person said that instead of an answer."""
    if answer.lower() == "back":
        raise Back
    if answer.lower() == "done":
        raise Done(now)


def _found(every: list[Offer], words: str) -> list[Offer]:
    """The offers that somebody looks for, shown; all of them where none fits."""
    found = [offer for offer in every if offer.fits(words)]
    if not found:
        voice.warn("nothing like that is known yet; write it as it is")
    tell(found or every)
    return found or every


def _hint(question: Question) -> str:
    if question.choices and not isinstance(question.field.type, TriState):
        return question.hint.replace("the terms", "these, by number or name")
    return question.hint


def _lines() -> str:
    lines: list[str] = []
    while True:
        voice.ask(">")
        line = read_line()
        if line is None:
            continue
        if line == "" and not lines:
            raise Interrupted(STOPPED)
        if line == "" or line.strip() == "." or not (line.strip() or (lines and more_waits())):
            return "\n".join(lines)
        lines.append(line.rstrip("\r\n"))
        if len(lines) == 1 and line.strip().lower() in {"back", "done"}:
            return lines[0]


def _singular(question: Question) -> str:
    type_ = question.field.type
    return type_.entity.replace("_", " ") if isinstance(type_, Group) else question.field.label


def _explain(wrong: BadInput) -> None:
    voice.warn(wrong.message)
    _tell_indented(wrong.hint)


def _tell_indented(text: str) -> None:
    voice.tell("\n".join(f"  {line}" for line in wrapped(text, width() - 2)))
