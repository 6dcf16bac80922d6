"""Three computers add, link, amend, withdraw and move on their own, and copy among folders in any order.

Hypothesis chooses what happens, where a copy is interrupted, which old copy is taken up again, and when a whole
computer is set back to a backup. At the end every replica has the same verified content, nothing is lost that any
folder still held, and every fork is named. `COPWATCH_SOAK=n` tries n times as often.
"""

import os
import shutil
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, Phase, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from copwatch.catalogue.queries import evidence
from copwatch.errors import BadInput, NotFound, NotThisDevice
from copwatch.model.ids import code, parse_code
from copwatch.progress import Progress
from copwatch.proof.findings import Kind
from copwatch.store.all_ledgers import read_all
from copwatch.store.archive import Archive, open_archive
from copwatch.store.check import verify_archive
from copwatch.store.found import Collected
from copwatch.store.keys import open_with_identity
from copwatch.store.known_ids import known_ids
from copwatch.store.layout import is_archive
from copwatch.workflows.copying import copy_archive, merge_archive, open_for_merging
from copwatch.workflows.filing import link
from copwatch.workflows.membership import new_compartment
from copwatch.workflows.moving import carry_out as move
from copwatch.workflows.reporting import amend_report, new_report
from copwatch.workflows.session import Session
from copwatch.workflows.withdrawing import carry_out, finish
from tests.workflows.group import Group, Laptop, agreed, now

WHO = ("founder", "bo", "cy")
SOAK = int(os.environ.get("COPWATCH_SOAK", "1"))
laptops = st.sampled_from(WHO)
places = st.sampled_from([*WHO, "stick", "old"])


@cache
def prepared() -> tuple[Path, Group]:
    """A group of three with one report, made once; every example works on a copy of it."""
    top = Path(tempfile.mkdtemp(prefix="replicas-"))
    group = Group(top)
    group.laptops = {name: group.device(name) for name in WHO[1:]}
    with group.founder.here():
        new_compartment(group.founder.archive, group.keys(), "narrow", [], now, agreed)
        group.incident = new_report(group.founder.archive, now, "general", {"n_officers": 2})
    for name in WHO[1:]:
        group.laptops[name].merge_from(group.founder.folder)
    return top, group


class Stop(BaseException):
    """The person pulls the stick, or presses Ctrl-C."""


class Interrupted(Progress):
    """Ends the work after so many bytes."""

    def __init__(self, after: int) -> None:
        self.left = after

    def start(self, total, what):
        return None

    def advance(self, count):
        self.left -= count
        if self.left < 0:
            raise Stop

    def finish(self):
        return None


class Replicas(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        made, group = prepared()
        self.top = Path(tempfile.mkdtemp(prefix="replicas-"))
        self.group, self.laptops = group, {}
        for name in WHO:
            laptop = Laptop(self.top, name)
            shutil.copytree(made / name, laptop.top, dirs_exist_ok=True)
            self.laptops[name] = laptop
        self.count = 0
        self.bo_makes_a_backup()

    def teardown(self):
        if hasattr(self, "top"):
            self.everything_meets()
            shutil.rmtree(self.top)

    def folder(self, name: str) -> Path:
        return self.laptops[name].folder if name in self.laptops else self.top / name

    def writes(self, name, how):
        """Somebody works offline; a computer whose key was used twice cannot, and says so."""
        laptop = self.laptops[name]
        with laptop.here():
            try:
                how(open_archive(laptop.folder))
            except NotThisDevice:
                return

    @rule(name=laptops)
    def adds(self, name):
        self.count += 1
        try:
            self.laptops[name].add(b"film %d" % self.count)
        except NotThisDevice:
            return

    @rule(name=laptops)
    def amends(self, name):
        said = {"n_officers": 3 + self.count}
        self.writes(
            name, lambda a: amend_report(a, now, self.group.incident, "general", said, reason="looked again")
        )

    @rule(name=laptops, which=st.integers(0, 5))
    def links(self, name, which):
        def does(archive: Archive):
            batches = sorted(known_ids(archive.state, "B", ""))
            if batches:
                link(archive, now, self.group.incident, batch=batches[which % len(batches)], evidence=None)

        self.writes(name, does)

    @rule(which=st.integers(0, 5))
    def founder_withdraws(self, which):
        laptop = self.laptops["founder"]
        with laptop.here():
            archive = open_archive(laptop.folder)
            with Session(archive, open_with_identity(archive, self.group.identity)) as session:
                items = [row for row in evidence(session.catalogue) if not row.withdrawn]
                if not items:
                    return
                from copwatch.cli.opened import named_of

                try:
                    carry_out(session, [named_of(items[which % len(items)].code, "E")], "asked for", now)
                except NotThisDevice:
                    return

    @rule(name=st.sampled_from(["founder", "bo"]))
    def the_founder_moves_the_incident(self, name):
        """Also at another computer, so that two moves, or a move and a withdrawal, do not know of each other."""
        self.count += 1
        incident = parse_code(code("I", self.group.incident), ("I",))

        def does(archive: Archive):
            keys = open_with_identity(archive, self.group.identity)
            with Session(archive, keys) as session, suppress(BadInput, NotFound):
                move(session, incident, "narrow", now, Progress())

        self.writes(name, does)

    @rule(name=laptops, to=places, after=st.one_of(st.none(), st.integers(0, 4000)))
    def copies(self, name, to, after):
        if to == name:
            return
        self.carries(name, lambda a, p: copy_archive(a, self.folder(to), now, p), after)

    @rule(name=laptops, source=places, after=st.one_of(st.none(), st.integers(0, 4000)))
    def merges(self, name, source, after):
        if source == name or not is_archive(self.folder(source)):
            return
        self.carries(name, lambda a, p: merge_archive(a, self.folder(source), p), after)

    def carries(self, name, how, after=None):
        laptop = self.laptops[name]
        with laptop.here():
            try:
                how(open_for_merging(laptop.folder), Progress() if after is None else Interrupted(after))
            except Stop:
                return

    @rule(name=laptops)
    def somebody_keeps_an_old_copy(self, name):
        shutil.rmtree(self.top / "old", ignore_errors=True)
        shutil.copytree(self.laptops[name].folder, self.top / "old")

    @rule()
    def bo_makes_a_backup(self):
        shutil.rmtree(self.top / "backup", ignore_errors=True)
        shutil.copytree(self.laptops["bo"].top, self.top / "backup")

    @rule(to=st.sampled_from(["founder", "stick", "nobody"]))
    def bo_is_set_back_to_the_backup(self, to):
        """What was added since the backup is gone there, and may have reached another folder before."""
        event(f"set back, {to}")
        self.adds("bo")
        if to != "nobody":
            self.carries("bo", lambda a, p: copy_archive(a, self.folder(to), now, p))
        shutil.rmtree(self.laptops["bo"].top)
        shutil.copytree(self.top / "backup", self.laptops["bo"].top)
        self.adds("bo")

    def everything_meets(self):
        """What is still in some folder is in all of them afterwards."""
        folders = [self.folder(name) for name in (*WHO, "stick", "old")]
        entries = set().union(*(entries_of(folder) for folder in folders if is_archive(folder)))
        for _ in range(2):
            for name in WHO:
                for source in (*WHO, "stick", "old"):
                    if source != name and is_archive(self.folder(source)):
                        self.carries(name, lambda a, p, s=source: merge_archive(a, self.folder(s), p))
        for laptop in self.laptops.values():
            with laptop.here():
                finish(open_archive(laptop.folder), now, Progress(), at_once=True)
        forked = {(device, seq) for device, seq, _ in entries}
        event("a fork" if len(forked) < len(entries) else "no fork")
        fails = set()
        for laptop in self.laptops.values():
            assert entries_of(laptop.folder) >= entries, "an entry was lost"
            with laptop.here():
                found = [f for f in verify_archive(laptop.folder).findings if f.fails]
            assert {f.kind for f in found} <= {Kind.FORK}, found
            assert bool(found) == (len(forked) < len(entries)), "each fork is named, and nothing else"
            fails.add(tuple(sorted((f.kind.value, f.where) for f in found if f.where.startswith("forks/"))))
        assert len(fails) == 1
        shown = [content(laptop.folder) for laptop in self.laptops.values()]
        assert shown[0] == shown[1] == shown[2], "all replicas have the same files"
        read = [self.read(laptop) for laptop in self.laptops.values()]
        assert read[0] == read[1] == read[2], "and whoever opens them finds the same"

    def read(self, laptop) -> list[tuple]:
        """What the founder reads there: each record that counts, and in which compartment.

        From nothing: a catalogue that read a branch which no longer counts says that it has to be made again.
        """
        with laptop.here():
            archive = open_archive(laptop.folder)
            with Session(archive, open_with_identity(archive, self.group.identity), anew=True) as session:
                assert session.missing == "", session.findings
                rows = session.catalogue.read(
                    "SELECT leaf, compartment, device, seq, type FROM counted ORDER BY leaf"
                )
                assert "report" in {row["type"] for row in rows}, "the incident is somewhere"
                return [tuple(row.values()) for row in rows]


def entries_of(folder: Path) -> set[tuple[str, int, str]]:
    """(device, seq, hash) of every entry in a folder, in all branches."""
    named = read_all(open_archive(folder), Collected())
    ledgers = [(device, heads) for device in named.heads for heads in named.all_of(device)]
    return {(device, seq, head) for device, heads in ledgers for seq, head in enumerate(heads)}


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] != "tmp"
    }


def test_every_replica_ends_with_the_same_verified_content(tmp_path, monkeypatch):
    monkeypatch.setenv("COPWATCH_STATE", str(tmp_path / "nobody"))
    run_state_machine_as_test(
        Replicas,
        settings=settings(
            max_examples=8 * SOAK, stateful_step_count=14, deadline=None, derandomize=SOAK == 1, database=None,
            suppress_health_check=list(HealthCheck), phases=[Phase.generate], report_multiple_bugs=False,
        ),
    )  # fmt: skip
