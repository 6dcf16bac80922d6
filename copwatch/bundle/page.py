"""The page of a bundle: readable without network and without script (docs/bundle.md, "Page").

Its one script checks the bundle, and is the same in every page of a version.

Whatever came from outside goes through `clean` or `clean_block` here and through the escaping of jinja2 in the
template. The template holds no logic beyond loops.
"""

import base64
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import PurePosixPath
from typing import NamedTuple

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template

from copwatch.bundle.anchors import links
from copwatch.bundle.custody import CustodyRow
from copwatch.bundle.facts import Facts, Named
from copwatch.bundle.gallery import Frame, frame, link
from copwatch.bundle.heading import notice
from copwatch.bundle.how_to_verify import NOT_SHOWN
from copwatch.bundle.positions import positions
from copwatch.bundle.rows import STAYS, fields, joined, withheld
from copwatch.bundle.shown import Shown
from copwatch.bundle.sketch_map import sketch
from copwatch.bundle.timeline import timeline
from copwatch.bundle.versions import Version
from copwatch.model.vocabulary import label
from copwatch.proof.hashing import sha256
from copwatch.proof.words import short_words
from copwatch.text import clean

PASSIVE = frozenset(
    re.findall(
        "[a-z0-9]+",
        """jpg jpeg png gif webp heic heif avif bmp tif tiff mp4 m4v mov 3gp mkv webm mp3 m4a aac wav ogg oga opus
        flac pdf txt""",
    )
)
"""Endings that a browser shows without running what is inside; other evidence is named and not linked."""


def render(
    facts: Facts, shown: Mapping[str, Shown], versions: tuple[Version, ...], rows: tuple[CustodyRow, ...]
) -> bytes:
    """The page as UTF-8. The same facts and records give the same page, whatever the day or the machine."""
    looks = {look.path: look for look in facts.looks}
    evidence = [_evidence(named, shown) for named in facts.evidence]
    frames = [_frame(*pair) for pair in zip(facts.evidence, evidence, strict=True)]
    reports = [(version, list(fields(version.shown, looks))) for version in versions]
    records = [shown[leaf] for leaf in facts.records if shown[leaf].text("type") not in ("custody", "roster")]
    others = [(record, list(fields(record, {}))) for record in records]
    places = links(facts, shown)
    where = positions(facts, shown, places, versions)
    text = template("page.html.jinja").render(
        facts=facts, **embedded(),
        notice=notice(facts), words=short_words(facts.root), not_shown=NOT_SHOWN,
        versions=reports, evidence=evidence, custody=rows, others=others, withheld=withheld(facts, shown),
        links=places, timeline=timeline(facts, shown, places, reports, others), positions=where, sketch=sketch(where),
        codes={v.shown.leaf: v.code for v in versions}, reason=_reason, clean=clean, label=label,
        frames=[each for each in frames if each],
        viewing=[
            (named.code, each, named.viewing.of)
            for named in facts.evidence if named.viewing for each in named.viewing.files
        ],
    )  # fmt: skip
    return text.encode()


def same_page(found: bytes, expected: bytes) -> bool:
    """Whether `found` is the page `expected`, which this Python rendered from the proven records.

    Pythons differ in which characters they know (an emoji of next year is escaped by one and shown by the
    other), so that both are compared with every character beyond ASCII written as its escape. That `found` does
    not use this to bring in what acts or hides is checked first.
    """
    try:
        text = found.decode("utf-8")
    except UnicodeDecodeError:
        return False
    known = {char for char in text if not char.isascii() and unicodedata.category(char) != "Cn"}
    if any(clean(f"a{char}") != f"a{char}" for char in known):
        return False
    return _in_ascii(text) == _in_ascii(expected.decode("utf-8"))


def _reason(version: Version) -> str:
    parts = version.shown.record.get("reason")
    told = {each.path: each for each in version.shown.told}
    return "".join(text for text, _ in joined(parts, "/reason", told)) if isinstance(parts, list) else ""


def _evidence(named: Named, known: Mapping[str, Shown]) -> dict[str, str]:
    shown = known[named.leaf]
    ending = PurePosixPath(named.file).suffix[1:].lower()
    return {
        "code": named.code,
        "anchor": clean(named.code),
        "name": clean(shown.said("name")) or STAYS,
        "file": clean(named.file.removeprefix("data/")),
        "href": link(named.file) if ending in PASSIVE else "",
        "sha256": clean(shown.text("sha256")),
        "file_time": clean(shown.text("file_time")),
        "recorded_at": clean(shown.text("recorded_at")),
        "folder": clean(shown.text("folder")),
        "device": shown.device,
        "stripped": "yes" if shown.text("metadata") == "strip" else "",
        **_file(known[named.rendition] if named.rendition else shown, shown),
    }


def _frame(named: Named, item: Mapping[str, str]) -> Frame | None:
    name = "" if item["name"] == STAYS else item["name"]
    return frame(named.code, name, item["href"], named.file, item["type"], named.viewing)


def _file(shown: Shown, evidence: Shown) -> dict[str, str]:
    """What the file is: the evidence, or a rendition of it."""
    return {
        "size": f"{shown.number('size') or 0:,} bytes",
        "type": clean(shown.text("media_type")),
        "rendition": "" if shown is evidence else clean(shown.text("sha256")),
        "essence": "" if shown is evidence else clean(shown.text("essence")),
    }


def _in_ascii(text: str) -> str:
    return "".join(char if char.isascii() else _escaped(ord(char)) for char in text)


def _escaped(point: int) -> str:
    if point <= 0xFF:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"


class Embedded(NamedTuple):
    """What stands in a page, and its hash as the policy of the page names it."""

    text: str
    sha256: str


def embedded() -> dict[str, Embedded]:
    """The style sheet and the script of pages."""
    texts = {"style": _resource("page.css"), "script": _resource("check.js")}
    return {
        name: Embedded(text, base64.b64encode(sha256(text.encode())).decode()) for name, text in texts.items()
    }


def _resource(name: str) -> str:
    return resources.files("copwatch.bundle").joinpath("templates", name).read_text("utf-8")


@cache
def template(name: str) -> Template:
    """A template of bundles; whatever it is given is escaped."""
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        loader=FunctionLoader(_resource),
    )
    return environment.get_template(name)
