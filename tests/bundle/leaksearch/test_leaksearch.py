"""The leak search: every usual way to write a withheld value is found, and what only looks like one is not."""

import base64
import io
import json
import os
import zipfile
from dataclasses import replace
from functools import partial
from urllib.parse import quote

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copwatch.bundle.bag import Digest
from copwatch.bundle.folder_sink import FolderSink
from copwatch.bundle.leaksearch.matcher import Matcher, StreamSearch
from copwatch.bundle.leaksearch.of_plan import Looked
from copwatch.bundle.leaksearch.secrets import Secret, Sort, secret_of, secrets_of_keys
from copwatch.bundle.leaksearch.sink import SearchingSink, SearchingStream
from copwatch.bundle.leaksearch.surfaces import common_words, surfaces
from copwatch.bundle.sinks import Early, ZipSink
from copwatch.errors import Refused
from copwatch.media.isolated import MediaProcess
from copwatch.model.redaction import Class
from copwatch.proof.body import OpenedRecord
from copwatch.proof.commitment import Salts

CREATED = "2026-11-22T18:00:00-08:00"


def secret(value, sort=Sort.TEXT):
    return Secret(value, "report /x", "0" * 64, "/x", sort)


def looked(*secrets):
    return Looked(Matcher(secrets), Matcher(secrets))


def found_in(value, text, sort=Sort.TEXT):
    return Matcher([secret(value, sort)]).in_cell(text) == {0}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Elm Street 14", "she lives at ELM  STREET\n14, upstairs"),
        ("Zoë Núñez", "a ZOE NUNEZ was there"),
        ("Strauße", "the strausse name"),
        ("+1 (555) 010-4477", "call 15550104477 now"),
        ("5550104477", "call (555) 010-4477"),
        ("8ABC123", "plate 8-ABC 123 seen"),
        ("1990-05-01", "born May 1, 1990"),
        ("1990-05-01", "born 1 may 1990"),
        ("1990-05-01", "5/1/1990"),
        ("1990-05-01", "01.05.1990"),
        ("1990-05-01", "IMG_19900501.jpg"),
        ("1990-05-01", "1990:05:01 10:00"),
        ("2026-06-12T18:10:22-07:00", "2026-06-13T01:10:22Z"),
        ("2026-06-12T18:10:22-07:00", "at 6:10 PM"),
        ("2026-06-12T18:10:22-07:00", "VID_20260612_181022.mp4"),
        ("2026-06-12T18:10:22-07:00", "1781313022"),
        ("37.804372", "at 37.8044, near"),
        ("37.804372", "37° 48' 15.7\" N"),
        ("-122.270803", "W 122°16′14″"),
        ("jo", "It was Jo."),
        ("black", "a Black man"),
        ("loss_of_consciousness", "with loss of consciousness"),
    ],
)
def test_spellings_are_found(value, text):
    assert found_in(value, text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("jo", "joined the march"),
        ("1990-05-01", "born in 1990"),
        ("2026-06-12T18:10:22-07:00", "on 2026-06-12"),
        ("37.804372", "37.80"),
        ("123456", "sha256 " + "ab123456" * 8),
        ("Elm Street 14", "Elm Street 15"),
    ],
)
def test_what_only_looks_alike_is_not(value, text):
    assert not found_in(value, text)


def test_the_parts_of_a_name_are_found_and_its_particles_are_not():
    assert found_in("María de la Cruz-Gonzalez", "Gonzalez, M.", Sort.NAME)
    assert found_in("María de la Cruz-Gonzalez", "maria ran", Sort.NAME)
    assert not found_in("María de la Cruz-Gonzalez", "la casa de papel", Sort.NAME)
    assert not found_in("Ann Park", "a parking space for annual use", Sort.NAME)


def test_words_that_the_program_writes_itself_count_only_where_people_wrote():
    matcher = Matcher([secret("handcuffs_or_flexcuffs")], common_words())
    assert not matcher.in_text("handcuffs or flexcuffs")
    assert matcher.in_cell("he used handcuffs or flexcuffs on her")


@pytest.mark.parametrize("before", [b"", b"x", b"xy", b"xyz"])
@pytest.mark.parametrize(
    "encoded",
    [
        lambda t: t.encode(),
        lambda t: t.upper().encode(),
        lambda t: t.encode("utf-16-le"),
        lambda t: t.upper().encode("utf-16-be"),
        lambda t: quote(t).encode(),
        lambda t: t.encode().hex().upper().encode(),
        lambda t: json.dumps(t).encode(),
    ],
)
def test_encodings_in_bytes(encoded, before):
    data = before + encoded("Elm Strëet 14") + b"tail"
    assert Matcher([secret("Elm Strëet 14")]).in_bytes(data) == {0}


@given(st.binary(max_size=20), st.text("abcdefgh äß", min_size=6, max_size=30), st.binary(max_size=20))
def test_base64_at_each_place(before, value, behind):
    matcher = Matcher([secret(value)])
    data = before + value.encode() + behind
    assert matcher.in_bytes(base64.b64encode(data)) == {0}
    assert matcher.in_bytes(base64.urlsafe_b64encode(data)) == {0}


@given(st.binary(max_size=300), st.lists(st.integers(1, 40), min_size=1, max_size=20), st.integers(0, 300))
def test_a_stream_finds_across_pieces_and_skips_what_is_coded(noise, sizes, at):
    data = noise[:at] + b"Gonzalez" + noise[at:]
    start = data.index(b"Gonzalez")
    for coded, expected in (((), {0}), (((start + 1, 3),), set())):
        search = StreamSearch(Matcher([secret("Gonzalez")]), coded)
        left, turn = data, 0
        while left:
            search.feed(left[: sizes[turn % len(sizes)]])
            left, turn = left[sizes[turn % len(sizes)] :], turn + 1
        assert search.found == expected or b"gonzalez" in data.lower()[:start] + data.lower()[start + 8 :]


def test_keys_of_a_record_are_its_seed_and_the_salts_of_what_is_withheld():
    record = {
        "id": "0" * 26,
        "type": "report",
        "schema": 1,
        "archive": "a" * 64,
        "device": "b" * 64,
        "name": "Ann",
    }
    found = list(secrets_of_keys(OpenedRecord(record, b"\x07" * 32, "0" * 64), {"/name"}))
    assert {each.value for each in found} == {"07" * 32, Salts(b"\x07" * 32).of("/name").hex()}
    assert {each.sort for each in found} == {Sort.KEY}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Ann Lee", "Ann Lee"),
        (" ", ""),
        (34, "34"),
        (3, ""),
        (True, ""),
        ([], ""),
        ("jo", ""),
        ("李明", "李明"),
    ],
)
def test_what_of_a_value_can_be_looked_for(value, expected):
    found = secret_of("report", "0" * 64, "/age", value, Class.PID)
    assert (found.value if found else "") == expected


def test_names_are_names_of_people():
    assert secret_of("identity", "0" * 64, "/aliases/0", "Ann Lee", Class.MIN).sort is Sort.NAME
    assert secret_of("identity", "0" * 64, "/aliases/0", "Jo", Class.MIN).value == "Jo"
    assert secret_of("identity", "0" * 64, "/recorded_by", "OBS-7", Class.OBS).sort is Sort.TEXT
    assert secret_of("report", "0" * 64, "/street_name", "Elm Street", Class.PUB).sort is Sort.TEXT


def test_a_value_of_a_bundle_is_named_by_its_field_where_that_is_said():
    data = b'{"fields":[{"path":"/narrative_observed","text":"18:12"},{"text":"x"}],"paths":["/a"]}'
    named = [each.where for each in surfaces("r.json", data)][1:]
    assert sorted(named) == [
        "r.json/fields/1/text", "r.json/fields/narrative_observed/path",
        "r.json/fields/narrative_observed/text", "r.json/paths/0",
    ]  # fmt: skip


def test_cells_of_json_and_csv_are_told_from_what_programs_write():
    data = json.dumps({"who": "Jo ran", "code": "E-4H7T-99XA-0", "term": "municipal", "n": 3}).encode()
    assert {each.text: each.written for each in surfaces("a.json", data)} == {
        data.decode(): False, "Jo ran": True, "E-4H7T-99XA-0": False, "municipal": False
    }  # fmt: skip
    dat = "\xfewho\xfe\x14\xfewhy\xfe\r\n\xfeJo\xfe\x14\xferan\xfe\r\n"
    for encoding in ("utf-8", "cp1252", "utf-16"):
        read = [each.text for each in surfaces("VOL001.DAT", dat.encode(encoding)) if each.written]
        assert [text for text in read if text] == ["Jo", "ran"]
    cells = [each for each in surfaces("a.csv", b'"who","why"\r\n"Jo","ran"\r\n') if each.written]
    assert [each.text for each in cells] == ["Jo", "ran"]


def no_pdf(file):
    raise AssertionError


def leak(tmp_path, files, value="Gonzalez", pdf=no_pdf, *, early=False, coded=(), **more):
    inner = FolderSink(tmp_path / "out")
    sink = SearchingSink(inner, looked(secret(value)), pdf, **more)
    for path, data in files.items():
        if early:
            with inner.early("1", len(data)) as file:
                file.write(data)
            digest = Digest(len(data), "", "")
            there = Early(digest, "", None, partial(inner.open_early, "1"), partial(inner.place, "1"))
            sink.take(path, there, coded)
            continue
        with sink.open(path, len(data), coded) as file:
            file.write(data)
    try:
        sink.finish()
    except Refused:
        sink.abort()
        raise
    return sink


def packed(comment=b"", **members):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(f"{name}.txt", content)
        file.comment = comment
    return data.getvalue()


@pytest.mark.parametrize(
    "files",
    [
        {"data/evidence/E-1-Gonzalez.jpg": b"x"},
        {"data/report.json": b'{"a": "Gonz\\u0061lez"}'},
        {"data/index.html": b"<p>Gonz<b>a</b>lez</p>"},
        {"data/index.html": b"<p>Gonz&#97;lez</p>"},
        {"data/photo.jpg": b"\xff\xd8\xff\xe1 Exif Owner GONZALEZ"},
        {"data/a.zip": packed(comment=b"for Gonzalez")},
        {"data/a.zip": packed(inner=packed(deep="Mrs Gonzalez" * 9))},
        {"data/a.docx": packed(document="a letter to Gonzalez" * 9)},
    ],
)
@pytest.mark.parametrize("early", [False, True])
def test_nothing_comes_to_be_that_leaks(tmp_path, files, early):
    with pytest.raises(Refused) as refusal:
        leak(tmp_path, files, early=early)
    assert "onzalez" not in refusal.value.message.lower().replace("e-1-gonzalez", "")
    assert list(tmp_path.iterdir()) == []


def test_a_leaf_in_the_name_of_a_file_is_not_said_whole(tmp_path):
    with pytest.raises(Refused, match="in data/proofs/0123456789abcdef…\\.json"):
        leak(tmp_path, {f"data/proofs/{'0123456789abcdef' * 4}.json": b'"Gonzalez"'})


@pytest.mark.parametrize("early", [False, True])
@pytest.mark.parametrize(
    ("coded", "found"), [((), True), (((0, 9), (20, 9)), True), (((10, 8),), False), (((0, 29),), False)]
)
def test_coded_picture_and_sound_are_not_searched_and_what_stands_between_is(tmp_path, coded, found, early):
    files = {"data/evidence/E-1-stripped.jpg": b"0123456789Gonzalez.........." + b"x"}
    if not found:
        assert leak(tmp_path, files, early=early, coded=coded)
        return
    with pytest.raises(Refused, match=r"in data/evidence/E-1-stripped\.jpg"):
        leak(tmp_path, files, early=early, coded=coded)


@pytest.mark.parametrize("early", [False, True])
@pytest.mark.parametrize("gap", [1, (1 << 20) - 4, 3 << 20])
def test_what_is_cut_by_coded_parts_or_by_blocks_is_found(tmp_path, gap, early):
    data = bytes(gap) + b"Gonz" + b"\xff" * 50 + b"alez" + bytes(100)
    with pytest.raises(Refused):
        leak(tmp_path, {"data/evidence/a.mp4": data}, early=early, coded=((gap + 4, 50),))


def test_what_is_ruled_to_be_other_words_passes_and_the_name_does_not():
    name = replace(secret("Maria Gonzalez", Sort.NAME), ruled=frozenset({"gonzalez avenue"}))
    assert not Matcher([name]).in_cell("They ran down Gonzalez  AVENUE.")
    for said in ("Maria said so", "MARIA GONZALEZ", "Gonzalez ran down Gonzalez Avenue", "Gonzalez Avenues"):
        assert Matcher([name]).in_cell(said) == {0}, said
    assert Matcher([name]).in_bytes(b"Maria Gonzalez") == {0}
    whole = replace(secret("Gonzalez"), ruled=frozenset({"gonzalez"}))
    assert not Matcher([whole]).in_bytes(b"Gonzalez") and not Matcher([whole]).in_cell("Gonzalez")


@pytest.mark.parametrize(
    ("value", "text", "found"),
    [
        ("37.8044", "lat 37.8044, lon -122.2712", False),
        ("37.8047", "lat 37.8044, lon -122.2712", False),
        ("-122.2712", "<td>-122.2712</td>", False),
        ("-122.27129", "lon -122.2712", False),
        ("37.8047", "lat 37.8044, seen at 37.8047", True),
        ("37.8047", "lat 37.8044, seen at 37.805", True),
        ("37.80441", "lat 37.80441", True),
        ("37.8044", "37°48'15\"", True),
    ],
)
def test_a_place_that_is_shown_is_not_found_for_one_beside_it_and_nothing_finer_passes(value, text, found):
    one = replace(secret(value), ruled=frozenset({"37.8044", "-122.2712", "122.2712"}))
    assert (Matcher([one]).in_text(text) == {0}) is found


def test_words_of_two_cells_of_a_page_do_not_touch_and_those_of_one_may_be_cut_by_a_tag():
    page = b"<tr><td>ID <code>R-9P24-T</code></td><td>37.8044</td></tr><p>It was Ma<b>ria Gon</b>zalez</p>"
    texts = [each.text for each in surfaces("index.html", page)]
    assert any("37.8044" in text.split() for text in texts)
    assert any("Maria Gonzalez" in text for text in texts)


@pytest.mark.parametrize("place", ["page", "author", "attachment"])
def test_the_texts_of_a_pdf_are_searched_by_the_process_that_has_nothing(tmp_path, place):
    data = pdf_saying("Gonzalez", place)
    assert b"onzalez" not in data
    with MediaProcess() as process:
        for early in (False, True):
            with pytest.raises(Refused, match="the text of data/a"):
                leak(tmp_path, {"data/a": data}, pdf=process.texts, early=early)
        assert leak(tmp_path, {"data/a.pdf": b"%PDF-no"}, pdf=process.texts).not_searched == ["data/a.pdf"]


def test_a_pdf_longer_than_what_is_handed_over_at_once_is_read_whole(tmp_path):
    data = pdf_saying("Gonzalez", "page", padding=300_000)
    with MediaProcess() as process, pytest.raises(Refused, match="the text of data/a"):
        leak(tmp_path, {"data/a": data}, pdf=process.texts)


def pdf_saying(word, place, padding=0):
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(300, 300))
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    said = f"BT /F 12 Tf 20 100 Td (by {word}) Tj ET".encode() if place == "page" else b""
    pdf.pages[0].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
    pdf.pages[0].Contents = pdf.make_stream(said)
    if place == "author":
        pdf.docinfo["/Author"] = word
    if place == "attachment":
        pdf.attachments["a.txt"] = f"for {word}".encode()
    pdf.add_blank_page(page_size=(300, 300))
    pdf.pages[1].Contents = pdf.make_stream(b"%" + os.urandom(padding).hex().encode())
    out = io.BytesIO()
    pdf.save(out, compress_streams=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def test_what_stands_in_a_zip_beside_its_files_is_searched():
    matcher, out = Matcher([secret("Gonzalez")]), io.BytesIO()
    below = SearchingStream(out)
    inner = ZipSink(below, "B", CREATED)
    sink = SearchingSink(inner, Looked(matcher, matcher), no_pdf, around=below)
    with sink.open("data/a.bin", 3) as file:
        file.write(b"abc")
    inner._zip.comment = b"from Gonzalez"
    with pytest.raises(Refused, match="beside its files"):
        sink.finish()


def test_what_the_program_itself_says_in_every_bundle_is_no_leak(tmp_path):
    from copwatch.bundle.how_to_verify import WORDS
    from copwatch.bundle.standalone.script import verify_script

    files = {"data/verify.py": verify_script(), "data/HOW-TO-VERIFY.txt": WORDS.encode()}
    matcher = Matcher([secret("signal"), secret("terminal"), secret("Computed")], common_words())
    sink = SearchingSink(FolderSink(tmp_path / "out"), Looked(matcher, matcher), no_pdf)
    for path, data in files.items():
        with sink.open(path, len(data)) as file:
            file.write(data)
    assert not sink.hits()
    with sink.open("data/report.json", None) as file:
        file.write(b'{"a": "a signal at the terminal"}')
    assert {hit.secret.value for hit in sink.hits()} == {"signal", "terminal"}


def test_short_numbers_of_the_print_of_a_report_are_its_own_and_those_of_other_files_are_not(tmp_path):
    for path, found in (("data/report.pdf", False), ("data/evidence/E-1-a.pdf", True)):
        out = tmp_path / str(found)
        sink = SearchingSink(
            FolderSink(out), looked(secret("12")), lambda _: ["recorded, entry 12, record 7"]
        )
        with sink.open(path) as file:
            file.write(b"%PDF-1.7 nothing")
        assert bool(sink.hits()) is found


def test_of_many_hits_the_first_are_kept_and_all_are_counted(tmp_path):
    matcher = Matcher([secret("Gonzalez")])
    sink = SearchingSink(FolderSink(tmp_path / "out"), Looked(matcher, matcher), no_pdf)
    with sink.open("data/a.csv") as file:
        file.write(b"name\r\n" + b"Gonzalez\r\n" * 20_000)
    with pytest.raises(Refused, match=r" and 999 more places; and 19,001 more places"):
        sink.finish()
    assert len([*sink.hits()]) == 1000


def test_a_clean_bundle_passes(tmp_path):
    sink = leak(
        tmp_path, {"data/report.json": b'{"a": "Gonzo and others"}', "data/a.zip": packed(a="nothing")}
    )
    assert not sink.hits() and sink.not_searched == []


def test_values_that_begin_alike_are_told_apart_to_their_last_letter():
    matcher = Matcher([secret(f"The man from Elm Street {number}0") for number in range(3)])
    for data in ("and the man from elm street 10", "the man from elm street 1"):
        expected = {1} if data.endswith("0") else set()
        assert matcher.in_text(data) == expected
        assert matcher.in_bytes(data.encode("utf-16-le")) == expected


def test_what_is_not_looked_for_in_documents_is_found_in_files():
    files = Matcher([secret("Gonzalez"), secret("IMG_20240501.jpg")])
    documents = files.without([1])
    both = "gonzalez img_20240501.jpg"
    assert (documents.in_text(both), documents.in_cell(both), documents.in_bytes(both.encode())) == ({0},) * 3
    assert files.in_text(both) == files.in_bytes(both.encode()) == {0, 1}


@pytest.mark.parametrize("value", ["0", "0.00", "-9", "7.0"])
def test_a_number_below_ten_says_nothing(value):
    assert secret_of("evidence", "f" * 64, "/places/0/altitude", value, Class.LOC) is None


@pytest.mark.parametrize("value", ["9.5", "10", "0.001"])
def test_any_other_number_is_looked_for(value):
    found = secret_of("evidence", "f" * 64, "/places/0/altitude", value, Class.LOC)
    assert found is not None and found.value == value


def test_a_time_without_a_zone_is_no_cell_that_somebody_wrote():
    times = json.dumps({"at": "2024-05-01T05:08:44", "said": "it was 05:08"}).encode()
    written = [each.text for each in surfaces("report.json", times) if each.written]
    assert written == ["it was 05:08"]
