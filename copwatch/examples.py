"""Where the sample media are, for a first try without any evidence of one's own."""

from pathlib import Path

from copwatch.errors import NotFound

_PACKAGE = Path(__file__).resolve().parent
# Beside the code in an installed package (pyproject.toml, force-include), else in the checkout it came from.
_PLACES = (_PACKAGE / "_examples", _PACKAGE.parent / "examples")


def media_folder() -> Path:
    """The folder of sample media, as it comes from a shift. It is read only: copy before changing anything.

    Raises:
        NotFound: this copy of copwatch was packed without its examples.
    """
    return _found("media")


def report_file() -> Path:
    """An example report (TOML) of the incident that the sample media show.

    Raises:
        NotFound: this copy of copwatch was packed without its examples.
    """
    return _found("report.toml")


def _found(name: str) -> Path:
    for place in _PLACES:
        if (place / name).exists():
            return place / name
    raise NotFound(
        f"the example {name} is not part of this copy of copwatch", hint="install it again with pip"
    )
