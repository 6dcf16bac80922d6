"""A group's own fields, from the file beside the archive to the question, the record, the page and the search."""

import json

import pytest

from tests.cli.desk import Desk

OWN = """
[[field]]
name = "radio_channel"
type = "text"
class = "ORG"
help = "the radio channel of the shift"
question = "Which radio channel?"
asked_by = ["survivor"]

[[terms]]
vocabulary = "force_type"
add = ["x_net_launcher"]
"""


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def own_file(desk):
    return desk.archive.with_name(f"{desk.archive.name}.fields.toml")


def test_own_fields_are_asked_kept_shown_and_found(desk):
    own_file(desk).write_text(OWN)
    with desk.terminal("report", "new", "survivor") as terminal:
        for words, typed in (
            (b"Add survivor?", ""), (b"When did it begin?", ""), (b"Where was it", ""), (b"Who filmed", ""),
            (b"follow up?", "yes"), (b"(6/6) Which radio channel?", "seventeen"), (b"Save? [", ""),
        ):  # fmt: skip
            terminal.expect(words)
            terminal.expect(b"] " if b"[" in words or b"Add" in words else b"> ")
            terminal.type(f"{typed}\n")
        code, shown = terminal.wait()
    assert code == 0, shown
    found = desk.json("search", "seventeen", *desk.key)
    assert "x.radio_channel" in json.dumps(found)
    incident = desk.report('force = ["x net launcher"]\n[x]\nradio_channel = "9"\n')
    lines = desk.done("report", "show", incident, *desk.key).splitlines()
    assert "  force                   x net launcher" in lines and "    radio channel         9" in lines


def test_a_file_that_is_not_right_is_named_with_all_of_it_and_nothing_is_kept(desk):
    before = desk.entries()
    own_file(desk).write_text(OWN.replace('"ORG"', '"SECRET"').replace('"text"', '"texts"'))
    done = desk.run("report", "new", "--from", "-", given=b'city = "Oakland"\n')
    assert done.returncode == 2
    said = done.stderr.decode()
    assert ".fields.toml" in said and "field[1].class" in said and "field[1].type" in said
    assert desk.entries() == before
    own_file(desk).write_bytes(b"\xff\xfe")
    assert b"not text in UTF-8" in desk.run("report", "new", "--from", "-", given=b'city = "O"\n').stderr


def test_a_misspelled_own_field_is_named(desk):
    own_file(desk).write_text(OWN)
    done = desk.run("report", "new", "--from", "-", given=b'[x]\nradio_chanel = "7"\n')
    assert done.returncode == 2 and b"did you mean radio_channel" in done.stderr


@pytest.mark.parametrize("class_", ["PRV", "ORG", "NAR", "PUB"])
def test_own_fields_of_whatever_class_stay_with_the_group(desk, class_):
    own_file(desk).write_text(OWN.replace('"ORG"', f'"{class_}"'))
    incident = desk.report('city = "Oakland"\n[x]\nradio_channel = "planted in the group"\n')
    bundle = desk.top / "bundle"
    desk.done(
        "export", incident, "--profile", "client-counsel", "--plain", "--yes", "--out", bundle, *desk.key
    )
    data = b"".join(path.read_bytes() for path in bundle.rglob("*") if path.is_file())
    assert b"Oakland" in data and b"planted in the group" not in data


def test_own_fields_and_terms_are_taken_by_every_way_in_and_stand_in_the_form(desk):
    own_file(desk).write_text(OWN)
    form = desk.done("report", "form", "stop")
    assert "# Which radio channel?" in form and '# radio_channel = ""' in form and "x_net_launcher" in form
    assert "radio_channel" not in desk.done("report", "form", "stop", "--archive", desk.top / "elsewhere")
    (desk.top / "report.toml").write_text('force = ["x net launcher"]\n[x]\nradio_channel = "4"\n')
    (desk.top / "clip.mp4").write_bytes(b"x" * 100)
    added = desk.json("add", desk.top / "clip.mp4", "--report", desk.top / "report.toml")["incident"]
    (desk.top / "sheet.csv").write_text("force,x.radio_channel\nx net launcher,4\n")
    [imported] = desk.json("report", "import", desk.top / "sheet.csv", "--yes")["incidents"]
    amended = desk.report()
    sets = ("--set", "force=x_net_launcher", "--reason", "seen")
    desk.done("report", "amend", amended, *sets, *desk.key)
    for incident in (added, imported, amended):
        fields = desk.shown(incident)["versions"][-1]["fields"]
        assert fields["force"] == ["x_net_launcher"]
        assert incident == amended or fields["x"] == {"radio_channel": "4"}
    (desk.top / "sheet.csv").write_text("x.radio_chanel\n4\n")
    assert b"did you mean" in desk.run("report", "import", desk.top / "sheet.csv", "--yes").stdout
