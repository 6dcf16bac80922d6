"""Ends `compartment move` at many of its durable steps, then goes on: a program of its own, see test_move_killed.py.

It forks, so nothing here may start a thread before. Prints one JSON object: how often it was ended, after how many of
its entries, and what was wrong.
"""

import json
import os
import shutil
import sys
from pathlib import Path

from copwatch.catalogue.queries import evidence, report_versions
from copwatch.crypto.age import HybridIdentity
from copwatch.model.ids import code, parse_code
from copwatch.progress import Progress
from copwatch.proof.findings import Kind
from copwatch.store import moving
from copwatch.store.archive import open_archive
from copwatch.store.check import verify_archive
from copwatch.store.keys import open_with_identity
from copwatch.workflows.adding import Request, add_files
from copwatch.workflows.founding import make_archive
from copwatch.workflows.membership import add_member, key_of_recipient, new_compartment
from copwatch.workflows.moving import carry_out, plan_move
from copwatch.workflows.opening import read_evidence
from copwatch.workflows.reporting import new_report
from copwatch.workflows.session import Session
from copwatch.workflows.withdrawing import finish
from tests.kill_steps import KILLED, STEPS, die_at, in_child, now

GOES, MORE, STAYS = b"what goes", b"goes as well", b"what stays"
MOMENTS = 14
"""How many of the steps it is ended at, spread evenly; each costs half a second."""
_LEFT = (Kind.RESURRECTED, Kind.TORN)
"""What is told to be gone and is still here; and a line that was not finished."""


class Scene:
    """An incident with two batches, in one of which another file stays, and somebody who reads `case` alone."""

    def __init__(self, top: Path) -> None:
        self.first, self.copy = top / "first", top / "copy"
        self.founder, self.reader = HybridIdentity.generate(), HybridIdentity.generate()
        self.incident = str(in_child(self._make)[1])
        self.code = parse_code(code("I", self.incident), ("I",))

    def _make(self) -> str:
        os.environ["COPWATCH_STATE"] = str(self.first / "state")
        folder = self.first / "archive"
        self.first.mkdir()
        make_archive(folder, now, passphrase=None, identity=self.founder)
        keys = open_with_identity(open_archive(folder), self.founder)
        key = key_of_recipient(str(self.reader.recipient()))
        add_member(open_archive(folder), keys, "READER", key, ["case"], now, lambda _: None)
        new_compartment(open_archive(folder), keys, "narrow", [], now, lambda _: None)
        incident = new_report(open_archive(folder), now, "general", {"n_officers": 2})
        for names in ((GOES,), (MORE,), (STAYS,)):
            card = self.first / names[0].decode()
            card.mkdir()
            for data in names:
                (card / data.decode()).write_bytes(data)
            filed = None if STAYS in names else incident
            add_files(open_archive(folder), Request((card,), incident=filed), now, Progress())
        with Session(open_archive(folder), open_with_identity(open_archive(folder), self.founder)):
            return incident

    def renew(self) -> None:
        """A fresh copy of it, and work there."""
        shutil.rmtree(self.copy, ignore_errors=True)
        shutil.copytree(self.first, self.copy)
        os.environ["COPWATCH_STATE"] = str(self.copy / "state")

    def session(self, identity: HybridIdentity | None = None) -> Session:
        archive = open_archive(self.copy / "archive")
        return Session(archive, open_with_identity(archive, identity or self.founder))

    def move(self) -> int:
        moving.MOST_OBJECTS = 4  # a body and its evidence fill an entry
        with self.session() as session:
            return len(carry_out(session, self.code, "narrow", now, Progress(), at_once=True)[1].entries)

    def held(self) -> tuple[list[bytes], list[str]]:
        """The bytes of all evidence, and the leaves of the reports, as who reads everything finds them."""
        with self.session() as session:
            found = []
            for row in evidence(session.catalogue):
                with read_evidence(session, row) as source:
                    found.append(source.read())
            return sorted(found), [v.leaf for v in report_versions(session.catalogue, self.incident)]

    def steps(self) -> int:
        """How many durable steps a move takes that nothing ends."""
        self.renew()
        count = 0

        def counted() -> int:
            for name in STEPS:
                setattr(os, name, _counting(name, getattr(os, name)))
            self.move()
            return count

        def _counting(name, real):
            def call(*args, **kwargs):
                nonlocal count
                count += name != "open" or (len(args) > 1 and bool(args[1] & os.O_CREAT))
                return real(*args, **kwargs)

            return call

        return int(str(in_child(counted)[1]))

    def after(self) -> tuple[list[str], int]:
        """What is wrong before and after going on as a person would; how many entries were still to be written."""
        folder, whole = self.copy / "archive", sorted([GOES, MORE, STAYS])
        wrong = [
            f"before: {f.kind}" for f in verify_archive(folder).findings if f.fails and f.kind not in _LEFT
        ]
        bytes_, versions = self.held()
        wrong += [] if bytes_ == whole and len(versions) == 1 else ["before: something is lost"]
        with self.session() as session:
            again = bool(plan_move(session, self.code, "narrow").holders)
        entries = self.move() if again else 0
        finish(open_archive(folder), now, Progress(), at_once=True)
        wrong += [f"after: {f.kind}" for f in verify_archive(folder).findings if f.fails]
        wrong += [] if self.held() == (whole, versions) else ["after: something is lost"]
        with self.session() as session:
            wrong += ["some of it was not moved"] * bool(plan_move(session, self.code, "narrow").holders)
        with self.session(self.reader) as session:
            shown = [row.name for row in evidence(session.catalogue)]
            wrong += [] if shown == [STAYS.decode()] else [f"who may not read it is shown {shown}"]
        return wrong, entries


def main(top: Path) -> None:
    """Ends it at steps all over the move, and once not at all."""
    scene = Scene(top)
    steps = scene.steps()
    ended, entries, wrong = 0, set[int](), dict[str, list[str]]()
    moments = sorted({1 + number * (steps - 1) // (MOMENTS - 1) for number in range(MOMENTS)})
    for step in moments:
        scene.renew()

        def killed(step: int = step) -> None:
            die_at(step, half=step % 2 == 0)
            scene.move()

        ended += in_child(killed)[0] == KILLED
        exit_code, found = in_child(scene.after)
        problems, left = found if isinstance(found, list) else ([f"exit {exit_code}"], 0)
        entries.add(left)
        if problems:
            wrong[str(step)] = problems
    print(json.dumps({"ended": ended, "moments": len(moments), "entries": sorted(entries), "wrong": wrong}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
