"""Looking for words: in narratives, names of files, notes, agencies, officers as seen, places."""

import secrets
from typing import Final

from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.codes import codes
from copwatch.catalogue.shown import Hit, Piece

_WORDS_OF_SNIPPET: Final = 16
_MOST_WORDS: Final = 32
_RANKED: Final = 5_000
"""Texts among which the best are looked for; weighing takes time for each of them."""
_FIRST: Final = """
    SELECT min(rowid) AS first FROM (SELECT rowid FROM search_texts_fts WHERE search_texts_fts MATCH :query
        ORDER BY rowid DESC LIMIT :ranked)
"""
# Snippets are cut for the best alone: in one query with the order, SQLite would cut one for every match. CROSS JOIN
# keeps the index outside: the other way round, words would be looked up again for each of the best.
_SEARCH: Final = """
    WITH best AS MATERIALIZED (
        SELECT t.*, bm25(search_texts_fts) AS weight
        FROM search_texts_fts JOIN search_texts AS t ON t.number = search_texts_fts.rowid
        WHERE search_texts_fts MATCH :query AND search_texts_fts.rowid >= :first
        ORDER BY weight, t.kind, t.id, t.field, t.leaf, t.number LIMIT :most)
    SELECT t.kind, t.id, t.field, t.leaf, snippet(search_texts_fts, 0, :begin, :end, '…', :length) AS snippet
    FROM search_texts_fts CROSS JOIN best AS t ON t.number = search_texts_fts.rowid
    WHERE search_texts_fts MATCH :query AND search_texts_fts.rowid >= :first
    ORDER BY t.weight, t.kind, t.id, t.field, t.leaf, t.number
"""
_PREFIXES: Final = {"incident": "I", "evidence": "E", "batch": "B"}


def search(catalogue: Catalogue, untrusted_words: str, most: int = 100) -> list[Hit]:
    """Texts that hold every one of the words, the best match first.

    A word is also found as the beginning of a longer one; accents and capitals do not matter; words in double
    quotes have to follow each other. Of a report only current versions are looked through. Where more than 5,000 texts
    match, the best are those of the 5,000 that were taken in last. Nothing that a person can type is an error.

    Args:
        untrusted_words: what the person typed; words after the 32nd are ignored.
        most: how many hits at most.
    """
    query = _query(untrusted_words)
    if not query:
        return []
    # Drawn anew each time, so that no recorded text can hold the marks of a hit.
    begin, end = f"<{secrets.token_hex(8)}>", f"</{secrets.token_hex(8)}>"
    first = catalogue.read(_FIRST, {"query": query, "ranked": _RANKED})[0]["first"]
    if first is None:
        return []
    values = {
        "query": query,
        "begin": begin,
        "end": end,
        "length": _WORDS_OF_SNIPPET,
        "most": most,
        "first": first,
    }
    found = catalogue.read(_SEARCH, values)
    code = {
        kind: codes(catalogue, prefix, {row["id"] for row in found if row["kind"] == kind})
        for kind, prefix in _PREFIXES.items()
    }
    return [
        Hit(row["kind"], row["id"], code.get(row["kind"], {}).get(row["id"]), row["field"],
            _pieces(row["snippet"], begin, end), row["leaf"])
        for row in found
    ]  # fmt: skip


def _query(untrusted: str) -> str:
    """FTS5 strings, which hold no syntax (https://sqlite.org/fts5.html#fts5_strings), each as a beginning."""
    terms = []
    # NUL would end the query; no text can be found by it.
    for number, part in enumerate(untrusted.replace("\0", " ").split('"')):
        terms += [part] if number % 2 else part.split()
    return " ".join(f'"{term}" *' for term in terms[:_MOST_WORDS] if any(map(str.isalnum, term)))


def _pieces(snippet: str, begin: str, end: str) -> tuple[Piece, ...]:
    pieces = []
    before, *hits = snippet.split(begin)
    pieces.append(Piece(before, False))
    for hit in hits:
        found, _, after = hit.partition(end)
        pieces += [Piece(found, True), Piece(after, False)]
    return tuple(piece for piece in pieces if piece.text)
