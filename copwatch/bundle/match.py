"""Is this file exactly what was received? Answered from a bundle, and only from one that holds as a whole."""

from copwatch.bundle.renditions import ProvenRendition
from copwatch.bundle.verify import BundleCheck, ProvenFile
from copwatch.errors import BadInput
from copwatch.proof.hashing import is_hex


def match_file(check: BundleCheck, sha256: str, size: int) -> tuple[ProvenFile, ...]:
    """The files of a verified bundle that have this SHA-256 (64 hex digits) and this size in bytes.

    There are none when the bundle does not hold: somebody who takes away a manifest or a signature may have changed
    more. Whose bundle it is, the root words of `check` say, which are to be compared with the group.

    Raises:
        BadInput: not a SHA-256 or not a size.
    """
    _check(sha256, size)
    if not check.ok:
        return ()
    return tuple(file for file in check.files if (file.sha256, file.size) == (sha256, size))


def match_rendition(check: BundleCheck, sha256: str, size: int) -> tuple[ProvenRendition, ...]:
    """The clean renditions of a verified bundle that have this SHA-256 and size. As `match_file`."""
    _check(sha256, size)
    if not check.ok:
        return ()
    return tuple(made for made in check.renditions if (made.sha256, made.size) == (sha256, size))


def match_essence(check: BundleCheck, essence: str) -> tuple[str, ...]:
    """The codes of evidence in a verified bundle whose coded picture and sound have this hash (64 hex digits).

    For what is in the bundle as it was received, its own record has to say so.

    Raises:
        BadInput: not a hash.
    """
    _check(essence, 0)
    if not check.ok:
        return ()
    found = [(file.code, file.essence) for file in check.files]
    found += [(made.code, made.essence) for made in check.renditions]
    return tuple(code for code, has in found if has == essence)


def _check(hash_: str, size: int) -> None:
    if not is_hex(hash_, 64) or size < 0:
        raise BadInput("a file is given by its SHA-256, 64 hexadecimal digits, and its size")
