"""`copwatch export`."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from copwatch.cli.export_options import (
    BatesPrefix,
    Explain,
    For,
    KeepGoing,
    Layout,
    LoadEncoding,
    Matter,
    Metadata,
    NamesNotSearched,
    NoViewing,
    Out,
    Plain,
    Profile,
    Purpose,
    What,
    Who,
    With,
    WithProof,
)
from copwatch.cli.options import (
    Archive,
    IdentityFile,
    Json,
    NoRecord,
    PassphraseFile,
    SealPassphrase,
    SealPassphraseFile,
    SealTo,
    Yes,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from copwatch.crypto.age import Recipient
    from copwatch.store.archive import Archive as OpenArchive
    from copwatch.workflows.bundle_plans import Request
    from copwatch.workflows.exporting import Exported
    from copwatch.workflows.session import Named, Session


def command(
    what: What,
    profile: Profile,
    to: SealTo = None,
    passphrase: SealPassphrase = False,
    seal_passphrase_file: SealPassphraseFile = None,
    plain: Plain = False,
    out: Out = None,
    metadata: Metadata = "",
    keep_going: KeepGoing = False,
    purpose: Purpose = "",
    client: For = "",
    recipient: Who = "",
    matter: Matter = "",
    explain: Explain = False,
    with_proof: WithProof = False,
    with_: With = None,
    layout: Layout = "bundle",
    bates: BatesPrefix = "",
    load_encoding: LoadEncoding = "utf-8",
    no_viewing: NoViewing = False,
    no_names: NamesNotSearched = False,
    yes: Yes = False,
    archive: Archive = None,
    passphrase_file: PassphraseFile = None,
    identity: IdentityFile = None,
    no_record: NoRecord = False,
    json: Json = False,
) -> None:
    """Write a bundle for a legal team.

    The profile says who it is for, and so what stays behind (copwatch profiles): client-counsel holds all about the
    client named with --for, and treats others as court-filing does. A bundle is one age file, or a plain folder, with
    the files, the report in all its versions, the custody from receipt to export, and what proves them.

    With --metadata strip, and outside client-counsel always, each file is a clean rendition: picture and sound bit for
    bit, without place, time, device and names. What cannot be cleaned with certainty stops the export. Beside what a
    plain office computer does not show (HEIC, HEVC …) stands a viewing rendition, made at export: not evidence.

    Examples:

      copwatch export I-7Q2K-D3MX-R --profile client-counsel --for P2 --to age1…
      copwatch export I-7Q2K-D3MX-R --profile court-filing --explain
      copwatch export I-7Q2K-D3MX-R --profile client-counsel --for P2 \\
          --to age1… --layout production
    """
    from copwatch.workflows.bundle_plans import Request

    named, keys, metadata = codes(what), (passphrase_file, identity), _metadata(metadata)
    request = Request(profile, out or Path(), None, (), (), purpose, not no_record, metadata == "strip", keep_going,
                      client, recipient, matter or None, with_proof, frozenset(with_ or ()), layout, bates,
                      load_encoding, not no_viewing, no_names, metadata == "preserve")  # fmt: skip
    sealed = _Sealing(to or [], passphrase, seal_passphrase_file, plain, out)
    opened = _checked(archive, request, None if explain else sealed)
    if explain:
        _explain(opened, keys, request, named, json)
        return
    _to_its_place(opened, keys, request, named, sealed, yes=yes, json=json)


@dataclass(frozen=True)
class _Sealing:
    """How a bundle is sealed: to recipients, under a passphrase (from a file, or asked for), or not at all."""

    to: list[str]
    passphrase: bool
    passphrase_file: Path | None
    plain: bool
    out: Path | None


def _checked(archive: Path | None, request: "Request", sealing: _Sealing | None) -> "OpenArchive":
    """What can be said before anything is asked; `sealing` where something will be written."""
    from copwatch.cli.opened import archive_at
    from copwatch.cli.sealing import one_way
    from copwatch.workflows.exporting import check_request
    from copwatch.workflows.profile_files import profile_named
    from copwatch.workflows.selecting import check_originals

    check_request(request)
    if sealing is not None:
        one_way(sealing.to, sealing.passphrase, sealing.passphrase_file, sealing.plain)
    opened = archive_at(archive)
    check_originals(request, profile_named(opened, request.profile))
    _say_what_it_means(request)
    return opened


def _to_its_place(
    archive: "OpenArchive", keys: tuple[Path | None, Path | None], request: "Request",
    what: "tuple[Named | None, list[Named]]", sealing: _Sealing, *, yes: bool, json: bool,
) -> None:  # fmt: skip
    """Finds the place, asks about what cannot be taken back, and exports."""
    from copwatch.cli.left_behind import clear_left_behind
    from copwatch.cli.sealing import recipients, under_passphrase
    from copwatch.workflows.exporting import check_new_bundle, new_bundle_code

    bundle = new_bundle_code()
    target = sealing.out or Path(bundle if sealing.plain else f"{bundle}.zip.age")
    check_new_bundle(target, archive, sealed=not sealing.plain)
    clear_left_behind(archive)
    request = replace(request, out=target, recipients=tuple(recipients(sealing.to)))
    stripped = request.strip or request.profile != "client-counsel"
    if sealing.plain and not _agreed(target, yes, report=what[0] is not None, stripped=stripped):
        return
    asked = not sealing.plain and not sealing.to
    choose = partial(under_passphrase, archive, sealing.passphrase_file) if asked else None
    _export(archive, keys, request, what, bundle, choose, json)


def _say_what_it_means(request: "Request") -> None:
    from copwatch.cli import voice

    if request.with_proof:
        voice.warn(
            "with proofs the bundle shows the archive, the devices, when they recorded, and hashes of the originals:"
            " whoever has an original recognises it, and two who have bundles can join them"
        )
    if request.profile == "client-counsel" and not request.client:
        voice.note("no client is named (--for P1): everybody in it is treated as a court-filing treats them")


def _export(
    archive: "OpenArchive",
    keys: tuple[Path | None, Path | None],
    request: "Request",
    what: "tuple[Named | None, list[Named]]",
    bundle: str,
    choose: "Callable[[], Recipient] | None",
    json: bool,
) -> None:
    """Opens the archive, then asks for what the bundle is sealed under where that is a passphrase."""
    from copwatch.cli.export_said import say_exported
    from copwatch.cli.opened import session_of
    from copwatch.cli.progress import progress
    from copwatch.workflows.exporting import export
    from copwatch.workflows.founding import root_words
    from copwatch.workflows.stamping import local_now

    with session_of(archive, *keys) as session:
        request = found(session, request, what)
        request = replace(request, recipients=request.recipients if choose is None else (choose(),))
        done = export(session, request, bundle, local_now, progress())
        words = root_words(session.archive)
    say_exported(done, request.profile, words, passphrase=choose is not None, json=json)
    _refuse_rest(done)


def found(session: "Session", request: "Request", what: "tuple[Named | None, list[Named]]") -> "Request":
    """The request with what its codes name."""
    from copwatch.cli.opened import named_of

    incident = session.find(what[0].code) if what[0] else None
    rows = tuple(session.find_evidence(item) for item in what[1])
    matter = session.find(named_of(request.matter, "M").code) if request.matter else None
    return replace(request, incident=incident, items=rows, matter=matter)


def _explain(
    archive: "OpenArchive",
    keys: tuple[Path | None, Path | None],
    request: "Request",
    what: "tuple[Named | None, list[Named]]",
    json: bool,
) -> None:
    from copwatch.cli.explained import say_explained
    from copwatch.cli.opened import session_of
    from copwatch.workflows.selecting import explain
    from copwatch.workflows.stamping import local_now

    with session_of(archive, *keys) as session:
        say_explained(*explain(session, found(session, request, what), local_now), json=json)


def _metadata(asked: str) -> str:
    from copwatch.errors import UsageError

    if asked not in ("", "preserve", "strip"):
        raise UsageError("--metadata takes preserve or strip", hint="see: copwatch export --help")
    return asked


def _refuse_rest(done: "Exported") -> None:
    """What stayed behind was asked for, and is missing from the bundle: no program shall take that for success."""
    from copwatch.errors import Refused

    if done.not_cleaned:
        count = len(done.not_cleaned)
        raise Refused(
            f"{count} {'item' if count == 1 else 'items'} cannot be cleaned with certainty and stayed behind",
            hint="each is named above; the bundle was written without it and says so",
        )


def codes(what: list[str]) -> "tuple[Named | None, list[Named]]":
    """One incident, or items."""
    from copwatch.cli.opened import named_of
    from copwatch.errors import UsageError

    codes = [named_of(text, "IE") for text in what]
    incidents = [named for named in codes if named.code.prefix == "I"]
    if incidents and len(codes) > 1:
        raise UsageError("one incident, or items", hint="name one I-…, or one or more E-…")
    return (incidents[0], []) if incidents else (None, codes)


def _agreed(target: Path, yes: bool, *, report: bool, stripped: bool) -> bool:
    from copwatch.cli import prompts, voice

    which = "originals, where it has any," if report else "originals"
    holds = ["it holds the report"] if report else []
    holds += [] if stripped else [f"{which} hold place and device"]
    voice.warn("; ".join(["a plain folder can be read by anybody who gets hold of it", *holds]))
    if yes or prompts.confirm(f"Write it to {target}?"):
        return True
    voice.note("nothing was written")
    return False
