"""Amending, and what was said before: one way for `copwatch report` and `copwatch record`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from copwatch.catalogue import codes
from copwatch.catalogue.queries import names
from copwatch.cli import jsonout, voice
from copwatch.cli.amending import Amended, Wish, amend, base_of
from copwatch.cli.consent_said import TELL, lacking, standing_after, to_be_told
from copwatch.cli.given import check_handle, one_way, reason_given
from copwatch.cli.history import history_lines
from copwatch.cli.keys import keys_at_hand
from copwatch.cli.opened import archive_at
from copwatch.cli.report_said import warn_of_future
from copwatch.model.consents import is_withdrawn
from copwatch.model.holds import is_released
from copwatch.model.ids import Code
from copwatch.model.ids import code as spoken
from copwatch.workflows.versions import check_may_write

if TYPE_CHECKING:
    from copwatch.catalogue.shown import EntityVersion, ReportVersion
    from copwatch.store.archive import Archive
    from copwatch.store.keys import Keys
    from copwatch.workflows.session import Session


@dataclass(frozen=True, slots=True)
class Opening:
    """How the command line says what is opened, and with which key."""

    archive: Path | None
    unlock: bool
    passphrase_file: Path | None
    identity: Path | None


def amend_and_say(code: Code, wish: Wish, opening: Opening, *, json: bool) -> None:
    """Adds a version to what the code names, and says what became of it.

    Raises:
        UsageError: several ways to say what changes; or nobody says why.
        BadInput: something in it is wrong.
    """
    ways = {"--from": wish.form is not None, "--edit": wish.edit}
    one_way({**ways, "--set or --text": bool(wish.sets or wish.text)})
    check_handle(wish.entered_by)
    opened = archive_at(opening.archive)
    check_may_write(opened)
    wish = replace(wish, reason=reason_given(wish.reason))
    keys = keys_at_hand(opened, opening.unlock, opening.passphrase_file, opening.identity)
    amended = amend(opened, base_of(opened, code, keys), wish)
    if amended is None:
        voice.note("nothing was saved")
    else:
        _say(str(code), "incident" if code.prefix == "I" else "code", amended, json)
        if code.prefix == "C" and not json:
            _say_of_consent(opened, keys, str(code), amended)


def say_history(session: "Session", versions: "Sequence[ReportVersion | EntityVersion]") -> None:
    """Prints every version, oldest first."""
    said = history_lines(versions, names(session.catalogue), partial(codes.spoken, session.catalogue))
    voice.out("".join(f"{line}\n" for line in said))


def _say(about: str, member: str, amended: Amended, json: bool) -> None:
    written = spoken("R", amended.version)
    if member == "incident":
        warn_of_future(amended.fields)
    if json:
        said = {member: about, "version": written, "id": amended.version, "amends": [*amended.follows]}
        jsonout.print_json({**said, "fields": amended.fields})
    elif amended.follows:
        voice.say_wrapped(
            f"{written} is the current version of {about}; it amends {' and '.join(amended.follows)}."
        )
    else:
        command = "report" if member == "incident" else "record"
        voice.say_wrapped(
            f"{written} was written without a key: it stands beside what is known of {about} until a version over both"
            f" says what holds: copwatch {command} amend {about} --unlock"
        )
    if not json:
        for line in _follows(about, amended):
            voice.say_wrapped(line)


def _follows(about: str, amended: Amended) -> Iterator[str]:
    """What a consent or a hold means from now on (docs/adr/0085 and 0086)."""
    beside = "" if amended.follows else ", also while it stands beside other versions"
    if about.startswith("C-") and is_withdrawn(amended.fields):
        yield f"The withdrawal counts from now on{beside}."
    elif about.startswith("C-") and not amended.follows:
        yield "What it forbids counts from now on; what it allows, only once a version over both says so."
    elif about.startswith("H-") and is_released(amended.fields) and not amended.follows:
        yield "The hold stays in force until a version over both releases it."


def _say_of_consent(archive: "Archive", keys: "Keys | None", code: str, amended: Amended) -> None:
    """Who is to be told that less is allowed, and why less counts than was written down."""
    found = standing_after(archive, keys, amended.fields)
    if found is None:
        voice.say_wrapped(TELL)
    else:
        for line in to_be_told(found, amended.about, amended.before):
            voice.say_wrapped(line)
    if amended.follows:
        for line in lacking(found, amended.about, code, amended.fields):
            voice.note(line)
