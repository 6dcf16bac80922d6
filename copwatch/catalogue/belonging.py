"""What belongs to what, as the records say: a film to its batch and incidents, these to people, those to matters."""

from collections.abc import Iterable

from copwatch.catalogue.catalogue import Catalogue
from copwatch.model.kinds import KINDS


def belongs_to(catalogue: Catalogue, ids: Iterable[str]) -> set[str]:
    """The ids of everything that some things belong to, and of themselves.

    A version belongs to what it is a version of; evidence and batches to every incident that they were ever filed
    under, and to what statements, consents and marks of it name; whatever `copwatch record` keeps, to what any
    version of it names, and what that names in turn (a charge, to the incidents of the person of its matter);
    incidents to the people who appear in them; and all of these to the matters that name them. No step further: a
    film of an incident belongs to the matter of a person in it, but not to other incidents of that person.
    """
    found = set(ids)
    found |= _is_version_of(catalogue, found)
    found |= _recorded_in(catalogue, found)
    more = found
    while more := named_by(catalogue, more) - found:
        found |= more
    found |= _column(catalogue, "SELECT batch FROM evidence WHERE id = ?", found)
    links = "SELECT incident FROM link_events WHERE evidence = ?1 OR batch = ?1"
    found |= _column(catalogue, links, found)
    people = "SELECT v.entity FROM people AS v JOIN mentions AS m ON m.leaf = v.leaf WHERE m.id = ?"
    found |= _column(catalogue, people, found)
    matters = "SELECT v.entity FROM matters AS v JOIN mentions AS m ON m.leaf = v.leaf WHERE m.id = ?"
    return found | _column(catalogue, matters, found)


def _is_version_of(catalogue: Catalogue, ids: set[str]) -> set[str]:
    found = _column(catalogue, "SELECT incident FROM reports WHERE id = ?", ids)
    for kind in KINDS.values():
        found |= _column(catalogue, f"SELECT entity FROM {kind.plural} WHERE id = ?", ids)  # noqa: S608 (our own names)
    return found


def _recorded_in(catalogue: Catalogue, ids: set[str]) -> set[str]:
    """What the statements, consents and marks name that name one of these, where it is evidence."""
    evidence = _column(catalogue, "SELECT id FROM evidence WHERE id = ?", ids)
    records = {
        entity
        for kind in ("statement", "consent", "mark")
        for entity in _column(catalogue, _MENTIONS.format(table=KINDS[kind].plural), evidence)
    }
    return named_by(catalogue, records)


def mentioned_in(catalogue: Catalogue, ids: Iterable[str]) -> list[tuple[str, str]]:
    """(kind, id) of the entities of which any version names one of these ids, in the order of kinds."""
    wanted = set(ids)
    return [
        (kind.name, entity)
        for kind in KINDS.values()
        for entity in sorted(_column(catalogue, _MENTIONS.format(table=kind.plural), wanted) - wanted)
    ]


_MENTIONS = "SELECT v.entity FROM {table} AS v JOIN mentions AS m ON m.leaf = v.leaf WHERE m.id = ?"


def named_by(catalogue: Catalogue, ids: Iterable[str]) -> set[str]:
    """What any version of these people, matters, statements and so on names."""
    found, wanted = set[str](), list(ids)
    for kind in KINDS.values():
        sql = f"SELECT m.id FROM {kind.plural} AS v JOIN mentions AS m ON m.leaf = v.leaf WHERE v.entity = ?"  # noqa: S608
        found |= _column(catalogue, sql, wanted)
    return found


def _column(catalogue: Catalogue, sql: str, ids: Iterable[str]) -> set[str]:
    return {str(value) for id in ids for row in catalogue.read(sql, (id,)) for value in row.values() if value}
