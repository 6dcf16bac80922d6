"""Proofs that a profile does not give by itself, who stands in the list under seal, and tables that nobody compared."""

import hashlib
import json

import pytest

from tests.cli.test_review import PUBLIC, photographed

SHOWN = {
    "id", "type", "schema", "archive", "device", "batch", "size", "sha256", "pieces", "media_type", "metadata",
    "essence", "recorded_at", "clock",
}  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = photographed(tmp_path_factory.mktemp("desk"), "--by", "OBS-9X")
    for profile in ("public-media", "court-filing"):
        desk.done("review", desk.item, "--profile", profile, "--people", "nobody", *desk.key)
    return desk


def test_proofs_beside_a_public_profile_show_no_more_of_a_file_than_which_bytes_are_meant(desk):
    out = desk.top / "proven"
    desk.done("export", desk.item, *PUBLIC, "--with-proof", "--out", out, *desk.key)
    report = json.loads((out / "data" / "report.json").read_bytes())
    (evidence,) = report["evidence"]
    assert evidence["record"].keys() <= SHOWN
    said = desk.run("verify", out)
    assert said.returncode == 0 and b" at  by its clock" not in said.stdout


def test_whoever_brought_a_card_stands_in_the_list_under_seal(desk):
    out, secret, list_ = desk.top / "court", desk.top / "secret", desk.top / "list.age"
    asked = (desk.incident, "--profile", "court-filing")
    desk.done("export", *asked, "--plain", "--yes", "--out", out, *desk.key)
    report = json.loads((out / "data" / "report.json").read_bytes())
    told = [each for one in report["records"] for each in one.get("redactions", ()) if each["path"] == "/by"]
    assert told and all(each["text"].startswith("OBS-") for each in told)
    secret.touch(mode=0o600)
    secret.write_text("seven words of a passphrase for a court\n")
    listed = desk.json("export-key", *asked, "--seal-passphrase-file", secret, "--out", list_, *desk.key)
    stated = {each["text"] for part in ("versions", "records", "evidence") for one in report[part]
              for each in one.get("redactions", ()) if each.get("text")}  # fmt: skip
    assert listed["rows"] >= len(stated) > 1


def test_a_table_in_a_bundle_without_proofs_is_said_not_to_be_compared(desk):
    out = desk.top / "tables"
    desk.done("export", desk.item, *PUBLIC, "--out", out, *desk.key)
    table = out / "data" / "openoversight" / "department-1" / "officers.csv"
    table.parent.mkdir(parents=True)
    table.write_bytes(b"id\r\n")
    relist(out)
    said = desk.run("verify", out)
    assert said.returncode == 0 and b"not checked" in said.stdout and b"officers.csv" in said.stdout


def relist(bag):
    """New manifests and tag manifests over what stands there, as anybody can write them."""
    files = [path for path in bag.rglob("*") if path.is_file() and "data" in path.relative_to(bag).parts[:1]]
    sizes = [path.stat().st_size for path in files]
    info = (bag / "bag-info.txt").read_text().splitlines()
    oxum = f"Payload-Oxum: {sum(sizes)}.{len(sizes)}"
    (bag / "bag-info.txt").write_text("".join(f"{oxum if x.startswith('Payload') else x}\n" for x in info))
    for prefix in ("", "tag"):
        tags = [path for path in bag.iterdir() if path.is_file() and not path.name.startswith("tagmanifest")]
        for algorithm in ("sha256", "sha512"):
            rows = sorted((str(p.relative_to(bag)), p) for p in (tags if prefix else files))
            text = "".join(
                f"{hashlib.new(algorithm, p.read_bytes()).hexdigest()}  {name}\n" for name, p in rows
            )
            (bag / f"{prefix}manifest-{algorithm}.txt").write_text(text)
