"""What is made at export so that a plain office computer can look at an item: a viewing rendition and a thumbnail.

Neither is evidence. They are decoded and coded anew, stand in a folder of their own, and report.json says of each of
which file it was made, by hash. That they show the same is the word of the device that exported, and no proof's.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final

from copwatch.bundle.bag import Digest
from copwatch.bundle.sinks import Stretches
from copwatch.proof import shapes
from copwatch.proof.canonical import Json
from copwatch.proof.findings import Finding, Kind

VIEWING: Final = "data/viewing/"
"""Where they stand in a bundle."""
RENDITION, THUMBNAIL = "viewing", "thumbnail"
"""What they are for; the last word of their names."""
_ENDINGS: Final = {"image/jpeg": "jpg", "video/mp4": "mp4", "audio/mp4": "m4a"}


@dataclass(frozen=True, slots=True)
class ForViewing:
    """One of them as a plan has it: `use` is `RENDITION` or `THUMBNAIL`, `open` and `coded` are as those of an item."""

    use: str
    media_type: str
    size: int
    sha256: str
    open: Callable[[], BinaryIO]
    coded: Callable[[BinaryIO], Stretches]


@dataclass(frozen=True, slots=True)
class ViewingFile:
    """One of them as a bundle says it. `file` is a path below the bag."""

    file: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Viewing:
    """What there is of one item. `of` is the SHA-256 of the file that they were made of, which is in the bundle.

    `why_not` says why a rendition would be needed and there is none.
    """

    of: str
    rendition: ViewingFile | None = None
    thumbnail: ViewingFile | None = None
    why_not: str = ""

    @property
    def files(self) -> tuple[ViewingFile, ...]:
        """Those that there are."""
        return tuple(each for each in (self.rendition, self.thumbnail) if each is not None)

    def to_json(self) -> dict[str, Json]:
        """As it stands beside the evidence in report.json."""
        held = {"rendition": self.rendition, "thumbnail": self.thumbnail}
        files: dict[str, Json] = {name: _file_json(one) for name, one in held.items() if one is not None}
        return {"of": self.of, **files, **({"why_not": self.why_not} if self.why_not else {})}


def viewing_path(stem: str, use: str, media_type: str) -> str:
    """The path of one of them; `stem` is the name of the item in this bundle."""
    return f"{VIEWING}{stem}-{use}.{_ENDINGS[media_type]}"


def viewing_of(stem: str, of: str, made: tuple[ForViewing, ...], why_not: str) -> Viewing | None:
    """What a bundle says of an item; None where nothing was made of it and nothing is needed."""
    files = {
        one.use: ViewingFile(
            viewing_path(stem, one.use, one.media_type), one.media_type, one.size, one.sha256
        )
        for one in made
    }
    if not files and not why_not:
        return None
    return Viewing(of, files.get(RENDITION), files.get(THUMBNAIL), why_not)


def parse_viewing(value: Json) -> Viewing:
    """What `Viewing.to_json` gives. Raises `Malformed`."""
    doc = shapes.members(value, ("of",), ("rendition", "thumbnail", "why_not"))
    rendition, thumbnail = (_file(doc[name]) if name in doc else None for name in ("rendition", "thumbnail"))
    return Viewing(shapes.hex64(doc["of"]), rendition, thumbnail, shapes.text(doc.get("why_not", "")))


def viewing_faults(
    stem: str, of: str, viewing: Viewing, digests: Mapping[str, Digest], where: str
) -> Iterator[Finding]:
    """What does not fit between what is said of an item, its file, whose SHA-256 is `of`, and what is there."""
    if viewing.of != of:
        yield Finding(Kind.ALTERED, where, f"what is there to look at {stem} is said to be of another file")
    for use, one in ((RENDITION, viewing.rendition), (THUMBNAIL, viewing.thumbnail)):
        if one is None:
            continue
        digest = digests.get(one.file)
        if one.media_type not in _ENDINGS or one.file != viewing_path(stem, use, one.media_type):
            yield Finding(Kind.MALFORMED, where, f"a {use} of {stem} has not the name of one")
        elif digest is None:
            yield Finding(Kind.MISSING, one.file, "it is not in the bundle, or could not be read")
        elif (digest.size, digest.sha256) != (one.size, one.sha256):
            yield Finding(Kind.ALTERED, one.file, "it is not the one that was made at export")


def _file_json(one: ViewingFile) -> Json:
    return {"file": one.file, "media_type": one.media_type, "size": one.size, "sha256": one.sha256}


def _file(value: Json) -> ViewingFile:
    doc = shapes.members(value, ("file", "media_type", "size", "sha256"))
    texts = shapes.text(doc["file"]), shapes.text(doc["media_type"])
    return ViewingFile(*texts, shapes.number(doc["size"]), shapes.hex64(doc["sha256"]))
