"""Drafts for whoever has to swear to something: facts are filled in, opinions, names and signatures stay blank.

What a certification of copied data has to say follows Fed. R. Evid. 902(14) and the committee's note of 2017 to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from copwatch.errors import IntegrityFailure
from copwatch.text import clean


@dataclass(frozen=True, slots=True)
class DraftItem:
    """One file of a bundle, as drafts name it. Every text may come from a stranger.

    Attributes:
        exhibit: its Bates number, or its code.
        received: when the archive received it, with zone; empty where that does not go out.
        device: public key of the device that received it.
        source, how: from whom it was received, and how, as far as that goes out.
        recorded, offered: SHA-256 in the record, and of the bytes in the bundle.
        of: SHA-256 of the original, of a rendition.
        made: what was done to the original.
        says: when it was recorded, as the file itself says; nothing is said where it is empty.
    """

    exhibit: str
    file: str
    size: int
    kind: str
    device: str
    recorded: str
    offered: str
    received: str = ""
    source: str = ""
    how: str = ""
    of: str = ""
    made: str = ""
    says: str = ""


def certification(
    bundle: str, tool: str, created: str, root: str, items: Sequence[DraftItem], not_covered: Sequence[str]
) -> bytes:
    """The draft of a certification, UTF-8.

    Raises:
        IntegrityFailure: the offered hash of an item is not the recorded one; then there is nothing to certify.
    """
    for item in items:
        if item.recorded != item.offered:
            raise IntegrityFailure(
                f"{clean(item.exhibit, limit=60)} does not have the hash that was recorded"
            )
    return _filled(
        "certification.txt.jinja", bundle=bundle, tool=tool, created=created, root=root, items=items,
        not_covered=not_covered,
    )  # fmt: skip


def declaration(items: Sequence[DraftItem]) -> bytes:
    """The draft of an observer's declaration, UTF-8."""
    return _filled("declaration.txt.jinja", items=items)


def _filled(name: str, **facts: object) -> bytes:
    return _templates().get_template(name).render(**facts).encode()


@cache
def _templates() -> Environment:
    """Plain text: what is filled in is made safe to print, and there is no page that could take it for markup."""
    return Environment(
        loader=PackageLoader("copwatch.bundle"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701
        finalize=lambda value: clean(value) if isinstance(value, str) else value,
    )
