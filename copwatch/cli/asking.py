"""The guided prompts of a report: question after question, then what was answered, then save or not.

Nothing is written on the way. A question whose answer does not fit is explained and asked again; Ctrl-C ends it
all, and says that nothing was saved.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from copwatch.cli import voice
from copwatch.cli.answers import STOPPED, read_answer
from copwatch.cli.offering import NOTHING_KNOWN, Known
from copwatch.cli.one_question import Asker, Back, Done, Ended, in_short
from copwatch.cli.wrapping import hanging, width, wrapped
from copwatch.errors import Interrupted
from copwatch.model.entities import OWN_SECTION
from copwatch.model.forms import check_report
from copwatch.model.questions import Question
from copwatch.model.values import Context, Json

_HELP = (
    "Enter leaves a question open, back goes to the one before, done leaves all others open. Other answers that always"
    " fit: unknown, unsure, not observed, declined, not applicable. Ctrl-C stops, and nothing is saved."
)


@dataclass
class Interview:
    """One run of the prompts.

    `fields` are the answers; what is in there at first is kept unless changed. `later` are questions that are asked
    only where the person wants more.
    """

    questions: Sequence[Question]
    context: Context
    fields: dict[str, Json] = field(default_factory=dict)
    entity: str = "report"
    later: Sequence[Question] = ()
    known: Known = NOTHING_KNOWN

    def run(self, *, asking: bool = True) -> bool:
        """Asks, shows the answers, and says whether they are to be saved. Raises `Interrupted`: nothing was saved."""
        try:
            if asking:
                voice.tell("\n".join(wrapped(_HELP, width())))
                self._ask_from(1)
            return self._settle()
        except Ended:
            return False
        except KeyboardInterrupt:
            raise Interrupted(STOPPED) from None

    def _ask_from(self, number: int) -> None:
        """Asks the questions from this number on, in order and back. Raises `Interrupted`: Ctrl-C, or no more input."""
        while number <= len(self.questions):
            try:
                self._ask_number(number)
                number += 1
            except Back:
                if number == 1:
                    voice.warn("this is the first question")
                number = max(1, number - 1)
            except Done:
                return

    def _settle(self) -> bool:
        """Shows the answers until they are to be saved (True) or dropped (False). Raises `Interrupted`."""
        while True:
            voice.tell("\n".join(["", *self._summary()]))
            if self.later:
                names = ", ".join(question.field.label for question in self.later)
                voice.tell("\n".join(wrapped(f"more asks for: {names}", width())))
            answer = read_answer(f"Save? [Y/n/change NUMBER{'/more' if self.later else ''}]").strip().lower()
            if answer in {"n", "no"}:
                return False
            if answer in {"", "y", "yes"}:
                if self.fields and not self._wrong():
                    return True
                if not self.fields:
                    voice.warn("nothing was answered yet: n stops, a number answers that question")
            elif answer in {"m", "more"} and self.later:
                first = len(self.questions) + 1
                self.questions, self.later = [*self.questions, *self.later], ()
                self._ask_from(first)
            else:
                self._change(answer)

    def _wrong(self) -> bool:
        problems = [problem for problem in check_report(self.fields, entity=self.entity) if not problem.open]
        for problem in problems:
            voice.warn(f"{problem.path}: {problem.reason}")
        return bool(problems)

    def _change(self, answer: str) -> None:
        found = re.fullmatch(r"(?:change\s*)?([0-9]{1,3})", answer)
        if not found or not 1 <= int(found[1]) <= len(self.questions):
            voice.warn(f"answer y, n, or a number from 1 to {len(self.questions)}")
            return
        try:
            self._ask_number(int(found[1]))
        except (Back, Done):
            return

    def _ask_number(self, number: int) -> None:
        """Asks one question; whatever ends it, an answer that stood there before stays. Raises `Back`, `Done`."""
        question = self.questions[number - 1]
        now = question.held(self.fields)
        others = dict(self.fields)
        question.put(others, None)
        try:
            asker = Asker(self.context, self.known, others)
            given = asker.ask(question, f"\n({number}/{len(self.questions)}) {question.text}", now)
        except Done as done:
            question.put(self.fields, done.value)
            raise
        question.put(self.fields, given)

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
    """One question by itself; None leaves it open. Raises `Interrupted`."""
    while True:
        try:
            return Asker(context, NOTHING_KNOWN, {}).ask(question, title, now)
        except Back:
            voice.warn("this is the first question")
        except Done as done:
            return done.value


def _pair(label: str, text: str) -> list[str]:
    return hanging(label, text or "-", indent=0, column=27, cells=width())
