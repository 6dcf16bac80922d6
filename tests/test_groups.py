"""docs/groups.md is run: every command in it, in order, each at the computer that the page names."""

import re
import shutil

from tests import test_guide
from tests.conftest import REPO

PAGE = REPO / "docs" / "groups.md"
_BLOCK = re.compile(r"(?:<!-- at (\w+) -->\n)?```console\n(.*?)```", re.DOTALL)
_EIGHT = r"    (?:[a-z]{3,8} ){7}[a-z]{3,8}"


class Member(test_guide.Reader):
    """Somebody of the group. Files stand for what they type, and the founder hears the words that others read."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.said: dict[str, str] = {}

    def at(self, who: str) -> None:
        self.home = self.top / who
        self.home.mkdir(exist_ok=True)
        self.passphrase = "new-passphrase" if who == "legal" else "passphrase"

    def with_files(self, command: str) -> str:
        key = f"--passphrase-file {self.typed(self.passphrase)}"
        if command.startswith("copwatch recovery rehearse"):
            paper = self.top / "paper"
            shutil.copy(self.typed("words"), paper)
            self.paper(paper)
            return f"{command} --words-file {paper}"
        if command.startswith("copwatch member new-key"):
            return f"{command} --new-passphrase-file {self.typed(self.passphrase)}"
        if command.startswith(("copwatch device approve", "copwatch member add")):
            return f"{command} --words '{self.said[command.split()[1]]}' {key} --yes"
        if command.startswith("copwatch passphrase"):
            again = f"--new-passphrase-file {self.typed('for-counsel')}"
            return f"{command} --passphrase-file {self.typed(self.passphrase)} {again}"
        if re.match("copwatch (member (remove|passphrase)|compartment (new|move)|device revoke)", command):
            return f"{command} {key} --yes"
        if re.match("copwatch (member list|compartment list|list)", command):
            return f"{command} {key}"
        if command.startswith("copwatch device forget"):
            return f"{command} --yes"
        return super().with_files(command)

    def hears(self, command: str, output: str) -> None:
        """Keeps the words that were read aloud, by what they are for."""
        if found := re.search(_EIGHT, output):
            self.said[command.split()[1]] = found[0].strip()


def blocks() -> list[tuple[str, str]]:
    return _BLOCK.findall(PAGE.read_text("utf-8"))


def test_an_evening_goes_as_the_page_says(tmp_path):
    reader, shown_words = Member(tmp_path), re.compile(_EIGHT)
    shutil.copy(tmp_path / "media" / "sd" / "shift-note.txt", tmp_path / "media" / "stick" / "note.txt")
    for who, text in blocks():
        if who:
            reader.at(who)
        for line, shown in test_guide.commands_of(text):
            output = reader.does(line)
            reader.hears(line, output)
            # The eight words of the page are of no run: any eight stand for them.
            said = [shown_words.sub("    …", each) for each in shown if not each.startswith("copwatch: ")]
            if said:
                reader.sees(said, output)


def test_the_page_fits_eighty_columns_but_for_commands_and_tables():
    for line in PAGE.read_text("utf-8").splitlines():
        assert len(line) <= 80 or line.startswith(("$ ", "|")), line


def test_what_the_page_says_of_eight_words_is_what_joining_shows():
    assert len([line for line in PAGE.read_text("utf-8").splitlines() if re.fullmatch(_EIGHT, line)]) == 3
