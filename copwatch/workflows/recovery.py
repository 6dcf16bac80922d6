"""The recovery words: proving that the paper works, remembering when that was done, and a sheet to print."""

import io
from dataclasses import dataclass
from datetime import datetime, timedelta

from copwatch.errors import IntegrityFailure, Refused
from copwatch.proof.charter_join import LEADERS
from copwatch.proof.words import short_words, to_words
from copwatch.store.archive import Archive
from copwatch.store.keys import Keys, identity_seed, open_root
from copwatch.workflows.rekeying import keys_of_words
from copwatch.workflows.stamping import Now, rfc3339

REHEARSED = "rehearsed.json"
OFTEN = timedelta(days=365)
PAPERS = {"letter": "us-letter", "a4": "a4"}


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """When the paper was last proven to work on this computer, and whether it is time to do it again."""

    at: str | None
    due: bool


def rehearse(archive: Archive, words: str, now: Now) -> Keys:
    """Proves that the words on paper open every compartment and the root key. Shows nothing, changes nothing.

    Raises:
        BadInput: a slip of the pen. Locked: they are another archive's, or were replaced.
        Refused: they are a member's who could not recover the archive.
        IntegrityFailure: something that they should open is missing or damaged.
    """
    keys = keys_of_words(archive, words)
    if keys.member.id not in {m.id for m in archive.charter.members[:LEADERS]}:
        raise Refused(
            "these words are not the recovery words of the archive", hint="look for the other paper"
        )
    open_root(archive, keys.identity)
    wanted = {(c.id, text) for c in archive.charter.compartments for text in c.epochs}
    if keys.findings or any(keys.of(place, text) is None for place, text in wanted):
        raise IntegrityFailure(
            "the words are right, and not everything that they should open is here",
            hint="`copwatch doctor --from DIR` brings what is missing from another copy; then rehearse again",
        )
    archive.state.write(REHEARSED, {"at": rfc3339(now()), "member": keys.member.id})
    return keys


def last_rehearsal(archive: Archive, now: Now) -> Rehearsal:
    """What this computer remembers of rehearsals; that of a recovery key which was replaced since counts no more."""
    noted = archive.state.read(REHEARSED) or {}
    at, leaders = noted.get("at"), {m.id for m in archive.charter.members[:LEADERS]}
    if not isinstance(at, str) or noted.get("member") not in leaders:
        return Rehearsal(None, True)
    try:
        return Rehearsal(at, now() - datetime.fromisoformat(at) > OFTEN)
    except (ValueError, TypeError):
        return Rehearsal(None, True)


def recovery_sheet(archive: Archive, keys: Keys, paper: str = "letter") -> bytes:
    """The PDF of a sheet with the words of these keys, as words and as a QR code, and the root words.

    Args:
        keys: what `rehearse` gave: of words that were proven to work.
        paper: one of `PAPERS`.
    """
    import segno  # slow to import, and needed here alone

    from copwatch.typesetting.typeset import typeset

    words = to_words(identity_seed(keys.identity))
    drawn = io.BytesIO()
    segno.make(words, error="m", micro=False).save(drawn, kind="svg", scale=4, border=4, xmldecl=False)
    data = {
        "words": list(words.split()), "root": list(short_words(archive.history.root).split()),
        "code": drawn.getvalue().decode(), "archive": archive.id[:16], "paper": PAPERS[paper],
    }  # fmt: skip
    return typeset("recovery", data).pdf  # type: ignore[arg-type]  # lists of words are JSON
