"""Bates numbers: which prefix a device numbers under, and that no number is given twice (docs/adr/0140)."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from copwatch.bundle.interop.published import NAME as OPENOVERSIGHT
from copwatch.bundle.plan import ProductionPlan
from copwatch.bundle.production.bates import after, read
from copwatch.bundle.production.numbering import ENCODINGS
from copwatch.errors import BadInput, Unfinished, UsageError
from copwatch.model.profile import COUNSEL, COURT, PUBLIC, Profile
from copwatch.proof.history import History
from copwatch.typesetting.pages import check_images
from copwatch.workflows.opening import record_access
from copwatch.workflows.printing import TiffPress
from copwatch.workflows.session import Session
from copwatch.workflows.stamping import Now

if TYPE_CHECKING:
    from copwatch.workflows.bundle_plans import Going, Request

PREFIX: Final = "CW"
LAYOUTS: Final = ("bundle", "production")
NUMBERED: Final = "renamed"
"""The custody event that says which numbers a bundle took: its files are named after them."""

_ASKED = re.compile(r"[A-Z]([A-Z0-9]{0,6}[A-Z])?(-[A-Z]([A-Z0-9]{0,6}[A-Z])?)?", re.ASCII)
"""What a person may choose: no part begins with a digit, so that nobody chooses the tag of a device."""
_LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"
_SHORTEST, _LONGEST = 3, 7


@dataclass(frozen=True, slots=True)
class Given:
    """Numbers that a bundle took, first to last."""

    bundle: str
    first: str
    last: str

    def overlaps(self, other: "Given") -> bool:
        """Whether a number stands in both."""
        own, others = (read(self.first), read(self.last)), (read(other.first), read(other.last))
        same = own[0].prefix == others[0].prefix
        return same and own[0].number <= others[1].number and others[0].number <= own[1].number


def check_layout(request: "Request") -> None:
    """What can be said before any archive is opened. Raises `UsageError`, and `Unfinished` without Pillow."""
    if request.layout not in LAYOUTS:
        raise UsageError(f"--layout knows no {request.layout[:40]!r}", hint=f"it takes {', '.join(LAYOUTS)}")
    if request.load_encoding not in ENCODINGS:
        raise UsageError(
            f"--load-encoding knows no {request.load_encoding[:40]!r}",
            hint=f"it takes {', '.join(ENCODINGS)}; ask those who load it",
        )
    if request.layout != "production":
        if request.bates or request.load_encoding != "utf-8":
            raise UsageError("--bates and --load-encoding go with --layout production", hint="add it")
        return
    if request.bates and not _ASKED.fullmatch(request.bates):
        raise UsageError(
            f"{request.bates[:40]!r} is no prefix of Bates numbers",
            hint="one to eight capitals, such as CW or NLG-OAK; a digit may stand between letters",
        )
    if not request.record:
        raise UsageError(
            "--no-record and --layout production exclude each other",
            hint="numbers that are not recorded would be given again",
        )
    check_images()


def check_recipient(request: "Request", profile: Profile) -> None:
    """Raises `UsageError` for a production or a table that this profile is not for."""
    if OPENOVERSIGHT in request.extras and profile.basis != PUBLIC:
        raise UsageError(
            f"--with {OPENOVERSIGHT} goes with {PUBLIC}, not with {profile.name}",
            hint="what is published there is public: export it as for the public",
        )
    if "case" in request.extras and not profile.proof:
        raise UsageError(
            f"--with case names originals, and {profile.name} has no proofs", hint="add --with-proof"
        )
    if request.layout == "production" and profile.basis not in (COUNSEL, COURT):
        raise UsageError(
            f"--layout production goes with {COUNSEL} and {COURT}, not with {profile.name}",
            hint="Bates numbers and load files would tell others of a case; leave it out",
        )


def production_plan(
    session: Session, request: "Request", going: "Going", bundle: str, now: Now
) -> ProductionPlan | None:
    """The volume that was asked for, with the next free number of this device; None where none was."""
    if request.layout != "production":
        return None
    device = session.archive.state.device()
    if device is None:
        raise UsageError("a production is numbered by a device", hint="`copwatch recover` makes it one")
    prefix = prefix_of(request.bates or PREFIX, session.archive.history, device.public_hex)
    first = next(after(prefix, (one.last for one in given(session))))

    def take(first: str, last: str) -> None:
        """Writes down that these numbers are given; refuses where another export took them at the same time."""
        ids = [row.id for row in going.rows]
        took = Given(bundle, first, last)
        _record(session, now, took, ids, request.incident)
        if any(one.overlaps(took) for one in given(session) if one.bundle != bundle):
            raise Unfinished(
                f"another export took numbers from {first} on at the same time; nothing was released",
                hint="run it again: it takes the next ones",
            )

    return ProductionPlan(str(first), request.load_encoding, TiffPress(), take)


def prefix_of(asked: str, history: History, device: str) -> str:
    """The prefix under which a device numbers: what was asked, and behind it, on all but the first device, its tag."""
    first = [each.key for each in history.charters[history.archive].devices]
    return asked if first == [device] else f"{asked}-{tag_of(device, history)}"


def tag_of(device: str, history: History) -> str:
    """A digit and letters for a device, as few as tell it from every other device that any charter names."""
    others = {each.key for charter in history.charters.values() for each in charter.devices} - {device}
    for letters in range(_SHORTEST, _LONGEST + 1):
        tag = _tag(device, letters)
        if tag not in {_tag(other, letters) for other in others}:
            return tag
    raise BadInput("two devices of this archive cannot be told apart", hint="please report this")


def given(session: Session) -> list[Given]:
    """Every range of numbers that this archive knows to be taken."""
    session.absorb()
    rows = session.catalogue.read(
        "SELECT detail FROM custody WHERE event = ? AND outcome = 'pass' ORDER BY leaf", (NUMBERED,)
    )
    return [*_given(row["detail"] for row in rows)]


def given_to(session: Session, bundle: str) -> Given | None:
    """The numbers that a bundle took."""
    return next((one for one in given(session) if one.bundle == bundle), None)


def _given(details: Iterator[str | None]) -> Iterator[Given]:
    for text in details:
        detail = json.loads(text or "{}")
        found = [detail.get(name) for name in ("bundle", "bates_first", "bates_last")]
        try:
            took = Given(*(part for part in found if isinstance(part, str)))
            read(took.first), read(took.last)
        except (TypeError, BadInput):
            continue  # of another kind, or by a hand that is not ours
        yield took


def _record(session: Session, now: Now, took: Given, ids: list[str], incident: str | None) -> None:
    """Before the bundle exists: what was numbered stays so whatever happens next. Raises `Unfinished`."""
    detail: dict[str, str | int] = {
        "bundle": took.bundle, "bates_first": took.first, "bates_last": took.last,
    }  # fmt: skip
    recorded = record_access(session, now, NUMBERED, ids, incident=incident, detail=detail)
    if not recorded.written:
        raise Unfinished(
            f"Bates numbers are given once, and that these are given cannot be written: {recorded.why_not}",
            hint="mend that, or export without --layout production; nothing was released",
        )


def _tag(device: str, letters: int) -> str:
    number = int.from_bytes(hashlib.sha256(f"bates\n{device}".encode()).digest()[:16], "big")
    number, digit = divmod(number, 8)
    found = ""
    for _ in range(letters):
        number, index = divmod(number, len(_LETTERS))
        found += _LETTERS[index]
    return f"{digit + 2}{found}"
