"""Reviewing: what a profile withholds until a person has looked at it, and the decision of that person as a record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from copwatch.bundle.suggestions import Names, Suggestion, names_in, suggestions
from copwatch.catalogue.queries import leaf_beginning, record, records_of, report_versions
from copwatch.catalogue.shown import EvidenceRow
from copwatch.errors import BadInput, NotFound, NotThisDevice
from copwatch.model.longtext import cut_text
from copwatch.model.records import Review
from copwatch.model.redaction import Treatment
from copwatch.model.spots import Spot, spots
from copwatch.proof.commitment import flatten
from copwatch.store.writer import append_records
from copwatch.workflows.bundle_plans import distinct_codes
from copwatch.workflows.gathering import around, deciding, reviews_of
from copwatch.workflows.profile_files import profile_named
from copwatch.workflows.session import Session
from copwatch.workflows.stamping import Now, fresh_id, make_stamp


@dataclass(frozen=True, slots=True)
class Passage:
    """One value that waits for a person, or was decided before.

    Attributes:
        code: of the record, or the beginning of its leaf.
        leaf, path: where it stands.
        label: the field, as people read it.
        text: untrusted.
        found: what in it should be looked at.
        shows: what was decided for exactly this record: True, False, or None where nobody decided.
        before: what was decided for the same words at the same path in another version.
    """

    code: str
    leaf: str
    path: str
    label: str
    text: str
    found: tuple[Suggestion, ...]
    shows: bool | None
    before: bool | None


def passages(session: Session, now: Now, profile_name: str, incident: str) -> list[Passage]:
    """Everything of an incident that a profile withholds until somebody has looked, in the order of the records."""
    profile = profile_named(session.archive, profile_name)
    found = around(session, [incident], [])
    rules = deciding(
        session, profile, found, client=frozenset(), scope="review", on=now().date(), strips=False
    )
    versions = report_versions(session.catalogue, incident)
    codes = distinct_codes("R", versions)
    reviews = reviews_of(session, profile.name)
    known = names_in([*found.rows(), *(each.record for each in records_of(session.catalogue, "identity"))])
    earlier = _earlier(session, reviews)
    leaves = [*(version.leaf for version in versions), *found.leaves(profile.types)]
    made: list[Passage] = []
    for leaf in leaves:
        held = record(session.catalogue, leaf).record
        if rules.leaves_out(held):
            continue
        review = reviews.get(leaf)
        for spot in spots(held):
            if spot.class_ is not None and rules.treatment(spot) is Treatment.REVIEW:
                made += _of_spot(
                    codes.get(leaf, leaf[:16]), leaf, str(held["type"]), spot, review, known, earlier
                )
    return made


def _of_spot(
    code: str, leaf: str, type: str, spot: Spot, review: Review | None, known: Names,
    earlier: dict[tuple[str, str, str], bool],
) -> Iterable[Passage]:  # fmt: skip
    for below, value in flatten(spot.value).items():
        path, text = f"{spot.path}{below}", str(value)
        shows = None
        if review is not None:
            shows = (
                True if path in (review.shows or ()) else False if path in (review.withholds or ()) else None
            )
        before = earlier.get((type, path, text))
        label = f"{type} {spot.path.strip('/')}".replace("_", " ").replace("/", " › ")
        yield Passage(code, leaf, path, label, text, tuple(suggestions(text, known)), shows, before)


def _earlier(session: Session, reviews: dict[str, Review]) -> dict[tuple[str, str, str], bool]:
    """What was decided about which words, at which path of which type of record."""
    found: dict[tuple[str, str, str], bool] = {}
    for leaf, review in reviews.items():
        try:
            held = record(session.catalogue, leaf).record
        except NotFound:
            continue
        flat = flatten(dict(held))
        for paths, shows in ((review.shows, True), (review.withholds, False)):
            for path in paths or ():
                if path in flat:
                    found[str(held["type"]), path, str(flat[path])] = shows
    return found


def keep_review(
    session: Session, now: Now, profile_name: str, decided: Sequence[tuple[Passage, bool]], *, by: str, note: str = ""
) -> int:  # fmt: skip
    """Writes one review for each record that something was decided about. What was decided before stays decided.

    Returns:
        How many reviews were written.
    """
    profile = profile_named(session.archive, profile_name)
    standing = reviews_of(session, profile.name)
    by_leaf: dict[str, dict[str, bool]] = {}
    for passage, shows in decided:
        if passage.leaf not in by_leaf:
            review = standing.get(passage.leaf)
            before = dict.fromkeys((review and review.shows) or (), True)
            by_leaf[passage.leaf] = before | dict.fromkeys((review and review.withholds) or (), False)
        by_leaf[passage.leaf][passage.path] = shows
    stamp = make_stamp(session.archive, _device(session), now)
    made = [
        Review(
            fresh_id(), stamp, leaf, profile.name, _paths(paths, True), _paths(paths, False), by=by or None,
            note=tuple(cut_text(note)) if note else None,
            same_words=standing[leaf].same_words if leaf in standing else None,
        )
        for leaf, paths in by_leaf.items()
    ]  # fmt: skip
    if made:
        _append(session, made)
        session.absorb()
    return len(made)


def rule_same_words(
    session: Session, now: Now, profile_name: str, ruled: Sequence[tuple[str, str]], *, by: str
) -> int:
    """Writes that words which stay mean something else where they stand elsewhere; what was decided before stays.

    Args:
        ruled: the first digits of a leaf, eight or more, and the path of a field of that record.

    Returns:
        How many reviews were written.

    Raises:
        NotFound: there is no such record, or no such field in it.
    """
    profile = profile_named(session.archive, profile_name)
    standing = reviews_of(session, profile.name)
    by_leaf: dict[str, set[str]] = {}
    for digits, path in ruled:
        leaf = leaf_beginning(session.catalogue, digits)
        if leaf is None or path not in flatten(record(session.catalogue, leaf).record):
            raise NotFound(
                f"no record that begins with {digits[:64]} has a field {path[:200]}",
                hint="take both as the refusal of the export names them",
            )
        by_leaf.setdefault(leaf, set()).add(path)
    stamp = make_stamp(session.archive, _device(session), now)
    made = []
    for leaf, paths in by_leaf.items():
        before = standing.get(leaf) or Review(fresh_id(), stamp, leaf, profile.name)
        words = tuple(sorted({*(before.same_words or ()), *paths}))
        made.append(replace(before, id=fresh_id(), stamp=stamp, same_words=words, by=by or None))
    if made:
        _append(session, made)
        session.absorb()
    return len(made)


def review_file(
    session: Session, now: Now, profile_name: str, row: EvidenceRow, people: str, *, by: str
) -> None:
    """Writes who is to be seen and heard in an item, as a person found."""
    profile = profile_named(session.archive, profile_name)
    stamp = make_stamp(session.archive, _device(session), now)
    review = Review(fresh_id(), stamp, row.leaf, profile.name, people=people, by=by or None)
    _append(session, [review])
    session.absorb()


def _append(session: Session, made: Sequence[Review]) -> None:
    """Each review goes where the record that it is about stands."""
    append_records(
        session.archive,
        [each.to_json() for each in made],
        lambda review: record(session.catalogue, review["of"]).compartment,
    )


def chosen(
    found: Sequence[Passage], shows: Sequence[str], withholds: Sequence[str]
) -> list[tuple[Passage, bool]]:
    """What paths, `CODE:PATH` or `all` name among some passages; what is withheld rules over what is shown.

    Raises:
        BadInput: something names nothing that waits.
    """
    decided: dict[tuple[str, str], tuple[Passage, bool]] = {}
    for words, value in ((shows, True), (withholds, False)):
        for word in words:
            named = [each for each in found if word in ("all", each.path, f"{each.code}:{each.path}")]
            if not named:
                raise BadInput(
                    f"nothing that waits for review is at {word[:80]!r}", hint="--list shows what waits"
                )
            decided |= {(each.leaf, each.path): (each, value) for each in named}
    return list(decided.values())


def _paths(decided: dict[str, bool], shows: bool) -> tuple[str, ...] | None:
    return tuple(sorted(path for path, value in decided.items() if value is shows)) or None


def _device(session: Session) -> str:
    device = session.archive.state.device()
    if device is None:
        raise NotThisDevice(
            "a review is written by a device of the archive", hint="`copwatch recover` makes this one"
        )
    return device.public_hex
