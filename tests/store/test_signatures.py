"""Signatures of ledger lines, checked here and in other processes."""

from concurrent.futures.process import BrokenProcessPool

import pytest

from copwatch.crypto.signing import SigningKey
from copwatch.proof.entry import Line, Lists, entry_hash, entry_message, make_entry
from copwatch.proof.findings import Kind
from copwatch.proof.ledger import Checked
from copwatch.store import signatures, worker_pool
from copwatch.store.found import Collected

KEY = SigningKey(bytes(32))


def lines(count):
    head = None
    for seq in range(count):
        entry = make_entry("ab" * 32, KEY.public_hex, seq, head, "cd" * 32, Lists())
        head, message = entry_hash(entry), entry_message(entry)
        yield Checked(Line(entry, Lists(), KEY.sign(message)), head, message, entry.lists, f"line {seq}")


def found_in(count, wrong):
    """The findings, and how many heads stay, when the signatures of `wrong` are those of another line."""
    everything = list(lines(count))
    heads, found = [one.hash for one in everything], Collected()
    with signatures.Signatures(found) as checking:
        for seq, one in enumerate(everything):
            other = one.line._replace(sig=everything[seq - 1].line.sig)
            checking.check(KEY.public_hex, one._replace(line=other) if seq in wrong else one, heads, seq)
        checking.finish()
    assert all(finding.kind is Kind.BAD_SIGNATURE for finding in found.all())
    return [finding.where for finding in found.all()], len(heads)


@pytest.fixture
def in_processes(monkeypatch):
    """As with a long ledger, with few lines."""
    monkeypatch.setattr(signatures, "_BATCH", 4)
    monkeypatch.setattr(signatures, "_BATCHES_ALONE", 1)
    monkeypatch.setattr(worker_pool.os, "cpu_count", lambda: 2)


def test_few_signatures_are_checked_here():
    assert found_in(10, {7}) == (["line 7"], 7)


@pytest.mark.usefixtures("in_processes")
def test_signatures_checked_by_other_processes_are_found_bad_where_they_are():
    assert found_in(30, {2, 13, 29}) == (["line 2", "line 13", "line 29"], 2)
    assert found_in(30, set()) == ([], 30)


@pytest.mark.usefixtures("in_processes")
def test_what_ended_processes_do_not_answer_is_checked_here(monkeypatch):
    def ended(self, *args):
        raise BrokenProcessPool("ended")

    monkeypatch.setattr(worker_pool.Future, "result", ended)
    assert found_in(30, {13}) == (["line 13"], 13)


@pytest.mark.usefixtures("in_processes")
def test_where_no_process_can_be_started_all_is_checked_here(monkeypatch):
    def refuse(*args):
        raise OSError(38, "no semaphores")

    monkeypatch.setattr(worker_pool, "ProcessPoolExecutor", refuse)
    assert found_in(30, {13}) == (["line 13"], 13)
