"""`copwatch review`."""

from typing import TYPE_CHECKING, Annotated

import typer

from copwatch.cli.options import Archive, IdentityFile, Json, PassphraseFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copwatch.workflows.reviewing import Passage
    from copwatch.workflows.session import Named, Session

What = Annotated[str, typer.Argument(metavar="I-…|E-…", help="An incident, or an item.", show_default=False)]
Profile = Annotated[str, typer.Option("--profile", metavar="NAME", help="For whom it is to be cleared.")]
List = Annotated[bool, typer.Option("--list", help="Only show what waits.")]
Show = Annotated[
    list[str] | None,
    typer.Option("--show", metavar="PATH|all", help="Clear this passage, as --list names it. May repeat."),
]
Withhold = Annotated[
    list[str] | None,
    typer.Option(
        "--withhold", metavar="PATH|all", help="Hold this passage back. May repeat; rules over --show."
    ),
]
People = Annotated[
    str,
    typer.Option(
        "--people",
        metavar="WHO",
        help="Who is seen and heard in an item: nobody, officers, agreed or others.",
    ),
]
SameWord = Annotated[
    list[str] | None,
    typer.Option(
        "--same-word",
        metavar="RECORD:PATH",
        help="The words of this withheld field mean something else where an export found them. May repeat.",
    ),
]
By = Annotated[str, typer.Option("--by", metavar="HANDLE", help="Who reviews, by handle.")]


def command(
    what: What,
    profile: Profile,
    list_: List = False,
    show: Show = None,
    withhold: Withhold = None,
    people: People = "",
    same_word: SameWord = None,
    by: By = "",
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """Clear words and files for a profile, one by one.

    Outside client-counsel no free text leaves before a person has read it, and no file before a person has looked who
    is to be seen or heard in it. This walks through what waits, points at names, numbers and addresses that it knows
    or recognises, and records what was decided. A later version of a record has to be reviewed again.

    Examples:

      copwatch review I-7Q2K-D3MX-R --profile court-filing

      copwatch review I-7Q2K-D3MX-R --profile court-filing --list

      copwatch review I-7Q2K-D3MX-R --profile court-filing --show all --withhold /narrative_observed/1

      copwatch review E-4H7T-99XA-0 --profile public-media --people nobody

      copwatch review I-7Q2K-D3MX-R --profile court-filing --same-word 3f9a77c2d41be870:/legal_name
    """
    from copwatch.cli.opened import named_of, session_at
    from copwatch.errors import UsageError

    named = named_of(what, "IE")
    is_item = named.code.prefix == "E"
    if (people and not is_item) or (is_item and (list_ or show or withhold or same_word)):
        raise UsageError(
            "an item takes --people, an incident --list, --show, --withhold and --same-word",
            hint="see: copwatch review --help",
        )
    with session_at(archive, passphrase_file, identity) as session:
        if same_word:
            _same_words(session, profile, same_word, by, json)
        elif is_item:
            _file(session, named, profile, people, by, json)
        else:
            _words(session, named, profile, (list_, show or [], withhold or []), by, json)


def _same_words(session: "Session", profile: str, ruled: list[str], by: str, json: bool) -> None:
    from copwatch.cli import jsonout, voice
    from copwatch.workflows.reviewing import rule_same_words
    from copwatch.workflows.stamping import local_now

    parted = [(digits, path) for digits, _, path in (each.partition(":") for each in ruled)]
    written = rule_same_words(session, local_now, profile, parted, by=by)
    if json:
        jsonout.print_json({"profile": profile, "reviews": written, "same_words": len(parted)})
        return
    voice.say(f"{len(parted)} ruled to be other words, for {profile}. The words themselves stay withheld.")


def _file(session: "Session", named: "Named", profile: str, people: str, by: str, json: bool) -> None:
    from copwatch.cli import jsonout, prompts, voice
    from copwatch.errors import BadInput
    from copwatch.model.vocabulary import REVIEWED
    from copwatch.workflows.reviewing import review_file
    from copwatch.workflows.stamping import local_now

    row = session.find_evidence(named)
    if not people:
        voice.say(f"{row.code}  {row.name}")
        voice.note(f"look at all of it first, to its end: copwatch open {row.code}")
        people = prompts.choice("Who is to be seen or heard in it?", REVIEWED.terms, flag="--people")
    if people not in REVIEWED.terms:
        raise BadInput(
            f"--people takes {', '.join(REVIEWED.terms)}", hint="others: somebody who did not agree"
        )
    review_file(session, local_now, profile, row, people, by=by)
    if json:
        jsonout.print_json({"evidence": row.code, "profile": profile, "people": people})
        return
    voice.say(f"{row.code}: {_SAYS[people]}, for {profile}")


_SAYS = {
    "nobody": "shows nobody",
    "officers": "shows officers on duty alone",
    "agreed": "shows people who agreed; each needs a mark that says who it is (copwatch record new mark)",
    "others": "shows somebody who did not agree, and stays",
}


def _words(
    session: "Session", named: "Named", profile: str, asked: tuple[bool, list[str], list[str]], by: str, json: bool
) -> None:  # fmt: skip
    from copwatch.cli import jsonout, voice
    from copwatch.workflows.reviewing import chosen, keep_review, passages
    from copwatch.workflows.stamping import local_now

    only_list, show, withhold = asked
    found = passages(session, local_now, profile, session.find(named.code))
    if only_list or (json and not (show or withhold)):
        _list(found, json)
        return
    decided = chosen(found, show, withhold) if show or withhold else _walk(found)
    written = keep_review(session, local_now, profile, decided, by=by)
    cleared = sum(shows for _, shows in decided)
    waiting = len({(each.leaf, each.path) for each in found if each.shows is None}
                  - {(each.leaf, each.path) for each, _ in decided})  # fmt: skip
    if json:
        held = len(decided) - cleared
        jsonout.print_json(
            {"profile": profile, "reviews": written, "shown": cleared, "withheld": held, "waiting": waiting}
        )
        return
    voice.say(f"{cleared} cleared, {len(decided) - cleared} held back; {waiting} still wait and stay")


def _list(found: "Sequence[Passage]", json: bool) -> None:
    from copwatch.cli import jsonout, tables

    if json:
        rows = [
            {
                "code": each.code, "path": each.path, "text": each.text, "shown": each.shows, "before": each.before,
                "found": [{"start": s.start, "end": s.end, "what": s.what} for s in each.found],
            }
            for each in found
        ]  # fmt: skip
        jsonout.print_json({"passages": rows})
        return
    tables.render(
        ("record", "path", "decided", "look at", "text"),
        [(each.code, each.path, _decided(each.shows), _looks(each), each.text) for each in found],
    )


def _walk(found: "Sequence[Passage]") -> "list[tuple[Passage, bool]]":
    """Asks for each passage that nobody decided about; what was decided is kept when the person stops."""
    from copwatch.cli import prompts, voice

    decided: list[tuple[Passage, bool]] = []
    waiting = [each for each in found if each.shows is None]
    for number, each in enumerate(waiting, 1):
        voice.say(f"{number} of {len(waiting)}  {each.code}  {each.label}  {each.path}")
        voice.say_block(each.text)
        for suggestion in each.found:
            voice.warn(f"{suggestion.what}: {each.text[suggestion.start : suggestion.end]}")
        if each.before is not None:
            voice.note(f"the same words were {_decided(each.before)} in another version")
        answer = prompts.choice("Show, withhold, or stop here?", ("show", "withhold", "stop"), flag="--show")
        if answer == "stop":
            break
        decided.append((each, answer == "show"))
    return decided


def _decided(shows: bool | None) -> str:
    return {True: "shown", False: "withheld", None: "waits"}[shows]


def _looks(passage: "Passage") -> str:
    return ", ".join(dict.fromkeys(each.what for each in passage.found))
