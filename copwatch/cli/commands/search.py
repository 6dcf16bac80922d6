"""`copwatch search`."""

from typing import TYPE_CHECKING, Annotated

import typer

from copwatch.cli.options import Archive, IdentityFile, Json, PassphraseFile

if TYPE_CHECKING:
    from copwatch.catalogue.shown import Hit

Words = Annotated[
    list[str], typer.Argument(metavar="WORDS...", help="Words to look for.", show_default=False)
]


def command(
    words: Words,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    json: Json = False,
) -> None:
    """Find words in reports, notes and file names.

    All words have to stand in one text; a word also finds longer ones that begin with it. Words in quotes have to
    follow each other. Accents and capitals do not matter.

    Examples:

      copwatch search badge 4512

      copwatch search '"5th and Main"'
    """
    from copwatch.catalogue.search import search
    from copwatch.cli import jsonout, tables, voice
    from copwatch.cli.opened import session_at

    with session_at(archive, passphrase_file, identity) as session:
        hits = search(session.catalogue, " ".join(words))
    if json:
        found = [
            {
                "kind": hit.kind, "id": hit.id, "code": hit.code, "field": hit.field, "leaf": hit.leaf,
                "snippet": [{"text": piece.text, "hit": piece.hit} for piece in hit.snippet],
            }
            for hit in hits
        ]  # fmt: skip
        jsonout.print_json({"hits": found})
        return
    if not hits:
        voice.say("Nothing found in what your keys open.")
        return
    tables.render(
        ["where", "field", "text"], [[hit.code or hit.kind, hit.field, _marked(hit)] for hit in hits]
    )


def _marked(hit: "Hit") -> str:
    """The snippet on one line: where a text had line ends, a space says enough."""
    return " ".join("".join(f"»{p.text}«" if p.hit else p.text for p in hit.snippet).split())
