"""The worked examples of docs/format.md are worked out again, from its own text and with the plain library."""

import base64
import hashlib
import hmac
import json
import re

import pytest

from copwatch.crypto.age import HybridIdentity
from copwatch.crypto.signing import verify
from copwatch.model.ids import code, parse_code
from copwatch.proof import body, canonical, charter, commitment, entry, ledger
from copwatch.proof.checkpoint import LARGEST_NOTE, imprint, parse_note
from copwatch.proof.history import read_history
from copwatch.proof.padding import PIECE_CAPACITY, padme
from copwatch.proof.words import from_words, to_words
from copwatch.store import layout
from tests.conftest import REPO

TEXT = (REPO / "docs" / "format.md").read_text(encoding="utf-8")
FENCED = re.compile(r"<!-- example: ([a-z ]+) -->\n```[a-z]*\n(.*?)\n```\n", re.S)
EXAMPLES = dict(FENCED.findall(TEXT))


def sha(data):
    return hashlib.sha256(data).digest()


def plain(value):
    """The canonical bytes as the text gives them, without our code."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def pairs(name):
    """Lines of a name and a value."""
    return dict(line.split(" ", 1) for line in EXAMPLES[name].splitlines())


CHARTER = json.loads(EXAMPLES["charter"])["charter"]
LINES = [line.encode() for line in EXAMPLES["ledger"].splitlines()]
NAMES = pairs("names")


def test_every_example_is_tested():
    assert set(EXAMPLES) == {
        "charter", "ledger", "names", "commitment", "padme", "words", "checkpoint", "checkpoint names", "codes",
    }  # fmt: skip
    assert len(EXAMPLES) == TEXT.count("<!-- example:")


def test_the_charter_example():
    digits = sha(plain(CHARTER)).hex()
    assert NAMES["archive"] == digits
    assert NAMES["file"] == f"{CHARTER['version']:06d}-{digits[:16]}.json"
    assert NAMES["root"] == CHARTER["root"]
    history, findings = read_history({NAMES["file"]: EXAMPLES["charter"].encode() + b"\n"}, verify)
    assert findings == []
    assert history.archive == digits


def test_the_ledger_example():
    prev = None
    for seq, data in enumerate(LINES):
        doc = json.loads(data)
        assert plain(doc) == data
        signed = doc["entry"]
        assert (signed["seq"], signed["prev"], signed["archive"]) == (seq, prev, NAMES["archive"])
        assert signed["device"] == NAMES["device"] == CHARTER["devices"][0]["key"]
        assert signed["lists"] == sha(plain(doc["lists"])).hex()
        leaves = [bytes.fromhex(leaf) for part in doc["lists"]["sets"] for leaf in part["leaves"]]
        assert len(leaves) <= 1
        assert signed["records"] == (sha(b"\0" + leaves[0]) if leaves else sha(b"")).hex()
        assert verify(signed["device"], b"copwatch/v1/entry\n" + plain(signed), doc["sig"])
        prev = sha(b"\0" + plain(signed)).hex()
        assert NAMES[f"entry-{seq}"] == prev
    assert NAMES["head-in-words"] == to_words(bytes.fromhex(prev)[:16])


def test_the_ledger_example_has_no_findings():
    history, _ = read_history({NAMES["file"]: EXAMPLES["charter"].encode() + b"\n"}, verify)
    check = ledger.LedgerCheck(NAMES["device"], history)
    for data in LINES:
        check.read(data)
    assert check.findings == []


def test_the_commitment_example():
    lines = EXAMPLES["commitment"].splitlines()
    seed, record = bytes.fromhex(lines[0].split()[1]), json.loads(lines[1].split(" ", 1)[1])
    assert plain(record) == lines[1].split(" ", 1)[1].encode()
    paths, fields = [], []
    for at in range(2, len(lines) - 1, 4):
        path, salt, v, f = (line.split()[1] for line in lines[at : at + 4])
        value = record
        for step in path[1:].split("/"):
            value = value[int(step) if isinstance(value, list) else step]
        assert hmac.digest(seed, b"copwatch/v1/salt\n" + path.encode(), "sha256").hex() == salt
        assert sha(b"copwatch/v1/value\n" + bytes.fromhex(salt) + plain(value)).hex() == v
        assert sha(b"copwatch/v1/field\n" + bytes.fromhex(v) + path.encode()).hex() == f
        paths.append(path)
        fields.append(bytes.fromhex(f))
    assert paths == sorted(commitment.flatten(record))
    leaf = sha(b"copwatch/v1/record\n" + b"".join(sorted(fields))).hex()
    assert lines[-1] == f"leaf {leaf}"
    assert commitment.leaf(record, seed) == leaf


def test_the_padme_example():
    found = [tuple(map(int, line.split())) for line in EXAMPLES["padme"].splitlines()]
    assert found == [(length, padme(length)) for length, _ in found]
    assert (PIECE_CAPACITY, PIECE_CAPACITY) in found


def test_the_words_example():
    words = pairs("words")
    assert from_words(words["words"]).hex() == words["seed"]
    recipient = str(HybridIdentity(bytes.fromhex(words["seed"])).recipient())
    assert recipient.endswith(words["recipient-ends"])


def test_the_checkpoint_example():
    note = EXAMPLES["checkpoint"] + "\n"
    found = parse_note(note.encode(), verify)
    first, second = (bytes.fromhex(NAMES[f"entry-{n}"]) for n in (0, 1))
    assert found.root == sha(b"\1" + first + second)
    assert (found.archive, found.device, found.size) == (NAMES["archive"], NAMES["device"], 2)
    text = note.split("\n\n")[0] + "\n"
    origin = text.split("\n")[0]
    blob = base64.b64decode(note.split()[-1])
    assert blob[:4] == sha(origin.encode() + b"\n\x01" + bytes.fromhex(found.device))[:4]
    assert verify(found.device, text.encode(), blob[4:].hex())
    names = pairs("checkpoint names")
    assert names == {"file": found.file_name, "imprint": sha(text.encode()).hex()}
    assert imprint(found) == names["imprint"]


def test_the_codes_example():
    for line in EXAMPLES["codes"].splitlines():
        id_, shown = line.split()
        kind, symbols = shown[0], len(shown.replace("-", "")) - 2
        assert code(kind, id_, symbols) == shown
        assert id_.startswith(parse_code(shown).hex)


@pytest.mark.parametrize(
    "said",
    [
        f"exactly {layout.SEGMENT_LINES:,} lines",
        f"1 MiB ({entry.LONGEST_LINE:,} bytes)",
        f"{PIECE_CAPACITY:,} bytes",
        f"deeper than {canonical.DEEPEST} levels",
        f"at most {charter.LARGEST_FILE >> 20} MiB",
        f"a body is at most {body.LARGEST_BODY >> 20} MiB",
        f"`version` is from 0 to {charter.LAST_VERSION}",
        f"A note is at most {LARGEST_NOTE >> 10} KiB",
    ],
)
def test_limits_are_those_of_the_program(said):
    assert said in TEXT


def test_the_shapes_name_every_member_that_is_written():
    shapes = "".join(re.findall(r"^    .*$", TEXT, re.M))
    for member in (
        *CHARTER,
        *json.loads(LINES[0])["entry"],
        *json.loads(LINES[0])["lists"],
        "withdrawn",
        "authority",
    ):
        assert f'"{member}":' in shapes


def test_sections_that_the_program_points_to_exist():
    headings = set(re.findall(r"^#+ (.+)$", TEXT, re.M))
    pointed = [
        (path.name, section)
        for path in sorted((REPO / "copwatch").rglob("*.py"))
        for section in re.findall(r'docs/format\.md,\s+"([^"]+)"', path.read_text(encoding="utf-8"))
    ]
    assert pointed
    assert [(name, section) for name, section in pointed if section not in headings] == []
