"""The process that looks at hostile bytes: what it is given and gives up, and the end of one that misbehaves."""

import io
import os
import struct
import subprocess
import sys
import time

import pytest

from copwatch.media import isolated, wire
from copwatch.media.channels import HANDS_OVER
from copwatch.media.confined import BOUNDS_PROCESSOR
from copwatch.media.facts import Danger, Fact
from copwatch.media.isolated import MediaProcess
from copwatch.media.parts import Part, PartList, Scan, Treatment
from copwatch.media.refusal import CannotClean, Damaged, NoProcess, Unsupported
from tests.media import making_gif

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="what Linux alone can do")

# Stands in the place of `cleaning.scan` in the process; what it does is in the first bytes of the file.
LOOKING = """
import os, time
from copwatch.media import cleaning, wire
from copwatch.media.facts import Danger, Fact
from copwatch.media.parts import Part, Scan, Treatment
from copwatch.media.refusal import Damaged, Unsupported
def looked(file, known=()):
    file.seek(0)
    word = file.read(5)
    if word == b"hangs": time.sleep(1000)
    if word == b"waits": time.sleep(1.5)
    if word == b"spins":
        while True: pass
    if word == b"dies.": os.abort()
    if word == b"bombs": bytearray(8 << 30)
    if word == b"index": [][0]
    if word == b"break": raise Damaged("it is broken", 3)
    size = file.seek(0, 2)
    file.seek(size - 3)
    parts = (Part(0, 4, Treatment.DROP, "x", danger=Danger.PLACE), Part(4, size - 4, Treatment.KEEP, "y", True))
    answers.append(ANSWERS.get(word, packed))
    return Scan("test/" + file.read(3).decode(), parts, (Fact(Danger.TIME, "pid", str(os.getpid())),))
cleaning.scan = looked
packed, answers = wire.packed, []
ANSWERS = {
    b"lies.": lambda scan: wire.message({"type": "x", "sorts": [], "lengths": [], "kinds": []}),
    b"flood": lambda scan: bytes(200 << 20),
}
wire.packed = lambda scan: answers.pop()(scan)
"""


WAYS = [False, *([True] if HANDS_OVER else [])]


@pytest.fixture(params=WAYS, ids=lambda over: "socket" if over else "pipes")
def hands_over(request):
    return request.param


@pytest.fixture
def process(monkeypatch, hands_over):
    monkeypatch.setattr(isolated, "_BOOT", _boot(LOOKING))
    with MediaProcess(seconds=20, hands_over=hands_over) as process:
        yield process


def _boot(patch: str) -> str:
    before, _, after = isolated._BOOT.partition("from copwatch")
    return before.replace("; ", "\n") + patch + "from copwatch" + after.replace("; ", "\n")


def pid(scan: Scan) -> str:
    return scan.facts[0].value


def test_a_batch_is_looked_at_by_one_process_that_is_gone_afterwards(process, tmp_path):
    (tmp_path / "file").write_bytes(b"fine." + bytes(3_000_000) + b"abc")
    with (tmp_path / "file").open("rb") as file:
        file.seek(7)
        first = process.scan(file)
    second = process.scan(io.BytesIO(b"fine." + bytes(3_000_000) + b"def"))
    assert (first.media_type, second.media_type) == ("test/abc", "test/def")
    assert first.parts[0] == Part(0, 4, Treatment.DROP, "x", danger=Danger.PLACE)
    assert first.parts[1].essence and first.parts[1].end == 3_000_008
    assert pid(first) == pid(second) != str(os.getpid())
    process.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid(first)), 0)


def test_a_file_that_is_read_for_it_is_the_same_file(process):
    class Short(io.BytesIO):
        def read(self, size=-1, /):
            return super().read(min(size, 1000))

    assert process.scan(Short(b"fine." + bytes(700_000) + b"end")).media_type == "test/end"


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        (b"dies.", "broke down"),
        (b"bombs", "more memory"),
        (b"index", "a defect of copwatch"),
        (b"lies.", "makes no sense"),
        (b"flood", "makes no sense"),
    ],
)
def test_what_breaks_it_is_refused_and_the_next_file_is_looked_at(process, word, reason):
    with pytest.raises(Unsupported, match=reason):
        process.scan(io.BytesIO(word + b"......"))
    assert process.scan(io.BytesIO(b"fine...xyz")).media_type == "test/xyz"


@pytest.mark.parametrize("word", [b"hangs", b"spins"])
def test_what_takes_too_long_is_ended(monkeypatch, hands_over, word):
    monkeypatch.setattr(isolated, "_BOOT", _boot(LOOKING))
    monkeypatch.setattr(isolated, "_LEAST_SHARE", 2)
    waited = []
    with MediaProcess(seconds=0.5, waiting=lambda: waited.append(1), hands_over=hands_over) as process:
        began = time.monotonic()
        with pytest.raises(Unsupported, match="too long"):
            process.scan(io.BytesIO(word + b"......"))
        assert time.monotonic() - began < 10
        assert waited
        assert process.scan(io.BytesIO(b"fine...xyz")).media_type == "test/xyz"


def test_who_still_asks_when_it_is_stopped_is_answered_at_once(monkeypatch, hands_over):
    """It has minutes for this file, in which whoever waits for the answer would wait too."""
    monkeypatch.setattr(isolated, "_BOOT", _boot(LOOKING))
    with MediaProcess(seconds=20, hands_over=hands_over) as process:
        process.waiting = process.stop
        began = time.monotonic()
        with pytest.raises(CannotClean, match="broke down"):
            process.scan(io.BytesIO(b"hangs......"))
        assert time.monotonic() - began < 10


@pytest.mark.skipif(not BOUNDS_PROCESSOR, reason="here the clock alone bounds what a file costs")
def test_a_good_file_is_not_refused_because_other_programs_have_the_processor(monkeypatch):
    monkeypatch.setattr(isolated, "_BOOT", _boot(LOOKING))
    with MediaProcess(seconds=0.2) as process:
        assert process.scan(io.BytesIO(b"waits...xyz")).media_type == "test/xyz"


def test_its_refusals_keep_their_class_and_place(process):
    with pytest.raises(Damaged) as told:
        process.scan(io.BytesIO(b"break......"))
    assert (told.value.reason, told.value.offset) == ("it is broken", 3)


def test_a_file_that_cannot_be_read_ends_it_and_says_so_itself(process):
    class Torn(io.BytesIO):
        def readinto(self, buffer, /):
            raise OSError("the card has gone")

    with pytest.raises(OSError, match="the card has gone"):
        process.scan(Torn(b"fine......"))
    assert process.scan(io.BytesIO(b"fine...xyz")).media_type == "test/xyz"


def test_without_memory_that_both_see_it_is_sent_what_it_asks_for(monkeypatch, tmp_path):
    monkeypatch.setattr(isolated, "_BOOT", _boot(LOOKING))
    monkeypatch.delattr(os, "memfd_create", raising=False)
    monkeypatch.setattr(sys, "platform", "darwin")
    with MediaProcess(seconds=20) as process:
        assert process.scan(io.BytesIO(b"fine..." + bytes(3 << 20) + b"xyz")).media_type == "test/xyz"
        assert process._channel is not None and not process._channel.shared


def confined(code: str) -> str:
    """What code says that runs after everything was given up."""
    given = "import sys; from copwatch.media import child, confined; confined.confine(1 << 30, child._programs())\n"
    said = subprocess.run(
        [sys.executable, "-c", given + code], capture_output=True, text=True, timeout=60, check=False
    )
    return said.stdout + said.stderr


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.socket()",
        "import os; os.system('true')",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.fork()",
        "open('/tmp/copwatch-was-here', 'w')",
        "bytearray(2 << 30)",
    ],
)
def test_what_it_gave_up_it_cannot_do(code):
    assert "Error" in confined(code)


@LINUX
def test_it_opens_no_file_but_those_of_python(tmp_path):
    (tmp_path / "key").write_text("secret")
    said = confined(
        f"import json.tool, os\nprint('imported')\nos.open({str(tmp_path / 'key')!r}, os.O_RDONLY)"
    )
    assert "imported" in said
    if "secret" not in said and "PermissionError" not in said:
        pytest.skip("this kernel has no Landlock")
    assert "PermissionError" in said


def test_it_has_no_environment(monkeypatch):
    monkeypatch.setenv("COPWATCH_SECRET", "x")
    assert set(isolated._environment()) <= {"LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT"}


PARTS = (
    Part(0, 4, Treatment.KEEP, "a", True),
    Part(4, 0, Treatment.REPLACE, "b", data=b"new"),
    Part(4, 6, Treatment.BLANK, "c", danger=Danger.TIME, data=b"123456"),
    Part(10, 90, Treatment.DROP, "d", danger=Danger.OTHER),
)
SCAN = Scan("image/x", PARTS, (Fact(Danger.PLACE, "n", "v", "s", 7), Fact(Danger.TIME, "n", "\ud800")))


def test_a_scan_survives_the_way():
    assert wire.unpacked(wire.packed(SCAN), 100) == SCAN


@pytest.mark.parametrize(
    "change",
    [
        {"sorts": [[9, "a", True, 0]] * 4},
        {"sorts": [[1, "a", True, 1]] * 4},
        {"sorts": [[0, "a", 1, 0]] * 4},
        {"sorts": [[0, "a", False, 99]] * 4},
        {"sorts": [[0, "a" * 10_000, False, 0]] * 4},
        {"sorts": [[0, "a"]] * 4},
        {"sorts": [[0, "a", False, 0]] * 4},
        {"sorts": []},
        {"parts": 3},
        {"parts": 5},
        {"parts": -1},
        {"parts": 1 << 40},
        {"parts": True},
        {"kinds": 3},
        {"kinds": 0},
        {"kinds": None},
        {"facts": [[1, "n", "v", "s", -1]]},
        {"facts": [[0, "n", "v", "s", None]]},
        {"facts": [[1, "n", None, "s", None]]},
        {"facts": [[1, "n", "v", "s", None]] * 5000},
        {"type": 5},
    ],
)
def test_a_scan_that_cannot_be_is_none(change):
    said, data = wire.opened(wire.packed(SCAN))
    with pytest.raises(wire.Nonsense):
        wire.unpacked(wire.message(said | change, data), 100)


@pytest.mark.parametrize(
    ("table", "at", "value"),
    [
        *((0, at, value) for at in range(4) for value in (-1, 5, 91, 1 << 62)),
        *((1, at, value) for at in range(4) for value in (4, 0xFFFFFFFF)),
        *((2, at, 4) for at in range(4)),
        *((3, at, value) for at in range(4) for value in (-2, 1 << 40)),
        (1, 1, 2), (3, 0, 0), (3, 1, 4), (3, 2, -1),
    ],
)  # fmt: skip
def test_tables_that_cannot_be_are_none(table, at, value):
    said, data = wire.opened(wire.packed(SCAN))
    tables = [struct.pack("4q", 4, 0, 6, 90), struct.pack("4I", 0, 1, 2, 3), struct.pack("4I", 0, 1, 2, 3)]
    tables += [struct.pack("4q", -1, 3, 6, -1)]
    assert bytes(data) == b"".join(tables) + b"new123456"
    rows = list(struct.unpack(f"4{'qIIq'[table]}", tables[table]))
    assert rows[at] != value
    rows[at] = value
    tables[table] = struct.pack(f"4{'qIIq'[table]}", *rows)
    with pytest.raises(wire.Nonsense):
        wire.unpacked(wire.message(said, b"".join(tables) + b"new123456"), 100)


@pytest.mark.parametrize(
    "answer", [b"", b"\0\0\0\x05{}", b"\0\0\0\x02[]", b"\0\0\0\x01{", b"\0\0\0\x09" + b"[" * 9]
)
def test_an_answer_that_is_no_message_is_none(answer):
    with pytest.raises(wire.Nonsense):
        wire.opened(answer)


def test_a_scan_of_many_parts_is_small():
    many = PartList(Part(at * 10, 10, Treatment.KEEP, "sample", True) for at in range(30_000))
    sent = wire.packed(Scan("video/x", many))
    assert wire.unpacked(sent, 300_000).parts == many
    assert len(sent) < 400_000
    assert wire.opened(sent)[0]["sorts"] == [[0, "sample", True, 0]]


def test_a_kind_that_nobody_reads_is_refused():
    with MediaProcess() as process, pytest.raises(CannotClean, match="no format"):
        process.scan(io.BytesIO(b"plain text"))


def test_without_what_only_posix_has_it_looks_at_files(monkeypatch, tmp_path):
    missing = (
        "import os, socket; sys.modules.update(dict.fromkeys(['resource', 'fcntl', 'pwd', 'grp', 'termios']))\n"
        "for module, name in ((os, 'pread'), (os, 'fork'), (socket, 'recv_fds')): delattr(module, name)\n"
    )
    monkeypatch.setattr(isolated, "_BOOT", _boot(missing))
    (tmp_path / "file").write_bytes(making_gif.gif(making_gif.picture()))
    with MediaProcess(hands_over=False) as process, (tmp_path / "file").open("rb") as file:
        assert process.scan(file).media_type == "image/gif"


def test_where_no_process_can_be_started_it_says_so(monkeypatch, hands_over, tmp_path):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with MediaProcess(hands_over=hands_over) as process, pytest.raises(NoProcess, match="could be started"):
        process.scan(io.BytesIO(b"GIF89a"))


@pytest.mark.skipif(not HANDS_OVER, reason="there is no socket to hand over")
def test_a_process_whose_descriptors_have_high_numbers_is_asked_all_the_same(tmp_path):
    """`select` takes none from 1,024 on."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 1200:
        pytest.skip("this system does not allow so many open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 1200), hard))
    taken = [os.open(os.devnull, os.O_RDONLY) for _ in range(1050)]
    try:
        (tmp_path / "a.gif").write_bytes(making_gif.gif(making_gif.picture()))
        with MediaProcess() as process, (tmp_path / "a.gif").open("rb") as file:
            assert process.scan(file).media_type == "image/gif"
    finally:
        for each in taken:
            os.close(each)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
