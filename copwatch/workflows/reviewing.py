"""Reviewing: the decision of a person about what a profile withholds until somebody has looked at it, as a record."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from copwatch.bundle.leaksearch.matcher import Matcher
from copwatch.bundle.leaksearch.secrets import secret_of
from copwatch.catalogue.entities import entities
from copwatch.catalogue.queries import evidence, leaf_beginning, record
from copwatch.catalogue.shown import EvidenceRow
from copwatch.errors import BadInput, Busy, NotFound, NotThisDevice
from copwatch.model.longtext import cut_text
from copwatch.model.records import Review
from copwatch.model.records.leaving import Replaced, SameWord
from copwatch.model.spots import spots
from copwatch.proof.canonical import Json
from copwatch.proof.commitment import flatten
from copwatch.store.writer import append_records
from copwatch.workflows.gathering import around, cuts_of, reviews_after, reviews_around
from copwatch.workflows.passages import Passage, Verdict, chosen, passages
from copwatch.workflows.profile_files import profile_named
from copwatch.workflows.session import Session
from copwatch.workflows.stamping import Now, fresh_id, make_stamp

__all__ = ["chosen", "keep_review", "passages", "review_file", "rule_same_words"]


def keep_review(
    session: Session, now: Now, profile_name: str, incident: str, decided: Sequence[tuple[Passage, Verdict]], *,
    by: str, note: str = "",
) -> int:  # fmt: skip
    """Writes one review for each record that something was decided about. What was decided before stays decided.

    Returns:
        How many reviews were written.

    Raises:
        Busy: another copwatch is writing; nothing was written.
    """
    profile = profile_named(session.archive, profile_name)
    session.absorb()  # a person may have taken an hour, and somebody else reviewed meanwhile
    found = around(session, [incident], evidence(session.catalogue, incident=incident))
    standing = reviews_around(session, profile.name, found)
    by_leaf: dict[str, dict[str, Verdict]] = {}
    for passage, verdict in decided:
        if passage.leaf not in by_leaf:
            by_leaf[passage.leaf] = _verdicts(standing.get(passage.leaf))
        by_leaf[passage.leaf][passage.path] = verdict
    stamp = make_stamp(session.archive, _device(session), now)
    made = [
        Review(
            fresh_id(), stamp, leaf, profile.name, _paths(paths, True), _paths(paths, False), _replaced(paths),
            by=by or None, note=tuple(cut_text(note)) if note else None,
            people=standing[leaf].people if leaf in standing else None,
            same_words=standing[leaf].same_words if leaf in standing else None,
        )
        for leaf, paths in by_leaf.items()
    ]  # fmt: skip
    if made:
        _append(session, made)
    return len(made)


def rule_same_words(
    session: Session, now: Now, profile_name: str, ruled: Sequence[tuple[str, str, str]], *, by: str
) -> int:
    """Writes that words elsewhere are not those of a field which stays; what was decided before stays decided.

    Args:
        ruled: the first digits of a leaf, eight or more, the path of a field of that record, and the words as
            they stand elsewhere, such as "Gonzalez Avenue".

    Returns:
        How many reviews were written.

    Raises:
        NotFound: there is no such record, or no such field in it.
        BadInput: nothing in these words is looked for because of that field.
    """
    profile = profile_named(session.archive, profile_name)
    standing = _decided(session, profile.name)
    by_leaf: dict[str, set[tuple[str, str]]] = {}
    for digits, path, words in ruled:
        leaf = leaf_beginning(session.catalogue, digits)
        found = record(session.catalogue, leaf).record if leaf else {}
        if leaf is None or path not in flatten(found):
            raise NotFound(
                f"no record that begins with {digits[:64]} has a field {path[:200]}",
                hint="take both as the refusal of the export names them",
            )
        _check_looked_for(found, leaf, path, words)
        by_leaf.setdefault(leaf, set()).add((path, words))
    stamp = make_stamp(session.archive, _device(session), now)
    made = []
    for leaf, added in by_leaf.items():
        before = standing.get(leaf) or Review(fresh_id(), stamp, leaf, profile.name)
        ruled_before = {(each.path, each.words) for each in before.same_words or ()}
        same_words = tuple(SameWord(*each) for each in sorted(ruled_before | added))
        made.append(replace(before, id=fresh_id(), stamp=stamp, same_words=same_words, by=by or None))
    if made:
        _append(session, made)
    return len(made)


def _check_looked_for(found: Mapping[str, Json], leaf: str, path: str, words: str) -> None:
    spot = next(spot for spot in spots(found) if f"{path}/".startswith(f"{spot.path}/"))
    secret = secret_of(str(found.get("type")), leaf, path, flatten(found)[path], spot.class_)
    if secret is None or not Matcher([secret]).in_cell(words):
        raise BadInput(
            f"nothing is looked for because of {path} in these words: {words[:200] or 'none'}",
            hint="give the words around it as they stand in the text, such as /legal_name='Gonzalez Avenue'",
        )


def review_file(
    session: Session, now: Now, profile_name: str, row: EvidenceRow, people: str, *, by: str
) -> None:
    """Writes who is to be seen and heard in an item, as a person found. What was decided of its words stays decided."""
    profile = profile_named(session.archive, profile_name)
    stamp = make_stamp(session.archive, _device(session), now)
    before = _decided(session, profile.name).get(row.leaf) or Review(
        fresh_id(), stamp, row.leaf, profile.name
    )
    _append(session, [replace(before, id=fresh_id(), stamp=stamp, people=people, by=by or None, note=None)])


def _decided(session: Session, profile: str) -> dict[str, Review]:
    """What a further review of a record begins with: what was cleared before somebody was asked does not get young."""
    consents = (version.leaf for one in entities(session.catalogue, "consent") for version in one.heads)
    return reviews_after(session, profile, consents)


def _append(session: Session, made: Sequence[Review]) -> None:
    """Each review goes where the record that it is about stands."""
    append_records(
        session.archive,
        [each.to_json() for each in made],
        lambda review: record(session.catalogue, review["of"]).compartment,
    )
    with suppress(Busy):  # what is written is written; whoever opens the catalogue next takes it in
        session.absorb()


def _verdicts(review: Review | None) -> dict[str, Verdict]:
    """What a review decided, by path."""
    if review is None:
        return {}
    shown: dict[str, Verdict] = dict.fromkeys(review.shows or (), True)
    return shown | dict.fromkeys(review.withholds or (), False) | cuts_of(review)


def _paths(decided: Mapping[str, Verdict], shows: bool) -> tuple[str, ...] | None:
    return tuple(sorted(path for path, verdict in decided.items() if verdict is shows)) or None


def _replaced(decided: Mapping[str, Verdict]) -> tuple[Replaced, ...] | None:
    cuts = (
        (path, cut)
        for path, verdict in sorted(decided.items())
        if isinstance(verdict, tuple)
        for cut in verdict
    )
    return tuple(Replaced(path, cut.start, cut.end, cut.who or None) for path, cut in cuts) or None


def _device(session: Session) -> str:
    device = session.archive.state.device()
    if device is None:
        raise NotThisDevice(
            "a review is written by a device of the archive", hint="`copwatch recover` makes this one"
        )
    return device.public_hex
