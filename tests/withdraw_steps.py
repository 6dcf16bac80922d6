"""Ends `withdraw --now` at every durable step in turn, then goes on: a program of its own, see test_withdraw_killed.py.

It forks, so nothing here may start a thread before. Prints one JSON object: how often it was ended, and what was wrong.
"""

import json
import os
import shutil
import sys
from pathlib import Path

from copwatch.crypto.age import HybridIdentity
from copwatch.progress import Progress
from copwatch.proof.findings import Kind
from copwatch.store.archive import open_archive
from copwatch.store.check import verify_archive
from copwatch.store.keys import open_with_identity
from copwatch.workflows.adding import Request, add_files
from copwatch.workflows.founding import make_archive
from copwatch.workflows.opening import read_evidence
from copwatch.workflows.session import Named, Session
from copwatch.workflows.withdrawing import carry_out, finish
from tests.kill_steps import KILLED, die_at, in_child, now

GOES, STAYS = b"what goes", b"what stays"


def session(top: Path, identity: HybridIdentity) -> Session:
    archive = open_archive(top / "archive")
    return Session(archive, open_with_identity(archive, identity))


def withdraw(top: Path, identity: HybridIdentity, code: str) -> None:
    from copwatch.model.ids import parse_code

    with session(top, identity) as opened:
        carry_out(opened, [Named(parse_code(code, ("E",)))], "taken back", now, at_once=True)


def after(top: Path, identity: HybridIdentity, code: str) -> list[str]:
    """Goes on as a person would: the same command again where the item is still shown, then what is left is erased."""
    wrong = [
        f"before: {f.kind}"
        for f in verify_archive(top / "archive").findings
        if f.fails and f.kind not in _LEFT
    ]
    with session(top, identity) as opened:
        rows = opened.catalogue.read("SELECT name FROM evidence")
        wrong += [] if STAYS.decode() in {row["name"] for row in rows} else ["what stays is not shown"]
        again = any(row["name"] == GOES.decode() for row in rows)
    if again:
        withdraw(top, identity, code)
    finish(open_archive(top / "archive"), now, Progress(), at_once=True)
    wrong += [f"after: {f.kind}" for f in verify_archive(top / "archive").findings if f.fails]
    with session(top, identity) as opened:
        from copwatch.catalogue.queries import evidence

        (row,) = evidence(opened.catalogue)
        with read_evidence(opened, row) as source:
            wrong += [] if source.read() == STAYS else ["what stays does not read as it was"]
    return wrong


_LEFT = (Kind.RESURRECTED, Kind.TORN)
"""What is told to be gone and is still here; and a line that was not finished."""


def main(top: Path) -> None:
    """Ends it at each step until it comes to its end."""
    os.environ["COPWATCH_STATE"] = str(top / "first" / "state")
    identity, first = HybridIdentity.generate(), top / "first"
    card = first / "card"
    card.mkdir(parents=True)
    for data in (GOES, STAYS):
        (card / data.decode()).write_bytes(data)
    make_archive(first / "archive", now, passphrase=None, identity=identity)

    def fill() -> dict[str, str]:
        from copwatch.model.ids import code

        added = add_files(open_archive(first / "archive"), Request((card,)), now, Progress())
        return {item.name: code("E", item.evidence) for item in added.received}

    _, codes = in_child(fill)
    step, ended, wrong = 0, 0, dict[str, list[str]]()
    while True:
        step += 1
        copy = top / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(first, copy)
        os.environ["COPWATCH_STATE"] = str(copy / "state")

        def killed(step: int = step, copy: Path = copy) -> None:
            die_at(step, half=step % 2 == 0)
            withdraw(copy, identity, codes[GOES.decode()])

        exit_code, _ = in_child(killed)
        ended += exit_code == KILLED
        code, found = in_child(lambda copy=copy: after(copy, identity, codes[GOES.decode()]))
        if code or found:
            wrong[str(step)] = found if isinstance(found, list) else [f"exit {code}"]
        if exit_code != KILLED:
            break
    print(json.dumps({"ended": ended, "wrong": wrong, "last": exit_code}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
