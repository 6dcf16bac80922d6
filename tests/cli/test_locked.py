"""Where the archive is locked and nobody can be asked, every command that needs a key ends in the same way."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from copwatch.cli.lazy import TABLE, load
from copwatch.crypto.age import HybridIdentity, ScryptRecipient, seal
from tests.cli.desk import Desk, code_in

SECRETS = {"identity", "passphrase_file", "words_file"}
WITHOUT = {
    "init": "makes the archive, and its keys",
    "report amend": "adds a version that states only what is given",
    "record amend": "adds a version that states only what is given",
    "device list": "shows keys, for names are sealed",
    "member list": "shows keys, for names are sealed",
    "compartment list": "shows keys, for names are sealed",
    "status": "says what can be said without a key",
}
"""Commands that take a key and do their work without one, and what they do then."""

NEEDING = {
    "report show": "{I}", "report history": "{I}", "report diff": "{R} {R}", "record show": "{P}",
    "record history": "{P}", "record list": "person", "list": "", "show": "{E}", "due": "",
    "letter preservation": "{I} --to Somebody --out {new}.txt", "requests": "", "rules list": "", "timeline": "{I}",
    "search": "officers", "stats": "", "custody": "{E}", "open": "{E} --original --out {new} --yes",
    "export": "{I} --profile client-counsel --for P1 --to {key} --out {new}", "review": "{I} --profile court-filing",
    "export-key": "{I} --profile court-filing --to {key} --out {new}", "export-table": "incidents --out {new}",
    "exports": "", "consent": "{P}", "verify": "--deep", "metadata": "{E}", "unlock": "", "shell": "",
    "device approve": "{other} --words word --yes", "device revoke": "{device} --yes",
    "member add": "LEGAL-1 {key} --yes", "member remove": "LEGAL-1 --yes", "member passphrase": "LEGAL-1 {key} --yes",
    "compartment new": "minors --yes", "compartment move": "{I} minors --yes",
    "withdraw": "{E} --reason asked --confirm {E}", "rebuild": "", "passphrase": "", "recover": "--yes",
    "recovery rehearse": "", "recovery sheet": "{new} --yes",
}  # fmt: skip
"""Every other command that takes a key, with words that are right for it."""

MORE = (
    "verify {file}", "verify {bundle}", "status --unlock", "report amend {I} --unlock --set n_officers=5 --reason seen",
    "export {I} --profile court-filing --explain", "export {E} --profile client-counsel --passphrase --out {new}",
    "recover --yes --words", "withdraw {E} --dry-run", "passphrase {new}",
)  # fmt: skip
"""Other ways in which some of them need one."""


def taking_a_key() -> Iterator[str]:
    """Every command of the program that takes a key in some form."""
    for row in TABLE:
        command = load(row)
        for name, each in getattr(command, "commands", {"": command}).items():
            if SECRETS & {param.name for param in each.params}:
                yield f"{row.name} {name}".strip()


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Desk:
    top = tmp_path_factory.mktemp("locked")
    desk = Desk(top)
    clip = top / "clip.mp4"
    clip.write_bytes(b"film" * 100)
    said = desk.report()
    item = code_in(desk.done("add", clip, "--incident", said), "E")
    person = desk.json("record", "new", "person", "--set", "label=P1")["code"]
    version = code_in(desk.done("report", "show", said, *desk.key), "R")
    bundle = top / "bundle.zip.age"
    bundle.write_bytes(seal(b"", [ScryptRecipient("harbour violet ladder", work_factor=10)]))
    (device,) = desk.json("device", "list")["devices"]
    key, other = HybridIdentity.generate().recipient(), "58" + 31 * "66"
    desk.words = {"I": said, "E": item, "P": person, "R": version, "key": key, "new": top / "new", "file": clip,
                  "bundle": bundle, "device": device["device"][:8], "other": other}  # fmt: skip
    return desk


def files(top: Path) -> dict[Path, bytes | None]:
    return {path: path.read_bytes() if path.is_file() else None for path in top.rglob("*")}


def test_no_command_that_takes_a_key_is_forgotten():
    assert sorted(taking_a_key()) == sorted({*NEEDING, *WITHOUT})


@pytest.mark.parametrize("line", [*(f"{name} {words}" for name, words in NEEDING.items()), *MORE])
def test_locked_and_nobody_to_ask_is_4_with_a_hint_and_nothing_is_written(desk, line):
    before = files(desk.top)
    done = desk.run(*line.format(**desk.words).split())
    said = done.stderr.decode()
    assert done.returncode == 4, said
    assert done.stdout == b""
    assert said.count("copwatch: error: locked: there is no terminal to ask on for the ") == 1
    assert said.count("copwatch: hint: use --") == 1
    assert "Traceback" not in said
    assert files(desk.top) == before
