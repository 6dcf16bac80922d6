"""What an XMP packet reveals, as text (ISO 16684-1).

Read by expat without a document type: one that declares anything is not read on, so there are no entities to expand
and nothing outside to fetch. What expat cannot read is searched for single properties.
"""

import re
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from copwatch.media.facts import Danger, Fact
from copwatch.media.gathering import LONGEST_VALUE, Gathering
from copwatch.media.xmp_names import NAMES, PATTERNS, QUIET, RDF

LONGEST_PACKET: Final = 2 << 20
_DEEPEST: Final = 200
_LOOSE: Final = re.compile(
    r"""([\w.-]{1,60}):([\w.-]{1,60})(?:\s{0,9}=\s{0,9}["']([^"'<]{1,200})|>([^<]{1,200})<)"""
)
_PLACES: Final = {
    "GPSLatitude": "latitude",
    "GPSLongitude": "longitude",
    "GPSLatitudeRef": "latitudeRef",
    "GPSLongitudeRef": "longitudeRef",
    # as drones name them, one of them with its own spelling
    "GpsLatitude": "latitude",
    "GpsLongitude": "longitude",
    "GpsLongtitude": "longitude",
}
_DEGREES: Final = re.compile(
    r"(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?([NSEW])$", re.IGNORECASE
)
_RATIONAL: Final = re.compile(r"(\d{1,9})/(\d{1,9})")
_SETTING: Final = re.compile(r"[-+\d., ]{1,60}|true|false", re.IGNORECASE)
"""Settings of raw converters, which come in hundreds; without a telling name such a value says nothing."""
_REFERENCES: Final = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))


class _Stop(Exception):
    """A document type: no packet of XMP has one (ISO 16684-1, 7.3)."""


def xmp_facts(data: bytes, offset: int) -> list[Fact]:
    """What a packet reveals that stands at `offset` of the file: at most 200 facts; this never fails."""
    data = data[:LONGEST_PACKET].strip(b"\0")
    coding = _coding(data)
    packet = _Packet(Gathering("XMP"), offset if coding == "utf-8" else None, offset)
    text = data.decode(coding, "replace").lstrip("\ufeff")
    try:
        _read(packet, text)
    except (expat.ExpatError, _Stop):
        for match in _LOOSE.finditer(text):
            value = match[3] or match[4]
            for name, character in _REFERENCES:
                value = value.replace(name, character)
            if match[1] not in ("xmlns", "rdf", "x"):
                packet.property(match[2], value, offset)
    packet.position()
    return packet.found.facts()


def _coding(data: bytes) -> str:
    """Packets are UTF-8, or UTF-16 in one of both orders; ASCII characters in the beginning tell."""
    head = data[:64]
    if head[:2] in (b"\xfe\xff", b"\xff\xfe"):
        return "utf-16"
    if head[1:32:2].count(0) > 12:
        return "utf-16-le"
    return "utf-16-be" if head[0:32:2].count(0) > 12 else "utf-8"


def _read(packet: "_Packet", text: str) -> None:
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")

    def refuse(*_: object) -> None:
        raise _Stop

    def start(name: str, attributes: dict[str, str]) -> None:
        packet.start(name, attributes, parser.CurrentByteIndex)

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = None
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, packet.end
    parser.CharacterDataHandler = packet.text
    # lone surrogates cannot come out of "replace", so this cannot fail
    parser.Parse(text.encode("utf-8"), True)


@dataclass
class _Packet:
    """What was found so far, and where the parser stands. `base` is None where positions are not those of the file."""

    found: Gathering
    base: int | None
    whole: int
    names: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    held: int = 0
    at: int = 0
    places: dict[str, tuple[str, int]] = field(default_factory=dict)

    def start(self, name: str, attributes: dict[str, str], at: int) -> None:
        """An element; its attributes are properties too."""
        space, _, local = name.rpartition(" ")
        self.flush()
        if len(self.names) >= _DEEPEST:
            raise _Stop
        self.names.append("" if space == RDF or local == "xmpmeta" else local)
        self.at = self.whole if self.base is None else self.base + at
        for key, value in attributes.items():
            space, _, local = key.rpartition(" ")
            if space not in (RDF, "http://www.w3.org/XML/1998/namespace", "adobe:ns:meta/"):
                self.property(local, value, self.at)
            elif local == "xmptk":
                self.found.add(Danger.SOFTWARE, "XMP toolkit", value, self.at)
            elif local == "resource":
                self.property(self.name(), value, self.at)

    def end(self, _name: str) -> None:
        """The end of an element: its text is the value of the property that it stands in."""
        self.flush()
        self.names.pop()

    def text(self, text: str) -> None:
        """Character data; what is too long is cut."""
        if self.held < LONGEST_VALUE:
            self.words.append(text[:LONGEST_VALUE])
            self.held += len(text)

    def flush(self) -> None:
        """The text gathered so far belongs to the innermost element that is a property."""
        text = "".join(self.words).strip()
        self.words.clear()
        self.held = 0
        if text and self.name():
            self.property(self.name(), text, self.at)

    def name(self) -> str:
        """The innermost property; empty outside of all."""
        return next((name for name in reversed(self.names) if name), "")

    def property(self, name: str, untrusted_value: str, at: int) -> None:
        """One property by its local name: prefixes and even namespaces differ, local names hardly."""
        if name in _PLACES:
            self.places.setdefault(_PLACES[name], (untrusted_value, at))
        elif name in NAMES:
            danger, known = NAMES[name]
            self.found.add(danger, known, untrusted_value, at)
        elif name not in QUIET:
            danger = next((danger for danger, pattern in PATTERNS if pattern.search(name)), Danger.OTHER)
            if danger is Danger.OTHER and _SETTING.fullmatch(untrusted_value):
                return
            self.found.add(danger, name[:60].lower(), untrusted_value, at)

    def position(self) -> None:
        """Latitude and longitude as one fact, in degrees with their sign."""
        pairs = [(self.places.get(name), self.places.get(name + "Ref")) for name in ("latitude", "longitude")]
        known = [place for place, _ in pairs if place]
        if known:
            words = ", ".join(
                _degrees(place[0], side[0] if side else "") if place else "unknown" for place, side in pairs
            )
            self.found.add(Danger.PLACE, "position", words, known[0][1])


def _degrees(text: str, side: str) -> str:
    """A coordinate in degrees with their sign; what has none of the usual forms stays as it stands.

    `33,51.407S` and `33,51,24S` (XMP part 2, "GPSCoordinate"); programs also write `33/1 51/1 2442/100`, with the side
    in a property of its own.
    """
    text = text.strip()
    if match := _DEGREES.match(text):
        parts = [float(part or 0) for part in match.groups()[:3]]
        side = match[4]
    else:
        pairs = [_RATIONAL.fullmatch(part) for part in text.split()[:4]]
        if not 1 <= len(pairs) <= 3 or not all(pairs):
            return text[:40]
        parts = [int(pair[1]) / max(int(pair[2]), 1) for pair in pairs if pair]
    value = sum(part / unit for part, unit in zip(parts, (1, 60, 3600), strict=False))
    signed = -value if side.strip()[:1].upper() in ("S", "W") else value
    return f"{signed:.7f}".rstrip("0").rstrip(".")
