"""`copwatch letter`: preservation. Drafts for counsel."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copwatch.cli.options import Archive, IdentityFile, Json, PassphraseFile

if TYPE_CHECKING:
    from copwatch.workflows.letters import Drafted, Wish

app = typer.Typer(
    help="Draft a letter that asks to keep recordings.",
    no_args_is_help=True, rich_markup_mode="rich", add_completion=False,
)  # fmt: skip

Incident = Annotated[str, typer.Argument(metavar="I-…", help="About which incident.", show_default=False)]
To = Annotated[
    list[str] | None,
    typer.Option("--to", metavar="NAME", help="To which office or business; may be repeated."),
]
Kind = Annotated[
    str,
    typer.Option(
        "--kind", metavar="KIND", help="What they are: agency, business_cctv, transit, dispatch or platform."
    ),
]
Out = Annotated[
    Path, typer.Option("--out", metavar="FILE", help="A new file, .txt or .pdf.", show_default=False)
]
Show = Annotated[
    str,
    typer.Option("--show", metavar="FIELD,…", help="Which fields of the report stand in it, and no others."),
]
Record = Annotated[bool, typer.Option("--record", help="Write down that the letter was drafted (L-…).")]


@app.command("preservation")
def preservation(
    incident: Incident,
    out: Out,
    to: To = None,
    kind: Kind = "agency",
    show: Show = "",
    record: Record = False,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """Draft a letter that asks somebody to keep recordings, for an attorney to review.

    Only the fields of --show stand in it: public ones, times, places, numbers of officers and vehicles, and numbers
    that the agency gave; without --show the time, the place and the agencies. No names of people, nothing that is
    privileged, no free text; what is not known is a blank. A letter keeps nothing by itself: it has to be sent, soon.

    Examples:

      copwatch letter preservation I-7Q2K-D3MX-R --to "Example PD" --out pd.txt

      copwatch letter preservation I-7Q2K-D3MX-R --to "Corner Market" \\
          --kind business_cctv --out letter.pdf --record
    """
    from copwatch.cli import voice
    from copwatch.cli.opened import code_of, session_at
    from copwatch.model.ids import code
    from copwatch.model.letter import SHOWN
    from copwatch.workflows.letters import Wish, check_wish, draft_letter, record_letters
    from copwatch.workflows.stamping import local_now

    about = code_of(incident, "I")
    chosen = tuple(dict.fromkeys(name.strip() for name in show.split(",") if name.strip()))
    wish = Wish(tuple(to or ()), out, kind, chosen or SHOWN)
    check_wish(wish)
    with session_at(archive, passphrase_file, identity) as session:
        id = session.find(about)
        drafted = draft_letter(session, id, wish)
        kept = [code("L", each) for each in record_letters(session, local_now, id, drafted)] if record else []
    if not drafted.names_checked:
        voice.warn("your keys do not open names of people, so nobody looked for them in the letter: read it")
    if drafted.disputed:
        voice.warn(f"versions of the report differ in {', '.join(drafted.disputed)}: left blank")
    _say(drafted, wish, kept, json=json)


def _say(drafted: "Drafted", wish: "Wish", kept: list[str], *, json: bool) -> None:
    from copwatch.cli import jsonout, voice
    from copwatch.workflows.due import NOT_ADVICE

    stands = [label for label, text in drafted.letters[0].stated if text]
    blank = [label for label, text in drafted.letters[0].stated if not text]
    if json:
        said = {
            "out": str(wish.out),
            "to": list(wish.to),
            "kind": wish.kind,
            "stands": stands,
            "blank": blank,
        }
        checked = {"names_checked": drafted.names_checked, "recorded": kept, "note": NOT_ADVICE}
        jsonout.print_json({**said, **checked})
        return
    voice.say(
        f"The draft is in {wish.out}, for an attorney to review. In it stand: {', '.join(stands) or 'no fields'}."
    )
    if blank:
        voice.say(f"Not known, left blank: {', '.join(blank)}.")
    for each in kept:
        voice.say(
            f"Recorded as {each}. When it is sent: copwatch record amend {each} --unlock --set sent_at=DAY"
        )
    voice.note(NOT_ADVICE)
