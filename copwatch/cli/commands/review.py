"""`copwatch review`."""

from typing import TYPE_CHECKING, Annotated

import typer

from copwatch.cli.options import Archive, IdentityFile, Json, PassphraseFile, shipped_profiles

if TYPE_CHECKING:
    from copwatch.workflows.session import Named, Session

What = Annotated[str, typer.Argument(metavar="I-…|E-…", help="An incident, or an item.", show_default=False)]
Profile = Annotated[
    str,
    typer.Option(
        "--profile", metavar="NAME", autocompletion=shipped_profiles, help="For whom it is to be cleared."
    ),
]
List = Annotated[bool, typer.Option("--list", help="Only show what waits.")]
Show = Annotated[
    list[str] | None,
    typer.Option("--show", metavar="PATH|all", help="Clear this passage, as --list names it. May repeat."),
]
Withhold = Annotated[
    list[str] | None,
    typer.Option(
        "--withhold",
        metavar="PATH|all",
        help="Hold this passage back. May repeat; rules over --show and --replace.",
    ),
]
Replace = Annotated[
    list[str] | None,
    typer.Option(
        "--replace",
        metavar="PATH|all",
        help="Clear this passage with what --list says to look at replaced. May repeat; rules over --show.",
    ),
]
EvenFlagged = Annotated[
    bool,
    typer.Option("--even-flagged", help="Let --show all clear passages that --list says to look at, too."),
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
        metavar="RECORD:PATH=WORDS",
        help="These words, in which an export found a withheld field, mean something else. May repeat.",
    ),
]
By = Annotated[str, typer.Option("--by", metavar="HANDLE", help="Who reviews, by handle.")]


def command(
    what: What,
    profile: Profile,
    list_: List = False,
    show: Show = None,
    replace: Replace = None,
    withhold: Withhold = None,
    even_flagged: EvenFlagged = False,
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

    Replaced words leave a mark in square brackets: for a known name the pseudonym or initials that the profile gives,
    the word "withheld" for all else. Such a passage is withheld and the changed one stated in its place, never as
    recorded.

    Examples:

      copwatch review I-7Q2K-D3MX-R --profile court-filing

      copwatch review I-7Q2K-D3MX-R --profile court-filing --list

      copwatch review I-7Q2K-D3MX-R --profile court-filing \\
          --show all --withhold /narrative_observed/1

      copwatch review I-7Q2K-D3MX-R --profile court-filing \\
          --show all --replace all

      copwatch review E-4H7T-99XA-0 --profile public-media --people nobody

      copwatch review I-7Q2K-D3MX-R --profile court-filing \\
          --same-word "3f9a77c2d41be870:/legal_name=Hill Street"
    """
    from copwatch.cli.opened import named_of, session_at
    from copwatch.cli.review_words import Asked, review_words

    named = named_of(what, "IE")
    is_item = named.code.prefix == "E"
    words = any((list_, show, replace, withhold, even_flagged, same_word))
    _check_fits(is_item, people=bool(people), words=words)
    with session_at(archive, passphrase_file, identity) as session:
        if same_word:
            _same_words(session, profile, same_word, by, json)
        elif is_item:
            _file(session, named, profile, people, by, json)
        else:
            asked = Asked(list_, show or [], replace or [], withhold or [], even_flagged)
            review_words(session, named, profile, asked, by, json)


def _check_fits(is_item: bool, *, people: bool, words: bool) -> None:
    from copwatch.errors import UsageError

    if words if is_item else people:
        raise UsageError(
            "an item takes --people, an incident --list, --show, --replace, --withhold and --same-word",
            hint="see: copwatch review --help",
        )


def _same_words(session: "Session", profile: str, ruled: list[str], by: str, json: bool) -> None:
    from copwatch.cli import jsonout, voice
    from copwatch.workflows.reviewing import rule_same_words
    from copwatch.workflows.stamping import local_now

    parted = [_parted(each) for each in ruled]
    written = rule_same_words(session, local_now, profile, parted, by=by)
    if json:
        jsonout.print_json({"profile": profile, "reviews": written, "same_words": len(parted)})
        return
    voice.say(
        f"For {profile} these words now pass, in later texts too. Elsewhere the fields are still looked for."
    )


def _parted(ruled: str) -> tuple[str, str, str]:
    """Of `RECORD:PATH=WORDS`."""
    digits, _, rest = ruled.partition(":")
    path, _, words = rest.partition("=")
    return digits, path, words.strip()


def _file(session: "Session", named: "Named", profile: str, people: str, by: str, json: bool) -> None:
    from copwatch.cli import jsonout, prompts, voice
    from copwatch.cli.given import kept
    from copwatch.errors import BadInput
    from copwatch.model.vocabulary import REVIEWED
    from copwatch.workflows.clearing import Stays
    from copwatch.workflows.reviewing import review_file
    from copwatch.workflows.stamping import local_now

    row = session.find_evidence(named)
    if not people:
        voice.say(f"{row.code}  {row.name}")
        voice.note(f"look at all of it first, to its end: copwatch open {row.code} --original --out FILE")
        people = prompts.choice("Who is to be seen or heard in it?", REVIEWED.terms, flag="--people")
    if people not in REVIEWED.terms:
        raise BadInput(
            f"--people takes {', '.join(REVIEWED.terms)}", hint="others: somebody who did not agree"
        )
    kept(lambda: review_file(session, local_now, profile, row, people, by=by))
    if json:
        jsonout.print_json({"evidence": row.code, "profile": profile, "people": people})
        return
    voice.say(f"{row.code}: {_SAYS[people]}, for {profile}")
    if people == "agreed":
        voice.note(Stays.NO_MARK.next_step(row.code, profile))


_SAYS = {
    "nobody": "shows nobody",
    "officers": "shows officers on duty alone",
    "agreed": "shows people who agreed; each needs a mark that says who it is",
    "others": "shows somebody who did not agree, and stays",
}
