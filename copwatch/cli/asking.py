"""The guided prompts of a report: question after question, then what was answered, then save or not.

Nothing is written on the way. A question whose answer does not fit is explained and asked again; Ctrl-C ends it
all, and says that nothing was saved.
"""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from copwatch.cli import voice
from copwatch.cli.wrapping import hanging, in_columns, width, wrapped
from copwatch.errors import BadInput, Interrupted
from copwatch.model.entities import OWN_SECTION
from copwatch.model.forms import check_report
from copwatch.model.questions import Question
from copwatch.model.values import Context, Group, Json, LongText, TriState
from copwatch.model.values.base import said_not_known

LONGEST_LINE = 1023 if sys.platform == "darwin" else 4095
"""Bytes of a line that a terminal hands over; it drops the rest without a word."""

_HELP = (
    "Enter leaves a question open. Other answers that always fit: unknown, unsure, not observed, declined,"
    " not applicable. Ctrl-C stops, and nothing is saved."
)
_KEEPS = "Enter keeps it, - takes it out."
_STOPPED = "stopped: nothing was saved"


@dataclass
class Interview:
    """One run of the prompts. `fields` are the answers; what is in there at first is kept unless changed."""

    questions: Sequence[Question]
    context: Context
    fields: dict[str, Json] = field(default_factory=dict)
    entity: str = "report"

    def run(self, *, asking: bool = True) -> bool:
        """Asks, shows the answers, and says whether they are to be saved. Raises `Interrupted`: nothing was saved."""
        try:
            if asking:
                self._ask_all()
            return self._settle()
        except KeyboardInterrupt:
            raise Interrupted(_STOPPED) from None

    def _ask_all(self) -> None:
        """Asks every question in order. Raises `Interrupted`: Ctrl-C, or the input ended."""
        voice.tell("\n".join(wrapped(_HELP, width())))
        for number in range(1, len(self.questions) + 1):
            self._ask_number(number)

    def _settle(self) -> bool:
        """Shows the answers until they are to be saved (True) or dropped (False). Raises `Interrupted`."""
        while True:
            voice.tell("\n".join(["", *self._summary()]))
            answer = read_answer("Save? [Y/n/change NUMBER]").strip().lower()
            if answer in {"n", "no"}:
                return False
            if answer in {"", "y", "yes"}:
                if self.fields and not self._wrong():
                    return True
                if not self.fields:
                    voice.warn("nothing was answered yet: n stops, a number answers that question")
                continue
            self._change(answer)

    def _wrong(self) -> bool:
        problems = [problem for problem in check_report(self.fields, entity=self.entity) if not problem.open]
        for problem in problems:
            voice.warn(f"{problem.path}: {problem.reason}")
        return bool(problems)

    def _change(self, answer: str) -> None:
        found = re.fullmatch(r"(?:change\s*)?([0-9]{1,3})", answer)
        if found and 1 <= int(found[1]) <= len(self.questions):
            self._ask_number(int(found[1]))
        else:
            voice.warn(f"answer y, n, or a number from 1 to {len(self.questions)}")

    def _ask_number(self, number: int) -> None:
        question = self.questions[number - 1]
        title = f"\n({number}/{len(self.questions)}) {question.text}"
        now = question.held(self.fields)
        question.put(self.fields, None)
        question.put(self.fields, ask(question, self.context, title, now))

    def _summary(self) -> list[str]:
        lines = []
        for number, question in enumerate(self.questions, 1):
            value = question.held(self.fields)
            shown = "" if value is None else in_short(question, value)
            lines += _pair(f"{number:>3} {question.field.label}", shown)
        asked = {OWN_SECTION if q.field.entity == OWN_SECTION else q.field.name for q in self.questions}
        rest = [name.replace("_", " ") for name in self.fields if name not in asked]
        return lines + (_pair("    and", ", ".join(rest)) if rest else [])


def ask(question: Question, context: Context, title: str, now: Json | None = None) -> Json | None:
    """One answer; `now` is what stands there already. None leaves the field open. Raises `Interrupted`."""
    voice.tell(title)
    for line in question.before:
        _tell_indented(line)
    if now is not None:
        _tell_indented(f"now: {in_short(question, now)}. {_KEEPS}")
    if isinstance(question.field.type, Group):
        return _rows(question, context, now)
    if isinstance(question.field.type, LongText):
        return _passage(question, context, now)
    return _one(question, context, now)


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


def read_answer(question: str) -> str:
    """One line as it was typed, without its end. Raises `Interrupted` at Ctrl-C and at the end of the input."""
    while True:
        voice.ask(question)
        line = _read_line()
        if line is None:
            continue
        if line == "":
            raise Interrupted(_STOPPED)
        return line.rstrip("\r\n")


def _read_line() -> str | None:
    """A line with its end, "" at the end of the input; None for what cannot be taken, which is said."""
    try:
        line = sys.stdin.readline()
    except KeyboardInterrupt:
        raise Interrupted(_STOPPED) from None
    except UnicodeDecodeError:
        voice.warn("that is not text in this terminal's encoding; write it again")
        return None
    if len(line.rstrip("\n").encode(errors="surrogateescape")) >= LONGEST_LINE:
        voice.warn("this line is as long as a terminal takes, and its end may be lost")
        voice.tell("Write it again in shorter lines, or give the report with --from FILE.")
        return None
    return line


def _one(question: Question, context: Context, now: Json | None) -> Json | None:
    if question.choices and not isinstance(question.field.type, TriState):
        voice.tell("\n".join(in_columns([choice.label for choice in question.choices], width())))
    _tell_indented(_hint(question))
    while True:
        answer = read_answer(">")
        if not answer.strip():
            return now
        if now is not None and answer.strip() == "-":
            return None
        try:
            return question.parse(answer, context)
        except BadInput as wrong:
            _explain(wrong)


def _hint(question: Question) -> str:
    if question.choices and not isinstance(question.field.type, TriState):
        return question.hint.replace("the terms", "these, by number or name")
    return question.hint


def _passage(question: Question, context: Context, now: Json | None) -> Json | None:
    """Several lines, ended by an empty one or by a dot alone; kept exactly as typed."""
    voice.tell("  An empty line, or a dot alone, ends it; for several paragraphs use --edit.")
    while True:
        text = _lines()
        if not text.strip():
            return now
        if now is not None and text.strip() == "-":
            return None
        try:
            return question.parse(said_not_known(text) or text, context)
        except BadInput as wrong:
            _explain(wrong)


def _lines() -> str:
    lines: list[str] = []
    while True:
        voice.ask(">")
        line = _read_line()
        if line is None:
            continue
        if line == "" and not lines:
            raise Interrupted(_STOPPED)
        if line.strip() in {"", "."}:
            return "\n".join(lines)
        lines.append(line.rstrip("\r\n"))


def _rows(question: Question, context: Context, now: Json | None) -> Json | None:
    """Row by row. The first answer may be an unknown instead, or what to do with the rows that are there."""
    one = _singular(question)
    rows: list[Json] = []
    while True:
        word = f"Add {'another' if rows else one}? [y/N{'' if rows else '/unknown'}]"
        answer = read_answer(word).strip().lower()
        if answer in {"y", "yes"}:
            row = _row(question, context, f"{one} {len(rows) + 1}")
            rows += [row] if row else []
        elif answer in {"", "n", "no"}:
            return rows or now
        elif answer == "-" and now is not None and not rows:
            return None
        elif rows:
            voice.warn("answer y to add one more, or Enter to go on")
        else:
            try:
                return question.parse(answer, context)
            except BadInput:
                voice.warn(f"answer y to add one {one}, Enter to go on, or unknown")


def _row(question: Question, context: Context, title: str) -> dict[str, Json]:
    row: dict[str, Json] = {}
    for inner in question.rows:
        value = ask(inner, context, f"{title}: {inner.text}")
        if value is not None:
            row[inner.field.name] = value
    if not row:
        voice.warn("nothing was said about this one, so it is left out")
    return row


def _singular(question: Question) -> str:
    type_ = question.field.type
    return type_.entity.replace("_", " ") if isinstance(type_, Group) else question.field.label


def _explain(wrong: BadInput) -> None:
    voice.warn(wrong.message)
    _tell_indented(wrong.hint)


def _tell_indented(text: str) -> None:
    voice.tell("\n".join(f"  {line}" for line in wrapped(text, width() - 2)))


def _pair(label: str, text: str) -> list[str]:
    return hanging(label, text or "-", indent=0, column=27, cells=width())
