"""The sample media: made again they are the same bytes, and outside programs read what was planted."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from copwatch import examples
from copwatch.errors import NotFound
from copwatch.model.forms import check_report, parse_toml
from examples.media_maker import planted
from tests.conftest import REPO, judge

MEDIA = REPO / "examples" / "media"


@pytest.fixture(scope="module")
def read_by_exiftool():
    """Per file: every tag with its group, numbers as numbers."""
    command = [judge("exiftool"), "-j", "-G1", "-a", "-n", "-ee", "-q", *planted.FILES]
    done = subprocess.run(command, cwd=MEDIA, capture_output=True, check=True)
    return {entry["SourceFile"]: entry for entry in json.loads(done.stdout)}


def files_below(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_script_writes_exactly_the_committed_files(tmp_path):
    subprocess.run([sys.executable, REPO / "examples" / "make_media.py", tmp_path], check=True)
    made, committed = files_below(tmp_path), files_below(MEDIA)
    assert sorted(made) == sorted(committed) == sorted(planted.FILES)
    assert [name for name in made if made[name] != committed[name]] == []


def test_all_examples_together_stay_small():
    assert sum(map(len, files_below(MEDIA).values())) < 600_000


@pytest.mark.parametrize("item", planted.PLANTED, ids=lambda item: f"{item.file}-{item.where}")
def test_each_planted_text_stands_in_its_file(item):
    assert item.value.encode() in (MEDIA / item.file).read_bytes()


@pytest.mark.parametrize(
    "item",
    [item for item in planted.PLANTED if ":" in item.where],
    ids=lambda item: f"{item.file}-{item.where}",
)
def test_exiftool_reads_each_planted_text(item, read_by_exiftool):
    assert str(read_by_exiftool[item.file][item.where]) == (item.shown or item.value)


@pytest.mark.parametrize("name", planted.POSITIONS)
def test_exiftool_reads_each_position(name, read_by_exiftool):
    tags, where = read_by_exiftool[name], planted.POSITIONS[name]
    assert tags["Composite:GPSLatitude"] == pytest.approx(where.latitude / 1e6, abs=2e-6)
    assert tags["Composite:GPSLongitude"] == pytest.approx(where.longitude / 1e6, abs=2e-6)


def test_exiftool_reads_the_universal_time_of_photographs_and_video(read_by_exiftool):
    assert read_by_exiftool[planted.PHOTO]["Composite:GPSDateTime"] == "2026:06:13 01:12:03Z"
    assert read_by_exiftool[planted.MOTION_PHOTO]["Composite:GPSDateTime"] == "2026:06:13 01:12:40Z"
    assert read_by_exiftool[planted.VIDEO]["QuickTime:CreateDate"] == "2026:06:13 01:13:05"


def test_exiftool_reads_all_timed_positions_inside_the_video():
    command = [
        judge("exiftool"),
        "-ee",
        "-a",
        "-n",
        "-p",
        "$Track2:GPSLatitude $Track2:GPSLongitude",
        "-q",
        "-q",
    ]
    done = subprocess.run([*command, MEDIA / planted.VIDEO], capture_output=True, text=True, check=True)
    found = [tuple(round(float(part) * 1e6) for part in line.split()) for line in done.stdout.splitlines()]
    assert found == [(place.latitude, place.longitude) for place in planted.TRACK]


def test_the_thumbnail_of_the_cropped_picture_opens_and_differs_from_it(tmp_path):
    command = [judge("exiftool"), "-b", "-q", "-q", "-ThumbnailImage", MEDIA / planted.MOTION_PHOTO]
    thumbnail = subprocess.run(command, capture_output=True, check=True).stdout
    (tmp_path / "thumbnail.jpg").write_bytes(thumbnail)
    bystander = colours(MEDIA / planted.MOTION_PHOTO), colours(tmp_path / "thumbnail.jpg")
    assert [any(near(colour, (124, 92, 160)) for colour in shown) for shown in bystander] == [False, True]


def colours(path: Path) -> set[tuple[int, int, int]]:
    command = [judge("ffmpeg"), "-v", "error", "-i", path, "-pix_fmt", "rgb24", "-f", "rawvideo", "-"]
    pixels = subprocess.run(command, capture_output=True, check=True).stdout
    return set(zip(pixels[::3], pixels[1::3], pixels[2::3], strict=True))


def near(colour: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    return all(abs(a - b) <= 6 for a, b in zip(colour, other, strict=True))


def test_the_video_behind_the_motion_photo_is_where_its_xmp_says(tmp_path, read_by_exiftool):
    data = (MEDIA / planted.MOTION_PHOTO).read_bytes()
    trailer = data[-int(read_by_exiftool[planted.MOTION_PHOTO]["XMP-Container:DirectoryItemLength"]) :]
    (tmp_path / "trailer.mp4").write_bytes(trailer)
    assert decoded(tmp_path / "trailer.mp4") == ""


def decoded(path: Path) -> str:
    """What ffmpeg complains about while it decodes everything, stopping at the first error."""
    command = [
        judge("ffmpeg"),
        "-v",
        "error",
        "-xerror",
        "-err_detect",
        "explode",
        "-i",
        path,
        "-f",
        "null",
        "-",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stderr + ("" if done.returncode == 0 else f"exit {done.returncode}")


@pytest.mark.parametrize("name", [name for name in planted.FILES if name != planted.NOTE])
def test_ffmpeg_decodes_without_an_error_line(name):
    assert decoded(MEDIA / name) == ""


def test_ffprobe_counts_every_frame_of_the_video():
    command = [
        judge("ffprobe"),
        "-v",
        "error",
        "-count_frames",
        "-of",
        "json",
        "-show_streams",
        MEDIA / planted.VIDEO,
    ]
    streams = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["streams"]
    assert [(s["codec_type"], s.get("nb_read_frames"), s["nb_frames"]) for s in streams] == [
        ("video", "20", "20"),
        ("data", None, "4"),
    ]


def test_the_examples_are_found_from_the_checkout():
    assert files_below(examples.media_folder()) == files_below(MEDIA)
    assert examples.report_file().read_bytes() == (REPO / "examples" / "report.toml").read_bytes()


def test_a_package_without_examples_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(examples, "_PLACES", (tmp_path,))
    with pytest.raises(NotFound, match="not part of this copy"):
        examples.media_folder()


def test_the_example_report_reads_without_a_problem_and_leaves_nothing_open():
    fields = parse_toml(examples.report_file().read_text("utf-8"))
    assert check_report(fields) == []
    written = tomllib.loads(examples.report_file().read_text("utf-8"))
    assert set(fields) == set(written)
    assert "".join(fields["narrative_observed"]) == written["narrative_observed"]


def test_the_package_takes_the_examples_to_where_they_are_looked_for():
    build = tomllib.loads((REPO / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]
    taken = build["targets"]["wheel"]["force-include"]
    assert taken == {f"examples/{name}": f"copwatch/_examples/{name}" for name in ("media", "report.toml")}
    assert examples._PLACES[0] == REPO / "copwatch" / "_examples"
