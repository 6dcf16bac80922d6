"""The talk of `copwatch review` about words: what waits, one passage after the other, and what was decided."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from copwatch.bundle.substitutes import Cut
from copwatch.catalogue.shown import EvidenceRow
from copwatch.cli import jsonout, prompts, tables, voice
from copwatch.cli.given import kept
from copwatch.errors import CopwatchError
from copwatch.workflows.passages import Passage, Verdict, chosen, files_waiting, passages
from copwatch.workflows.reviewing import keep_review
from copwatch.workflows.session import Named, Session
from copwatch.workflows.stamping import local_now
from copwatch.workflows.versions import check_may_write

_MOST_NAMED = 20


class Asked(NamedTuple):
    """What options say about words."""

    only_list: bool
    show: list[str]
    replace: list[str]
    withhold: list[str]
    even_flagged: bool

    @property
    def decides(self) -> bool:
        """Whether they decide anything, so that nobody is asked passage by passage."""
        return bool(self.show or self.replace or self.withhold)


def review_words(session: Session, named: Named, profile: str, asked: Asked, by: str, json: bool) -> None:
    """Lists what waits, decides what options say, or asks passage by passage.

    Raises:
        UsageError: a person has to be asked, and there is no terminal.
        KeyboardInterrupt, CopwatchError: the talk was broken off; what was decided until then is kept.
        BadInput: an option names nothing that waits.
    """
    incident = session.find(named.code)
    found = passages(session, local_now, profile, incident)
    files = files_waiting(session, profile, incident)
    if asked.only_list or (json and not asked.decides):
        _list(found, files, named, profile, json)
        return
    check_may_write(session.archive)
    broken_off: BaseException | None = None
    if asked.decides:
        flagged = "all" not in asked.show or asked.even_flagged or _may_clear(found, asked)
        decided = chosen(found, asked.show, asked.withhold, asked.replace, flagged=flagged)
    else:
        decided, broken_off = _walk(found)
    written = kept(lambda: keep_review(session, local_now, profile, incident, decided, by=by))
    told = {(each.leaf, each.path) for each, _ in decided}
    count = {
        "shown": sum(verdict is True for _, verdict in decided),
        "replaced": sum(isinstance(verdict, tuple) for _, verdict in decided),
        "withheld": sum(verdict is False for _, verdict in decided),
        "waiting": sum(each.waits and (each.leaf, each.path) not in told for each in found),
    }
    if json:
        jsonout.print_json(
            {"profile": profile, "reviews": written, **count, "files": [row.code for row in files]}
        )
        return
    voice.say(
        f"{count['shown']} cleared, {count['replaced']} with words replaced, {count['withheld']} held back;"
        f" {count['waiting']} still wait"
    )
    if count["waiting"]:
        voice.note(
            f"what waits, and what to look at in it: copwatch review {named.code} --profile {profile} --list"
        )
    _say_files(files, profile)
    if broken_off is not None:
        raise broken_off


def _may_clear(found: Sequence[Passage], asked: Asked) -> bool:
    """Asks before `--show all` clears what should be looked at and no option decides by itself."""
    others = [word for word in asked.show if word != "all"]
    decided = {(each.leaf, each.path) for each, _ in chosen(found, others, asked.withhold, asked.replace)}
    left = [each for each in found if each.waits and each.found and (each.leaf, each.path) not in decided]
    if not left:
        return False
    for each in left:
        voice.warn(f"{each.code}:{each.path} {_looks(each)}: {each.text}")
    return prompts.confirm(
        f"There is something to look at in {len(left)} of them. Clear these too?",
        flag="--even-flagged, or name each with --show, --replace or --withhold",
    )


def _list(
    found: Sequence[Passage], files: Sequence[EvidenceRow], named: Named, profile: str, json: bool
) -> None:
    if json:
        jsonout.print_json(
            {"passages": [_json(each) for each in found], "files": [row.code for row in files]}
        )
        return
    tables.render(
        ("record", "path", "decided", "look at", "text"),
        [(each.code, each.path, _decided(each), _looks(each), each.text) for each in found],
    )
    review = f"copwatch review {named.code} --profile {profile}"
    _say_files(files, profile)
    if any(each.waits for each in found):
        voice.note(f"one by one: {review}")
        voice.note(
            "or at once: the same with --show PATH, --replace PATH or --withhold PATH, each as often as needed"
        )
    elif files:
        voice.note("no words of it wait")
    elif found:
        voice.note(f"all decided; next: copwatch export {named.code} --profile {profile} --explain")
    else:
        voice.note(f"nothing of it waits for {profile}")


def _say_files(files: Sequence[EvidenceRow], profile: str) -> None:
    """Which files stay out of every bundle until somebody has looked at them."""
    if not files:
        return
    named, left = ", ".join(row.code for row in files[:_MOST_NAMED]), len(files) - _MOST_NAMED
    voice.warn(
        f"files that stay behind until somebody has said who is seen or heard in them ({len(files)}): {named}"
        f"{f' and {left} more' if left > 0 else ''}"
    )
    voice.note(f"look, and then say it: copwatch review {files[0].code} --profile {profile} --people WHO")


def _json(each: Passage) -> dict[str, Any]:
    return {
        "code": each.code, "path": each.path, "text": each.text, "shown": each.shows, "before": each.before,
        "replaced": each.with_replaced(each.replaced) or None, "would": each.with_replaced(each.cuts) or None,
        "found": [{"start": s.start, "end": s.end, "what": s.what} for s in each.found],
    }  # fmt: skip


def _walk(found: Sequence[Passage]) -> tuple[list[tuple[Passage, Verdict]], BaseException | None]:
    """Asks for each passage that nobody decided about; gives what was decided, and what broke the talk off."""
    decided: list[tuple[Passage, Verdict]] = []
    waiting = [each for each in found if each.waits]
    try:
        for number, each in enumerate(waiting, 1):
            voice.say(f"{number} of {len(waiting)}  {each.code}  {each.label}  {each.path}")
            verdict = _asked(each)
            if verdict is None:
                break
            decided.append((each, verdict))
    except (KeyboardInterrupt, CopwatchError) as broken_off:
        return decided, broken_off
    return decided, None


def _asked(passage: Passage) -> Verdict | None:
    """What a person decides about a passage; None where they stop."""
    voice.say_text(passage.text)
    for suggestion in passage.found:
        voice.warn(f"{suggestion.what}: {passage.text[suggestion.start : suggestion.end]}")
    if passage.before is not None:
        voice.note(f"the same words were {_SAID[passage.before]} in another version")
    words = ("show", "replace", "withhold", "stop") if passage.cuts else ("show", "withhold", "stop")
    verdict: Verdict | None = None
    while verdict is None:
        answer = prompts.choice(f"{', '.join(words[:-1])}, or stop here?".capitalize(), words, flag="--show")
        if answer == "stop":
            return None
        verdict = _cuts(passage) if answer == "replace" else answer == "show"
    return verdict


def _cuts(passage: Passage) -> tuple[Cut, ...] | None:
    """Which stretches a person replaces; None where they took nothing, or not what came of it."""
    cuts = []
    for each in passage.found:
        words = f"{each.what}: {passage.text[each.start : each.end]}"
        if len(passage.found) == 1 or prompts.confirm(f"{words}. Replace it?", flag="--replace"):
            cuts.append(each.cut)
    would = passage.with_replaced(cuts)
    if not would:
        return None
    voice.say_text(would)
    return tuple(cuts) if prompts.confirm("Show it like this?", flag="--replace") else None


_SAID = {True: "shown", False: "withheld"}


def _decided(passage: Passage) -> str:
    return "replaced" if passage.replaced else "waits" if passage.shows is None else _SAID[passage.shows]


def _looks(passage: Passage) -> str:
    return ", ".join(dict.fromkeys(each.what for each in passage.found))
