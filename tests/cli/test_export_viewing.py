"""`copwatch export` of what an office computer does not show: with a viewing rendition beside it, or without."""

import io
import json

import pytest

from tests.cli.desk import Desk

Image = pytest.importorskip("PIL.Image")
pillow_heif = pytest.importorskip("pillow_heif")


def test_a_rendition_stands_beside_what_an_office_cannot_show_unless_nobody_wants_it(tmp_path):
    desk, card = Desk(tmp_path), tmp_path / "card"
    card.mkdir()
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x010F] = "MARKERMAKER"
    pillow_heif.from_pillow(Image.new("RGB", (64, 48), "red")).save(out, exif=exif.tobytes())
    (card / "IMG_1.HEIC").write_bytes(out.getvalue())
    (card / "odd.jxl").write_bytes(b"\xff\x0a" + bytes(60))
    said = desk.json("add", card)["received"]
    heic, jxl = sorted(said, key=lambda each: each["name"])
    asked = (
        "export",
        heic["evidence"],
        jxl["evidence"],
        "--profile",
        "client-counsel",
        "--plain",
        "--yes",
        *desk.key,
    )
    done = desk.run(*asked, "--out", tmp_path / "with")
    assert done.returncode == 0, done.stderr
    assert b"1 viewing rendition stands beside" in done.stdout
    assert f"no viewing rendition of {jxl['evidence']}: ".encode() in done.stderr
    made = {path.name: path.read_bytes() for path in (tmp_path / "with/data/viewing").iterdir()}
    assert set(made) == {f"{heic['evidence']}-{use}.jpg" for use in ("viewing", "thumbnail")}
    assert not any(b"MARKER" in data for data in made.values())
    assert b"MARKERMAKER" in (tmp_path / f"with/data/evidence/{heic['evidence']}-IMG_1.HEIC").read_bytes()
    assert desk.json("verify", tmp_path / "with")["holds"]
    without = desk.json(*asked, "--out", tmp_path / "without", "--no-viewing")
    assert (without["viewing_renditions"], without["thumbnails"], without["no_viewing"]) == (0, 0, [])
    assert not (tmp_path / "without/data/viewing").exists()
    assert "viewing" not in json.loads((tmp_path / "without/data/report.json").read_bytes())["evidence"][0]
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
