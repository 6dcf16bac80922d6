import json
import tomllib
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copwatch.errors import BadInput
from copwatch.model import forms
from copwatch.model.entities.report import NO_COMMUNITY_WEAPONS, SURVIVOR_FIRST
from copwatch.model.kinds import KINDS
from copwatch.model.labels import labelled
from copwatch.model.redaction import Class
from copwatch.model.schema import SCHEMA
from copwatch.model.templates import TEMPLATES, template_named
from copwatch.model.toml_limits import check_toml
from copwatch.model.values import Context, LongText, Timestamp
from copwatch.model.vocabularies.practices import CARRIER
from copwatch.model.vocabulary import INCIDENT_TYPE
from tests.bounded import bounded
from tests.model.strategies import rows

CONTEXT = Context(now=datetime(2026, 5, 2, 1, 0, tzinfo=ZoneInfo("America/Los_Angeles")))
AT = {"at": "2026-05-01T18:05:00-07:00", "precision": "minute", "source": "observer_estimate"}
FULL = {
    "occurred_start": AT,
    "occurred_end": {**AT, "at": "2026-05-01T18:25:00-07:00", "source": "gps", "clock_offset_s": -3},
    "location_text": "5th & Main",
    "recorded_by": "OBS-7Q2K",
    "force": ["push_or_shove", "baton_drawn"],
    "force_basis": "told_by",
    "force_told_by": "W-1",
    "n_officers": 4,
    "officers": [
        {"badge_as_seen": "4411", "in_uniform": "yes", "role": ["contact"]},
        {"rank_as_seen": "Sergeant"},
    ],
    "vehicles": {"not_known": "not_observed"},
    "arrests": [{"person": "P1", "reason_verbatim": ["He said: ", "obstruction."]}],
    "narrative_observed": ["He fell. ", "Ann saw it.\n", "C:\\new \"quoted\" '''"],
    "witnesses": ["W-1", "W-2"],
    "anyone_injured": "unsure",
    "x": {"table": {"a": [1, "b"]}, "plain": "c"},
}

TOML = """
occurred_start = 2026-05-01T18:05:00-07:00
location_text = "5th & Main"
force = ["push or shove"]
followup_required = true
n_officers = 4
recorded_by = "unsure"
narrative_observed = '''
He fell. Ann saw it.
C:\\new'''

[[officers]]
badge_as_seen = 4411
"""


def test_a_toml_form_becomes_report_fields():
    assert forms.parse_toml(TOML) == {
        "occurred_start": AT,
        "location_text": "5th & Main",
        "force": ["push_or_shove"],
        "followup_required": "yes",
        "n_officers": 4,
        "recorded_by": {"not_known": "unsure"},
        "narrative_observed": ["He fell. ", "Ann saw it.\n", "C:\\new"],
        "officers": [{"badge_as_seen": "4411"}],
    }


def test_a_report_survives_its_own_form():
    assert forms.parse_toml(forms.to_toml(FULL)) == FULL
    assert forms.parse_json(json.dumps(FULL)) == FULL


@pytest.mark.parametrize(
    "pieces", [["a\r\n", "b\n", "c"], ["a\rb\n"], ["unknown"], ["no ", "cut"], ["\n", "a"]]
)
def test_free_text_survives_its_form_to_the_last_line_end(pieces):
    fields = {"narrative_observed": pieces}
    assert forms.parse_toml(forms.to_toml(fields)) == fields


@pytest.mark.parametrize(
    ("text", "why"), [(" \n", "no text to keep"), ("a\0b", "no text, such as a NUL"), ("\ud800", "NUL")]
)
def test_free_text_that_cannot_be_kept_is_refused_for_what_it_is(text, why):
    with pytest.raises(BadInput, match=why):
        forms.from_free_text(template_named("stop"), text)


def test_an_incident_that_is_still_to_come_is_told_and_one_of_now_is_not():
    now = datetime(2026, 5, 1, 18, 5, 30, tzinfo=UTC)

    def begins(at):
        return {"occurred_start": Timestamp().read(at, Context(now=now))}

    assert forms.still_to_come(begins("2027-05-01 18:05"), now) == ["occurred_start"]
    for at in ("2026-05-01 18:05", "2026-05-01", "now", "2026-05"):
        assert forms.still_to_come(begins(at), now) == []
    assert forms.still_to_come({"occurred_start": {"not_known": "unsure"}}, now) == []


def test_an_empty_form_states_nothing_even_with_every_comment_taken_away():
    form = forms.to_toml({})
    assert forms.parse_toml(form) == {}
    names = {f.name for f in SCHEMA.all_fields()}
    bare = "\n".join(
        line.removeprefix("# ")
        for line in form.splitlines()
        if line.startswith(("# [", "# '''"))
        or (" = " in line and line.removeprefix("# ").split(" = ")[0] in names)
    )
    assert set(tomllib.loads(bare)) >= {
        f.name for f in SCHEMA.fields("report") if f.name != "x" and f.offered
    }
    assert forms.parse_toml(bare) == {}


def test_the_form_explains_every_field_and_shows_the_rules_before_the_narrative():
    form = forms.to_toml({})
    for field in SCHEMA.fields("report"):
        assert (f"# {field.name} = " in form or f"[[{field.name}]]" in form) == (
            field.offered and field.name != "x"
        )
    for line in forms.DO_NOT_WRITE:
        assert line[:60] in form.split("narrative_observed")[0]


ORDERED = {"occurred_start", "occurred_end"}


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows("report", most=6))
def test_any_report_survives_toml_and_json(fields):
    fields = labelled({name: value for name, value in fields.items() if name not in ORDERED})
    fields = {name: value for name, value in fields.items() if not forms.twice({name: value})}
    assert forms.check_report(fields, SCHEMA) == [p for p in forms.check_report(fields) if p.open]
    assert forms.parse_toml(forms.to_toml(fields)) == fields
    assert forms.parse_json(json.dumps(fields)) == fields


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_row_of_any_entity_survives_toml_and_json(data):
    entity = data.draw(st.sampled_from([e for e in SCHEMA.entities if SCHEMA.fields(e) and e != "report"]))
    fields = data.draw(rows(entity))
    assert SCHEMA.check(entity, fields) == []
    assert forms.parse_toml(forms.to_toml(fields, entity=entity), entity=entity) == fields
    assert forms.parse_json(json.dumps(fields), entity=entity) == fields
    cells = SCHEMA.cells(entity, fields)
    assert set(cells) == set(SCHEMA.columns(entity))
    assert all(cell is None or isinstance(cell, str | int) for cell in cells.values())


def test_every_error_of_a_form_is_named_at_once():
    with pytest.raises(forms.BadForm) as caught:
        forms.parse_toml(
            'citty = "x"\nn_officers = "many"\nlocation_text = "12 Main St"\nforce = ["spay"]\nstate = 1.5'
        )
    assert [p.path for p in caught.value.problems] == ["citty", "n_officers", "location_text", "force"]
    assert caught.value.message == "4 things to mend"
    for said in ("citty: no such field; did you mean city", "n_officers: 'many'", "house number"):
        assert any(said in line for line in caught.value.details)
    *_, terms = caught.value.details
    assert terms.startswith("terms of force: none seen, ") and "chemical spray" in terms
    assert caught.value.hint
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "text", ["a = ", "a = 1\na = 2", "[[x]]\n[x]", "=" * 10, "a = " + "[" * 5000, "\x00", "a = '\ud800'"]
)
def test_what_is_no_toml_is_bad_input(text):
    with pytest.raises(BadInput):
        forms.parse_toml(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "1",
        '{"city": "a", "city": "b"}',
        '{"n_officers": NaN}',
        "[" * 100_000,
        '{"city": null}',
        "{",
    ],
)
def test_what_is_no_json_form_is_bad_input(text):
    with pytest.raises(BadInput):
        forms.parse_json(text)


def test_a_form_has_an_end():
    with pytest.raises(BadInput, match="longer"):
        forms.parse_toml("#" * (forms.LONGEST_FORM + 1))


class TestFreeText:
    def test_is_kept_word_for_word_and_nothing_is_guessed(self):
        text = "6:05 4 agents 5th & Main.  Ann's  van!\r\n"
        fields = forms.from_free_text(TEMPLATES["raid"], text)
        assert "".join(fields["narrative_observed"]) == text
        assert fields["incident_types"] == ["home_entry_or_raid"]
        assert set(fields) == {"narrative_observed", "incident_types"}
        assert "incident_types" not in forms.from_free_text(TEMPLATES["general"], text)

    def test_lists_what_is_still_open(self):
        problems = forms.check_report(forms.from_free_text(TEMPLATES["raid"], "raid"))
        assert {p.path for p in problems} == {"occurred_start", "location_text", "recorded_by"}
        assert all(p.open for p in problems)

    @pytest.mark.parametrize("text", ["", "  \n", "\ud800", "a\0b"])
    def test_has_to_be_text(self, text):
        with pytest.raises(BadInput):
            forms.from_free_text(TEMPLATES["stop"], text)


class TestCheck:
    def test_a_full_report_has_no_problem(self):
        assert forms.check_report(FULL) == []

    def test_an_explicit_unknown_is_an_answer(self):
        unknown = {
            name: {"not_known": "unknown"} for name in ("occurred_start", "location_text", "recorded_by")
        }
        assert forms.check_report(unknown) == []

    def test_an_end_before_the_start_is_wrong_only_where_it_must_be(self):
        end = {**AT, "at": "2026-05-01T17:00:00-07:00"}
        assert [p.path for p in forms.check_report({**FULL, "occurred_end": end})] == ["occurred_end"]
        assert forms.check_report({**FULL, "occurred_end": {**end, "precision": "day"}}) == []

    def test_a_source_belongs_to_told_by(self):
        wrong = {**FULL, "force_basis": "saw"}
        assert [p.path for p in forms.check_report(wrong)] == ["force_told_by"]
        with pytest.raises(forms.BadForm, match="told_by"):
            forms.parse_json(json.dumps(wrong))


class TestWarnings:
    def test_a_survivor_is_asked_for_consent_first_and_never_for_an_account(self):
        first, *others = forms.questions(TEMPLATES["survivor"])
        assert first.before == SURVIVOR_FIRST
        assert first.rows[0].field.name == "consent_to_record"
        assert {row.field.class_ for row in first.rows} == {Class.SUR}
        assert "narrative_observed" not in {q.field.name for q in others}
        assert len(others) + len(first.rows) <= 11

    def test_a_weapon_of_a_community_member_is_asked_by_nothing_and_offered_by_no_form(self):
        asked = {name for template in TEMPLATES.values() for name in template.asks}
        assert "firearms_community" not in asked | set(CARRIER.terms)
        assert "community_member" not in CARRIER.terms
        assert "firearms_community" not in forms.to_toml({})
        assert SCHEMA.field("report", "firearms_community").before == NO_COMMUNITY_WEAPONS
        assert {field.class_ for field in SCHEMA.fields("community_firearm")} == {Class.INC}
        fields = {"firearms_community": [{"person": "P1", "carry": "open"}]}
        form = forms.to_toml(fields)
        assert NO_COMMUNITY_WEAPONS[0] in form and forms.parse_toml(form) == fields

    @pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda t: t.name)
    def test_words_are_never_asked_for_without_saying_what_not_to_write(self, template):
        for question in forms.questions(template):
            for asked in (question, *question.rows):
                assert asked.before or not isinstance(asked.field.type, LongText), asked.field.name


class TestQuestions:
    @pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda t: t.name)
    def test_each_template_asks_few_questions_the_required_ones_first(self, template):
        asked = forms.questions(template)
        first = ["survivor"] if template.name == "survivor" else []
        required = [*first, "occurred_start", "location_text", "recorded_by"]
        assert [q.field.name for q in asked[: len(required)]] == required
        assert len(asked) <= 15
        assert len({q.field.name for q in asked}) == len(asked)
        assert template.incident_type is None or template.incident_type in INCIDENT_TYPE
        assert not any(q.field.class_ is Class.PRV for q in asked)

    def test_the_rules_stand_before_the_narrative(self):
        narrative = next(
            q for q in forms.questions(TEMPLATES["stop"]) if q.field.name == "narrative_observed"
        )
        assert narrative.before == forms.DO_NOT_WRITE
        assert narrative.parse("A. B.") == ["A. ", "B."]

    def test_answers_by_term_number_or_unknown(self):
        asked = {q.field.name: q for q in forms.questions(TEMPLATES["general"])}
        force = asked["force"]
        assert force.parse("2, takedown") == [force.choices[1].term, "takedown"]
        assert force.parse("unsure") == ["unsure"]
        assert force.parse("  ") is None
        assert asked["anyone_injured"].parse("y") == "yes"
        assert asked["n_officers"].parse("2") == 2
        assert asked["occurred_start"].parse("yesterday 6:05 pm", CONTEXT)["at"] == AT["at"]

    @pytest.mark.parametrize(
        ("name", "answer"), [("force", "99"), ("n_officers", "few"), ("occurred_start", "6:05")]
    )
    def test_a_wrong_answer_says_how_to_answer(self, name, answer):
        question = next(q for q in forms.questions(TEMPLATES["general"]) if q.field.name == name)
        with pytest.raises(BadInput) as caught:
            question.parse(answer, CONTEXT)
        assert caught.value.hint

    def test_rows_have_questions_of_their_own(self):
        officers = next(q for q in forms.questions(TEMPLATES["stop"]) if q.field.name == "officers")
        assert [q.field.name for q in officers.rows][:2] == ["badge_as_seen", "name_as_seen"]

    def test_a_template_is_found_by_name(self):
        assert template_named("Raid") is TEMPLATES["raid"]
        with pytest.raises(BadInput, match="did you mean protest"):
            template_named("protst")


def test_the_json_schema_names_every_field_and_refuses_others():
    schema = forms.json_schema()
    assert set(schema["properties"]) == {f.name for f in SCHEMA.fields("report")}
    assert schema["additionalProperties"] is False
    assert set(schema["$defs"]) == set(SCHEMA.below("report")) >= {"officer", "vehicle", "arrest", "x"}
    json.dumps(schema)


def test_the_description_has_a_row_of_text_for_each_field():
    rows = forms.describe()
    assert len(rows) == len(SCHEMA.all_fields())
    assert all(isinstance(cell, str) for row in rows for cell in row.values())


@pytest.mark.parametrize(
    "form",
    [
        ".".join(["a"] * 50_000) + " = 1",
        "[" + ".".join(["a"] * 50_000) + "]",
        "[[" + " . ".join(["'a'"] * 20_000) + "]]",
        'x = [{ "' + '"."'.join("a" * 20_000) + '" = 1 }]',
        "\n".join(".".join(["a"] * 300) + f".b{number} = 1" for number in range(3_000)),
        "a = '''x''''' # '''\n" + ".".join(["a"] * 50_000) + " = 1",
        'a = """\\""" """""\n' + ".".join(["a"] * 50_000) + " = 1",
        '"""' * 500_000,
        'a = "' + "b" * 200_000,
        "witnesses = [" + "".join(f'\n"W-{number}",' for number in range(150_000)) + "]",
    ],
)  # fmt: skip
def test_a_form_that_costs_a_parser_everything_is_refused_at_once(form, tmp_path):
    (tmp_path / "form.toml").write_text(form)
    assert "refused" in bounded(READING, "parse_toml", tmp_path / "form.toml")


@pytest.mark.parametrize(
    "form",
    [
        "{" + ",".join(f'"{number // 2}":1' for number in range(100_000)) + "}",
        json.dumps({"witnesses": [f"W-{number}" for number in range(150_000)]}),
        "[" * 900_000,
    ],
)
def test_a_json_form_that_hangs_a_careless_reader_is_refused_at_once(form, tmp_path):
    (tmp_path / "form.json").write_text(form)
    assert "refused" in bounded(READING, "parse_json", tmp_path / "form.json")


def test_dots_and_length_inside_texts_and_comments_are_no_keys():
    dots = ".".join(["a"] * 50)
    text = f"{dots} \\''{'x' * 150_000} {'x' * 1_000}\n# {dots}"
    form = f"""# {dots}\nlocation_text = "{dots} # '''"\nnarrative_observed = '''{text}'''\nx.a.b = 1.5\n"""
    fields = forms.parse_toml(form)
    assert fields["location_text"] == f"{dots} # '''" and "".join(fields["narrative_observed"]) == text
    assert forms.parse_toml("x" + ".a" * 7 + " = 1")
    with pytest.raises(BadInput, match="more than 8 parts"):
        forms.parse_toml("x" + ".a" * 8 + " = 1")


@given(st.text(alphabet="\"'\\.a=#\n []{}"))
def test_no_deep_key_comes_past_the_limit(text):
    """Whatever is before it: either the key is refused, or it is none for a parser of TOML."""
    form = f"{text}\n{'.'.join(['k'] * 9)} = 1\n"
    try:
        check_toml(form)
    except BadInput:
        return
    try:
        data = tomllib.loads(form)
    except tomllib.TOMLDecodeError:
        return
    assert "k" not in data


READING = """
import sys
from copwatch.errors import BadInput
from copwatch.model import forms

with open(sys.argv[2], encoding="utf-8") as file:
    text = file.read()
try:
    getattr(forms, sys.argv[1])(text)
except BadInput:
    print("refused")
"""


@pytest.mark.parametrize("entity", ["report", *KINDS])
def test_an_empty_form_fits_eighty_columns(entity):
    lines = forms.to_toml({}, entity=entity).splitlines()
    assert [line for line in lines if len(line) > 80] == []
