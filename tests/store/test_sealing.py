"""Sealing files into objects, and reading them back: small and large paths, pieces, failing sources and disks."""

import errno
import hashlib
import io
import os
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copwatch.crypto.age import NoMatch, X25519Identity, open_bytes
from copwatch.errors import CopwatchError, IntegrityFailure
from copwatch.proof.padding import padme
from copwatch.store import objects as objects_module
from copwatch.store.durable import FIXED_TIME
from copwatch.store.evidence import EvidenceReader, open_evidence
from copwatch.store.layout import Layout
from copwatch.store.objects import Staging, names, remove_leftovers
from copwatch.store.sealing import LARGE, Piece, seal_file

IDENTITY = X25519Identity.generate()
BLOCKS = (0, 1, 2, 63, 1000, 65_536, (512 << 10) - 1, 512 << 10, (512 << 10) + 1, (1 << 20) + 7)


@pytest.fixture
def layout(tmp_path):
    return Layout(tmp_path)


def seal(layout, data, **how):
    """Seals and places; gives what became of it."""
    with Staging(layout) as staging:
        sealed = seal_file(io.BytesIO(data), [IDENTITY.recipient()], staging.beside, **how)
        staging.take(sealed.staged())
        staging.place()
    return sealed


def plain(layout, piece):
    return open_bytes(layout.object(piece.object).read_bytes(), [IDENTITY])


@pytest.mark.parametrize("expected", [0, LARGE], ids=["small", "large"])
@pytest.mark.parametrize("size", BLOCKS)
def test_a_file_comes_back_with_its_padding_whatever_the_way(layout, size, expected):
    data = os.urandom(size)
    sealed = seal(layout, data, expected=expected)
    assert (sealed.size, sealed.sha256) == (size, hashlib.sha256(data).hexdigest())
    (piece,) = sealed.pieces
    opened = plain(layout, piece)
    assert opened == data + bytes(padme(size) - size)
    assert sealed.head == data[:4096]
    path = layout.object(piece.object)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == piece.object
    assert path.stat().st_mtime == FIXED_TIME


def test_a_large_file_is_whole_when_the_disk_is_slower_than_the_source(layout, monkeypatch):
    """Blocks are used by three threads at once; none may change before the last one is done with it."""
    data = os.urandom(12 << 20)
    real = objects_module.StagingFolder.create

    def slow(self):
        path, file = real(self)

        class Slow(io.FileIO):
            def write(self, some):
                time.sleep(0.002)
                return super().write(some)

        file.close()
        return path, Slow(path, "r+b")

    monkeypatch.setattr(objects_module.StagingFolder, "create", slow)
    sealed = seal(layout, data, expected=LARGE)
    assert plain(layout, sealed.pieces[0])[: len(data)] == data


@pytest.mark.parametrize("expected", [0, LARGE])
@pytest.mark.parametrize(
    ("size", "pieces"), [(0, [0]), (511, [511]), (512, [512]), (513, [512, 1]), (1536, [512] * 3)]
)
def test_pieces_are_cut_at_the_capacity(layout, size, pieces, expected):
    data = os.urandom(size)
    sealed = seal(layout, data, capacity=512, expected=expected)
    assert [piece.size for piece in sealed.pieces] == pieces
    assert b"".join(plain(layout, piece)[: piece.size] for piece in sealed.pieces) == data


def test_a_source_that_gives_little_at_a_time_is_read_to_its_end(layout):
    class Slow(io.BytesIO):
        def readinto(self, buffer):
            return super().readinto(memoryview(buffer)[:777])

    data = os.urandom(20_000)
    with Staging(layout) as staging:
        sealed = seal_file(Slow(data), [IDENTITY.recipient()], staging.beside, expected=len(data))
        staging.take(sealed.staged())
    assert sealed.sha256 == hashlib.sha256(data).hexdigest()


def test_progress_is_told_of_every_byte(layout):
    told = []
    seal(layout, b"x" * 100_000, advance=told.append)
    assert sum(told) == 100_000


class FailsAfter(io.BytesIO):
    def __init__(self, good, kind=OSError):
        super().__init__(b"x" * good)
        self.kind = kind

    def readinto(self, buffer):
        count = super().readinto(buffer)
        if not count:
            raise self.kind(errno.EIO, "card failed")
        return count


@pytest.mark.parametrize("expected", [0, LARGE])
@pytest.mark.parametrize("kind", [OSError, KeyboardInterrupt])
def test_a_failing_source_leaves_nothing_staged(layout, expected, kind):
    with Staging(layout) as staging:
        with pytest.raises(kind):
            seal_file(
                FailsAfter(3 << 20, kind),
                [IDENTITY.recipient()],
                staging.beside,
                expected=expected,
                capacity=1 << 20,
            )
        staging.place()
        assert [path.name for path in staging.folder.iterdir()] == ["in-use.lock"]
    assert list(names(layout)) == []


@pytest.mark.parametrize("expected", [0, LARGE])
def test_a_failing_disk_leaves_nothing_staged(layout, expected, monkeypatch):
    real = objects_module.StagingFolder.create

    def full(self):
        path, file = real(self)
        file.close()

        class Full(io.FileIO):
            def write(self, some):
                if self.tell() > 1 << 20:
                    raise OSError(errno.ENOSPC, "full")
                return super().write(some)

        return path, Full(path, "r+b")

    monkeypatch.setattr(objects_module.StagingFolder, "create", full)
    with Staging(layout) as staging:
        with pytest.raises(OSError, match="full"):
            seal_file(io.BytesIO(bytes(9 << 20)), [IDENTITY.recipient()], staging.beside, expected=expected)
        assert [path.name for path in staging.folder.iterdir()] == ["in-use.lock"]


def test_a_disk_that_takes_part_of_a_write_gets_the_rest(layout, monkeypatch):
    real = objects_module.StagingFolder.create

    def short(self):
        path, file = real(self)
        file.close()

        class Short(io.FileIO):
            def write(self, some):
                return super().write(memoryview(some)[:1000])

        return path, Short(path, "r+b")

    monkeypatch.setattr(objects_module.StagingFolder, "create", short)
    data = os.urandom(10_000)
    assert plain(layout, seal(layout, data).pieces[0])[:10_000] == data


# Staging


def test_what_is_not_placed_leaves_nothing(layout):
    with Staging(layout) as staging:
        staging.add_bytes(b"one")
        two = staging.add_bytes(b"two")
        staging.place([two])
    assert list(names(layout)) == [two]
    assert list(layout.staging.iterdir()) == []


def test_what_a_killed_program_staged_is_cleared_and_nothing_else(layout):
    layout.staging.mkdir()
    left = layout.staging / ("0" * 16)
    left.mkdir()
    (left / "in-use.lock").touch()
    (left / "sealed").write_bytes(b"x")
    (layout.staging / "torn-1.jsonl").write_bytes(b"x")
    (layout.staging / ("1" * 16)).mkdir()
    with Staging(layout) as staging:
        kept = {staging.folder.name, "torn-1.jsonl", "1" * 16}
        remove_leftovers(layout, time.time())
        assert {path.name for path in layout.staging.iterdir()} == {*kept, left.name}, (
            "it may have just begun"
        )
        remove_leftovers(layout, time.time() + 4000)
        assert {path.name for path in layout.staging.iterdir()} == kept, "what is in use holds its lock"


# Reading evidence


DATA = bytes(range(256)) * 9


@pytest.fixture(scope="module")
def pieces_of(tmp_path_factory):
    layout = Layout(tmp_path_factory.mktemp("evidence"))
    return layout, seal(layout, DATA, capacity=512).pieces


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("read"), st.integers(-1, 3000)),
            st.tuples(st.just("set"), st.integers(0, 3000)),
            st.tuples(st.just("cur"), st.integers(-600, 600)),
            st.tuples(st.just("end"), st.integers(-2400, 10)),
        ),
        max_size=12,
    )
)
def test_reading_evidence_is_like_reading_its_bytes(pieces_of, steps):
    layout, pieces = pieces_of
    model = io.BytesIO(DATA)
    with open_evidence(layout, pieces, [IDENTITY]) as file:
        for what, number in steps:
            if what == "read":
                assert file.read(number) == model.read(number)
            else:
                whence = {"set": io.SEEK_SET, "cur": io.SEEK_CUR, "end": io.SEEK_END}[what]
                base = {"set": 0, "cur": model.tell(), "end": len(DATA)}[what]
                if base + number >= 0:
                    assert file.seek(number, whence) == model.seek(number, whence)
            assert file.tell() == model.tell()


def test_evidence_is_refused_when_an_object_is_missing_short_altered_or_for_somebody_else(tmp_path):
    layout = Layout(tmp_path)
    pieces = seal(layout, DATA, capacity=512).pieces
    with pytest.raises(NoMatch), open_evidence(layout, pieces, [X25519Identity.generate()]) as file:
        file.read(1)
    longer = [Piece(pieces[0].object, 5000)]
    with pytest.raises(IntegrityFailure, match="shorter"), open_evidence(layout, longer, [IDENTITY]) as file:
        file.read(1)
    path = layout.object(pieces[1].object)
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(data)
    with open_evidence(layout, pieces, [IDENTITY]) as file:
        with pytest.raises(CopwatchError):
            file.read()
        file.seek(0)
        assert file.read(512) == DATA[:512], "what holds can still be read"
    path.unlink()
    with pytest.raises(IntegrityFailure, match="missing"), open_evidence(layout, pieces, [IDENTITY]) as file:
        file.read()


def test_a_header_that_was_altered_is_not_taken_for_a_key_that_is_missing(tmp_path):
    layout = Layout(tmp_path)
    pieces = seal(layout, DATA).pieces
    path = layout.object(pieces[0].object)
    before, arrow, stanza = path.read_bytes().partition(b"-> X25519 ")
    path.write_bytes(before + arrow + (b"B" if stanza[:1] == b"A" else b"A") + stanza[1:])
    with (
        open_evidence(layout, pieces, [IDENTITY]) as file,
        pytest.raises(IntegrityFailure, match=f"{pieces[0].object[:16]} was altered"),
    ):
        file.read()


def test_padding_of_another_length_or_content_is_found(tmp_path):
    layout = Layout(tmp_path)
    (piece,) = seal(layout, b"x" * 1000).pieces
    EvidenceReader(layout, [piece], [IDENTITY]).check_padding()
    for wrong in (b"x" * 1001, b"x" * 1000 + b"y" * 24, b"x" * 1000):
        from copwatch.crypto.age import seal as seal_bytes

        sealed = seal_bytes(wrong, [IDENTITY.recipient()])
        name = hashlib.sha256(sealed).hexdigest()
        layout.object(name).parent.mkdir(parents=True, exist_ok=True)
        layout.object(name).write_bytes(sealed)
        with (
            EvidenceReader(layout, [Piece(name, 1000)], [IDENTITY]) as reader,
            pytest.raises(IntegrityFailure),
        ):
            reader.check_padding()


def test_evidence_without_pieces_is_empty(tmp_path):
    with open_evidence(Layout(tmp_path), [], [IDENTITY]) as file:
        assert file.read() == b""
