"""What EXIF, XMP, IPTC and Photoshop blocks are read to reveal, and that nothing in them can do harm."""

import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copwatch.media.exif_facts import exif_facts, xmp_facts
from copwatch.media.facts import Danger, Fact
from copwatch.media.iptc_facts import iptc_facts, photoshop_facts
from tests.media import making_tiff as making
from tests.media.making_tiff import ASCII, DOUBLE, LONG, RATIONAL, Ifd, Maker, Sub


def values(facts: list[Fact], name: str) -> list[str]:
    return [fact.value for fact in facts if fact.name == name]


@pytest.mark.parametrize("order", ["<", ">"])
def test_place_people_devices_and_times_are_named(order):
    data = making.full(order)
    facts = exif_facts(data, 1000)
    assert set(values(facts, "position")) == {"-33.8567833, 151.215"}
    assert values(facts, "altitude in metres") == ["-12.3"]
    assert values(facts, "GPS time") == ["2023:04:05 06:07:08.500 UTC"]
    assert values(facts, "taken") == ["2023:04:05 06:07:08"]
    assert values(facts, "offset of time zone, taken") == ["+10:00"]
    assert values(facts, "maker") == ["SECRET-MAKER"]
    assert "SECRET-OWNER" in values(facts, "camera owner")
    assert values(facts, "camera serial number") == ["SECRET-SERIAL"]
    assert values(facts, "maker note") == ["99 bytes"]
    assert values(facts, "reduced picture") == ["8 x 8"]
    assert values(facts, "author (Windows)") == ["An Author"]
    assert values(facts, "by-line") == ["SECRET-IPTC"]
    assert values(facts, "author") == ["SECRET-XMP & Co"]
    taken = next(fact for fact in facts if fact.name == "taken")
    assert data[taken.offset - 1000 :].startswith(b"2023:04:05 06:07:08")
    assert [fact.danger for fact in facts] == sorted(fact.danger for fact in facts)


@pytest.mark.parametrize(
    ("south", "west", "expected"),
    [
        (b"N", b"E", "1.5, 2.25"),
        (b"S", b"W", "-1.5, -2.25"),
        (b"s", b"w", "-1.5, -2.25"),
        (b"", b"", "1.5, 2.25 (north or south, east or west not named)"),
    ],
)
def test_the_sign_is_that_of_the_reference(south, west, expected):
    gps = {1: (ASCII, south + b"\0"), 3: (ASCII, west + b"\0")}
    gps |= {2: (RATIONAL, [(1, 1), (30, 1), (0, 1)]), 4: (RATIONAL, [(9, 4)])}
    data = Maker().file(Ifd({34853: (LONG, Sub([Ifd(gps)]))}))
    assert values(exif_facts(data, 0), "position") == [expected]


def test_degrees_over_zero_are_no_position():
    gps = {2: (RATIONAL, [(0, 0)] * 3), 4: (RATIONAL, [(0, 0)] * 3), 6: (RATIONAL, [(1, 0)])}
    assert exif_facts(Maker().file(Ifd({34853: (LONG, Sub([Ifd(gps)]))})), 0) == []


@pytest.mark.parametrize("number", [1.7e308, float("inf"), float("nan"), -float("inf")])
def test_numbers_that_are_no_angle_are_none(number):
    gps = {2: (DOUBLE, [number] * 3), 4: (DOUBLE, [13.5, number, number]), 6: (DOUBLE, [number])}
    facts = exif_facts(Maker().file(Ifd({34853: (LONG, Sub([Ifd(gps)]))})), 0)
    assert [fact.value for fact in facts] == ["unknown, 13.5 (north or south, east or west not named)"]


def test_a_comment_is_read_in_its_code():
    assert values(exif_facts(making.full(), 0), "comment") == ["a comment"]


def test_values_and_their_number_are_bounded():
    many = dict.fromkeys(range(40000, 41000), (ASCII, b"v" * 500))
    facts = exif_facts(Maker().file(Ifd(many | {271: (ASCII, b"maker\0")})), 0)
    assert len(facts) == 200
    assert facts[0].name == "maker"
    assert max(len(fact.value) for fact in facts) == 200


def test_loops_and_hostile_counts_end():
    loop = bytearray(Maker().file(Ifd({271: (ASCII, b"maker\0")})))
    loop[-4:] = struct.pack("<I", 14)
    assert values(exif_facts(bytes(loop), 0), "maker") == ["maker"]
    huge = b"II*\0\x08\0\0\0" + struct.pack("<H", 0xFFFF) + bytes(100)
    assert exif_facts(huge, 0) == []
    counts = b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHII", 271, 12, 0xFFFFFFFF, 4) + bytes(4)
    assert exif_facts(counts, 0) == []
    assert exif_facts(b"", 0) == exif_facts(b"II", 0) == []


def test_xmp_gives_place_and_people():
    facts = xmp_facts(making.XMP, 50)
    assert values(facts, "position") == ["-33.8567833, 151.215"]
    assert values(facts, "author") == ["SECRET-XMP & Co"]
    assert values(facts, "XMP toolkit") == ["Kit"]
    assert values(facts, "brightness") == []
    author = next(fact for fact in facts if fact.name == "author")
    assert making.XMP[author.offset - 50 :].startswith(b"<rdf:li>SECRET")


@pytest.mark.parametrize("coding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_xmp_in_other_codings(coding):
    facts = xmp_facts(making.XMP.decode().encode(coding) + b"\0\0", 0)
    assert values(facts, "author") == ["SECRET-XMP & Co"]


def test_xmp_coordinates_as_rationals():
    packet = b"<a xmlns:e='e' e:GPSLatitude='33/1 30/1 0/1' e:GPSLatitudeRef='S' e:GPSLongitude='+15.5'/>"
    assert values(xmp_facts(packet, 0), "position") == ["-33.5, +15.5"]


def test_xmp_that_is_cut_off_is_still_searched():
    facts = xmp_facts(making.XMP[: making.XMP.index(b"</rdf:li>")], 0)
    assert values(facts, "position") == ["-33.8567833, 151.215"]


def test_xmp_expands_nothing_and_fetches_nothing(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("SECRET-FILE")
    laughs = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 12))
    bomb = (
        f"<!DOCTYPE a [<!ENTITY l0 'ha'>{laughs}]><a xmlns:d='d' d:creator='x'><d:title>&l11;</d:title></a>"
    )
    outside = f"<!DOCTYPE a [<!ENTITY e SYSTEM 'file://{secret}'>]><a xmlns:d='d'><d:title>&e;</d:title></a>"
    began = time.monotonic()
    for packet in (bomb, outside):
        facts = xmp_facts(packet.encode(), 0)
        assert all("haha" not in fact.value and "SECRET" not in fact.value for fact in facts)
    assert time.monotonic() - began < 2


def test_xmp_of_hostile_shape_is_quick():
    began = time.monotonic()
    for packet in (
        b"<a>" * 500_000,
        b"<a b='" * 200_000,
        b'a:b="' * 300_000,
        b"<a x='1' " + b"&amp;" * 300_000,
    ):
        assert len(xmp_facts(packet, 0)) <= 200
    assert time.monotonic() - began < 5


def test_photoshop_resources_are_read():
    thumbnail = b"8BIM\x04\x0c\0\0" + struct.pack(">I", 4) + b"jpeg"
    iptc = b"\x1c\x02\x5a\0\x05Paris\x1c\x02\x78\0\x07caption"
    data = thumbnail + b"8BIM\x04\x04\0\0" + struct.pack(">I", len(iptc)) + iptc
    facts = photoshop_facts(data, 10)
    assert [(fact.danger, fact.name, fact.value) for fact in facts] == [
        (Danger.PLACE, "city", "Paris"),
        (Danger.PICTURES, "thumbnail (Photoshop)", "4 bytes"),
        (Danger.OTHER, "caption", "caption"),
    ]
    assert iptc_facts(b"\x1c\x02\x5a\x80\x04\xff\xff\xff\xff", 0) == []


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_block_makes_it_fail(data):
    block = bytearray(making.full(data.draw(st.sampled_from("<>"))))
    for _ in range(data.draw(st.integers(1, 8))):
        block[data.draw(st.integers(0, len(block) - 1))] = data.draw(st.integers(0, 255))
    facts = exif_facts(bytes(block), 0) + xmp_facts(bytes(block), 0) + photoshop_facts(bytes(block[8:]), 0)
    assert all(len(fact.value) <= 200 for fact in facts)
