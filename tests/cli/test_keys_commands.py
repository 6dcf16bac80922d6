"""init, unlock, lock, shell, passphrase, recover: as people and as scripts meet them."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from copwatch.cli import durations, idle, paper
from copwatch.errors import BadInput
from copwatch.store import kernel_keys
from tests.cli import harness

PASSPHRASE = "harbour violet ladder nineteen frost"
ENTER = "\r"


@pytest.fixture(autouse=True)
def _real_program(monkeypatch):
    monkeypatch.setattr(harness, "PROGRAM", Path(__file__).with_name("real.py"))


class Place:
    """An archive and the computer it stands on."""

    def __init__(self, top: Path) -> None:
        self.archive, self.state = top / "archive", top / "state"
        self.words, self.passphrase = top / "words", top / "passphrase"
        self.passphrase.touch(mode=0o600)
        self.passphrase.write_text(PASSPHRASE + "\n")

    @property
    def env(self):
        return {"COPWATCH_STATE": str(self.state), "COPWATCH_ARCHIVE": str(self.archive)}

    def run(self, *args, **more):
        return harness.run(*args, **(self.env | more))

    def terminal(self, *args):
        return harness.Terminal(*args, **self.env)

    def init(self, *more):
        return self.run(
            "init", self.archive, "--passphrase-file", self.passphrase, "--recovery-out", self.words, *more
        )


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """One archive for the tests that change nothing in it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(harness, "PROGRAM", Path(__file__).with_name("real.py"))
        one = Place(tmp_path_factory.mktemp("kept"))
        assert one.init().returncode == 0
        yield one
        one.run("lock")


def seen(shown: bytes) -> str:
    """What a terminal would still show: pages on the other screen are gone."""
    return re.sub(rb"\x1b\[\?1049h.*?\x1b\[\?1049l", b"", shown, flags=re.S).decode()


def test_init_for_a_script_writes_the_words_once_and_in_private(place):
    done = place.init("--json", "--group", "Northside")
    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert len(told["root_words"].split()) == 12
    assert place.words.stat().st_mode & 0o777 == 0o600
    words = place.words.read_text().splitlines()[1].split()
    assert len(words) == 24
    assert not any(" ".join(words[:3]).encode() in out for out in (done.stdout, done.stderr))
    again = harness.run(
        "init",
        place.archive.parent / "b",
        "--passphrase-file",
        place.passphrase,
        "--recovery-out",
        place.words,
        **place.env,
    )
    assert again.returncode == 5
    assert not (place.archive.parent / "b").exists()
    assert place.words.read_text().splitlines()[1].split() == words


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("--yes",), 2, b"--recovery-out"),
        ((), 2, b"--recovery-out"),
        (("--recovery-out", "{top}/none/words"), 1, b"no folder"),
        (("--recovery-out", "{top}/archive/words"), 5, b"may not stand in the archive"),
    ],
)
def test_init_refuses_before_anything_is_made(place, args, code, says):
    given = [a.format(top=place.archive.parent) for a in args]
    done = place.run("init", place.archive, "--passphrase-file", place.passphrase, *given)
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert not place.archive.exists() or not any(place.archive.iterdir())


def test_init_refuses_a_weak_passphrase_and_a_folder_that_is_not_empty(place):
    place.passphrase.write_text("password1234\n")
    done = place.init()
    assert (done.returncode, place.archive.exists(), place.words.exists()) == (5, False, False)
    assert b"password1234" not in done.stderr
    place.archive.mkdir()
    (place.archive / "x").touch()
    assert place.init().returncode == 5


def test_init_warns_of_a_synced_folder_and_needs_a_yes(place):
    folder = place.archive.parent / "Dropbox" / "archive"
    args = ("init", folder, "--passphrase-file", place.passphrase, "--recovery-out", place.words)
    with place.terminal(*args) as terminal:
        terminal.expect(b"synced by Dropbox")
        terminal.expect(b"[y/N]")
        terminal.type("n" + ENTER)
        code, _ = terminal.wait()
    assert (code, folder.exists(), place.words.exists()) == (5, False, False)


def words_on_page(shown: bytes) -> dict[int, str]:
    page = shown[shown.rindex(b"The 24 recovery words") : shown.rindex(b"The 12 root words")].decode()
    return {int(number): word for number, word in re.findall(r"(\d+) ([a-z]+)", page.partition("\n")[2])}


def test_init_at_a_terminal_offers_words_shows_the_paper_page_and_asks_for_it_back(place):
    with place.terminal("init", str(place.archive), "--group", "Northside") as terminal:
        terminal.expect(b"drawn at random")
        terminal.expect(b"choose your own:")
        drawn = re.search(rb"\n    ((?:[a-z]+ ){6}[a-z]+)\r\n", terminal.shown)[1].decode()
        terminal.type(ENTER)
        terminal.expect(b"type the seven words: ")
        terminal.type("not these" + ENTER)
        terminal.expect(b"once more")
        terminal.expect(b"go on:")
        terminal.type(ENTER)
        terminal.expect(b"type the seven words: ")
        terminal.type(drawn + ENTER)
        terminal.expect(b"on paper:")
        words = words_on_page(terminal.shown)
        assert sorted(words) == list(range(1, 25))
        terminal.type(ENTER)
        terminal.expect(b"word ")
        terminal.expect(b":")
        terminal.type("wrong" + ENTER)
        terminal.expect(b"once more")
        terminal.expect(b"on paper:")
        terminal.type(ENTER)
        for _ in range(3):
            terminal.expect(b"To be sure: word ")
            at = terminal.passed
            terminal.expect(b":")
            terminal.type(words[int(terminal.shown[at : terminal.passed - 1])] + ENTER)
        code, shown = terminal.wait()
    assert code == 0
    left = seen(shown)
    assert "What is lost with what" in left
    assert "Its root words, which" in left
    assert drawn not in left
    assert not any(f"{number:>2} {word}" in left for number, word in words.items())
    lines = re.sub(r"\x1b\[[?0-9]*[a-zA-Z]|\r", "", shown.decode()).splitlines()
    ours = [line for line in lines if "copwatch: " not in line and str(place.archive) not in line]
    assert max(map(len, ours)) <= 79
    place.passphrase.write_text(drawn)
    assert place.run("list", "--passphrase-file", place.passphrase).returncode == 0


def test_an_own_passphrase_is_asked_twice_and_a_stop_says_that_the_archive_is_useless(place):
    with place.terminal("init", str(place.archive)) as terminal:
        terminal.expect(b"choose your own:")
        terminal.type("own" + ENTER)
        terminal.expect(b"your own passphrase: ")
        terminal.type("aaaaaaaaaaaaa" + ENTER)
        terminal.expect(b"again: ")
        terminal.type("aaaaaaaaaaaaa" + ENTER)
        terminal.expect(b"repeats itself")
        terminal.expect(b"choose your own:")
        terminal.type("own" + ENTER)
        terminal.expect(b"your own passphrase: ")
        terminal.type(PASSPHRASE + ENTER)
        terminal.expect(b"again: ")
        terminal.type(PASSPHRASE + ENTER)
        terminal.expect(b"on paper:")
        terminal.press("\x03")
        code, shown = terminal.wait()
    assert code == 130
    pages = re.findall(rb"\x1b\[\?1049h(.*?)\x1b\[\?1049l", shown, flags=re.S)
    assert b"repeats itself" in pages[1] and b"repeats itself" not in pages[0] + pages[2]
    assert f"remove {place.archive} and run `copwatch init` again" in " ".join(seen(shown).split())
    assert "run the same command again" not in seen(shown)
    assert PASSPHRASE not in seen(shown)
    assert shown.endswith(b"\n")


@pytest.mark.skipif(not kernel_keys.available(), reason="this kernel keeps no keys for us")
def test_unlock_says_until_when_and_where_and_lock_ends_it(kept):
    done = kept.run("unlock", "--for", "90s", "--passphrase-file", kept.passphrase)
    assert done.returncode == 0
    assert re.match(
        rb"Unlocked for 90 seconds, until \d\d:\d\d:\d\d. The key is in the kernel's memory.", done.stdout
    )
    assert b"warning: until then" in done.stderr
    assert kept.run("list").returncode == 0
    assert kept.run("lock").stdout == b"Locked.\n"
    assert kept.run("list").returncode == 4
    assert json.loads(kept.run("lock", "--json").stdout) == {"locked": True, "was_unlocked": False}


@pytest.mark.parametrize("time", ["", "15", "25h", "0s", "-5m", "1d", "٣m"])
def test_a_time_that_is_none_or_longer_than_a_day_is_refused(kept, time):
    done = kept.run("unlock", f"--for={time}", "--passphrase-file", kept.passphrase)
    assert done.returncode == 2


def test_three_tries_at_a_terminal_and_the_third_may_be_right(kept):
    with kept.terminal("list") as terminal:
        for typed in ("wrong", "wrong again", PASSPHRASE):
            terminal.expect(b"passphrase of the archive: ")
            terminal.type(typed + ENTER)
        code, shown = terminal.wait()
    assert code == 0
    assert shown.count(b"the passphrase is wrong") == 2
    assert PASSPHRASE.encode() not in shown


def test_a_script_gets_one_try_and_no_question(kept, tmp_path):
    wrong = tmp_path / "wrong"
    wrong.touch(mode=0o600)
    wrong.write_text("something else entirely")
    done = kept.run("list", "--passphrase-file", wrong)
    assert done.returncode == 4
    assert kept.run("list", "--identity", wrong).returncode != 0
    assert b"something" not in done.stderr


def test_the_shell_runs_lines_of_a_script_shows_failures_goes_on_and_keeps_the_last_code(kept, tmp_path):
    script = tmp_path / "script"
    script.write_text('list\n\n# a comment\nnonsense\nlist "x\nshell\ncopwatch list\nexit\nnever\n')
    with script.open() as lines:
        done = subprocess.run(
            [sys.executable, str(harness.PROGRAM), "shell", "--passphrase-file", str(kept.passphrase)],
            stdin=lines, capture_output=True, check=False, env=harness.environment(**kept.env),
        )  # fmt: skip
    assert done.stdout == b"No incidents.\nNo incidents.\n"
    errors = [line for line in done.stderr.decode().splitlines() if "error" in line]
    assert [e.partition("error: ")[2] for e in errors] == [
        "no such command 'nonsense'; did you mean 'consent'?", "a quote is not closed", "this is the shell already",
    ]  # fmt: skip
    assert done.returncode == 5


def test_the_shell_at_a_terminal_cancels_and_goes_on_and_leaves(kept):
    with kept.terminal("shell") as terminal:
        terminal.expect(b"passphrase of the archive: ")
        terminal.type(PASSPHRASE + ENTER)
        terminal.expect(b"copwatch> ")
        terminal.type("list" + ENTER)
        terminal.expect(b"No incidents.")
        terminal.expect(b"copwatch> ")
        terminal.type("half a line")
        terminal.press("\x03")
        terminal.expect(b"type `exit` to leave")
        terminal.expect(b"copwatch> ")
        terminal.type("passphrase" + ENTER)
        terminal.expect(b"passphrase of the archive: ")
        terminal.press("\x03")
        terminal.expect(b"interrupted")
        terminal.expect(b"copwatch> ")
        terminal.type("exit" + ENTER)
        code, shown = terminal.wait()
    assert code == 0
    assert b"Traceback" not in shown
    assert not list(kept.state.rglob("*history*"))


def test_the_shell_locks_itself_while_it_waits_and_asks_again(kept):
    with kept.terminal("shell", "--for", "1s", "--passphrase-file", str(kept.passphrase)) as terminal:
        terminal.expect(b"copwatch> ")
        terminal.expect(b"locked: no command for a while")
        terminal.type("list" + ENTER)
        terminal.expect(b"passphrase of the archive: ")
        terminal.type(PASSPHRASE + ENTER)
        terminal.expect(b"No incidents.")
        terminal.expect(b"copwatch> ")
        terminal.type("\x04")
        assert terminal.wait()[0] == 0


def test_being_told_to_end_ends_the_shell(kept):
    with kept.terminal("shell", "--passphrase-file", str(kept.passphrase)) as terminal:
        terminal.expect(b"copwatch> ")
        terminal.settle()
        terminal.process.terminate()
        terminal.wait()
        assert terminal.process.returncode is not None


def test_the_idle_lock_waits_for_a_running_command_and_locks_before_the_next_when_it_overslept():
    now, locked = [0.0], []
    lock = idle.IdleLock(10, lambda: locked.append(now[0]), lambda: now[0])
    now[0] = 9.9
    lock.check()
    lock.busy()
    now[0] = 500.0
    lock.check()
    assert locked == []
    lock.touch()
    now[0] = 511.0
    lock.busy()
    assert locked == [511.0]


def test_the_passphrase_is_changed_and_what_that_means_is_said(place):
    place.init()
    new = place.archive.parent / "new"
    new.touch(mode=0o600)
    new.write_text("seven gardens under the winter moon")
    done = place.run("passphrase", "--passphrase-file", place.passphrase, "--new-passphrase-file", new)
    assert done.returncode == 0
    assert b"still open with the old passphrase" in done.stderr
    assert place.run("list", "--passphrase-file", place.passphrase).returncode == 4
    assert place.run("list", "--passphrase-file", new).returncode == 0


def test_recover_from_paper_at_a_terminal_compares_the_root_words_and_takes_a_slip(place, tmp_path):
    place.init()
    other = Place(tmp_path / "other") if (tmp_path / "other").mkdir() is None else place
    shutil.copytree(place.archive, other.archive)
    words = place.words.read_text().splitlines()[1].split()
    rows = [" ".join(words[at : at + 6]) for at in range(0, 24, 6)]
    with other.terminal("recover", "--new-passphrase-file", str(place.passphrase)) as terminal:
        terminal.expect(b"The root words")
        terminal.expect(b"[y/N]")
        terminal.type("y" + ENTER)
        terminal.expect(b"What do you have? [1-2]:")
        terminal.type("2" + ENTER)
        for at, row in enumerate(rows):
            terminal.expect(f"words {at * 6 + 1} to".encode())
            terminal.type((row if at != 1 else "xylo " + row.partition(" ")[2]) + ENTER)
        terminal.expect(b"word 7 is not in the word list")
        for at, row in enumerate(rows):
            terminal.expect(f"words {at * 6 + 1} to".encode())
            terminal.type((row if at == 1 else "") + ENTER)
        code, shown = terminal.wait()
    assert code == 0, shown
    left = seen(shown)
    assert "This computer is a device of the archive now" in left
    assert rows[0] not in left
    assert "before this charter reaches it, and can sign the charter" in " ".join(left.split())
    assert other.run("list", "--passphrase-file", place.passphrase).returncode == 0


def test_recover_stops_when_the_root_words_are_others(kept, tmp_path):
    with harness.Terminal(
        "recover", "--archive", str(kept.archive), COPWATCH_STATE=str(tmp_path)
    ) as terminal:
        terminal.expect(b"[y/N]")
        terminal.type("n" + ENTER)
        code, shown = terminal.wait()
    assert code == 5
    assert b"nothing was changed" in shown
    assert len(list((kept.archive / "charter").iterdir())) == 1


def test_numbered_words_fit_eighty_columns_and_durations_read_well():
    assert max(map(len, paper.numbered(" ".join(["abcdefgh"] * 24)).splitlines())) <= 79
    assert [durations.in_words(n) for n in (1, 90, 60, 900, 7200)] == [
        "1 second", "90 seconds", "1 minute", "15 minutes", "2 hours",
    ]  # fmt: skip
    assert durations.seconds_of("2H") == 7200
    with pytest.raises(BadInput):
        durations.seconds_of("24h", longest=3600)
