"""A PDF with something of everything that it may hold beside its pages."""

import io
from typing import Any

SECRETS = (
    "Ada Lovelace", "ada@example.org", "14th & Broadway", "secret attachment", "app.alert", "note of a witness",
    "bookmark of Ada", "read aloud by Ada", "layer of Ada", "program of Ada", "signed by Ada", "earlier version",
    "camera of Ada", "last words of Ada", "field of Ada", "marked by Ada", "viewport of Ada",
)  # fmt: skip
CONTENT = b"""q 100 0 0 100 50 50 cm /Im0 Do Q
/OC /L0 BDC 1 0 0 rg 10 10 30 30 re f EMC
BT /F0 12 Tf 60 20 Td (Seen) Tj ET"""


def jpeg() -> bytes:
    from PIL import Image

    picture = Image.linear_gradient("L").resize((32, 32)).convert("RGB")
    exif = Image.Exif()
    exif[0x0110], exif[0x0131] = "camera of Ada", "program of Ada"
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def everything(*, updated: bool = True) -> bytes:
    import pikepdf
    from pikepdf import Array, Dictionary, Name, String

    pdf = pikepdf.new()
    image = pdf.make_stream(
        jpeg(), Type=Name.XObject, Subtype=Name.Image, Width=32, Height=32, ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8, Filter=Name.DCTDecode, Metadata=pdf.make_stream(b"camera of Ada"),
    )  # fmt: skip
    layer = pdf.make_indirect(
        Dictionary(Type=Name.OCG, Name=String("layer of Ada"), Usage=Dictionary(
            CreatorInfo=Dictionary(Creator=String("program of Ada")), Print=Dictionary(PrintState=Name.ON)))
    )  # fmt: skip
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page = pdf.add_blank_page(page_size=(200, 200)).obj
    page.Contents = pdf.make_stream(CONTENT)
    page.Resources = Dictionary(
        XObject=Dictionary(Im0=image), Font=Dictionary(F0=font),
        Properties=Dictionary(L0=layer, P0=Dictionary(ActualText=String("marked by Ada"), MCID=0)),
    )  # fmt: skip
    page.PieceInfo = Dictionary(Ada=Dictionary(Private=String("program of Ada")))
    page.LastModified = String("D:20240131181000")
    page.VP = Array([Dictionary(Type=Name.Viewport, Name=String("viewport of Ada"))])
    page.Annots = Array([pdf.make_indirect(note) for note in _notes(pdf)])
    root = pdf.Root
    root.OCProperties = Dictionary(
        OCGs=[layer], D=Dictionary(Name=String("layer of Ada"), Order=[layer], ON=[layer])
    )
    root.Metadata = pdf.make_stream(_XMP, Type=Name.Metadata, Subtype=Name.XML)
    root.StructTreeRoot = Dictionary(Type=Name.StructTreeRoot, K=Dictionary(Alt=String("read aloud by Ada")))
    root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    root.AcroForm = Dictionary(Fields=[page.Annots[3]], SigFlags=3)
    pdf.attachments["list.txt"] = pikepdf.AttachedFileSpec(
        pdf, b"secret attachment", description="Ada Lovelace"
    )
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("bookmark of Ada", 0))
    pdf.docinfo.Author = "Ada Lovelace"
    pdf.docinfo.Subject = "14th & Broadway"
    pdf.trailer.Ada = String("last words of Ada")
    out = io.BytesIO()
    pdf.save(out, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return _with_earlier_version(out.getvalue()) if updated else out.getvalue()


def _notes(pdf: Any) -> list[Any]:
    from pikepdf import Dictionary, Name, String

    looks = pdf.make_stream(
        b"0 0 1 rg 0 0 20 20 re f",
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=[0, 0, 20, 20],
        Resources=Dictionary(),
    )
    who = {
        "T": String("Ada Lovelace"),
        "M": String("D:20240131181000"),
        "Contents": String("note of a witness"),
    }
    link = Dictionary(S=Name.URI, URI=String("mailto:ada@example.org"))
    signed = Dictionary(
        Type=Name.Sig, Name=String("signed by Ada"), M=String("D:20240131181000"), Contents=b"\x30\x01"
    )
    return [
        Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=[150, 150, 170, 170], AP=Dictionary(N=looks), F=4, **who),
        Dictionary(Type=Name.Annot, Subtype=Name.Popup, Rect=[0, 0, 20, 20], **who),
        Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 20, 20], Border=[0, 0, 2], A=link),
        Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T=String("field of Ada"), V=signed, F=4,
            Rect=[150, 10, 170, 30], AP=Dictionary(N=looks),
        ),
    ]  # fmt: skip


def _with_earlier_version(data: bytes) -> bytes:
    """The same with an update behind it, that takes an object's place; the first one is still in the file."""
    start = int(data.rpartition(b"startxref")[2].split()[0])
    trailer = data.rpartition(b"trailer")[2].partition(b"startxref")[0].strip()
    size = int(trailer.partition(b"/Size")[2].split()[0])
    for number, text in enumerate((b"earlier version", b"x")):
        at = len(data) + 1
        data += b"\n%d 0 obj\n(%s)\nendobj\n" % (size, text)
        table = len(data)
        new = trailer.replace(b"/Size %d" % size, b"/Size %d" % (size + 1))
        new = new[: new.rindex(b">>")] + b" /Prev %d /Kept%d %d 0 R >>" % (start, number, size)
        data += b"xref\n%d 1\n%010d 00000 n \ntrailer %s\nstartxref\n%d\n%%%%EOF\n" % (size, at, new, table)
        start = table
    return data


_XMP = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    b'xmlns:pdf="http://ns.adobe.com/pdf/1.3/" pdf:Producer="Ada Lovelace"/></rdf:RDF></x:xmpmeta>'
)
