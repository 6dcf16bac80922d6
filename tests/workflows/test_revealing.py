"""What files reveal, below a folder that changes while it is looked at."""

import os
from pathlib import Path

import pytest

from copwatch.media.isolated import MediaProcess
from copwatch.media.refusal import TookTooLong
from copwatch.progress import Progress
from copwatch.workflows.collecting import Skipped
from copwatch.workflows.revealing import Revealed, files_reveal
from tests.cli.test_clean import DIRTY


@pytest.fixture
def card(tmp_path: Path) -> Path:
    for name in ("1.png", "2.png", "3.png"):
        (tmp_path / name).write_bytes(DIRTY)
    return tmp_path


def test_a_file_that_is_gone_does_not_end_the_others(card):
    found = files_reveal([card], Progress())
    first = next(found)
    (card / "2.png").unlink()
    gone, last = found
    assert isinstance(first, Revealed) and first.untrusted_name == "1.png"
    assert isinstance(gone, Skipped) and gone.failed and gone.path == card / "2.png"
    assert isinstance(last, Revealed) and last.path == card / "3.png"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_nobody_waits_for_a_pipe(card):
    (card / "2.png").unlink()
    os.mkfifo(card / "2.png")
    first, pipe, last = files_reveal([card], Progress())
    assert isinstance(pipe, Skipped) and not pipe.failed
    assert isinstance(first, Revealed) and isinstance(last, Revealed)


def test_what_took_too_long_is_not_looked_at_again(card, monkeypatch):
    def too_long(process, file, known=()):
        raise TookTooLong("it took too long")

    def again(*given, **named):
        raise AssertionError("it is looked at again")

    monkeypatch.setattr(MediaProcess, "scan", too_long)
    monkeypatch.setattr(MediaProcess, "facts", again)
    monkeypatch.setattr(MediaProcess, "described", again)
    found = list(files_reveal([card], Progress()))
    assert [isinstance(each, Revealed) and isinstance(each.refusal, TookTooLong) for each in found] == [
        True
    ] * 3
