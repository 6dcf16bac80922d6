"""What people and strangers put into forms: each wrong thing is named with its field, and nothing is kept."""

import pytest

from tests.cli.desk import Desk

WRONG = {
    b'n_officers = "many"': b"n_officers: 'many' is not a whole number",
    b'force = ["spay"]': b"force: 'spay' is none of the terms",
    b'[[stops]]\nreason_stated = ["traffic_movin"]': b"stops[1].reason_stated: 'traffic_movin' is none",
    b'[[force_used]]\ntype = "takedown"\nofficers = ["Smith"]': b"force_used[1].officers: write O1, O2",
    b'[[force_used]]\ncount = -1': b"force_used[1].count: not from 1",
    b'occurred_start = "2026-02-30 18:05 -07:00"': b"occurred_start: ",
    b'occurred_start = "2026-05-01 25:05 -07:00"': b"occurred_start: ",
    b'[[warnings]]\nat = "2026-13-01 10:00 -07:00"': b"warnings[1].at: ",
    b'occurred_start = "2026-05-01 18:05 -07:00"\noccurred_end = "2026-05-01 17:05 -07:00"': b"occurred_end: is before",
    b'template = "stop"': b"template: no such field; a template is named on the command line: copwatch report new NAME",
    b'citty = "Oakland"': b"citty: no such field; did you mean city",
    b'[[officers]]\nbadge = "4411"': b"officers[1].badge: no such field; did you mean badge_",
    b'city = "\\u001b[2J\\u001b[31m"': b"city: has a line break or a control character",
    b'[[injuries_care]]\nphoto_evidence = ["E-0000-0000-0"]': b"injuries_care[1].photo_evidence: ",
    b'lat = "91"': b"lat: above 90",
    b'[[officers]]\nlabel = "O1"\n[[officers]]\nlabel = "O1"': b"officers[2].label: O1 is the label of another row",
    b'narrative_observed = """\n' + b"They left. \n" * 20_000 + b'"""': b"narrative_observed: longer than 200000",
    b'narrative_observed = """\n' + b"They left. \n" * 900_000 + b'"""': b"longer than 2000000 characters",
    b'city = "Oak\xff\xfeland"': b"not text in UTF-8",
    b'city = "Oakland"\0': b"not readable as TOML",
}  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    return Desk(tmp_path_factory.mktemp("forms"))


@pytest.mark.parametrize("form", WRONG, ids=lambda form: form[:40].decode(errors="replace"))
def test_what_is_wrong_is_named_and_nothing_is_kept(desk, form):
    before = desk.entries()
    done = desk.run("report", "new", "--from", "-", given=form)
    said = b" ".join(done.stderr.split())
    assert (done.returncode, done.stdout) == (2, b"")
    assert WRONG[form] in said
    assert b"\x1b" not in done.stderr and b"Traceback" not in done.stderr
    assert len(done.stderr) < 2_000
    assert desk.entries() == before


def test_a_formula_is_a_text_like_any_other_and_never_runs_on_a_terminal(desk):
    formula = '=HYPERLINK(\\"http://x\\",1)'
    incident = desk.report(f'city = "{formula}"\nnarrative_observed = "=1+1\\u001b[2J"\n')
    [version] = desk.shown(incident)["versions"]
    assert version["fields"]["city"] == '=HYPERLINK("http://x",1)'
    assert version["fields"]["narrative_observed"] == ["=1+1\x1b[2J"]
    assert "\x1b" not in desk.done("report", "show", incident, *desk.key)
