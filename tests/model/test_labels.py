from copwatch.model.forms import check_report
from copwatch.model.labels import labelled


def test_rows_get_labels_in_their_order_and_keep_those_they_have():
    fields = {
        "officers": [{"badge_as_seen": "1"}, {"label": "O1", "badge_as_seen": "2"}, {"badge_as_seen": "3"}]
    }
    once = labelled(fields)
    assert [row["label"] for row in once["officers"]] == ["O2", "O1", "O3"]
    assert labelled(once) == once
    fewer = {"officers": once["officers"][1:]}
    assert labelled(fewer) == fewer


def test_a_new_row_never_becomes_a_person_who_is_named_elsewhere():
    fields = {
        "people": [{"role": ["detained"]}],
        "narrative_observed": ["P1 sat down. ", "P2 stood."],
        "arrests": [{"person": "P3"}],
    }
    given = labelled(fields)
    assert given["people"] == [{"label": "P4", "role": ["detained"]}]
    assert given["arrests"] == [{"label": "A1", "person": "P3"}]


def test_what_is_unknown_or_no_rows_is_left_alone():
    fields = {
        "officers": {"not_known": "unsure"},
        "people": [{"label": {"not_known": "unsure"}}, {"label": {"not_known": "unsure"}}],
        "stops": [{"person": "P1"}], "city": "Oakland",
    }  # fmt: skip
    assert labelled(fields) == fields
    assert not [problem for problem in check_report(fields) if not problem.open]


def test_two_rows_with_one_label_are_named():
    fields = {"officers": [{"label": "O1"}, {"label": "O2"}, {"label": "O1", "in_uniform": "yes"}]}
    assert [p.path for p in check_report(fields) if not p.open] == ["officers[3].label"]
