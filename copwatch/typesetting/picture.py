"""Drawing an SVG of our own as PNG, by typst, with its own fonts and without files."""

from typing import Final

import typst

from copwatch.typesetting.typeset import _fonts

_PAGE: Final = (
    b'#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")\n'
)


def png_of_svg(svg: bytes, *, dots: int = 144) -> bytes:
    """The PNG, `dots` to the inch. The SVG is one that this program wrote."""
    inputs = {"svg": svg.decode()}
    return typst.compile(_PAGE, format="png", ppi=float(dots), font_paths=_fonts(), sys_inputs=inputs)
