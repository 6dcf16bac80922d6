"""The guide is run: every command in it, in order, on one archive, with the real program.

In what a block shows, `…` stands for anything, and codes, words and device numbers for those of this run: the first
time one is seen it is learnt, and from then on it means the same, in commands too.
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from copwatch.store import kernel_keys
from tests.conftest import REPO

GUIDE = REPO / "docs" / "guide.md"
REAL = REPO / "tests" / "cli" / "real.py"
_TOKEN = re.compile(
    r"\b(?:[A-Z]|BUNDLE)(?:-[0-9A-Z]{4})+-[0-9A-Z]\b"  # a code
    r"|\b(?:[a-z]{3,8} ){11}[a-z]{3,8}\b"  # twelve words
    r"|\b[0-9a-f]{8}\b"  # the beginning of a device's key
)
_CODE = r"(?:[A-Z]|BUNDLE)(?:-[0-9A-Z]{4})+-[0-9A-Z]"
_READS = r"copwatch (list|search|show|record (?:list|show)|custody|export|verify --deep)\b"


def blocks(page: Path = GUIDE) -> list[tuple[bool, str]]:
    """(whether it begins on a new computer, text) of every console block."""
    found = re.findall(
        r"(<!-- on a new computer -->\n)?```console\n(.*?)```", page.read_text("utf-8"), re.DOTALL
    )
    return [(bool(new), text) for new, text in found]


@dataclass
class Reader:
    """Somebody who follows the guide. Files stand for what they type at prompts."""

    top: Path
    home: Path = field(init=False)
    known: dict[str, str] = field(default_factory=dict)
    passphrase: str = "passphrase"
    unlocked: bool = False

    def __post_init__(self) -> None:
        media = self.top / "media"
        shutil.copytree(REPO / "examples" / "media", media / "sd" / "DCIM")
        (media / "sd" / "DCIM" / "shift-note.txt").rename(media / "sd" / "shift-note.txt")
        (media / "sd" / "DCIM2").mkdir()
        (media / "sd" / "DCIM2" / "clip.mp4").write_bytes(os.urandom(100_000))
        shutil.copytree(REPO / "examples" / "import", media / "stick")
        for name in ("passphrase", "for-counsel", "new-passphrase"):
            self.typed(name).touch(mode=0o600)
            self.typed(name).write_text(f"{name} ocean tundra lantern pepper\n")
        program = self.top / "bin" / "copwatch"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{REAL}" "$@"\n')
        program.chmod(0o755)
        self.on_a_new_computer("old")

    def typed(self, name: str) -> Path:
        return self.top / name

    def on_a_new_computer(self, name: str) -> None:
        self.home = self.top / name
        self.home.mkdir()

    def does(self, line: str) -> str:
        """Runs a line of the guide in a shell; gives what standard output says."""
        command = _TOKEN.sub(lambda token: self.known.get(token[0], token[0]), line)
        command = self.with_files(command.replace("/media/", f"{self.top}/media/"))
        env = {"HOME": str(self.home), "COPWATCH_STATE": str(self.home / "state"), "LC_ALL": "C.UTF-8"}
        env["PATH"] = f"{self.top / 'bin'}:{os.environ['PATH']}"
        done = subprocess.run(
            ["/bin/sh", "-c", command], check=False, capture_output=True, text=True, timeout=120, cwd=self.home,
            env={**env, "COLUMNS": "80", "TZ": "UTC"}, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert done.returncode == 0, f"$ {command}\n{done.stdout}{done.stderr}"
        return done.stdout.replace(str(self.top / "media"), "/media")

    def with_files(self, command: str) -> str:
        words = f"{self.typed('words')}"
        if command.startswith("copwatch init"):
            return f"{command} --passphrase-file {self.typed('passphrase')} --recovery-out {words}"
        if command.startswith("copwatch recover"):
            self.paper(Path(words))
            self.passphrase = "new-passphrase"
            files = f"--words-file {words} --new-passphrase-file {self.typed(self.passphrase)}"
            return f"{command.replace('--words ', '')} {files} --yes"
        command = command.replace("--passphrase ", f"--seal-passphrase-file {self.typed('for-counsel')} ")
        if command.endswith(".zip.age"):
            return f"{command} --passphrase-file {self.typed('for-counsel')}"
        if command.startswith(("copwatch unlock", "copwatch lock")):
            self.unlocked = command.startswith("copwatch unlock")
        if command.startswith("copwatch unlock") or (re.match(_READS, command) and not self.unlocked):
            return f"{command} --passphrase-file {self.typed(self.passphrase)}"
        return command

    @staticmethod
    def paper(words: Path) -> None:
        """The file of `--recovery-out` as somebody copies it: the 24 words, without the rest."""
        words.write_text("\n".join(line for line in words.read_text().splitlines() if line[:1] != "#"))

    def sees(self, shown: list[str], output: str) -> None:
        """Holds the lines that the guide shows against the output, and learns the codes in them."""
        tokens = list(dict.fromkeys(_TOKEN.findall("\n".join(shown))))
        named = {token: f"t{number}" for number, token in enumerate(tokens)}
        pattern, seen = "", set[str]()
        for line in shown:
            pattern += r"(?:.*\n)*?" if line == "…" else self.pattern(line, named, seen) + r"\n"
        found = re.match(pattern + r"(?:.*\n)*\Z" if shown[-1:] == ["…"] else pattern, output)
        assert found, f"the guide shows\n{chr(10).join(shown)}\nbut it is\n{output}"
        self.known |= {token: found[name] for token, name in named.items()}

    def pattern(self, line: str, named: dict[str, str], seen: set[str]) -> str:
        def part(text: str) -> str:
            if text == "…":
                return ".*"
            if not _TOKEN.fullmatch(text):
                return re.escape(text)
            if text in seen:
                return f"(?P={named[text]})"
            seen.add(text)
            return (
                f"(?P<{named[text]}>{re.escape(self.known[text]) if text in self.known else self.any(text)})"
            )

        return "".join(part(text) for text in re.split(rf"(…|{_TOKEN.pattern})", line) if text)

    @staticmethod
    def any(text: str) -> str:
        return _CODE if "-" in text else "[a-z]+(?: [a-z]+){11}" if " " in text else "[0-9a-f]{8}"


def commands_of(text: str) -> list[tuple[str, list[str]]]:
    """(command, lines that it shows) in order."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def test_every_command_of_the_guide_does_what_the_guide_shows(tmp_path):
    reader = Reader(tmp_path)
    for new_computer, text in blocks():
        if new_computer:
            reader.on_a_new_computer("new")
        for line, shown in commands_of(text):
            if re.match("copwatch (un)?lock", line) and not kernel_keys.available():
                continue  # no safe place to keep a key here; the passphrase is given each time
            output = reader.does(line)
            if shown:
                reader.sees(shown, output)


def test_the_guide_fits_eighty_columns_but_for_commands_that_would_break_when_pasted():
    for line in GUIDE.read_text("utf-8").splitlines():
        assert (
            len(line) <= 80 or line.startswith(("$ ", "  peasant ", "  select ")) or "](threat-model" in line
        ), line


def test_a_guide_that_shows_something_else_is_found(tmp_path):
    reader = Reader(tmp_path)
    reader.sees(["B-2VQ8-0F3K-M is …"], "B-7TY6-B27G-N is here\n")
    assert reader.known == {"B-2VQ8-0F3K-M": "B-7TY6-B27G-N"}
    with pytest.raises(AssertionError, match="the guide shows"):
        reader.sees(["B-2VQ8-0F3K-M is …"], "B-8QB4-ABKW-B is here\n")
    with pytest.raises(AssertionError, match="the guide shows"):
        reader.sees(["4. objects: holds …"], "4. objects: DOES NOT HOLD\n")
