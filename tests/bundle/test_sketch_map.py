"""The map without tiles: where points lie to one another, how long the scale is, and what cannot be drawn."""

from math import cos, radians

import pytest

from copwatch.bundle.anchors import Link
from copwatch.bundle.moments import EARLIER
from copwatch.bundle.positions import UNIT, Position, positions
from copwatch.bundle.shown import WITHHELD, Told
from copwatch.bundle.sketch_map import HEIGHT, MOST_DRAWN, WIDTH, _cosine, sketch
from copwatch.bundle.versions import in_order
from tests.bundle.test_moments import Bundle, links


def at(north, east, code="E-1", slack=0):
    link = Link(code, code)
    return Position(
        str(north), str(east), "EXIF", "", (link,), round(north * UNIT), round(east * UNIT), slack
    )


def drawn(*places):
    return [(point.x, point.y) for point in sketch([at(*place) for place in places]).points]


def test_one_position_stands_in_the_middle():
    found = sketch([at(37.8, -122.2, "E-7Q2K-D3MX-R")])
    assert [(point.x, point.y) for point in found.points] == [(WIDTH // 2, HEIGHT // 2)]
    assert [label.text for label in found.labels] == ["E-7Q2K-D3MX-R"] and found.bar_text == "20 m"
    assert not found.far and sketch([]) is None


def test_north_is_up_and_east_is_right_and_shorter_by_the_cosine():
    (a, b), (c, d), (e, f) = drawn((60, 10), (60.01, 10), (60, 10.01))
    assert a == c and d < b and e > a and f == b
    assert (e - a) * 2 == pytest.approx(b - d, abs=2)


def test_the_cosine_is_near_enough_for_a_sketch_everywhere():
    for degree in range(-90, 91):
        assert abs(_cosine(degree * UNIT) / 10_000 - max(cos(radians(degree)), 0.01)) < 0.0101


def test_the_date_line_does_not_tear_apart_what_lies_together():
    (a, _), (b, _) = drawn((-17, 179.999), (-17, -179.999))
    assert a < b
    found = sketch([at(-17, 179.999), at(-17, -179.999)])
    assert found.wide == "212 m" and not found.far


@pytest.mark.parametrize("places", [
    [(90, 0), (-90, 180)], [(0, -180), (0, 0), (0, 90), (0, 180)], [(90, -180), (90, 180)],
    [(37.8, -122), (52.5, 13.4)],
])  # fmt: skip
def test_whatever_lies_on_the_earth_lies_on_the_map(places):
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in drawn(*places))


def test_the_scale_is_a_round_number_and_as_long_as_it_says():
    for apart in (0.0001, 0.001, 0.02, 0.3, 4, 60):
        found = sketch([at(0, 0), at(apart, 0)])
        number, unit = found.bar_text.replace(",", "").split()
        metres = float(number) * (1000 if unit == "km" else 1)
        assert number.strip("0.")[0] in "125" and len(number.strip("0.")) == 1
        assert 60 <= found.bar <= 160
        if apart > 0.001:
            height = abs(found.points[0].y - found.points[1].y)
            assert metres / found.bar == pytest.approx(apart * 111_195 / height, rel=0.03)
    assert found.far


def test_points_at_one_place_share_a_label_and_labels_do_not_lie_on_one_another():
    many = [at(37.8, -122.2, f"E-{n}") for n in range(3)] + [at(37.81, -122.2, "E-9")]
    assert [label.text for label in sketch(many).labels] == ["E-0 +2", "E-9"]
    assert not sketch(many).numbered
    crowd = sketch(
        [
            at(37.8 + n * 79 % 199 / 50_000, -122.2 + n * 47 % 197 / 30_000, f"E-{n:04}-{n:04}")
            for n in range(200)
        ]
    )
    assert len(crowd.labels) + crowd.unlabelled == 200 and crowd.unlabelled and crowd.numbered
    assert {label.text for label in crowd.labels} <= {f"E-{n:04}-{n:04}" for n in range(200)} | {
        str(n) for n in range(1, 201)
    }
    boxes = [(one.x, one.y, one.x + 8 * len(one.text), one.y + 12) for one in crowd.labels]
    assert not any(
        a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
        for a in boxes
        for b in boxes
        if a is not b
    )


def test_of_hundreds_the_first_are_drawn_and_that_is_said():
    found = sketch([at(37.8 + n / 10_000, -122.2, f"E-{n}") for n in range(500)])
    assert (found.total, found.drawn, len(found.points)) == (500, MOST_DRAWN, MOST_DRAWN)


def of(bundle):
    versions = in_order(bundle.facts.versions, bundle.shown)
    return positions(bundle.facts, bundle.shown, links(bundle.facts, bundle.shown), versions)


def place(latitude, longitude, source="exif"):
    return {"latitude": latitude, "longitude": longitude, "source": source}


def test_positions_are_those_of_reports_and_evidence_as_they_are_shown():
    bundle = Bundle()
    first = bundle.add("report", lat="37.80", lon="-122.270", geo_source="gps", accuracy_m=25)
    bundle.add("report", parents=[first], reason=["x"], lat="37.81", lon="-122.270")
    for _ in range(2):
        bundle.add("evidence", places=[place("37.8044", "-122.2711")])
    found = of(bundle)
    assert [(p.latitude, p.longitude, p.source, [link.code for link in p.links]) for p in found] == [
        ("37.80", "-122.270", "report: gps", ["R-1"]), ("37.81", "-122.270", "report", ["R-2"]),
        ("37.8044", "-122.2711", "EXIF", ["E-3", "E-4"]),
    ]  # fmt: skip
    assert found[0].note == f"to 25 m, as the report says; {EARLIER}" and found[1].note == ""


def test_a_coarse_position_is_an_area_and_one_of_which_half_stays_is_none():
    bundle = Bundle()
    told = [Told("/lat", "coarse", "profile", "37.80"), Told("/lon", "coarse", "profile", "-122.27")]
    bundle.add("report", told, lat=WITHHELD, lon=WITHHELD)
    bundle.add("evidence", places=[place("37.8044", WITHHELD), place(WITHHELD, WITHHELD)])
    (one,) = of(bundle)
    assert one.slack == UNIT // 200 and one.note == "stated, not proven: made coarse"
    (point,) = sketch([one]).points
    assert 0 < point.half_width < point.half_height < HEIGHT // 2
    assert sketch([one]).high == "1.1 km"


@pytest.mark.parametrize(
    "bad", ["91", "-90.1", "1e1", "NaN", "", "0x1", " 1", "1" * 40, "<b>", 37, None, True]
)
def test_what_is_no_position_is_not_drawn(bad):
    bundle = Bundle()
    bundle.add("report", lat=bad, lon="1")
    bundle.add("evidence", places=[place(bad, "1"), "x", 5])
    bundle.add("evidence", places=bad)
    assert of(bundle) == ()
