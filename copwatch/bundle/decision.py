"""One decision about one field, and what a person decided before about a record. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from copwatch.bundle.shown import Told
from copwatch.bundle.substitutes import Cut
from copwatch.model.redaction import Class, Treatment


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a person decided about one record: paths cleared, and held back.

    `same_words` are phrases that mean something else, by the path of the field that stays.
    `replaces` are texts that go out with stretches of them replaced, by path. `by` is the handle of whoever decided
    last; empty where they did not say.
    """

    shows: frozenset[str] = frozenset()
    withholds: frozenset[str] = frozenset()
    same_words: Mapping[str, frozenset[str]] = field(default_factory=dict)
    replaces: Mapping[str, tuple[Cut, ...]] = field(default_factory=dict)
    by: str = ""

    def decided(self) -> tuple[str, ...]:
        """The paths about which something was decided."""
        return (*self.shows, *self.withholds, *self.replaces)


UNREVIEWED: Final = Reviewed()


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens to one field.

    Attributes:
        path: RFC 6901, of the field.
        class_: its class; None where nothing is known of it.
        treatment: the one that won.
        rule: which rule that was, in a few words; names nobody.
        shown, withheld: the paths of its values, one or both. Of reviewed text some passages can be either.
        text: what is stated in place of all of them; empty where nothing is.
        stated: what is stated in place of single passages, which are withheld, as a reviewer decided: (path, text).
        by: what stands in the bundle for the reviewer who decided about it; empty where nothing does.
        hides: whether not even the path is told.
        asked: False where nobody asked whoever it is about, and it goes out all the same.
    """

    path: str
    class_: Class | None
    treatment: Treatment
    rule: str
    shown: tuple[str, ...]
    withheld: tuple[str, ...]
    text: str = ""
    hides: bool = False
    asked: bool = True
    stated: tuple[tuple[str, str], ...] = ()
    by: str = ""

    @property
    def reason(self) -> str:
        """Why something is withheld, as recipients may know it: what a person agreed to is none of their business."""
        if self.rule == "privilege":
            return "privilege"
        return "review" if self.treatment is Treatment.REVIEW or "reviewer" in self.rule else "profile"

    def with_stated(self, stated: Mapping[str, str]) -> "Decision":
        """The same with texts stated in place of some of its values, by path, which then stay."""
        shown = tuple(path for path in self.shown if path not in stated)
        withheld = tuple(sorted({*self.withheld, *stated}))
        rule = self.rule.replace(", not reviewed", "").replace(", as reviewed", "")
        rule = f"{rule}, with words replaced by a reviewer"
        made = replace(self, rule=rule, shown=shown, withheld=withheld, hides=False)
        if self.path in stated:
            return replace(made, treatment=Treatment.PSEUDONYM, text=stated[self.path])
        return replace(made, stated=tuple(stated.items()))

    def told(self) -> Iterator[Told]:
        """What recipients are told of what stays: of the field, and of each passage for which something stands."""
        if self.hides or not self.withheld:
            return
        if len(self.withheld) > len(self.stated):
            yield Told(self.path, str(self.treatment), self.reason, self.text, self.by)
        yield from (
            Told(path, str(Treatment.PSEUDONYM), "review", text, self.by) for path, text in self.stated
        )


def withheld_paths(decisions: Iterable[Decision], *, hidden: bool) -> frozenset[str]:
    """The paths of values that stay: those that are told, or with `hidden` those that are not."""
    return frozenset(path for each in decisions if each.hides is hidden for path in each.withheld)


def without_gaps(decisions: list[Decision]) -> tuple[Decision, ...]:
    """Paths are told again where hiding them would leave a gap between the rows of a list that is shown."""
    rows: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, decision in enumerate(decisions):
        steps = decision.path.split("/")
        for at, step in enumerate(steps):
            if step.isdigit():
                rows["/".join(steps[:at])][step].append(number)
    told: set[int] = set()
    for by_row in rows.values():
        gone = [numbers for numbers in by_row.values() if all(decisions[n].hides for n in numbers)]
        if len(gone) < len(by_row):
            told.update(n for numbers in gone for n in numbers)
    return tuple(
        replace(each, hides=False) if number in told else each for number, each in enumerate(decisions)
    )
