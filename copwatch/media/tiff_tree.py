"""The pictures of a TIFF file, and which of them stay: pages and the raw picture do, reduced copies do not."""

import re
from dataclasses import dataclass, field
from typing import Final

from copwatch.media import tiff_tags as tags
from copwatch.media.refusal import Damaged, Unsupported
from copwatch.media.tiff_ifds import Directory, Tiff, read_header

_DEEPEST: Final = 4
_REDUCED: Final = 1
_PLANES: Final = re.compile(rb"ImageJ=[^\n]{1,40}\n(?:[^\n]{0,200}\n){0,4}?images=(\d{1,9})\n")
_TRUNCATED: Final = re.compile(rb'"truncated": ?true')
"""How ImageJ and tifffile describe a stack; the planes behind the first may have no directory."""
_OF_DNG: Final = frozenset((0, 4, 16))
"""The main picture, its transparency, and the enhanced one (DNG 1.7.1, "NewSubFileType")."""


@dataclass
class Picture:
    """A directory with its sub-directories in chains. `stays`: its pixels; `linked`: at least the directory."""

    directory: Directory
    chains: list[list["Picture"]] = field(default_factory=list)
    stays: bool = False
    linked: bool = False

    def all(self) -> list["Picture"]:
        """This one and those below it."""
        return [self, *(below for chain in self.chains for one in chain for below in one.all())]


@dataclass
class Tree:
    """All pictures of a file. `pages` are those of the main chain, the others hang below them."""

    tiff: Tiff
    pages: list[Picture]
    dng: bool

    def all(self) -> list[Picture]:
        """Every directory of a picture."""
        return [one for page in self.pages for one in page.all()]


def read_tree(tiff: Tiff) -> Tree:
    """The tree, with what stays already chosen.

    Raises:
        Damaged: directories are not whole, form a loop, or hold no picture.
        Unsupported: raw data of a camera that is not DNG.
    """
    if not tiff.first:
        raise Damaged("no picture", 4)
    # first of all: what cameras keep below it need not be whole for us to say so
    first = Picture(read_header(tiff.source).directory(tiff.first))
    if first.directory.entry(tags.DNG_VERSION) is None:
        _refuse_raw(Tree(tiff, [first], dng=False))
    pages = _chain(tiff, tiff.first, 0)
    tree = Tree(tiff, pages, dng=pages[0].directory.entry(tags.DNG_VERSION) is not None)
    if not tree.dng:
        _refuse_raw(tree)
        _refuse_stack(tree)
    _choose(tree)
    return tree


def _chain(tiff: Tiff, first: int, depth: int) -> list[Picture]:
    if depth > _DEEPEST:
        raise Damaged("pictures in pictures without end", first)
    found = []
    for directory in tiff.chain(first):
        picture = Picture(directory)
        entry = directory.entry(tags.SUBS)
        rule = tags.PICTURE[tags.SUBS]
        if entry and entry.size and (entry.type not in rule.types or entry.count > rule.most):
            raise Damaged("a list of sub-directories that is none", entry.place)
        for at in tiff.numbers(entry) if entry else ():
            picture.chains.append(_chain(tiff, at, depth + 1))
        found.append(picture)
    return found


def _refuse_raw(tree: Tree) -> None:
    """Raw files of cameras look like TIFF, but keep what they need where only their makers know."""
    for picture in tree.all():
        directory = picture.directory
        photometric = tree.tiff.one(directory.entry(tags.PHOTOMETRIC))
        coding = tree.tiff.one(directory.entry(tags.COMPRESSION))
        private = any(entry.tag in tags.RAW_TAGS for entry in directory.entries)
        if photometric in tags.RAW_PHOTOMETRIC or coding in tags.RAW_CODINGS or private:
            raise Unsupported("the raw format of a camera, other than DNG", directory.at)


def _refuse_stack(tree: Tree) -> None:
    """Microscopes' programs write planes that no directory names; to us they would be bytes that go."""
    first = tree.pages[0].directory
    said = first.entry(tags.DESCRIPTION)
    text = tree.tiff.raw(said, 512) if said and said.size else b""
    planes = _PLANES.match(text)
    more = _TRUNCATED.search(text) or (planes and int(planes[1]) > len(tree.pages))
    if more or any(first.entry(tag) for tag in tags.STACK_TAGS):
        raise Unsupported("a stack of pictures that only its own program finds", first.at)


def _kind(tree: Tree, picture: Picture) -> int:
    directory = picture.directory
    kind = tree.tiff.one(directory.entry(tags.SUBFILE))
    if kind is None:  # TIFF 5's tag: 2 is a reduced picture (TIFF 6.0, "SubfileType")
        kind = _REDUCED if tree.tiff.one(directory.entry(tags.OLD_SUBFILE)) == 2 else 0
    return kind


def _choose(tree: Tree) -> None:
    for number, page in enumerate(tree.pages):
        for picture in page.all():
            kind = _kind(tree, picture)
            further = picture is page and number > 0
            if tree.dng:
                picture.stays = kind in _OF_DNG and not further
            else:
                # what EXIF puts behind the first directory is a thumbnail (CIPA DC-008, 4.5.8)
                thumbnail = further and picture.directory.entry(tags.JPEG_AT) is not None
                picture.stays = not kind & _REDUCED and not thumbnail
            picture.stays = picture.stays and _has_pixels(picture)
    if not any(picture.stays for picture in tree.all()):
        for page in tree.pages[:1] if tree.dng else tree.pages:
            page.stays = True  # pages that all call themselves reduced are the pages
    stay = [picture.directory.entry(tags.COMPRESSION) for picture in tree.all() if picture.stays]
    lossy = tree.dng and any(tree.tiff.one(coding) == tags.LOSSY_DNG for coding in stay)
    for number, page in enumerate(tree.pages):
        _link(page, lossy)
        page.linked = page.linked or (tree.dng and number == 0)


def _link(picture: Picture, lossy: bool) -> bool:
    """A directory stays for its own pixels, for those of another below it, or for its corrections.

    LibRaw and dcraw apply to a lossy raw picture the corrections that they saw last, those of previews too: without
    them the picture would look different there.
    """
    below = [_link(one, lossy) for chain in picture.chains for one in chain]
    corrections = lossy and picture.directory.entry(tags.OPCODES[1]) is not None
    picture.linked = picture.stays or corrections or any(below)
    return picture.linked


def _has_pixels(picture: Picture) -> bool:
    return any(picture.directory.entry(tag) for tag in (tags.STRIPS, tags.TILES, tags.JPEG_AT))
