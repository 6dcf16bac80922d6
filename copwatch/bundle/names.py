"""Names inside a bundle that another computer may take: no way out of it, and no two that are one file there."""

import re
import unicodedata
from collections.abc import Iterable

from copwatch.proof.findings import Finding, Kind
from copwatch.text import HIDDEN_CATEGORIES, file_name

LONGEST_PART, LONGEST_PATH = 255, 1024
MOST_FILES = 50_000
"""Ten times the largest bundle that makes sense; a longer list is refused before it is read."""

SYSTEM_FILES = frozenset({".ds_store", "desktop.ini", "thumbs.db"})
"""In lower case: what file managers put into every folder that somebody looks at."""

_FORBIDDEN = re.compile(r'[\\:*?"<>|%]')
# A name of a bundle may hold characters that only a newer Python knows, so unassigned ones are let through.
_HIDDEN = HIDDEN_CATEGORIES - {"Cn"}


def fault(path: str) -> str | None:
    """Why `path` cannot be the name of a file in a bundle; None when it can. Path parts are split at `/`."""
    try:
        encoded = len(path.encode("utf-8"))
    except UnicodeEncodeError:
        return "its name is not UTF-8"
    parts = path.split("/")
    if not path or encoded > LONGEST_PATH or any(len(part.encode()) > LONGEST_PART for part in parts):
        return "its name is empty or too long"
    if any(part in ("", ".", "..") for part in parts):
        return "its name leads elsewhere"
    if _FORBIDDEN.search(path) or any(unicodedata.category(char) in _HIDDEN for char in path):
        return "its name holds a character that no bundle uses"
    if any(part.endswith((".", " ")) or _is_device(part) for part in parts):
        return "its name means something else on Windows"
    return None


def is_litter(path: str) -> bool:
    """Whether a file manager put this file there (`._NAME`: macOS, on disks of others). No bundle has such names."""
    name = path.rpartition("/")[2].lower()
    return name in SYSTEM_FILES or name.startswith("._")


def twin_key(path: str) -> str:
    """Equal for names that some file system takes for one: by letter case, or by how accents are composed."""
    folded = unicodedata.normalize("NFC", path).casefold()
    return unicodedata.normalize("NFC", folded)


def sift(paths: Iterable[str]) -> tuple[dict[str, str], list[Finding]]:
    """The acceptable ones of all paths found, by their NFC form, and a finding for each other one.

    Of twins none is kept: which one a reader would get is chance.
    """
    kept: dict[str, str] = {}
    findings: list[Finding] = []
    groups: dict[str, list[str]] = {}
    for path in paths:
        why = fault(path)
        if why is None:
            groups.setdefault(twin_key(path), []).append(path)
        else:
            findings.append(Finding(Kind.MALFORMED, _shown(path), why))
    for group in groups.values():
        if len(group) == 1:
            kept[unicodedata.normalize("NFC", group[0])] = group[0]
        else:
            findings += [
                Finding(
                    Kind.MALFORMED,
                    path,
                    "another name differs from it only by case or accents, or not at all",
                )
                for path in sorted(group)
            ]
    return kept, findings


def _is_device(part: str) -> bool:
    """`file_name` puts a `_` before names that Windows takes for devices, and changes nothing else in these."""
    return part[:1] not in ".-" and file_name(part, "x") == f"_{part}"


def _shown(path: str) -> str:
    return path.encode("utf-8", "backslashreplace").decode()[:LONGEST_PATH]
