"""The recovery words: that they work is proven, and a sheet of them says all of it and nothing else."""

import itertools
import subprocess
from datetime import timedelta

import pypdfium2
import pytest

from copwatch.errors import BadInput, IntegrityFailure, Locked, Refused
from copwatch.proof.words import to_words
from copwatch.workflows.membership import add_member, key_of_recipient
from copwatch.workflows.recovery import last_rehearsal, recovery_sheet, rehearse
from tests.conftest import judge
from tests.workflows.group import NOW, Group, agreed, now


@pytest.fixture
def group(tmp_path):
    return Group(tmp_path)


def files(folder):
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_rehearsal_opens_everything_changes_nothing_and_keeps_the_day_alone(group):
    with group.founder.here():
        archive = group.founder.archive
        assert last_rehearsal(archive, now).due
        before = files(group.founder.folder)
        rehearse(archive, group.recovery_words, now)
        assert files(group.founder.folder) == before
        assert not last_rehearsal(archive, now).due
        assert last_rehearsal(archive, lambda: NOW + timedelta(days=366)).due
        kept = b"".join(files(archive.state.folder).values())
    words = group.recovery_words.split()
    assert not any(f"{a} {b}".encode() in kept for a, b in itertools.pairwise(words))


def test_wrong_words_another_members_words_and_a_lost_key_object_do_not_pass(group):
    from copwatch.crypto.age import HybridIdentity

    member = HybridIdentity.generate()
    with group.founder.here():
        archive = group.founder.archive
        with pytest.raises(Locked):
            rehearse(archive, to_words(HybridIdentity.generate().seed), now)
        with pytest.raises(BadInput):
            rehearse(archive, "abandon " * 24, now)
        key = key_of_recipient(str(member.recipient()))
        changed = add_member(archive, group.keys(), "L", key, ["case"], now, agreed)
        with pytest.raises(Refused):
            rehearse(changed, to_words(member.seed), now)
        paper = changed.charter.members[1]
        grant = next(k for k in changed.charter.keys if k.member == paper.id)
        changed.layout.object(grant.object).unlink()
        with pytest.raises(IntegrityFailure):
            rehearse(changed, group.recovery_words, now)
        assert last_rehearsal(changed, now).due


def test_the_sheet_has_every_word_with_its_number(group):
    with group.founder.here():
        keys = rehearse(group.founder.archive, group.recovery_words, now)
        pdf = recovery_sheet(group.founder.archive, keys, "a4")
    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) == 1
        text = document[0].get_textpage().get_text_range()
    said = text.split()
    for number, word in enumerate(group.recovery_words.split(), start=1):
        assert f"{number}" in said and word in said


def test_another_program_reads_the_words_from_the_code_on_the_sheet(group, tmp_path):
    program, page = judge("zbarimg"), tmp_path / "page.pgm"
    with group.founder.here():
        pdf = recovery_sheet(
            group.founder.archive, rehearse(group.founder.archive, group.recovery_words, now)
        )
    with pypdfium2.PdfDocument(pdf) as document:
        drawn = document[0].render(scale=3, grayscale=True)
        rows = bytes(drawn.buffer)
        size = (drawn.width, drawn.height)
        pixels = b"".join(rows[at * drawn.stride : at * drawn.stride + size[0]] for at in range(size[1]))
    page.write_bytes(b"P5 %d %d 255\n" % size + pixels)
    read = subprocess.run([program, "--raw", "-q", str(page)], capture_output=True, check=True, timeout=60)
    with group.founder.here():
        rehearse(group.founder.archive, read.stdout.decode(), now)
    assert read.stdout.decode().split() == group.recovery_words.split()
