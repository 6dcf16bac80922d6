"""The walkthroughs are walked: every command and every question, in order, with the real program, at 80 columns.

`console` blocks are run as those of the guide are. `terminal` blocks are what somebody sees and types at a terminal: a
line that begins with `> `, or has something behind `[…]`, is typed; `…` stands for more of the same. What a page needs
beforehand stands in comments: `<!-- before: copwatch init … -->`.
"""

import re
import shlex
from pathlib import Path

import pytest

from copwatch.store import kernel_keys
from tests.cli import harness
from tests.conftest import REPO
from tests.test_guide import _TOKEN, REAL, Reader, commands_of

PAGES = sorted((REPO / "docs" / "walkthroughs").glob("*.md"))
_BLOCKS = re.compile(r"<!-- before: (.*?) -->|```(console|terminal)\n(.*?)```", re.DOTALL)
_ASKED = re.compile(r"(.*\? \[[^\]]*\])(?: (.*))?$")
_READS = re.compile(
    r"copwatch (report (amend|show|history|diff)|record (amend|show|list|history)|show|list|search|due|export)\b"
)


class Walker(Reader):
    """Somebody who follows a walkthrough. Where no key can be kept, the passphrase is given each time."""

    has_key = False

    def with_files(self, command: str) -> str:
        if re.match("copwatch (un)?lock", command):
            self.has_key = command.startswith("copwatch unlock")
            if not kernel_keys.available():
                return "true"
        full = super().with_files(command)
        if self.has_key and not self.unlocked and _READS.match(command) and "--passphrase-file" not in full:
            return f"{full} --passphrase-file {self.typed(self.passphrase)}"
        return full

    def talks(self, text: str) -> None:
        """Goes through one dialogue at a terminal, and learns the codes that it ends with."""
        first, *lines = text.splitlines()
        command = _TOKEN.sub(lambda token: self.known.get(token[0], token[0]), first.removeprefix("$ "))
        words = shlex.split(command.replace("/media/", f"{self.top}/media/"))
        env = {
            "HOME": str(self.home),
            "COPWATCH_STATE": str(self.home / "state"),
            "TZ": "UTC",
            "NO_COLOR": "1",
        }
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(harness, "PROGRAM", REAL)
            terminal = harness.Terminal(*words[1:], **env)
        said: list[str] = []
        with terminal:
            for line in lines:
                asked = _ASKED.match(line)
                if line.startswith(">"):
                    terminal.expect(b"> ")
                    terminal.type(f"{line[2:]}\n")
                elif asked:
                    terminal.expect(asked[1].encode())
                    terminal.expect(b" ")
                    terminal.type(f"{asked[2] or ''}\n")
                elif _TOKEN.search(line) and line[:1] != " ":
                    said.append(line)
                elif line.strip() not in {"", "…"}:
                    terminal.expect(line.replace("…", "").strip().encode())
            code, shown = terminal.wait()
        assert code == 0, shown.decode()
        plain = re.sub(r"\x1b\[[0-9;]*m", "", shown.decode().replace("\r\n", "\n"))
        assert max(map(len, plain.splitlines())) <= 80, plain
        if said:
            self.sees(["…", *said, "…"], plain)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_everything_on_the_page_happens(page: Path, tmp_path):
    walker = Walker(tmp_path)
    for before, kind, text in _BLOCKS.findall(page.read_text("utf-8")):
        if before:
            walker.does(before)
        elif kind == "terminal":
            walker.talks(text)
        else:
            for line, shown in commands_of(text):
                output = walker.does(line)
                if re.match("copwatch re(port|cord) (?!list)", line):  # tables go whole into a pipe
                    assert max(map(len, output.splitlines()), default=0) <= 80, output
                if shown and not (re.match("copwatch (un)?lock", line) and not kernel_keys.available()):
                    walker.sees(shown, output)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_page_is_short_and_fits_eighty_columns(page: Path):
    lines = page.read_text("utf-8").splitlines()
    assert len(lines) <= 150
    for line in lines:
        assert len(line) <= 80 or line.startswith(("$ ", "<!-- ", "  peasant ")), line


def test_a_page_that_shows_something_else_is_found(tmp_path):
    walker = Walker(tmp_path)
    with pytest.raises(AssertionError):
        walker.talks("$ copwatch report form nosuch\nThe form of all forms.")
