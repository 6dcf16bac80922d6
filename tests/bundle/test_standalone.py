"""`verify.py` needs nothing but Python, and finds what `copwatch verify` finds of what it checks."""

import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copwatch.bundle.folder_sink import FolderSink
from copwatch.bundle.standalone.script import verify_script
from copwatch.bundle.tree import FolderTree
from copwatch.bundle.verify import verify_bundle
from copwatch.bundle.write import write_bundle
from copwatch.crypto.signing import SigningKey
from copwatch.crypto.signing import verify as verify_by_library
from copwatch.proof.canonical import decode, encode
from copwatch.proof.words import short_words
from tests.bundle.making import DEVICE, OTHER, ROOT, Maker, usual
from tests.bundle.test_verify import remade

SOURCE = Path(__file__).parents[2] / "copwatch/bundle/standalone/verify.py"
SCRIPT = runpy.run_path(str(SOURCE))


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    folder = tmp_path_factory.mktemp("standalone")
    write_bundle(usual().plan(), FolderSink(folder / "bundle"))
    return folder / "bundle"


@pytest.fixture
def small(tmp_path):
    maker = Maker()
    maker.file("a.jpg", b"abc")
    maker.report(city="Oakland", force=True, notes_privileged=["no"])
    write_bundle(maker.plan(), FolderSink(tmp_path / "small"))
    return tmp_path / "small"


def run(folder, script=SOURCE):
    """Python without site packages, environment or the current folder."""
    command = [sys.executable, "-I", "-S", "-B", str(script), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def quick(folder):
    """The same in this process: the reason, or nothing."""
    try:
        SCRIPT["verify"](folder)
    except SCRIPT["Bad"] as error:
        return str(error)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OSError) as error:
        return type(error).__name__
    return ""


def test_a_good_bundle_holds_and_the_root_key_is_said_in_words(bundle):
    assert (bundle / "data/verify.py").read_bytes() == verify_script()
    command = [sys.executable, "-I", "-S", "-B", str(bundle / "data/verify.py")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0 and done.stderr == ""
    assert short_words(ROOT.public_hex) in " ".join(done.stdout.split())
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "4. evidence:" in done.stdout


def test_how_to_run_it_is_said_for_windows_too_and_what_it_counts(bundle):
    said = (bundle / "data/HOW-TO-VERIFY.txt").read_text()
    assert "python3 data/verify.py" in said and "py data\\verify.py" in said
    inside = sum(path.is_file() for path in (bundle / "data").rglob("*"))
    assert f"all {inside} in data and the 7 that list them" in run(bundle).stdout


def test_it_says_how_it_is_used(tmp_path):
    assert run(tmp_path).returncode == 2


def test_every_changed_byte_is_found(small):
    assert quick(small) == ""
    for path in sorted(small.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            for at in {0, len(data) // 3, len(data) // 2, len(data) - 1}:
                path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
                assert quick(small) != "", (path.name, at)
            path.write_bytes(data)
    assert quick(small) == ""


def test_added_removed_and_renamed_files_are_found(small):
    for path in sorted(small.rglob("*")):
        if path.is_file():
            moved = path.with_name("moved")
            path.rename(moved)
            assert quick(small) != ""
            held = moved.read_bytes()
            moved.unlink()
            assert quick(small) != ""
            path.write_bytes(held)
    (small / "data/new.txt").write_text("x")
    assert "new.txt" in quick(small)
    (small / "data/new.txt").unlink()
    (small / "data/.DS_Store").write_text("x")
    assert quick(small) == ""


def test_every_damaged_file_is_named_once(small):
    (small / "data/index.html").write_text("x")
    (small / "data/custody.csv").unlink()
    (small / "data/new.txt").write_text("x")
    said = quick(small)
    for wrong in (
        "index.html was changed",
        "custody.csv is listed and is not there",
        "new.txt is there and is not",
    ):
        assert said.count(wrong) == 1


@pytest.mark.parametrize("where", ["empty", "data/evidence/more/and more"])
def test_an_empty_folder_is_found(small, where):
    (small / where).mkdir(parents=True)
    assert "empty folder" in quick(small) and not verify_bundle(FolderTree(small)).ok


def test_a_forger_with_new_manifests_is_found(small, tmp_path):
    for number, forge in enumerate(FORGERIES):
        folder = tmp_path / str(number)
        shutil.copytree(small, folder)
        forge(folder)
        remade(folder)
        assert quick(folder) != "", forge.__name__


def _report_says_one(folder):
    path = folder / "data/report.json"
    path.write_bytes(path.read_bytes().replace(b'"force":true', b'"force":1'))


def _report_says_another_city(folder):
    path = folder / "data/report.json"
    path.write_bytes(path.read_bytes().replace(b"Oakland", b"Berkley"))


def _evidence_is_another(folder):
    next((folder / "data/evidence").iterdir()).write_bytes(b"abd")


def _proof_shows_another_value(folder):
    for path in (folder / "data/proofs").glob("*.json"):
        path.write_bytes(path.read_bytes().replace(b"Oakland", b"Berkley"))


def _proof_is_signed_by_another(folder):
    for path in (folder / "data/proofs").glob("*.json"):
        proof = decode(path.read_bytes()[:-1], nulls=True)
        proof["sig"] = OTHER.sign(b"copwatch/v1/entry\n" + encode(proof["entry"], nulls=True))
        path.write_bytes(encode(proof, nulls=True) + b"\n")


def _charter_names_another_device(folder):
    path = next((folder / "data/proofs/charter").iterdir())
    path.write_bytes(path.read_bytes().replace(OTHER.public_hex.encode(), b"e" * 64))


def _a_record_is_missing(folder):
    next((folder / "data/proofs").glob("*.json")).unlink()


def _evidence_is_planted(folder):
    (folder / "data/evidence/E-7Q2K-D3MX-4-planted.jpg").write_bytes(b"planted")


def _evidence_is_shown_without_its_file(folder):
    path = folder / "data/report.json"
    report = decode(path.read_bytes()[:-1])
    moved = report["evidence"].pop()
    (folder / moved["file"]).unlink()
    report["records"].append(moved)
    path.write_bytes(encode(report) + b"\n")


FORGERIES = (
    _evidence_is_planted, _evidence_is_shown_without_its_file,
    _report_says_one, _report_says_another_city, _evidence_is_another, _proof_shows_another_value,
    _proof_is_signed_by_another, _charter_names_another_device, _a_record_is_missing,
)  # fmt: skip


def test_a_signature_by_a_stranger_is_found(small):
    remade(small, SigningKey(b"\x09" * 32))
    assert "not one of the archive" in quick(small)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511), st.booleans())
def test_signatures_are_judged_as_the_library_does(seed, message, bit, flip):
    key = SigningKey(seed)
    signature = bytearray.fromhex(key.sign(message))
    signature[bit // 8] ^= (1 << bit % 8) if flip else 0
    assert SCRIPT["signed"](key.public_hex, message, signature.hex()) is not flip
    assert verify_by_library(key.public_hex, message, signature.hex()) is not flip


def test_a_signature_with_a_number_that_is_too_large_is_none():
    """RFC 8032, 5.1.7: S has to be below L, or one signature could be written in several ways."""
    signature = bytes.fromhex(DEVICE.sign(b"a"))
    larger = int.from_bytes(signature[32:], "little") + SCRIPT["L"]
    assert not SCRIPT["signed"](
        DEVICE.public_hex, b"a", (signature[:32] + larger.to_bytes(32, "little")).hex()
    )


def test_it_imports_nothing_but_the_standard_library():
    lines = [line for line in SOURCE.read_text().splitlines() if line.startswith(("import ", "from "))]
    modules = {line.split()[1] for line in lines}
    assert modules == {"hashlib", "json", "pathlib", "re", "sys", "textwrap", "typing"}


def test_a_program_that_somebody_put_beside_it_is_not_run(small):
    """As HOW-TO-VERIFY.txt says to run it: the folder of a script comes first where Python looks for its own."""
    for name in ("json", "hashlib", "__future__", "typing"):
        (small / f"data/{name}.py").write_text("import sys\nprint('all is well')\nsys.exit(0)\n")
    command = [sys.executable, "-S", "-B", "data/verify.py"]
    done = subprocess.run(command, cwd=small, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (3, "")
    assert "is there and is not listed" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
@pytest.mark.parametrize(("name", "code"), [("\x1b[8m", 3), ("._\x1b[2J\n1. files: \u202e", 0)])
def test_names_that_would_hide_what_is_found_are_shown_as_escapes(small, name, code):
    (small / "data" / name).write_bytes(b"x")
    done = run(small)
    assert done.returncode == code and "\\x1b[" in done.stdout + done.stderr
    assert (done.stdout + done.stderr).replace("\n", "").isprintable()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_reader_that_went_away_is_not_taken_for_a_bundle_that_does_not_hold(small):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, SOURCE, small], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 1 and b"DOES NOT HOLD" not in done.stderr
