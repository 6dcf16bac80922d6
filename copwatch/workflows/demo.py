"""`copwatch demo`: the whole way of a shift's files, with the real commands, on invented material.

This file says which commands are run in which order, and why; running and showing them belongs to the caller.
The demo has an archive of its own, which is marked in the local state, so that nobody's evidence gets into it.
"""

import re
import shlex
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from copwatch import examples
from copwatch.errors import CopwatchError, Interrupted, Refused, Unfinished
from copwatch.store.archive import Archive, open_archive
from copwatch.store.durable import write_new
from copwatch.store.layout import is_archive
from copwatch.workflows.founding import offer_passphrase, synced_by

ARCHIVE, CARD, FORM = "archive", "card", "report.toml"
PASSPHRASE, BUNDLE_PASSPHRASE = "passphrase.txt", "bundle-passphrase.txt"
RECOVERY, RECEIPT, COPY, BUNDLE = "recovery-words.txt", "receipt.txt", "second-place", "bundle.zip.age"
NAMES = (ARCHIVE, CARD, COPY, FORM, PASSPHRASE, BUNDLE_PASSPHRASE, RECOVERY, RECEIPT, BUNDLE)
"""Everything that a demo writes into its folder, and all that removing it deletes there."""

MARK = "demo.json"
"""The file of the local state that says: this archive is a demo's, and which folder it stands in."""

_SAMPLE = "VID_20260612_181305.mp4"
_CODE = "(?<![0-9A-Z-]){}(?:-[0-9A-Z]{{4}})+-[0-9A-Z]"
_INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Step:
    """One command as a person types it, and in plain words what it is for.

    `{incident}` and `{item}` in it stand for the first codes of that kind that earlier commands printed.
    """

    why: str
    command: str


STEPS = (
    Step(
        "An archive is made. At your own desk copwatch asks for the passphrase, and shows the recovery words for"
        " you to write on paper; here both stand in files, because it is only a demo.",
        f'copwatch init {ARCHIVE} --group "Demo Copwatch" --name DEMO-1 --no-default'
        f" --passphrase-file {PASSPHRASE} --recovery-out {RECOVERY}",
    ),
    Step(
        "After the shift somebody writes down what happened. That needs no passphrase.",
        f"copwatch report new --from {FORM}",
    ),
    Step(
        "The files from the card come in, filed under that report. They are sealed as they are read, and that"
        " needs no passphrase either: this computer could not open them afterwards.",
        f"copwatch add {CARD} --incident {{incident}} --by OBS-DEMO1 --received-how sd_card --receipt {RECEIPT}",
    ),
    Step(
        "Reading needs the passphrase. These are the incidents:",
        f"copwatch list --passphrase-file {PASSPHRASE}",
    ),
    Step(
        "Words are found in reports, notes and file names.",
        f"copwatch search handcuffs --passphrase-file {PASSPHRASE}",
    ),
    Step(
        "A second place. Every byte is read back from it. On another disk this would say that the card may be wiped;"
        " here it cannot.",
        f"copwatch copy {COPY}",
    ),
    Step(
        "Anybody can check the archive, for years, without a key and without seeing what is in it.",
        "copwatch verify",
    ),
    Step(
        "Counsel gets a bundle: files, report, custody and proofs, sealed under a passphrase of its own.",
        f"copwatch export {{incident}} --profile client-counsel --seal-passphrase-file {BUNDLE_PASSPHRASE}"
        f' --out {BUNDLE} --purpose "demo for counsel" --passphrase-file {PASSPHRASE}',
    ),
    Step(
        "Whoever receives it checks it from itself alone, without our archive.",
        f"copwatch verify {BUNDLE} --passphrase-file {BUNDLE_PASSPHRASE}",
    ),
    Step(
        "Is this file exactly what came in? The receipt answers, without any key.",
        f"copwatch verify {CARD}/{_SAMPLE} --receipt {RECEIPT}",
    ),
    Step(
        "And this is what happened to one item since it was received.",
        f"copwatch custody {{item}} --passphrase-file {PASSPHRASE}",
    ),
)


@dataclass(frozen=True, slots=True)
class Demo:
    """A folder that is ready for the walk. The passphrases open nothing but what the demo makes."""

    folder: Path
    passphrase: str
    bundle_passphrase: str


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command came to: its exit code, and all that it printed."""

    code: int
    output: str


def prepare(folder: Path | None) -> Demo:
    """Puts the sample files and the passphrases of a demo into a new or empty folder.

    Args:
        folder: where; None makes a new folder among the temporary ones.

    Raises:
        Refused: the folder has something in it, or lies inside an archive, or a service syncs it.
        NotFound: this copy of copwatch was packed without its examples.
    """
    media, form = examples.media_folder(), examples.report_file()
    place = Path(tempfile.mkdtemp(prefix="copwatch-demo-")) if folder is None else _checked(folder)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    demo = Demo(place.resolve(), offer_passphrase(), offer_passphrase())
    shutil.copytree(media, place / CARD)
    shutil.copy2(form, place / FORM)
    for path in (place / CARD).rglob("*"):  # an installed package may be read only, and so would be its copy
        path.chmod(0o700 if path.is_dir() else 0o600)
    write_new(place / PASSPHRASE, f"{demo.passphrase}\n".encode())
    write_new(place / BUNDLE_PASSPHRASE, f"{demo.bundle_passphrase}\n".encode())
    return demo


def _checked(folder: Path) -> Path:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(
            f"{folder} is not an empty folder", hint="name a new one, or remove an earlier demo: --remove DIR"
        )
    whole = folder.resolve()
    if any(is_archive(above) for above in (whole, *whole.parents)):
        raise Refused(f"{folder} lies inside an archive", hint="name a folder elsewhere")
    service = synced_by(folder)
    if service is not None:
        raise Refused(f"{folder} seems to be synced by {service}", hint="name a folder that stays here")
    return folder


def walk(demo: Demo, show: Callable[[Step, str], None], run: Callable[[str], Ran]) -> None:
    """Runs all steps in order, standing in the demo's folder.

    Args:
        show: told of each step and its command before it is run.
        run: runs a command line.

    Raises:
        Unfinished, Interrupted: a command failed, or the person stopped it; the folder stays.
    """
    known: dict[str, str] = {}
    try:
        for step in STEPS:
            command = step.command.format_map(known)
            show(step, command)
            ran = _in_demo(demo, command, run)
            if ran.code:
                raise _stopped(demo, command, ran.code)
            known = codes_in(ran.output) | known
    finally:
        if not is_archive(demo.folder / ARCHIVE):
            clear(demo.folder)


def codes_in(output: str) -> dict[str, str]:
    """The first code of an incident and the first of an item that a command printed."""
    found = {name: re.search(_CODE.format(kind), output) for name, kind in (("incident", "I"), ("item", "E"))}
    return {name: match[0] for name, match in found.items() if match}


def clear(folder: Path) -> tuple[str, ...]:
    """Deletes what a demo writes into its folder, and the folder if it is empty then; gives the names that stay."""
    for name in NAMES:
        path = folder / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    if not folder.exists():
        return ()
    left = tuple(sorted(path.name for path in folder.iterdir()))
    if not left:
        folder.rmdir()
    return left


def _stopped(demo: Demo, command: str, code: int) -> CopwatchError:
    failure = Interrupted if code == _INTERRUPTED else Unfinished
    made = is_archive(demo.folder / ARCHIVE)
    hint = f"to delete it: {removal(demo.folder)}" if made else "nothing is left of it"
    return failure(f"the demo stopped at `{command}`, exit code {code}", hint=hint)


def removal(folder: Path) -> str:
    """The command that deletes a demo."""
    return f"copwatch demo --remove {shlex.quote(str(folder))}"


def _in_demo(demo: Demo, command: str, run: Callable[[str], Ran]) -> Ran:
    """Runs one command; from the first moment that there is an archive, it is marked."""
    folder = demo.folder / ARCHIVE
    if is_archive(folder):
        with _adding_to(open_archive(folder)):
            return run(command)
    try:
        return run(command)
    finally:
        if is_archive(folder):
            with suppress(CopwatchError):  # half an archive has no state that could be marked
                archive = open_archive(folder)
                archive.state.write(MARK, {"archive": archive.id, "folder": str(demo.folder)})


_walked: set[str] = set()


@contextmanager
def _adding_to(archive: Archive) -> Iterator[None]:
    _walked.add(archive.id)
    try:
        yield
    finally:
        _walked.discard(archive.id)


def is_walking(archive: Archive) -> bool:
    """Whether this process runs the demo of that archive now; only then files may be added to it."""
    return archive.id in _walked


def refuse_demo(archive: Archive) -> None:
    """Raises `Refused` when the archive is a demo's, unless this process walks it now: nothing real belongs there."""
    if archive.state.read(MARK) and not is_walking(archive):
        raise Refused("this is the demo archive", hint="make one of your own: `copwatch init DIR`")
