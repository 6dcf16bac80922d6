"""PDF: nothing stays but what draws the pages, and they look the same; what cannot be judged is refused."""

import base64
import io
import struct
import subprocess
import time
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copwatch.media.cleaning import make_cleaning, scan
from copwatch.media.facts import Danger
from copwatch.media.plan import stream
from copwatch.media.refusal import CannotClean, Damaged, Unsupported
from tests.conftest import judge
from tests.media.making_pdf import CONTENT, SECRETS, everything, jpeg

pikepdf = pytest.importorskip("pikepdf")
pytest.importorskip("PIL")

PDF, ONCE = everything(), everything(updated=False)


def cleaned(data: bytes) -> bytes:
    file = io.BytesIO(data)
    return b"".join(stream(file, make_cleaning(file).plan))


def unpacked(data: bytes) -> bytes:
    """All streams as they are without compression, besides the file itself."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        plain = io.BytesIO()
        pdf.save(plain, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return data + plain.getvalue()


def test_nothing_of_what_was_planted_is_left():
    before = unpacked(PDF)
    assert [secret for secret in SECRETS if secret.encode() not in before + PDF] == []
    after = unpacked(cleaned(PDF))
    assert [secret for secret in SECRETS if secret.encode() in after] == []
    for word in (
        b"/Info",
        b"/Metadata",
        b"/Names",
        b"JavaScript",
        b"/PieceInfo",
        b"/AcroForm",
        b"/Prev",
        b"2024",
    ):
        assert word not in after


def test_what_draws_the_pages_is_the_same():
    with pikepdf.open(io.BytesIO(PDF)) as before, pikepdf.open(io.BytesIO(cleaned(PDF))) as after:
        assert len(after.pages) == len(before.pages) == 1
        page = after.pages[0]
        assert page.Contents.read_bytes() == CONTENT
        assert pixels(page) == pixels(before.pages[0])
        assert [str(note.Subtype) for note in page.Annots] == ["/Stamp", "/Link", "/Stamp"]
        assert str(after.Root.OCProperties.OCGs[0].Name) == "1"


def pixels(page) -> bytes:
    return pikepdf.PdfImage(page.Resources.XObject.Im0).as_pil_image().tobytes()


def test_pages_look_the_same(tmp_path):
    program = judge("pdftoppm")
    drawn = []
    for name, data in (("before", PDF), ("after", cleaned(PDF))):
        (tmp_path / name).write_bytes(data)
        done = subprocess.run(
            [program, "-r", "72", tmp_path / name], check=True, capture_output=True, timeout=60
        )
        drawn.append(done.stdout)
    assert drawn[0] == drawn[1] and len(set(drawn[0])) > 10


def test_it_is_written_the_same_each_time_and_cleaning_it_again_changes_nothing():
    once = cleaned(PDF)
    assert cleaned(PDF) == once
    assert cleaned(once) == once
    assert scan(io.BytesIO(once)).clean


def test_what_it_reveals_is_said():
    facts = {(fact.danger, fact.name, fact.value) for fact in scan(io.BytesIO(PDF)).facts}
    for fact in (
        (Danger.IDENTITY, "author", "Ada Lovelace"),
        (Danger.IDENTITY, "author of a note", "Ada Lovelace"),
        (Danger.IDENTITY, "link", "mailto:ada@example.org"),
        (Danger.IDENTITY, "signed by", "signed by Ada"),
        (Danger.TRACKS, "attached file", "list.txt"),
        (Danger.PICTURES, "earlier versions", "2"),
        (Danger.OTHER, "program", "JavaScript"),
    ):
        assert fact in facts


def saved(pdf, **how) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **how)
    return out.getvalue()


def changed(change, **how) -> bytes:
    with pikepdf.open(io.BytesIO(PDF)) as pdf:
        change(pdf)
        return saved(pdf, **how)


def set_xfa(pdf) -> None:
    pdf.Root.AcroForm.XFA = pdf.make_stream(b"<xdp/>")


def set_collection(pdf) -> None:
    pdf.Root.Collection = pikepdf.Dictionary(View=pikepdf.Name.D)


def break_picture(pdf) -> None:
    pdf.pages[0].Resources.XObject.Im0.write(b"\xff\xd8\xff\xc0", filter=pikepdf.Name.DCTDecode)


@pytest.mark.parametrize(
    ("change", "how", "reason"),
    [
        (lambda pdf: None, {"encryption": pikepdf.Encryption(owner="x", user="y")}, "opens with a password"),
        (set_xfa, {}, "XFA"),
        (set_collection, {}, "collection"),
        (break_picture, {}, "a picture in it"),
    ],
)
def test_what_cannot_be_judged_is_refused(change, how, reason):
    with pytest.raises(Unsupported, match=reason):
        make_cleaning(io.BytesIO(changed(change, **how)))


def with_field(kind: str, flags: int, value: str, *, anew: bool = True) -> bytes:
    """A form of one field without any looks."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page()
    field = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name(kind), T="f", Ff=flags, V=value,
            F=4, Rect=pikepdf.Array([10, 10, 200, 60]), DA="/Helv 12 Tf 0 g",
        )
    )  # fmt: skip
    page.obj.Annots = pikepdf.Array([field])
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(Helv=font))
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]), NeedAppearances=anew, DR=resources)
    return saved(pdf)


@pytest.mark.parametrize(("kind", "flags"), [("/Tx", 1 << 12), ("/Tx", 1 << 24), ("/Ch", 0)])
def test_fields_that_each_program_draws_in_its_own_way_are_refused(kind, flags):
    with pytest.raises(Unsupported, match="in its own way"):
        cleaned(with_field(kind, flags, "filled in"))


@pytest.mark.parametrize(("kind", "flags"), [("/Tx", 0), ("/Ch", 1 << 17)])
def test_a_line_of_text_in_a_form_stays_to_be_seen(kind, flags):
    with pikepdf.open(io.BytesIO(cleaned(with_field(kind, flags, "filled in")))) as pdf:
        assert b"filled in" in pdf.pages[0].Annots[0].AP.N.read_bytes()


def test_several_lines_with_nothing_in_them_are_no_reason_to_refuse():
    assert cleaned(with_field("/Tx", 1 << 12, ""))


@pytest.mark.parametrize("length", [b"/Length 5 ", b"", b"/Length /x "])
def test_a_stream_whose_length_is_wrong_is_refused(length):
    """Programs differ in how much of it they read: it could lose the text of a page."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>"
    objects = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page)
    stream = b"<<%s>>stream\n0 0 1 1 re f 2 2 3 3 re f\nendstream" % length
    data, places = b"%PDF-1.4\n", []
    for number, one in enumerate((*objects, stream), 1):
        places.append(len(data))
        data += b"%d 0 obj%s endobj\n" % (number, one)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    table = b"xref\n0 5\n0000000000 65535 f \n%strailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    with pytest.raises(Damaged, match="not whole"):
        cleaned(data + table % (rows, len(data)))


@pytest.mark.parametrize("revision", [2, 3, 4, 6])
def test_what_opens_without_a_password_is_cleaned_and_written_without_encryption(revision):
    how = pikepdf.Encryption(
        owner="x", user="", R=revision, aes=revision >= 4, metadata=revision >= 4,
        allow=pikepdf.Permissions(extract=False),
    )  # fmt: skip
    data = changed(lambda pdf: None, encryption=how)
    assert CONTENT not in unpacked(data)[: len(data)] and b"/Encrypt" in data
    clean = cleaned(data)
    assert clean[8:] == cleaned(changed(lambda pdf: None))[8:]  # behind the version, which encryption raises
    with pikepdf.open(io.BytesIO(clean)) as after:
        assert not after.is_encrypted
        assert after.pages[0].Contents.read_bytes() == CONTENT


def test_damage_is_refused():
    for data in (ONCE[: len(ONCE) // 2], ONCE[: ONCE.rindex(b"startxref")], b"%PDF-1.7\n"):
        with pytest.raises(Damaged):
            make_cleaning(io.BytesIO(data))


@pytest.mark.parametrize("more", [0, 100 << 20])
def test_what_stands_in_a_stream_of_objects_that_becomes_too_much_is_not_taken_for_nothing(more):
    """A page without its fonts would be the same on both sides of a comparison."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources 4 0 R>>"
    plain = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page]
    font = b"<</Font<</F0<</Type/Font/Subtype/Type1/BaseFont/Courier>>>>>>"
    packed = zlib.compress(b"4 0 " + font + bytes(more))
    head = b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    data, rows = b"%PDF-1.7\n", struct.pack(">BIH", 0, 0, 65535)
    for number, one in ((1, plain[0]), (2, plain[1]), (3, plain[2]), (5, head + packed + b"\nendstream")):
        rows += struct.pack(">BIH", 2, 5, 0) * (number == 5) + struct.pack(">BIH", 1, len(data), 0)
        data += b"%d 0 obj%s endobj\n" % (number, one)
    rows += struct.pack(">BIH", 1, len(data), 0)
    table = b"6 0 obj<</Type/XRef/Size 7/W[1 4 2]/Root 1 0 R/Length %d>>stream\n%s\nendstream endobj\n"
    data += table % (len(rows), rows) + b"startxref\n%d\n%%%%EOF\n" % len(data)
    if more:
        with pytest.raises(Damaged, match="not whole"):
            cleaned(data)
    else:
        assert b"Courier" in unpacked(cleaned(data))


def test_other_ways_to_write_it_are_read():
    compact = changed(lambda pdf: None, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    linear = changed(lambda pdf: None, linearize=True)
    for data in (compact, linear, b"\r\nrubbish" + PDF, PDF + b"\r\n\0\0"):
        after = unpacked(cleaned(data))
        assert [secret for secret in SECRETS if secret.encode() in after] == []
        assert b"rubbish" not in after


@pytest.mark.parametrize(
    ("names", "pack"),
    [
        (["/FlateDecode"], zlib.compress),
        (["/ASCII85Decode"], lambda data: base64.a85encode(data) + b"~>"),
        (["/ASCIIHexDecode", "/FlateDecode"], lambda data: zlib.compress(data).hex().encode() + b">"),
    ],
)
def test_a_picture_that_is_packed_again_is_cleaned_as_well(names, pack):
    def wrap(pdf) -> None:
        packed = pikepdf.Array([pikepdf.Name(name) for name in [*names, "/DCTDecode"]])
        pdf.pages[0].Resources.XObject.Im0.write(pack(jpeg()), filter=packed)

    clean = cleaned(changed(wrap))
    assert [secret for secret in SECRETS if secret.encode() in unpacked(clean)] == []
    with pikepdf.open(io.BytesIO(clean)) as pdf:
        assert pdf.pages[0].Resources.XObject.Im0.read_raw_bytes().startswith(b"\xff\xd8")


def with_image(data: bytes, name: str) -> bytes:
    """A PDF whose picture is these bytes, under this filter."""
    return changed(lambda pdf: pdf.pages[0].Resources.XObject.Im0.write(data, filter=pikepdf.Name(name)))


def image_of(data: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return pdf.pages[0].Resources.XObject.Im0.read_raw_bytes()


def test_a_jpeg_under_the_short_name_of_its_filter_is_cleaned():
    assert image_of(cleaned(with_image(jpeg(), "/DCT"))) == image_of(cleaned(PDF))


def jpeg_2000(*, boxes: bool) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    picture = Image.linear_gradient("L").resize((64, 64)).convert("RGB")
    picture.save(out, "JPEG2000", no_jp2=not boxes, tile_size=(32, 32), comment="note of a witness")
    return out.getvalue()


def in_tile_part(data: bytes, text: bytes) -> bytes:
    """With a comment in the header of the first tile-part (A.4.2, A.9.2)."""
    at = data.index(b"\xff\x90")
    size = int.from_bytes(data[at + 6 : at + 10], "big")
    comment = b"\xff\x64" + (4 + len(text)).to_bytes(2, "big") + b"\0\1" + text
    longer = (size + len(comment)).to_bytes(4, "big")
    return data[: at + 6] + longer + data[at + 10 : at + 12] + comment + data[at + 12 :]


def last_without_length(data: bytes) -> bytes:
    at = data.rindex(b"\xff\x90\0\x0a")
    return data[: at + 6] + bytes(4) + data[at + 10 :]


@pytest.mark.parametrize(
    "change", [bytes, lambda data: in_tile_part(data, b"last words of Ada"), last_without_length]
)
@pytest.mark.parametrize("more", [b"", b"bookmark of Ada"])
def test_jpeg_2000_in_a_pdf_has_no_texts_left_and_the_same_pixels(change, more):
    from PIL import Image

    plain = jpeg_2000(boxes=False)
    clean = image_of(once := cleaned(with_image(change(plain) + more, "/JPXDecode")))
    assert [word for word in (b"witness", b"words", b"bookmark") if word in clean] == []
    pictures = [Image.open(io.BytesIO(data)).tobytes() for data in (plain, clean)]
    assert pictures[0] == pictures[1] and cleaned(once) == once


def test_boxes_around_jpeg_2000_keep_what_shows_it_alone():
    from PIL import Image

    def box(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I4s", 8 + len(body), kind) + body

    boxed = jpeg_2000(boxes=True)
    at = boxed.index(b"jp2h") - 4
    size = int.from_bytes(boxed[at : at + 4], "big")
    head = (
        boxed[at + 8 : at + size] + box(b"colr", b"\4\0\0" + b"layer of Ada") + box(b"xml ", b"read by Ada")
    )
    whole = boxed[:at] + box(b"jp2h", head) + box(b"uuid", bytes(16) + b"secret") + boxed[at + size :]
    clean = image_of(once := cleaned(with_image(whole + box(b"xml ", b"secret"), "/JPXDecode")))
    assert [word for word in (b"witness", b"Ada", b"secret", b"xml ", b"uuid") if word in clean] == []
    assert Image.open(io.BytesIO(clean)).tobytes() == Image.open(io.BytesIO(boxed)).tobytes()
    assert cleaned(once) == once


@pytest.mark.parametrize(
    "bad", [b"\xff\x4f\xff\x51\xff\x30\0\2", b"no picture", b"\xff\x4f\xff\x51\0\4" + bytes(9)]
)
def test_jpeg_2000_that_is_none_or_has_other_markers_is_refused(bad):
    with pytest.raises(Unsupported, match="a picture in it"):
        cleaned(with_image(bad, "/JPXDecode"))


def with_packed(data: bytes, *names: str) -> bytes:
    """A PDF whose page is drawn by these bytes, packed so."""

    def put(pdf) -> None:
        filters = [pikepdf.Name(name) for name in names]
        pdf.pages[0].Contents.write(data, filter=filters[0] if len(filters) == 1 else pikepdf.Array(filters))

    return changed(put)


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (zlib.compress(CONTENT), ["/FlateDecode"]),
        (zlib.compress(zlib.compress(CONTENT)), ["/FlateDecode", "/FlateDecode"]),
        (zlib.compress(CONTENT * 20_000, 0), ["/FlateDecode"]),
        (base64.a85encode(CONTENT) + b"~>", ["/ASCII85Decode"]),
        (base64.a85encode(zlib.compress(CONTENT)) + b"~>", ["/ASCII85Decode", "/FlateDecode"]),
        (CONTENT.hex().encode() + b">", ["/ASCIIHexDecode"]),
    ],
)
@pytest.mark.parametrize("more", [b"\n", b"13 0 obj << /Contents (note of a witness) >>", bytes(100_000)])
def test_nothing_stays_behind_the_end_of_packed_data(data, names, more):
    found, whole = cleaned(with_packed(data + more, *names)), cleaned(with_packed(data, *names))
    assert found == whole and b"witness" not in found
    assert cleaned(found) == found


def with_picture(packed: bytes) -> bytes:
    """A PDF with one more picture, packed so."""

    def put(pdf) -> None:
        name = pikepdf.Name
        picture = pdf.make_stream(packed, Type=name.XObject, Subtype=name.Image, Width=1, Height=1)
        picture.Filter, picture.ColorSpace, picture.BitsPerComponent = name.FlateDecode, name.DeviceGray, 8
        pdf.pages[0].Resources.XObject.Im1 = picture

    return changed(put)


def test_packed_data_that_end_early_stay_and_damaged_ones_are_refused():
    packed = zlib.compress(bytes(range(256)) * 40 + CONTENT)
    for cut in (4, 5, 40):
        assert packed[:-cut] in cleaned(with_picture(packed[:-cut]))
    # Behind what was cut off another object may follow, which no reader shows.
    middle = packed[:60] + b"13 0 obj << /Contents (note of a witness) >>" * 9
    for damaged in (middle, b"\0" + packed, packed[:1]):
        with pytest.raises(Unsupported, match="packed data in it are damaged"):
            cleaned(with_picture(damaged))


def test_packed_data_that_become_too_much_are_refused(monkeypatch):
    monkeypatch.setattr("copwatch.media.pdf_packed._MOST", 1 << 20)
    with pytest.raises(Unsupported, match="more than can be looked through"):
        cleaned(with_picture(zlib.compress(bytes(40 << 20))))


@pytest.mark.parametrize(
    ("first", "second"), [("/RunLengthDecode", "/DCTDecode"), ("/RL", "/DCT"), ("/DCT", "/FlateDecode")]
)
def test_a_picture_packed_in_another_way_is_refused(first, second):
    def wrap(pdf) -> None:
        packed = pikepdf.Array([pikepdf.Name(first), pikepdf.Name(second)])
        pdf.pages[0].Resources.XObject.Im0.write(jpeg(), filter=packed)

    with pytest.raises(Unsupported, match="not known"):
        make_cleaning(io.BytesIO(changed(wrap)))


def test_many_pages_take_little_time():
    pdf = pikepdf.new()
    for _ in range(1000):
        pdf.add_blank_page().obj.Contents = pdf.make_stream(b"0 0 1 1 re f")
    data = saved(pdf)
    began = time.monotonic()
    cleaned(data)
    assert time.monotonic() - began < 20


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(st.integers(0, len(PDF) - 1), st.binary(min_size=1, max_size=6)), min_size=1, max_size=5
    )
)
def test_a_mutated_file_is_cleaned_or_refused(changes):
    data = bytearray(PDF)
    for at, new in changes:
        data[at : at + len(new)] = new
    try:
        clean = cleaned(bytes(data))
    except CannotClean:
        return
    assert b"secret attachment" not in unpacked(clean)


def words_everywhere(pdf) -> None:
    """Texts under keys that draw nothing, in every kind of dictionary that a page is drawn with."""
    name, array, record = pikepdf.Name, pikepdf.Array, pikepdf.Dictionary
    page = pdf.pages[0].obj

    def says(**keys):
        return record(Ada=pikepdf.String("note of a witness"), **keys)

    curve = says(FunctionType=2, Domain=[0, 1], C0=[0], C1=[1], N=1)
    form = pdf.make_stream(
        b"", Type=name.XObject, Subtype=name.Form, BBox=[0, 0, 1, 1], Group=says(S=name.Transparency)
    )
    descriptor = says(
        Type=name.FontDescriptor, FontName=name.Helvetica, Flags=32, CharSet="note of a witness"
    )
    page.Resources.Font.F0 = says(
        Type=name.Font, Subtype=name.Type1, BaseFont=name.Helvetica, FontDescriptor=descriptor,
        Encoding=says(Type=name.Encoding, Differences=array([65, name.A])),
    )  # fmt: skip
    page.Group = says(S=name.Transparency, CS=name.DeviceRGB)
    page.Resources.ExtGState = record(
        G0=says(
            ca=1,
            SMask=says(S=name.Alpha, G=form),
            HT=says(HalftoneType=1, Frequency=60, Angle=0, SpotFunction=name.Round),
        )
    )
    page.Resources.ColorSpace = record(
        C0=array([name.CalRGB, says(WhitePoint=[1, 1, 1])]),
        C1=array([name.Separation, name.Spot, name.DeviceGray, curve]),
        C2=array(
            [name.DeviceN, array([name.Spot]), name.DeviceGray, curve, says(Process=says(ColorSpace=name.DeviceGray))]
        ),
    )  # fmt: skip
    page.Resources.Shading = record(
        S0=says(ShadingType=2, ColorSpace=name.DeviceGray, Coords=[0, 0, 1, 1], Function=curve)
    )
    square = says(Type=name.Annot, Subtype=name.Square, Rect=[0, 0, 9, 9], BS=says(W=1), BE=says(S=name.C))
    square.Name = square.LE = pikepdf.String("note of a witness")
    square.C = array(["note of a witness"])
    square.Border = array([0, 0, 1, "note of a witness"])
    page.Annots.append(square)
    pdf.Root.OCProperties.D.AS = array([says(Event=name.View, Category=array([name.View]))])
    page.Contents.write(CONTENT + b" /G0 gs /C0 cs /C1 cs /C2 cs /S0 sh")


def test_every_kind_of_dictionary_keeps_what_draws_alone():
    with pikepdf.open(io.BytesIO(clean := cleaned(changed(words_everywhere)))) as pdf:
        used = pdf.pages[0].Resources
        assert set(used.Font.F0.keys()) == {"/Type", "/Subtype", "/BaseFont", "/FontDescriptor", "/Encoding"}
        assert used.ColorSpace.C2[4].Process.ColorSpace == "/DeviceGray"
        assert used.ExtGState.G0.SMask.S == "/Alpha" and used.Shading.S0.Function.N == 1
        assert [key for key in ("/C", "/Border", "/LE", "/Name") if key in pdf.pages[0].Annots[-1]] == []
    assert b"witness" not in unpacked(clean) and cleaned(clean) == clean


@pytest.mark.parametrize("space", [["/Ada"], ["/Separation", "/Spot"], ["/ICCBased", "/Spot"], ["/Lab", 1]])
def test_a_colour_space_that_is_not_known_is_refused(space):
    def put(pdf) -> None:
        parts = [pikepdf.Name(part) if isinstance(part, str) else part for part in space]
        pdf.pages[0].Resources.XObject.Im0.ColorSpace = pikepdf.Array(parts)

    with pytest.raises(Unsupported, match="colour space"):
        cleaned(changed(put))


@pytest.mark.parametrize(
    ("flags", "stays"), [(0, True), (4, True), (2, False), (6, False), (32, False), (36, True)]
)
def test_hidden_notes_go(flags, stays):
    def put(pdf) -> None:
        pdf.pages[0].Annots[0].F = flags

    with pikepdf.open(io.BytesIO(cleaned(changed(put)))) as pdf:
        assert len(pdf.pages[0].Annots) == 2 + stays


@pytest.mark.parametrize(
    ("state", "seen"),
    [
        ({"AS": "/On"}, b"On"),
        ({"AS": "/Off"}, b"Off"),
        ({"AS": "/Ada"}, None),
        ({"V": "/On"}, b"On"),
        ({}, b"Off"),
    ],
)
def test_of_several_looks_of_a_note_the_one_that_is_shown_stays(state, seen):
    def put(pdf) -> None:
        note = pdf.pages[0].Annots[0]
        looks = {
            word: pdf.make_stream(
                b"(%s) pop" % word.encode(),
                Type=pikepdf.Name.XObject,
                Subtype=pikepdf.Name.Form,
                BBox=[0, 0, 9, 9],
            )
            for word in ("On", "Off", "Never")
        }
        note.AP = pikepdf.Dictionary(N=pikepdf.Dictionary({"/" + word: look for word, look in looks.items()}))
        for key, value in state.items():
            note["/" + key] = pikepdf.Name(value)

    with pikepdf.open(io.BytesIO(cleaned(changed(put)))) as pdf:
        notes = [note for note in pdf.pages[0].Annots if note.Subtype == "/Stamp" and note.Rect[0] == 150]
        looks = [note.AP.N.read_bytes() for note in notes if b"pop" in note.AP.N.read_bytes()]
    assert looks == ([b"(%s) pop" % seen] if seen else [])


def test_the_identifier_that_every_rendition_has_is_no_fact():
    assert [fact.name for fact in scan(io.BytesIO(PDF)).facts].count("identifier") >= 1
    assert "identifier" not in [fact.name for fact in scan(io.BytesIO(cleaned(PDF))).facts]


def test_more_than_any_page_draws_with_is_refused():
    pdf = pikepdf.new()
    note = {"Type": pikepdf.Name.Annot, "Subtype": pikepdf.Name.Square, "Rect": [0, 0, 1, 1]}
    page = pdf.add_blank_page().obj
    page.Annots = pikepdf.Array([pdf.make_indirect(pikepdf.Dictionary(**note)) for _ in range(50_001)])
    with pytest.raises(Unsupported, match="more objects draw"):
        cleaned(saved(pdf))


@pytest.mark.parametrize(("base", "each"), [("/DeviceGray", 1), ("/DeviceRGB", 3), ("/DeviceCMYK", 4)])
def test_a_table_of_colours_ends_with_its_last_colour(base, each):
    def put(pdf) -> None:
        table = pikepdf.String(bytes(range(65, 65 + 2 * each)) + b"note of a witness")
        space = pikepdf.Array([pikepdf.Name.Indexed, pikepdf.Name(base), 1, table])
        pdf.pages[0].Resources.XObject.Im0.ColorSpace = space

    with pikepdf.open(io.BytesIO(clean := cleaned(changed(put)))) as pdf:
        assert bytes(pdf.pages[0].Resources.XObject.Im0.ColorSpace[3]) == bytes(range(65, 65 + 2 * each))
    assert cleaned(clean) == clean
