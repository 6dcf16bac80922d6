"""A form in the person's own editor, in a place that is memory and no disk; where there is none, refused."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from copwatch.cli import voice
from copwatch.cli.prompts import confirm
from copwatch.errors import BadInput, Interrupted, Refused, Unfinished, UsageError
from copwatch.text import clean

_MARK = "#! "
_IN_MEMORY = frozenset({"tmpfs", "ramfs"})
_FALLBACKS = ("nano", "vi")
_SO = ", so nothing was saved"
# Swap files, undo files and the registers in viminfo would hold the report on disk.
_VIM_ARGUMENTS = ("-n", "-i", "NONE", "--cmd", "set noundofile nobackup nowritebackup")


def edit(text: str, read: Callable[[str], dict[str, Any]]) -> dict[str, Any] | None:
    """Opens the editor until `read` takes what stands there; None when nothing was changed.

    What is wrong is written at the head of the form, and the editor opens again. Leaving it unchanged then gives
    up. Where the editor fails over something that was written, a person is asked before that is lost. The file, and
    what the editor left beside it, are deleted in any case.

    Raises:
        Refused: this computer has no place for it that is memory alone.
        UsageError: there is no editor.
        Unfinished: the editor failed.
        BadInput: given up with something wrong, or an editor that nobody sits at brings the same again; all of it is
            named.
    """
    command = _editor()
    with _private_file(private_folder()) as file:
        written = text
        failure: BadInput | None = None
        wrong: str | None = None
        while True:
            file.write_text(written, encoding="utf-8", newline="")
            given = _edited(command, file)
            if given == written:
                if failure is not None:
                    raise failure
                return None
            form = _without_marks(given)
            try:
                return read(form)
            except BadInput as error:
                if form == wrong and not voice.is_terminal(sys.stdin):
                    raise
                failure, wrong = error, form
                written = _marked(error) + form
                voice.warn("the form has something to mend; it is opened again")


def private_folder() -> Path:
    """A folder of this user's, or of all, that is memory and never a disk. Raises `Refused`."""
    mounts = dict(_mounts())
    named = [os.environ.get("XDG_RUNTIME_DIR", ""), "/dev/shm"]  # noqa: S108 (memory; a folder of our own is made in it)
    for folder in (Path(name).resolve() for name in named if name):
        if folder.is_dir() and os.access(folder, os.W_OK) and _type_of(folder, mounts) in _IN_MEMORY:
            return folder
    raise Refused(
        "this computer has no place for a form that is never written to a disk",
        hint="write the form where you choose (`copwatch report form`), and give it with --from FILE",
    )


def swap_devices(text: str) -> list[str]:
    """What memory may be written to, from the text of /proc/swaps; compressed memory is no disk."""
    names = [line.split()[0] for line in text.splitlines()[1:] if line.split()]
    return [name for name in names if not name.startswith("/dev/zram")]


def _mounts() -> Iterator[tuple[Path, str]]:
    """Mount points and their file systems: proc(5), /proc/pid/mountinfo; the last one of a point is on top."""
    if sys.platform != "linux":
        return
    try:
        text = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        if len(before.split(" ")) > 4 and after:
            point = re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), before.split(" ")[4])
            yield Path(point), after.split(" ")[0]


def _type_of(folder: Path, mounts: dict[Path, str]) -> str:
    return next((mounts[point] for point in (folder, *folder.parents) if point in mounts), "")


@contextmanager
def _private_file(place: Path) -> Iterator[Path]:
    _say_of_swap()
    folder = Path(tempfile.mkdtemp(prefix="copwatch-", dir=place))
    try:
        file = folder / "report.toml"
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield file
    finally:
        shutil.rmtree(folder)


def _say_of_swap() -> None:
    try:
        swaps = Path("/proc/swaps").read_text(encoding="ascii", errors="replace")
    except OSError:
        return
    if swap_devices(swaps):
        voice.note("this computer may move memory to its swap disk; that is safe where the disk is encrypted")


def _editor() -> list[str]:
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        words = shlex.split(named)
    except ValueError:
        words = []
    if not words:
        words = [name for name in _FALLBACKS if shutil.which(name)][:1] if not named.strip() else []
    program = shutil.which(words[0]) if words else None
    if program is None:
        raise UsageError("there is no editor to open", hint="set EDITOR, or give the report with --from FILE")
    vim = Path(program).resolve().name.startswith(("vim", "nvim"))
    return [program, *words[1:], *(_VIM_ARGUMENTS if vim else ())]


def _edited(command: list[str], file: Path) -> str:
    """What stands there afterwards. Raises `Unfinished`, `BadInput` or `Interrupted`: nothing of it is taken."""
    before = file.read_bytes()
    while True:
        try:
            return _opened(command, file)
        except KeyboardInterrupt:
            raise Interrupted("stopped: nothing was saved") from None
        except (Unfinished, BadInput) as failure:
            changed = file.is_file() and file.read_bytes() != before
            if not (changed and voice.is_terminal(sys.stdin)):
                raise
            voice.warn(failure.message.removesuffix(_SO))
            if not confirm("What you wrote is still there. Open it again?"):
                raise


def _opened(command: list[str], file: Path) -> str:
    done = subprocess.run([*command, str(file)], check=False, cwd=file.parent)
    if done.returncode:
        raise Unfinished(f"the editor ended with {done.returncode}{_SO}", hint="check VISUAL and EDITOR")
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput("the form is not text in UTF-8", hint="save it as UTF-8 text") from None


def _marked(error: BadInput) -> str:
    problems = getattr(error, "problems", None)
    lines: Iterable[str] = (f"{p.path}: {p.reason}" for p in problems) if problems else [error.message]
    head = "To mend (these lines go by themselves; leave the form as it is to give up):"
    return "".join(f"{_MARK}{clean(line)}\n" for line in [head, *lines])


def _without_marks(text: str) -> str:
    """The form without our lines at its head; below they may be words of the report."""
    lines = text.splitlines(keepends=True)
    while lines and lines[0].startswith(_MARK):
        lines.pop(0)
    return "".join(lines)
