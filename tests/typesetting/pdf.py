"""PDFs looked at by programs that are not ours."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import judge


def said(program: str, *args: object) -> str:
    """What an outside program says; it has to succeed."""
    done = subprocess.run([program, *map(str, args)], check=False, capture_output=True, timeout=60)
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    return done.stdout.decode()


def checked(pdf: bytes, folder: Path) -> Path:
    """The PDF as a file, when qpdf finds no fault in it and it is tagged and has no font that is not in it."""
    path = folder / "page.pdf"
    path.write_bytes(pdf)
    said(judge("qpdf"), "--check", path)
    facts = said(judge("pdfinfo"), path)
    assert "Tagged:          yes" in facts
    assert "JavaScript:      no" in facts
    fonts = said(judge("pdffonts"), path).splitlines()[2:]
    assert fonts
    # Columns from the right: emb sub uni object ID.
    assert {tuple(line.split()[-5:-2]) for line in fonts} == {("yes", "yes", "yes")}
    return path


def text_of(pdf: bytes, folder: Path) -> str:
    """The text layer of a PDF that was checked."""
    return said(judge("pdftotext"), "-layout", checked(pdf, folder), "-")


def flowing(text: str) -> str:
    """A text without its line ends."""
    return " ".join(text.split())


def without_network(*code: str) -> str:
    """What Python code prints in a process that has no network; skips where that cannot be had."""
    done = subprocess.run(
        ["unshare", "--net", "--map-root-user", sys.executable, "-c", "\n".join(code)],
        check=False, capture_output=True, timeout=60,
    )  # fmt: skip
    if b"unshare" in done.stderr:
        pytest.skip("a process without network cannot be had here")
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()
