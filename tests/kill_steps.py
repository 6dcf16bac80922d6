"""Ends `add` at every durable step in turn, and looks at what stands there: a program of its own, see test_killed.py.

It forks, so nothing here may start a thread before; each look is in a child too. Prints one JSON object.
"""

import json
import os
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from copwatch.crypto.age import HybridIdentity
from copwatch.progress import Progress
from copwatch.store.archive import open_archive
from copwatch.store.check import verify_archive
from copwatch.store.keys import open_with_identity
from copwatch.store.writer import append_records
from copwatch.workflows import intake
from copwatch.workflows.adding import Request, add_files
from copwatch.workflows.founding import make_archive
from copwatch.workflows.session import Session
from copwatch.workflows.stamping import fresh_id, make_stamp

STEPS = ("fsync", "write", "replace", "rename", "mkdir", "unlink", "rmdir", "ftruncate", "utime", "open")
KILLED = 9


def now() -> datetime:
    return datetime(2026, 3, 1, tzinfo=UTC)


def die_at(step: int, half: bool, among: tuple[str, ...] = STEPS) -> None:
    """From now on the given step, counted over those system calls that change a disk, is never finished."""
    count = 0

    def wrapped(name: str, real: Callable) -> Callable:
        def call(*args, **kwargs):
            nonlocal count
            if name not in among or (name == "open" and not (len(args) > 1 and args[1] & os.O_CREAT)):
                return real(*args, **kwargs)
            count += 1
            if count == step:
                if half and name == "write":
                    real(args[0], bytes(args[1])[: len(args[1]) // 2])
                os._exit(KILLED)
            return real(*args, **kwargs)

        return call

    for name in STEPS:
        setattr(os, name, wrapped(name, getattr(os, name)))


def in_child(work: Callable[[], object]) -> tuple[int, object]:
    """Runs `work` in a process of its own; gives its exit code and, where it came to an end, its result."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        result = json.dumps(work()).encode()
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(result)
            pipe.flush()
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        data = pipe.read()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), json.loads(data) if data else None


class Scene:
    """An archive with its roster, and three small files."""

    def __init__(self, top: Path) -> None:
        self.top, self.identity = top, HybridIdentity.generate()
        self.folder, self.card = top / "archive", top / "card"
        os.environ["COPWATCH_STATE"] = str(top / "state")
        make_archive(self.folder, now, passphrase=None, identity=self.identity)
        self.card.mkdir()
        for number in range(3):
            (self.card / f"{number}.jpg").write_bytes(os.urandom(300 + number))
        for name in ("archive", "state"):
            shutil.copytree(top / name, top / "base" / name)

    def renew(self) -> None:
        for name in ("archive", "state"):
            shutil.rmtree(self.top / name)
            shutil.copytree(self.top / "base" / name, self.top / name)

    def add(self) -> bool:
        intake.MOST_FILES = 2
        add_files(open_archive(self.folder), Request((self.card,)), now, Progress())
        return True

    def another_entry(self) -> bool:
        """Something else is written before `add` is run again, as `link` or `custody` would do."""
        archive = open_archive(self.folder)
        device = archive.state.device()
        assert device is not None
        stamp = make_stamp(archive, device.public_hex, now).given()
        append_records(archive, [{**stamp, "id": fresh_id(), "type": "note", "schema": 1}])
        return True

    def look(self) -> list[str]:
        return [f"{f.kind}: {f.where}: {f.detail}" for f in verify_archive(self.folder).findings if f.fails]

    def held(self) -> list[str]:
        archive = open_archive(self.folder)
        with Session(archive, open_with_identity(archive, self.identity)) as session:
            return sorted(row["sha256"] for row in session.catalogue.read("SELECT sha256 FROM evidence"))


def try_step(scene: Scene, step: int, half: bool, other: bool) -> dict[str, object]:
    """One kill, one look, then to the end, and another look. With `half` the step is one of the writes alone.

    Those are always the same ones; what threads do beside them comes a step sooner or later.
    """
    scene.renew()

    def add() -> bool:
        die_at(step, half, ("write",) if half else STEPS)
        return scene.add()

    code, _ = in_child(add)
    _, found = in_child(scene.look)
    written = in_child(scene.another_entry)[0] if other else 0
    again, _ = in_child(scene.add)
    _, whole = in_child(scene.look)
    _, held = in_child(scene.held)
    return {"step": step, "half": half, "killed": code == KILLED, "code": code, "found": found,
            "again": again or written, "whole": whole, "held": held}  # fmt: skip


def names_of_steps(scene: Scene) -> list[str]:
    """What each step is, in a run that nothing ends."""
    scene.renew()
    seen: list[str] = []

    def noted(name: str, real: Callable) -> Callable:
        def call(*args, **kwargs):
            if name != "open" or (len(args) > 1 and args[1] & os.O_CREAT):
                seen.append(name)
            return real(*args, **kwargs)

        return call

    def add() -> list[str]:
        for name in STEPS:
            setattr(os, name, noted(name, getattr(os, name)))
        scene.add()
        return seen

    names = in_child(add)[1]
    assert isinstance(names, list)
    return names


def main(top: Path) -> None:
    """All steps; every second one with another entry in between, and every write also torn in half."""
    scene, results = Scene(top), []
    names = names_of_steps(scene)
    for step in range(1, len(names) + 1):
        results.append(try_step(scene, step, False, step % 2 == 0))
    for write in range(1, names.count("write") + 1):
        results.append(try_step(scene, write, True, False))
    scene.renew()
    in_child(scene.add)
    _, expected = in_child(scene.held)
    print(json.dumps({"steps": names, "results": results, "expected": expected}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
