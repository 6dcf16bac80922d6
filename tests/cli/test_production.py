"""`copwatch export --layout production`: a volume that a review tool loads, in a bundle that still proves itself."""

import csv
import hashlib
import io
import json
import os
import re
import subprocess
import sys

import bagit
import pypdfium2
import pytest
from PIL import Image

from tests.cli.desk import Desk
from tests.conftest import REPO

PHOTO = (REPO / "examples/media/IMG_20260612_181203.jpg").read_bytes()
CONTENT = {"clip.mp4": b"clip" * 1000, "still.jpg": PHOTO}
COUNSEL = ("--profile", "client-counsel", "--plain", "--yes", "--layout", "production", "--no-viewing")
COLUMNS = [
    "BEGBATES", "ENDBATES", "BEGATTACH", "ENDATTACH", "CUSTODIAN", "DOCTYPE", "DOCDATE", "FILENAME", "FILEEXT",
    "FILESIZE", "MD5HASH", "SHA256HASH", "PAGECOUNT", "CONFIDENTIALITY", "REDACTED", "REDACTIONREASON", "NATIVEPATH",
    "TEXTPATH", "DATELASTMOD", "DATERECEIVED",
]  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = Desk(tmp_path_factory.mktemp("production"))
    (desk.top / "card").mkdir()
    for name, data in CONTENT.items():
        (desk.top / "card" / name).write_bytes(data)
        os.utime(desk.top / "card" / name, (1_765_000_000, 1_765_000_000))
    desk.incident = desk.report()
    said = desk.json("add", desk.top / "card", "--incident", desk.incident)
    desk.items = {item["name"]: item["evidence"] for item in said["received"]}
    desk.out = desk.top / "first"
    desk.said = desk.json("export", desk.incident, *COUNSEL, "--out", desk.out, *desk.key)
    return desk


def loaded(volume, encoding="utf-8"):
    """What a review tool gets of a volume; strict, and by nothing of ours: rows of the DAT, and images by number."""
    data = (volume / "DATA/VOL001.DAT").read_bytes().decode(encoding)
    assert data.endswith("\r\n") and "\n" not in data.replace("\r\n", "")
    head, *rows = csv.reader(io.StringIO(data, newline=""), delimiter="\x14", quotechar="þ", strict=True)
    assert head == COLUMNS and all(len(row) == len(head) for row in rows)
    documents = [dict(zip(head, row, strict=True)) for row in rows]
    images = [
        line.split(",") for line in (volume / "DATA/VOL001.OPT").read_bytes().decode("ascii").splitlines()
    ]
    assert all(len(line) == 7 and line[1] == "VOL001" for line in images)
    left = list(images)
    for document in documents:
        count = int(document["PAGECOUNT"])
        first, *others = left[:count]
        assert first[0] == document["BEGBATES"] and first[3:] == ["Y", "", "", str(count)]
        assert [line[3:] for line in others] == [["", "", "", ""]] * (count - 1)
        assert (first, *others)[-1][0] == document["ENDBATES"]
        left = left[count:]
    assert not left and len({line[0] for line in images}) == len(images)
    for number, _, path, *_ in images:
        with Image.open(volume / path.replace("\\", "/")) as image:
            assert path.endswith(f"\\{number}.tif")
            assert (image.format, image.mode, image.n_frames) == ("TIFF", "1", 1)
            assert image.info["compression"] == "group4" and round(image.info["dpi"][0]) == 300
            assert image.getextrema() == (0, 255), "something is drawn on it"
    return documents, [line[0] for line in images]


def test_a_review_tool_loads_every_file_with_its_number_and_hash(desk):
    volume = desk.out / "data/VOL001"
    documents, images = loaded(volume)
    natives = [(volume / row["NATIVEPATH"].replace("\\", "/")).read_bytes() for row in documents]
    assert (
        set(CONTENT.values()) == {*natives[:-1]}
        and natives[-1] == (desk.out / "data/report.pdf").read_bytes()
    )
    for row, data in zip(documents, natives, strict=True):
        assert row["FILESIZE"] == str(len(data))
        assert row["SHA256HASH"] == hashlib.sha256(data).hexdigest()
        assert row["MD5HASH"] == hashlib.md5(data, usedforsecurity=False).hexdigest()
        text = (volume / row["TEXTPATH"].replace("\\", "/")).read_text("utf-8")
        assert row["BEGBATES"] in text or row["DOCTYPE"] == "report"
    dates = {row["FILENAME"]: (row["DOCDATE"], row["DATELASTMOD"]) for row in documents[:-1]}
    assert dates == {"still.jpg": ("2026-06-12", "2025-12-05"), "clip.mp4": ("", "2025-12-05")}
    assert all(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", row["DATERECEIVED"]) for row in documents[:-1])
    assert {row["FILENAME"] for row in documents} == {*CONTENT, "report.pdf"}
    assert images == [f"CW{number:07d}" for number in range(1, len(images) + 1)]
    assert desk.said["bates"] == {"first": images[0], "last": images[-1]}
    on_disk = {path.relative_to(volume).parts[0] for path in volume.rglob("*") if path.is_file()}
    assert on_disk == {"DATA", "IMAGES", "NATIVES", "TEXT"}


def test_pages_of_the_report_are_stamped_and_name_the_numbers_of_the_files(desk):
    documents, images = loaded(desk.out / "data/VOL001")
    with pypdfium2.PdfDocument(desk.out / "data/report.pdf") as report:
        pages = [page.get_textpage().get_text_bounded() for page in report]
    first = images.index(documents[-1]["BEGBATES"])
    assert len(pages) == len(images) - first
    assert all(number in page for number, page in zip(images[first:], pages, strict=True))
    assert all(row["BEGBATES"] in "".join(pages) for row in documents)


def test_what_stays_of_a_report_has_the_numbers_of_its_printed_pages(desk):
    documents, _ = loaded(desk.out / "data/VOL001")
    report = documents[-1]
    (log,) = csv.DictReader(io.StringIO((desk.out / "data/redaction-log.csv").read_text("utf-8"), newline=""))
    assert log["target"].startswith("1 value of report")
    assert log["bates"] == f"{report['BEGBATES']} to {report['ENDBATES']}"


def test_the_bundle_still_proves_itself_and_every_change_of_the_volume_is_found(desk):
    assert bagit.Bag(str(desk.out)).is_valid()
    assert desk.json("verify", desk.out)["holds"]
    alone = [sys.executable, desk.out / "data/verify.py"]
    assert subprocess.run(alone, check=False, capture_output=True).returncode == 0
    for path in ("DATA/VOL001.OPT", "IMAGES/001/CW0000001.tif", "NATIVES/001/CW0000002.jpg"):
        file = desk.out / "data/VOL001" / path
        data = file.read_bytes() if file.exists() else b""
        file.write_bytes(data + b" ")
        assert desk.run("verify", desk.out).returncode == 3
        assert subprocess.run(alone, check=False, capture_output=True).returncode == 3
        file.write_bytes(data) if data else file.unlink()


def test_no_number_is_given_twice_and_the_register_knows_them(desk):
    out = desk.top / "second"
    said = desk.json("export", desk.incident, *COUNSEL, "--load-encoding", "utf-16", "--out", out, *desk.key)
    _, images = loaded(out / "data/VOL001", "utf-16")
    assert int(images[0][2:]) == int(desk.said["bates"]["last"][2:]) + 1
    assert (
        desk.json("verify", out)["holds"]
        and json.loads((out / "data/report.json").read_bytes())["production"]
    )
    details = [one["detail"] for one in desk.json("exports", *desk.key)["exports"]]
    assert [(d["bates_first"], d["bates_last"]) for d in details] == [
        (each["bates"]["first"], each["bates"]["last"]) for each in (desk.said, said)
    ]  # fmt: skip
    listed = " ".join(desk.done("exports", *desk.key).split())
    assert images[0] in listed and images[-1] in listed


def test_nobody_but_counsel_and_courts_gets_a_production(desk):
    public = ("--profile", "public-media", "--recipient", "A paper", *COUNSEL[2:], "--out", desk.top / "none")
    done = desk.run("export", desk.incident, *public, *desk.key)
    assert done.returncode == 2 and b"copwatch: hint: " in done.stderr and not (desk.top / "none").exists()


def test_what_is_withheld_has_a_number_and_a_slip_sheet(desk):
    out, court = desk.top / "court", ("--profile", "court-filing", *COUNSEL[2:])
    desk.done("review", desk.items["still.jpg"], *court[:2], "--people", "nobody", *desk.key)
    said = desk.json("export", desk.incident, *court, "--out", out, *desk.key)
    (rendition, withheld, _), _ = loaded(out / "data/VOL001")
    assert said["not_cleared"] == [desk.items["clip.mp4"]] and desk.json("verify", out)["holds"]
    assert (withheld["DOCTYPE"], withheld["REDACTED"], withheld["NATIVEPATH"]) == ("withheld", "Y", "")
    assert withheld["SHA256HASH"] == withheld["FILESIZE"] == withheld["FILENAME"] == ""
    text = (out / "data/VOL001" / withheld["TEXTPATH"].replace("\\", "/")).read_text("utf-8")
    assert "WITHHELD: nobody cleared" in text and desk.items["clip.mp4"] in text
    assert (rendition["DOCTYPE"], rendition["REDACTED"]) == ("image/jpeg", "Y")
    assert (
        "still" not in rendition["FILENAME"] and rendition["SHA256HASH"] != hashlib.sha256(PHOTO).hexdigest()
    )
