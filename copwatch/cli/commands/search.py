"""`copwatch search`."""

from typing import TYPE_CHECKING, Annotated

import typer

from copwatch.cli.options import Archive, IdentityFile, Json, PassphraseFile

if TYPE_CHECKING:
    from copwatch.catalogue.shown import Hit

Words = Annotated[
    list[str],
    typer.Argument(metavar="WORDS...", help="Words to look for, and filters name:value.", show_default=False),
]
Most = Annotated[int, typer.Option("--most", metavar="N", min=1, max=10_000, help="How many hits at most.")]


def command(
    words: Words,
    most: Most = 100,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """Find words in reports, notes and file names.

    All words have to stand in one text; a word of three characters or more also finds longer ones that begin with it.
    Words in quotes have to follow each other. Accents and capitals do not matter.

    Filters narrow a search to incidents whose current report is as they say; all have to hold. agency: officer: and
    place: take words, officer: also the name or code of an officer where matches say who was seen, force: a term,
    since: and until: a day, month or year, near: a point and kilometres or a place that a report with a position
    names, template: a kind of report, has: evidence, video, image, audio, or a field. Every other field of a report
    can be used by its name (docs/schema.md). Without words, the incidents are listed.

    Examples:

      copwatch search badge 4512

      copwatch search '"5th and Main"'

      copwatch search pushed agency:oakland since:2026-05

      copwatch search officer:4512 force:baton_drawn

      copwatch search near:37.80,-122.27,2 has:video

      copwatch search near:"5th & Main"
    """
    from copwatch.catalogue.asked import asked
    from copwatch.catalogue.search import search
    from copwatch.cli import jsonout, tables, voice
    from copwatch.cli.opened import session_at
    from copwatch.workflows.finding import not_searched

    meant = asked(words)
    with session_at(archive, passphrase_file, identity) as session:
        hits = search(session.catalogue, meant.words, most, filters=meant.filters)
        missing = not_searched(session)
    if json:
        jsonout.print_json({"hits": [_as_json(hit) for hit in hits], "not_searched": missing})
        return
    if not hits:
        voice.say("Nothing found in what your keys open.")
    else:
        rows = [[hit.code or hit.kind, hit.field, _marked(hit)] for hit in hits]
        tables.render(["where", "field", "text"], rows)
    if len(hits) == most:
        voice.note(f"these are the best {most}; there may be more (--most)")
    for each in missing:
        voice.note(each)


def _as_json(hit: "Hit") -> dict[str, object]:
    return {
        "kind": hit.kind, "id": hit.id, "code": hit.code, "field": hit.field, "leaf": hit.leaf,
        "snippet": [{"text": piece.text, "hit": piece.hit} for piece in hit.snippet],
    }  # fmt: skip


def _marked(hit: "Hit") -> str:
    """The snippet on one line: where a text had line ends, a space says enough."""
    return " ".join("".join(f"»{p.text}«" if p.hit else p.text for p in hit.snippet).split())
