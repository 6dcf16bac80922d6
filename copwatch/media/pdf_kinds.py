"""The dictionaries that draw the pages of a PDF, key by key (ISO 32000-2:2020; the tables are named beside each).

For each key of each kind there is a rule of what its value may be; `copwatch/media/pdf_walk.py` reads it:

    name, number, bool, text, null     one value
    =A,B                               one of these names
    numbers, names                     an array of them, numbers also in arrays within it
    kind                               a dictionary or stream of that kind; <kind> a stream alone
    [rule], {rule}                     an array of such values, a dictionary of them under any names
    space, expression                  colour spaces (8.6), and which layers are to be seen (8.11.2.2)

A text is there only where nothing can be drawn without it.
"""

from typing import Final

Table = dict[str, str]
_TRANSFER: Final = "name|function"
_OUTLINE: Final = "=None,Square,Circle,Diamond,OpenArrow,ClosedArrow,Butt,ROpenArrow,RClosedArrow,Slash"
_ICONS: Final = (
    "=Comment,Key,Note,Help,NewParagraph,Paragraph,Insert,Graph,PushPin,Paperclip,Tag,Speaker,Mic,Approved,"
    "Experimental,NotApproved,AsIs,Expired,NotForPublicRelease,Confidential,Final,Sold,Departmental,ForComment,"
    "TopSecret,Draft,ForPublicRelease"
)
_TYPES: Final = (
    "=Catalog,Pages,Page,Annot,Border,XObject,Font,FontDescriptor,Encoding,CMap,ExtGState,Mask,Halftone,Group,"
    "Pattern,OCG,OCMD"
)

STREAM: Final[Table] = {
    "/Length": "number",
    "/Filter": "name|names",
    "/DecodeParms": "parameters|[parameters|null]",
}
"""Tables 5 and, below as `parameters`, 8, 11, 12, 13 and 14. A key for a file elsewhere is none of them."""

KINDS: Final[dict[str, Table]] = {
    "data": {},
    "parameters": {
        "/Predictor": "number", "/Colors": "number", "/BitsPerComponent": "number", "/Columns": "number",
        "/EarlyChange": "number", "/K": "number", "/EndOfLine": "bool", "/EncodedByteAlign": "bool", "/Rows": "number",
        "/EndOfBlock": "bool", "/BlackIs1": "bool", "/DamagedRowsBeforeError": "number", "/ColorTransform": "number",
        "/JBIG2Globals": "<data>", "/Name": "=Identity",
    },
    # 29, 30, 31
    "catalog": {"/Type": _TYPES, "/Version": "name", "/Pages": "node", "/OCProperties": "layers"},
    "pages": {
        "/Type": _TYPES, "/Kids": "[node]", "/Count": "number", "/Parent": "node", "/Resources": "resources",
        "/MediaBox": "numbers", "/CropBox": "numbers", "/Rotate": "number",
    },
    "page": {
        "/Type": _TYPES, "/Parent": "node", "/Resources": "resources", "/Contents": "<content>|[<content>]",
        "/MediaBox": "numbers", "/CropBox": "numbers", "/BleedBox": "numbers", "/TrimBox": "numbers",
        "/ArtBox": "numbers", "/Rotate": "number", "/Group": "group", "/Annots": "[annotation]", "/UserUnit": "number",
    },
    "content": {},
    # 34
    "resources": {
        "/ExtGState": "{state}", "/ColorSpace": "{space}", "/Pattern": "{pattern}", "/Shading": "{shading}",
        "/XObject": "{<xobject>}", "/Font": "{font}", "/ProcSet": "names", "/Properties": "{property}",
    },
    # 57, 142
    "state": {
        "/Type": _TYPES, "/LW": "number", "/LC": "number", "/LJ": "number", "/ML": "number", "/D": "numbers",
        "/RI": "name", "/OP": "bool", "/op": "bool", "/OPM": "number", "/Font": "[font|number]", "/BG": "function",
        "/BG2": _TRANSFER, "/UCR": "function", "/UCR2": _TRANSFER, "/TR": f"{_TRANSFER}|[{_TRANSFER}]",
        "/TR2": f"{_TRANSFER}|[{_TRANSFER}]", "/HT": "name|halftone", "/FL": "number", "/SM": "number", "/SA": "bool",
        "/BM": "name|names", "/SMask": "name|mask", "/CA": "number", "/ca": "number", "/AIS": "bool", "/TK": "bool",
        "/UseBlackPtComp": "name", "/HTO": "numbers",
    },
    "mask": {"/Type": _TYPES, "/S": "name", "/G": "<form>", "/BC": "numbers", "/TR": _TRANSFER},
    # 128 to 132
    "halftone": {
        "/Type": _TYPES, "/HalftoneType": "number", "/Frequency": "number", "/Angle": "number",
        "/SpotFunction": f"{_TRANSFER}|names", "/AccurateScreens": "bool", "/TransferFunction": _TRANSFER,
        "/Width": "number", "/Height": "number", "/Width2": "number", "/Height2": "number", "/Xsquare": "number",
        "/Ysquare": "number",
    },
    "halftones": {"/Type": _TYPES, "/HalftoneType": "number", "*": "halftone"},
    # 38 to 42
    "function": {
        "/FunctionType": "number", "/Domain": "numbers", "/Range": "numbers", "/Size": "numbers",
        "/BitsPerSample": "number", "/Order": "number", "/Encode": "numbers", "/Decode": "numbers", "/C0": "numbers",
        "/C1": "numbers", "/N": "number", "/Functions": "[function]", "/Bounds": "numbers",
    },
    # 62 to 65, 70 to 72
    "calibrated": {
        "/WhitePoint": "numbers", "/BlackPoint": "numbers", "/Gamma": "number|numbers", "/Matrix": "numbers",
        "/Range": "numbers",
    },
    "profile": {"/N": "number", "/Alternate": "space", "/Range": "numbers"},
    "colorants": {
        "/Subtype": "=DeviceN,NChannel", "/Colorants": "{space}", "/Process": "process", "/MixingHints": "hints",
    },
    "process": {"/ColorSpace": "space", "/Components": "names"},
    "hints": {"/Solidities": "{number}", "/PrintingOrder": "names", "/DotGain": f"{{{_TRANSFER}}}"},
    # 74 and 75, 77 to 83
    "tiling": {
        "/Type": _TYPES, "/PatternType": "number", "/PaintType": "number", "/TilingType": "number", "/BBox": "numbers",
        "/XStep": "number", "/YStep": "number", "/Resources": "resources", "/Matrix": "numbers",
    },
    "shaded": {
        "/Type": _TYPES, "/PatternType": "number", "/Shading": "shading", "/Matrix": "numbers", "/ExtGState": "state",
    },
    "shading": {
        "/ShadingType": "number", "/ColorSpace": "space", "/Background": "numbers", "/BBox": "numbers",
        "/AntiAlias": "bool", "/Function": "function|[function]", "/Domain": "numbers", "/Matrix": "numbers",
        "/Coords": "numbers", "/Extend": "numbers", "/BitsPerCoordinate": "number", "/BitsPerComponent": "number",
        "/BitsPerFlag": "number", "/Decode": "numbers", "/VerticesPerRow": "number",
    },
    # 87, 93, 94 and 145
    "image": {
        "/Type": _TYPES, "/Subtype": "name", "/Width": "number", "/Height": "number", "/ColorSpace": "space",
        "/BitsPerComponent": "number", "/Intent": "name", "/ImageMask": "bool", "/Mask": "<image>|numbers",
        "/Decode": "numbers", "/Interpolate": "bool", "/SMask": "<image>", "/SMaskInData": "number",
        "/Matte": "numbers", "/OC": "layer",
    },
    "form": {
        "/Type": _TYPES, "/Subtype": "name", "/FormType": "number", "/BBox": "numbers", "/Matrix": "numbers",
        "/Resources": "resources", "/Group": "group", "/OC": "layer",
    },
    "group": {"/Type": _TYPES, "/S": "name", "/CS": "space", "/I": "bool", "/K": "bool"},
    # 109 to 125
    "font": {
        "/Type": _TYPES, "/Subtype": "name", "/BaseFont": "name", "/FirstChar": "number", "/LastChar": "number",
        "/Widths": "numbers", "/FontDescriptor": "descriptor", "/Encoding": "name|encoding",
        "/ToUnicode": "name|<cmap>", "/DescendantFonts": "[font]", "/CIDSystemInfo": "collection", "/DW": "number",
        "/W": "numbers", "/DW2": "numbers", "/W2": "numbers", "/CIDToGIDMap": "name|<data>", "/FontBBox": "numbers",
        "/FontMatrix": "numbers", "/CharProcs": "{<content>}", "/Resources": "resources",
    },
    "descriptor": {
        "/Type": _TYPES, "/FontName": "name", "/FontStretch": "name", "/FontWeight": "number", "/Flags": "number",
        "/FontBBox": "numbers", "/ItalicAngle": "number", "/Ascent": "number", "/Descent": "number",
        "/Leading": "number", "/CapHeight": "number", "/XHeight": "number", "/StemV": "number", "/StemH": "number",
        "/AvgWidth": "number", "/MaxWidth": "number", "/MissingWidth": "number", "/FontFile": "<fontfile>",
        "/FontFile2": "<fontfile>", "/FontFile3": "<fontfile>", "/FD": "{descriptor}", "/FontFamily": "text",
    },
    "fontfile": {"/Length1": "number", "/Length2": "number", "/Length3": "number", "/Subtype": "name"},
    "encoding": {"/Type": _TYPES, "/BaseEncoding": "name", "/Differences": "[name|number]"},
    "cmap": {
        "/Type": _TYPES, "/CMapName": "name", "/CIDSystemInfo": "collection", "/WMode": "number",
        "/UseCMap": "name|<cmap>",
    },
    "collection": {"/Registry": "text", "/Ordering": "text", "/Supplement": "number"},
    # 96 to 101
    "layers": {"/OCGs": "[layer]", "/D": "shown"},
    "shown": {
        "/BaseState": "=ON,OFF,Unchanged", "/ON": "[layer]", "/OFF": "[layer]", "/AS": "[when]",
        "/Intent": "name|names", "/RBGroups": "[[layer]]",
    },
    "when": {"/Event": "=View,Print,Export", "/OCGs": "[layer]", "/Category": "names"},
    "layer": {"/Type": _TYPES, "/Name": "text", "/Intent": "name|names", "/Usage": "usage"},
    "layers of layers": {
        "/Type": _TYPES, "/OCGs": "layer|[layer]", "/P": "=AllOn,AnyOn,AnyOff,AllOff", "/VE": "expression",
    },
    "usage": {"/Print": "use", "/View": "use", "/Export": "use", "/Zoom": "use"},
    "use": {
        "/PrintState": "=ON,OFF", "/ViewState": "=ON,OFF", "/ExportState": "=ON,OFF", "/min": "number",
        "/max": "number",
    },
    "marked": {"/MCID": "number"},
    # 166 to 194: how it looks; not who wrote it, when, what it says when it is opened, or where it leads
    "annotation": {
        "/Type": _TYPES, "/Subtype": "name", "/Rect": "numbers", "/F": "number", "/AP": "looks", "/Border": "numbers",
        "/BS": "border", "/BE": "cloud", "/C": "numbers", "/IC": "numbers", "/CA": "number", "/ca": "number",
        "/RD": "numbers", "/QuadPoints": "numbers", "/InkList": "numbers", "/Vertices": "numbers", "/Path": "numbers",
        "/L": "numbers", "/LE": f"{_OUTLINE}|[{_OUTLINE}]", "/LL": "number", "/LLE": "number", "/LLO": "number",
        "/CO": "numbers", "/CL": "numbers", "/H": "=N,I,O,P,T", "/OC": "layer",
        "/Name": _ICONS, "/Contents": "text", "/DA": "text", "/Q": "number",
    },
    "looks": {"/N": "<form>"},
    "border": {"/Type": _TYPES, "/W": "number", "/S": "=S,D,B,I,U", "/D": "numbers"},
    "cloud": {"/S": "=S,C", "/I": "number"},
}  # fmt: skip

SPACES: Final[dict[str, tuple[str, ...]]] = {
    "/DeviceGray": (), "/DeviceRGB": (), "/DeviceCMYK": (), "/CalGray": ("calibrated",), "/CalRGB": ("calibrated",),
    "/CalCMYK": ("calibrated",), "/Lab": ("calibrated",), "/ICCBased": ("<profile>",),
    "/Indexed": ("space", "number", "text|<data>"), "/Pattern": ("space",), "/Separation": ("name", "space", _TRANSFER),
    "/DeviceN": ("names", "space", _TRANSFER, "colorants"),
}  # fmt: skip
"""What follows the name of a family in its array (table 61); the last one of a pattern or DeviceN may be missing."""
