"""Other implementations open what we seal, and the other way round."""

import os
import pty
import subprocess
import time
from pathlib import Path
from select import select

import pyrage
import pytest

from copwatch.crypto.age import (
    Encryptor,
    ScryptIdentity,
    ScryptRecipient,
    X25519Identity,
    decode_armor,
    encode_armor,
    open_bytes,
    parse_identity_file,
    parse_recipient,
    seal,
)
from tests.conftest import judge

PASSPHRASE = "correct horse — batterie"
CONTENTS = [b"", b"a", bytes(range(256)) * 256, bytes(range(256)) * 768 + b"end"]


def run(*command: str | Path, stdin: bytes = b"") -> bytes:
    return subprocess.run([str(c) for c in command], input=stdin, capture_output=True, check=True).stdout


def run_at_terminal(*command: str | Path) -> None:
    """Run a program that asks for a passphrase at its controlling terminal, and answer every prompt."""
    master, slave = pty.openpty()
    # A session leader without a terminal takes the first one it opens.
    script = ["sh", "-c", 'exec "$@" < "$0"', os.ttyname(slave), *(str(c) for c in command)]
    with subprocess.Popen(script, start_new_session=True, stderr=subprocess.PIPE) as child:
        seen, deadline = b"", time.monotonic() + 60
        while child.poll() is None and time.monotonic() < deadline:
            if select([master], [], [], 0.05)[0]:
                seen += os.read(master, 4096)
            if seen.rstrip(b" ").endswith(b":"):
                os.write(master, PASSPHRASE.encode() + b"\n")
                seen = b""
        child.kill()
        problem = child.stderr.read() if child.stderr else b""
    os.close(master)
    os.close(slave)
    assert child.returncode == 0, problem


@pytest.fixture(params=CONTENTS, ids=len)
def content(request: pytest.FixtureRequest) -> bytes:
    return request.param


def test_age_opens_what_we_seal(content: bytes, tmp_path: Path) -> None:
    age, identity = judge("age"), X25519Identity.generate()
    other = X25519Identity.generate().recipient()
    keys = tmp_path / "keys"
    keys.write_text(f"# key\n\n{identity}\n")
    sealed = seal(content, [other, identity.recipient()])
    assert run(age, "-d", "-i", keys, stdin=sealed) == content
    assert run(age, "-d", "-i", keys, stdin=encode_armor(sealed).encode()) == content


def test_we_open_what_age_seals(content: bytes, tmp_path: Path) -> None:
    age, keys = judge("age"), tmp_path / "keys"
    run(judge("age-keygen"), "-o", keys)
    identities = parse_identity_file(keys.read_text())
    recipient = str(identities[0].recipient())
    assert open_bytes(run(age, "-r", recipient, stdin=content), identities) == content
    assert open_bytes(run(age, "-a", "-r", recipient, stdin=content), identities) == content


def test_our_armor_is_byte_for_byte_that_of_age(content: bytes, tmp_path: Path) -> None:
    recipient = X25519Identity.generate().recipient()
    armored = run(judge("age"), "-a", "-r", str(recipient), stdin=content).decode()
    assert encode_armor(decode_armor(armored)) == armored


def test_age_opens_with_a_passphrase_what_we_seal(tmp_path: Path) -> None:
    sealed, opened = tmp_path / "sealed", tmp_path / "opened"
    sealed.write_bytes(seal(b"a statement", [ScryptRecipient(PASSPHRASE, work_factor=10)]))
    run_at_terminal(judge("age"), "-d", "-o", opened, sealed)
    assert opened.read_bytes() == b"a statement"


def test_we_open_with_a_passphrase_what_age_seals(tmp_path: Path) -> None:
    plain, sealed = tmp_path / "plain", tmp_path / "sealed"
    plain.write_bytes(b"a statement")
    run_at_terminal(judge("age"), "-p", "-o", sealed, plain)
    assert open_bytes(sealed.read_bytes(), [ScryptIdentity(PASSPHRASE)]) == b"a statement"


def test_pyrage_opens_what_we_seal(content: bytes) -> None:
    identity = X25519Identity.generate()
    theirs = pyrage.x25519.Identity.from_str(str(identity))
    assert pyrage.decrypt(seal(content, [identity.recipient()]), [theirs]) == content
    sealed = seal(content, [ScryptRecipient(PASSPHRASE, work_factor=10)])
    assert pyrage.passphrase.decrypt(sealed, PASSPHRASE) == content


def test_we_open_what_pyrage_seals(content: bytes) -> None:
    theirs = pyrage.x25519.Identity.generate()
    ours = parse_identity_file(str(theirs))
    assert str(ours[0].recipient()) == str(theirs.to_public())
    assert open_bytes(pyrage.encrypt(content, [theirs.to_public()]), ours) == content


def test_pyrage_opens_a_file_written_in_pieces() -> None:
    theirs = pyrage.x25519.Identity.generate()
    encryptor = Encryptor([parse_recipient(str(theirs.to_public()))])
    pieces = [b"x" * n for n in (1, 65535, 65536, 0, 65537, 200_000)]
    sealed = [encryptor.header]
    for piece in pieces:
        sealed += encryptor.update(piece)
    sealed.append(encryptor.finish())
    assert pyrage.decrypt(b"".join(sealed), [theirs]) == b"".join(pieces)
