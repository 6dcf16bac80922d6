#!/usr/bin/env python3
"""Checks a copwatch bundle with nothing but Python 3.9 or newer: python3 verify.py [FOLDER]

FOLDER is the one that holds bagit.txt; unpack a zip first. It reads every file and writes none. Exit code 0: everything
that is checked here holds; 3: something does not; 2: this is no bundle; 1: nobody took what it prints.

Who gave you a bundle could have given you a changed verify.py with it: take this file from the source of copwatch, or
compare its SHA-256 with the one that the group tells you.
"""

import sys

if __name__ == "__main__" and not (sys.flags.isolated or getattr(sys.flags, "safe_path", False)):
    # The folder of this file comes first there: a file that somebody put beside it, called json.py, would be run.
    # `from __future__ import annotations`, which has to stand above this, would look there too.
    del sys.path[0]

import hashlib
import json
import re
import textwrap
from pathlib import Path
from typing import Any, Optional, Tuple  # noqa: UP035 - Python 3.9 reads this too

CHUNK = 1 << 20
LINE = re.compile(r"([0-9a-f]{64}|[0-9a-f]{128})  ([^\0-\x1f]+)")
HEX = re.compile(r"[0-9a-f]{64}")
WORDS = ()  # filled in when a bundle is written: the 2,048 words of BIP 39 in English


Point = Tuple[int, int, int, int]  # noqa: UP006


class Bad(Exception):
    """Something does not hold; each of its texts says what."""


# Ed25519 (RFC 8032, 5.1), in extended coordinates.

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def point(data: bytes) -> Optional[Point]:  # noqa: UP045
    """The point that 32 bytes stand for; None where they stand for none."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x % 2 != sign else x
    return x, y, 1, x * y % P


def plus(one: Point, other: Point) -> Point:
    """The sum of two points."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number: int, base: Point) -> Point:
    """A point added to itself that many times."""
    found = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = plus(found, base)
        base, number = plus(base, base), number >> 1
    return found


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")) or (0, 1, 1, 0)


def signed(key: str, message: bytes, signature: str) -> bool:
    """Whether the hex `signature` over `message` is one by the hex `key`."""
    if not re.fullmatch("[0-9a-f]{64}", str(key)) or not re.fullmatch("[0-9a-f]{128}", str(signature)):
        return False
    raw, sig = bytes.fromhex(key), bytes.fromhex(signature)
    public, nonce = point(raw), point(sig[:32])
    s = int.from_bytes(sig[32:], "little")
    if public is None or nonce is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(sig[:32] + raw + message).digest(), "little") % L
    left, right = times(s, BASE), plus(nonce, times(h, public))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (
        left[1] * right[2] - right[1] * left[2]
    ) % P == 0


# What copwatch's docs/format.md and docs/bundle.md say.


def sha256(*parts: bytes) -> bytes:
    """SHA-256 of all of them, one behind the other."""
    return hashlib.sha256(b"".join(parts)).digest()


def canonical(value: Any) -> bytes:
    """The one form in which a value is hashed and signed (RFC 8785, for what records hold)."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of which no member stands twice."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Bad("a member stands twice")
    return found


def read_json(path: Path) -> Any:
    """A document in its one canonical form."""
    data = path.read_bytes()
    try:
        value = json.loads(data.decode(), object_pairs_hook=once)
        whole = canonical(value) + b"\n" == data
    except (ValueError, RecursionError):
        whole = False
    if not whole:
        raise Bad("not in its canonical form")
    return value


def hashes(path: Path) -> dict[str, str]:
    """SHA-256 and SHA-512 of a file, in hex."""
    sha_256, sha_512 = hashlib.sha256(), hashlib.sha512()
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            if not chunk:
                return {"sha256": sha_256.hexdigest(), "sha512": sha_512.hexdigest()}
            sha_256.update(chunk)
            sha_512.update(chunk)


def manifest(path: Path) -> dict[str, str]:
    """Hash by name."""
    found = {}
    text = path.read_bytes().decode()
    *lines, rest = text.split("\n")
    for line in lines:
        listed = LINE.fullmatch(line)
        if rest or listed is None or listed[2] in found:
            raise Bad("a line is no hash with a name, or a name stands twice")
        found[listed[2]] = listed[1]
    return found


def every_file(folder: Path) -> dict[str, Path]:
    """Each file below the folder by its path with slashes. Links, empty folders and whatever is no file are refused."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            raise Bad(f"{str(path)!r} is a link, or no ordinary file")
        if path.is_dir() and not any(path.iterdir()):
            raise Bad(f"{str(path)!r} is an empty folder, and does not belong here")
        if path.is_file():
            found[path.relative_to(folder).as_posix()] = path
    return found


DROPPED = re.compile(r"(^|/)(Thumbs\.db|desktop\.ini|\.DS_Store|\._[^/]*)$")


def check_bag(files: dict[str, Path]) -> dict[str, dict[str, str]]:
    """Every file is listed with the hashes that it has, and nothing else is listed."""
    digests = {name: hashes(path) for name, path in files.items()}
    wrong: list[str] = []
    for prefix, belongs in (("", lambda n: n.startswith("data/")), ("tag", lambda n: n in TAGGED)):
        for algorithm in ("sha256", "sha512"):
            listed = manifest(files[f"{prefix}manifest-{algorithm}.txt"])
            there = {name for name in files if belongs(name)}
            for name in sorted(set(listed) | there):
                if name not in there:
                    wrong.append(f"{name} is listed and is not there")
                elif name not in listed:
                    wrong.append(f"{name} is there and is not listed")
                elif listed[name] != digests[name][algorithm]:
                    wrong.append(f"{name} was changed")
    rest = set(files) - {n for n in files if n.startswith("data/")} - TAGGED - UNTAGGED
    wrong += [f"{name} does not belong here" for name in sorted(rest)]
    if wrong:
        raise Bad(*dict.fromkeys(wrong))  # each is in the lists of both algorithms
    return digests


TAGGED = {"bagit.txt", "bag-info.txt", "manifest-sha256.txt", "manifest-sha512.txt"}
SIGNATURE = "tagmanifest-sha256.txt.sig.json"
UNTAGGED = {"tagmanifest-sha256.txt", "tagmanifest-sha512.txt", SIGNATURE}


def check_charters(files: dict[str, Path]) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """The newest charter, after each was found signed by the root key and chained to the first."""
    charters = {}
    for name, path in files.items():
        if name.startswith("data/proofs/charter/"):
            document = read_json(path)
            charter = document["charter"]
            message = b"copwatch/v1/charter\n" + canonical(charter)
            if not any(
                signed(s["key"], message, s["sig"]) for s in document["sigs"] if s["key"] == charter["root"]
            ):
                raise Bad(f"{name} is not signed by the root key")
            charters[sha256(canonical(charter)).hex()] = charter
    first = [name for name, charter in charters.items() if charter["version"] == 0]
    if len(first) != 1 or len({charter["root"] for charter in charters.values()}) != 1:
        raise Bad("there is not one first charter with one root key")
    for charter in charters.values():
        before = [charters.get(name) for name in charter["prev"]]
        if charter["version"] and (
            not before or any(b is None or b["version"] >= charter["version"] for b in before)
        ):
            raise Bad("a charter does not follow from the one before it")
    newest = [c for n, c in charters.items() if not any(n in other["prev"] for other in charters.values())]
    if len(newest) != 1:
        raise Bad("charters stand side by side; copwatch verify says which of them rules")
    return first[0], newest[0], charters


def check_signer(files: dict[str, Path], charter: dict[str, Any]) -> None:
    """The device that exported: it signed the manifests, and the newest charter names it."""
    signature = read_json(files[SIGNATURE])
    message = b"copwatch/v1/bundle\n" + files["tagmanifest-sha256.txt"].read_bytes()
    if not signed(signature["key"], message, signature["sig"]):
        raise Bad("the signature does not sign these manifests")
    if not any(d["key"] == signature["key"] and "until" not in d for d in charter["devices"]):
        raise Bad("the device that signed is not one of the archive, or was revoked")


def leaf_of(proof: dict[str, Any]) -> bytes:
    """The hash that stands for a record, from its open and its withheld fields."""
    fields = []
    for shown in proof["shown"]:
        value = sha256(b"copwatch/v1/value\n", bytes.fromhex(hex64(shown["salt"])), canonical(shown["value"]))
        fields.append(sha256(b"copwatch/v1/field\n", value, shown["path"].encode()))
    for withheld in proof["withheld"]:
        fields.append(
            sha256(
                b"copwatch/v1/field\n", bytes.fromhex(hex64(withheld["digest"])), withheld["path"].encode()
            )
        )
    fields += [bytes.fromhex(hex64(digest)) for digest in proof["hidden"]]
    paths = sorted(f["path"] + "/" for f in proof["shown"] + proof["withheld"])
    if len(set(fields)) != len(fields) or any(
        below.startswith(above) for above, below in zip(paths, paths[1:])
    ):
        raise Bad("a field stands twice, or lies below another")
    return sha256(b"copwatch/v1/record\n", *sorted(fields))


def hex64(text: Any) -> str:
    """A hash in hex."""
    if not isinstance(text, str) or not HEX.fullmatch(text):
        raise Bad("a hash is none")
    return text


def root_of(leaf: bytes, index: int, size: int, path: list[str]) -> bytes:
    """The root to which an audit path leads (RFC 9162, 2.1.3.2)."""
    if type(index) is not int or type(size) is not int:
        raise Bad("its place is no number")
    node, last, found = index, size - 1, sha256(b"\0", leaf)
    for sibling in (bytes.fromhex(hex64(each)) for each in path):
        if last <= 0:
            raise Bad("its path is too long")
        if node & 1 or node == last:
            found = sha256(b"\1", sibling, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = sha256(b"\1", found, sibling)
        node, last = node >> 1, last >> 1
    if last or not 0 <= index < size:
        raise Bad("its path is too short")
    return found


def check_proof(
    proof: dict[str, Any],
    archive: str,
    charter: dict[str, Any],
    charters: dict[str, Any],
    checked: set[tuple[str, str]],
) -> Any:
    """A record leads through its leaf to an entry that a device of the archive signed."""
    leaf = leaf_of(proof)
    entry = proof["entry"]
    if leaf.hex() != proof["leaf"]:
        raise Bad("its fields are not the ones that were committed to")
    if root_of(leaf, proof["index"], proof["size"], proof["path"]).hex() != entry["records"]:
        raise Bad("it does not lead to the entry")
    values = {shown["path"]: shown["value"] for shown in proof["shown"]}
    if any(path not in values for path in ("/id", "/type", "/schema", "/archive", "/device")):
        raise Bad("what always is shown is not")
    if (
        values["/archive"] != entry["archive"]
        or values["/device"] != entry["device"]
        or entry["archive"] != archive
    ):
        raise Bad("it belongs to another archive or device")
    device = next((d for d in charter["devices"] if d["key"] == entry["device"]), None)
    if device is None or entry["charter"] not in charters:
        raise Bad("no charter of the bundle names its device")
    name = sha256(b"\0", canonical(entry)).hex()
    until = device.get("until")
    if until and (entry["seq"] > until["seq"] or (entry["seq"] == until["seq"] and name != until["entry"])):
        raise Bad("its device was cut off before")
    if (name, proof["sig"]) not in checked:
        if not signed(entry["device"], b"copwatch/v1/entry\n" + canonical(entry), proof["sig"]):
            raise Bad("the signature over its entry does not hold")
        checked.add((name, proof["sig"]))
    return nested(values, [withheld["path"] for withheld in proof["withheld"]])


def nested(values: dict[str, Any], withheld: list[str]) -> Any:
    """The record that the open fields make, as report.json writes it."""
    found: dict[str, Any] = {}
    for path, value in {**values, **{path: {"withheld": True} for path in withheld}}.items():
        parts, at = path.split("/")[1:], found
        for part in parts[:-1]:
            at = at.setdefault(part, {})
        at[parts[-1]] = value
    return listed(found)


def listed(value: Any) -> Any:
    """Objects whose members are 0, 1, 2 … are lists."""
    if not isinstance(value, dict) or value == {"withheld": True} or not value:
        return value
    if all(name.isdigit() for name in value):
        if sorted(map(int, value)) != list(range(len(value))):
            raise Bad("a row is missing")
        return [listed(value[str(index)]) for index in range(len(value))]
    return {name: listed(member) for name, member in value.items()}


PARTS = ("versions", "evidence", "records")


def check_report(report: dict[str, Any], records: dict[str, Any], digests: dict[str, dict[str, str]]) -> int:
    """report.json says what the records say, and every evidence file is the one of its record."""
    named = [each for part in PARTS for each in report[part]]
    if sorted(each["leaf"] for each in named) != sorted(records):
        raise Bad("report.json does not name each proven record once")
    for each in named:
        if canonical(each["record"]) != canonical(records[each["leaf"]]):
            raise Bad(
                "report.json shows a record otherwise than it was committed to: {}".format(each["leaf"][:16])
            )
    if [each["leaf"] for each in report["evidence"]] != [
        each["leaf"] for part in PARTS for each in report[part] if records[each["leaf"]]["type"] == "evidence"
    ]:
        raise Bad("evidence is shown without its file, or something else as evidence")
    wrong: list[str] = []
    for each in report["evidence"]:
        record = records[each.get("rendition", each["leaf"])]
        if each.get("rendition") and (record["type"], record["evidence_leaf"]) != ("rendition", each["leaf"]):
            raise Bad("{} is no rendition of its evidence".format(each["file"]))
        if digests.get(each["file"], {}).get("sha256") != record["sha256"]:
            wrong.append("{} is not the file whose receipt or making was recorded".format(each["file"]))
    if wrong:
        raise Bad(*wrong)
    files = {each["file"] for each in report["evidence"]}
    for name in sorted(digests):
        if name.startswith("data/evidence/") and name not in files:
            raise Bad(f"{name} is no evidence that report.json names")
    check_viewing(report, records, digests)
    return len(report["evidence"])


def check_viewing(
    report: dict[str, Any], records: dict[str, Any], digests: dict[str, dict[str, str]]
) -> None:
    """What was made at export to look at evidence is what report.json names, each made of the file that it says."""
    left = {name for name in digests if name.startswith("data/viewing/")}
    for each in report["evidence"]:
        viewing = each.get("viewing", {})
        if viewing and viewing["of"] != records[each.get("rendition", each["leaf"])]["sha256"]:
            raise Bad("what was made to look at {} was made of another file".format(each["file"]))
        for one in (viewing[use] for use in ("rendition", "thumbnail") if use in viewing):
            if digests.get(one["file"], {}).get("sha256") != one["sha256"]:
                raise Bad("{} is not what was made at export".format(one["file"]))
            left.discard(one["file"])
    if left:
        raise Bad(f"{sorted(left)[0]} was made of nothing that report.json names")


def words_of(root: str) -> str:
    """Twelve words for the first 16 bytes of a key (BIP 39), where this file has the words."""
    if len(WORDS) != 2048:
        return ""
    data = bytes.fromhex(root)[:16]
    bits = (int.from_bytes(data, "big") << 4) | (hashlib.sha256(data).digest()[0] >> 4)
    return " ".join(WORDS[bits >> shift & 2047] for shift in range(121, -1, -11))


def say(text: str) -> None:
    """Prints a line. Where nobody takes it, that is no fault of the bundle: ends with exit code 1."""
    try:
        print(text, flush=True)
    except OSError:
        sys.stdout = None
        raise SystemExit(1) from None


def verify(folder: Path) -> None:
    """Prints what holds. Raises `Bad` with what does not."""
    files = every_file(folder)
    for name in [name for name in files if DROPPED.search(name)]:
        say(f"Note: {printable(name)} was put there by a file manager and is no file of the bundle.")
        del files[name]
    missing = sorted((TAGGED | UNTAGGED | {"data/report.json"}) - set(files))
    if missing:
        raise Bad(*(f"{name} is missing" for name in missing))
    digests = check_bag(files)
    payload = sum(name.startswith("data/") for name in digests)
    say(
        f"1. files: all {payload} in data and the {len(digests) - payload} that list them are there and unchanged"
    )
    say("   since the bundle was written")
    archive, charter, charters = check_charters(files)
    check_signer(files, charter)
    say("2. signature: a device of the archive signed this list of files")
    records: dict[str, Any] = {}
    checked: set[tuple[str, str]] = set()
    for name in sorted(files):
        if name.startswith("data/proofs/") and not name.startswith("data/proofs/charter/"):
            proof = read_json(files[name])
            if name != "data/proofs/{}.json".format(proof["leaf"]):
                raise Bad(f"{name} is not called like its record")
            try:
                records[proof["leaf"]] = check_proof(proof, archive, charter, charters, checked)
            except Bad as error:
                raise Bad(f"{name}: {error}") from error
    say(f"3. records: {len(records)} are as a device of the archive wrote and signed them")
    report = read_json(files["data/report.json"])
    if (report["bundle"]["archive"], report["bundle"]["root"]) != (archive, charter["root"]):
        raise Bad("report.json names another archive")
    count = check_report(report, records, digests)
    say(f"4. evidence: {count} files are those whose hashes are in these records")
    withheld = sum(len(each["withheld"]) for part in PARTS for each in report[part])
    say(f"   report.json says what the records say; fields withheld: {withheld}")
    say("\nCompare the root key with the group, by a way that you trust; without that,")
    say("anybody could have made this:")
    say("  " + textwrap.fill(words_of(charter["root"]) or charter["root"], 76, subsequent_indent="  "))
    say("Not checked here: that index.html, the custody list and the other papers say the")
    say("same as report.json (the signature answers for them), and the coded picture and")
    say("sound of renditions. `copwatch verify` checks those.")


def printable(text: str) -> str:
    """Names as they are, without what would move a cursor, hide the rest or turn the order of what is read."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def main() -> int:
    """From the command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    given = sys.argv[1:] or [str(Path(__file__).resolve().parents[1])]
    if len(given) != 1 or not Path(given[0], "bagit.txt").is_file():
        print(
            "usage: python3 verify.py FOLDER   (the folder that holds bagit.txt; unpack a zip first)",
            file=sys.stderr,
        )
        return 2
    try:
        verify(Path(given[0]))
    except Bad as error:
        for text in error.args:
            print(f"DOES NOT HOLD: {printable(text)}", file=sys.stderr)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError, OSError) as error:
        print(
            f"DOES NOT HOLD: a file is not of its form, or cannot be read ({type(error).__name__})",
            file=sys.stderr,
        )
    else:
        return 0
    return 3


if __name__ == "__main__":
    sys.exit(main())
