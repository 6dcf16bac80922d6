"""Looking for words: in narratives, names of files, notes, agencies, officers as seen, places; and by filters."""

import json
import secrets
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, Final

from copwatch.catalogue.asked import Filter
from copwatch.catalogue.catalogue import Catalogue
from copwatch.catalogue.codes import codes
from copwatch.catalogue.filters import conditions
from copwatch.catalogue.shown import Hit, Piece
from copwatch.catalogue.terms import every_word
from copwatch.model.kinds import KINDS

_WORDS_OF_SNIPPET: Final = 16
_RANKED: Final = 3_000
"""Texts among which the best are looked for; weighing takes time for each of them."""
_RANKED_EACH: Final = 500
"""The same, where of each text its report has to be looked into."""
_FEW: Final = 1_000
"""Incidents that filters left, up to which it is quicker to look through their texts alone."""
_LEFT: Final = "SELECT r.incident, r.leaf FROM reports AS r WHERE r.head AND {} LIMIT :few"
_SO_FEW: Final = 200
"""Incidents whose texts are all weighed; looking for the last of them first would take as long once more."""
_OF_LEFT: Final = """
    AND +search_texts_fts.rowid IN (SELECT number FROM search_texts WHERE leaf IN (SELECT value FROM json_each(:leaves))
        UNION SELECT t.number FROM json_each(:incidents) AS i JOIN evidence_incidents AS l ON l.incident = i.value
        JOIN evidence AS e ON e.id = l.evidence JOIN search_texts AS t ON t.leaf = e.leaf)
"""
_EACH: Final = """
    AND EXISTS (SELECT 1 FROM search_texts AS t WHERE t.number = search_texts_fts.rowid AND CASE t.kind
        WHEN 'incident' THEN EXISTS (SELECT 1 FROM reports AS r WHERE r.leaf = t.leaf AND r.head AND {0})
        WHEN 'evidence' THEN EXISTS (SELECT 1 FROM evidence_incidents AS l JOIN reports AS r ON r.incident = l.incident
            WHERE l.evidence = t.id AND r.head AND {0}) ELSE 0 END)
"""
_FIRST: Final = """
    SELECT min(rowid) AS first FROM (SELECT rowid FROM search_texts_fts WHERE search_texts_fts MATCH :query {}
        ORDER BY rowid DESC LIMIT :ranked)
"""
# Snippets are cut for the best alone: in one query with the order, SQLite would cut one for every match. CROSS JOIN
# keeps the index outside: the other way round, words would be looked up again for each of the best.
_SEARCH: Final = """
    WITH best AS MATERIALIZED (
        SELECT t.*, bm25(search_texts_fts) AS weight
        FROM search_texts_fts CROSS JOIN search_texts AS t ON t.number = search_texts_fts.rowid
        WHERE search_texts_fts MATCH :query AND search_texts_fts.rowid >= :first {}
        ORDER BY weight, t.kind, t.id, t.field, t.leaf, t.number LIMIT :most)
    SELECT t.kind, t.id, t.field, t.leaf, snippet(search_texts_fts, 0, :begin, :end, '…', :length) AS snippet
    FROM search_texts_fts CROSS JOIN best AS t ON t.number = search_texts_fts.rowid
    WHERE search_texts_fts MATCH :query AND search_texts_fts.rowid >= :first
    ORDER BY t.weight, t.kind, t.id, t.field, t.leaf, t.number
"""
_INCIDENTS: Final = """
    SELECT 'incident' AS kind, i.id, 'location_text' AS field, i.leaf, s.location_text AS place, s.city
    FROM (SELECT r.incident, r.recorded_utc, r.leaf FROM reports AS r WHERE r.head AND {}
        ORDER BY r.recorded_utc DESC, r.leaf LIMIT :most) AS m
    JOIN incidents AS i ON i.id = m.incident JOIN reports AS s ON s.leaf = i.leaf
    ORDER BY m.recorded_utc DESC, m.leaf
"""
_PREFIXES: Final = {
    "incident": "I", "evidence": "E", "batch": "B", **{kind.name: kind.letter for kind in KINDS.values()},
}  # fmt: skip


def search(
    catalogue: Catalogue, untrusted_words: str, most: int = 100, filters: Sequence[Filter] = ()
) -> list[Hit]:
    """Texts that hold every one of the words, the best match first.

    A word is also found as the beginning of a longer one; accents and capitals do not matter; words in double
    quotes have to follow each other. Of a report only current versions are looked through. Where more than 3,000 texts
    match, the best are those of the 3,000 that were taken in last. Nothing that a person can type is an error.

    With filters, only texts of incidents whose current report is as they say, and names of evidence that is linked to
    such; without words, these incidents, the last reported first.

    Args:
        untrusted_words: what the person typed; words after the 32nd are ignored.
        most: how many hits at most.
        filters: all have to hold.

    Raises:
        BadInput: there is no such filter, or it takes no such value.
    """
    meant = conditions(catalogue, filters)
    where = " AND ".join(each.sql for each in meant) or "1"
    given = _numbered(where, [value for each in meant for value in each.values])
    query = every_word(untrusted_words)
    if query:
        return _hits(catalogue, query, most, *given, narrow=bool(meant))
    return _incidents(catalogue, most, *given) if meant and not untrusted_words.strip() else []


def _numbered(where: str, values: list[Any]) -> tuple[str, dict[str, Any]]:
    """Marks with names, for a statement that has others."""
    parts = where.split("?")
    names = [f"v{number}" for number in range(len(values))]
    sql = "".join(
        part + (f":{name}" if name else "") for part, name in zip_longest(parts, names, fillvalue="")
    )
    return sql, dict(zip(names, values, strict=True))


def _hits(
    catalogue: Catalogue, query: str, most: int, where: str, values: dict[str, Any], *, narrow: bool
) -> list[Hit]:
    among, values, ranked = "", {**values, "query": query}, _RANKED
    first = None
    if narrow:
        left = catalogue.read(_LEFT.format(where), {**values, "few": _FEW + 1})
        few = len(left) <= _FEW
        among, ranked = (_OF_LEFT, _RANKED) if few else (_EACH.format(where), _RANKED_EACH)
        values["leaves"] = json.dumps([row["leaf"] for row in left])
        values["incidents"] = json.dumps([row["incident"] for row in left])
        first = 0 if few and len(left) <= _SO_FEW else None
    if first is None:
        first = catalogue.read(_FIRST.format(among), {**values, "ranked": ranked})[0]["first"]
    if first is None:
        return []
    # Drawn anew each time, so that no recorded text can hold the marks of a hit.
    begin, end = f"<{secrets.token_hex(8)}>", f"</{secrets.token_hex(8)}>"
    values |= {"first": first, "most": most, "begin": begin, "end": end, "length": _WORDS_OF_SNIPPET}
    found = catalogue.read(_SEARCH.format(among), values)
    return _shown(catalogue, [(row, _pieces(row["snippet"], begin, end)) for row in found])


def _incidents(catalogue: Catalogue, most: int, where: str, values: dict[str, Any]) -> list[Hit]:
    """Each incident once, with the place of the version that is shown first, however many stand side by side."""
    asked = most
    while True:
        rows = catalogue.read(_INCIDENTS.format(where), {**values, "most": asked})
        found = [*{row["id"]: row for row in rows}.values()][:most]
        if len(rows) < asked or len(found) == most:
            break
        asked *= 4
    said = [", ".join(filter(None, (row["place"], row["city"]))) for row in found]
    return _shown(
        catalogue,
        [(row, (Piece(text, False),) if text else ()) for row, text in zip(found, said, strict=True)],
    )


def _shown(catalogue: Catalogue, found: list[tuple[dict[str, Any], tuple[Piece, ...]]]) -> list[Hit]:
    code = {
        kind: codes(catalogue, prefix, {row["id"] for row, _ in found if row["kind"] == kind})
        for kind, prefix in _PREFIXES.items()
    }
    return [
        Hit(
            row["kind"],
            row["id"],
            code.get(row["kind"], {}).get(row["id"]),
            row["field"],
            pieces,
            row["leaf"],
        )
        for row, pieces in found
    ]


def _pieces(snippet: str, begin: str, end: str) -> tuple[Piece, ...]:
    pieces = []
    before, *hits = snippet.split(begin)
    pieces.append(Piece(before, False))
    for hit in hits:
        found, _, after = hit.partition(end)
        pieces += [Piece(found, True), Piece(after, False)]
    return tuple(piece for piece in pieces if piece.text)
