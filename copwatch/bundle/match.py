"""Is this file exactly what was received? Answered from a bundle, and only from one that holds as a whole."""

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
    if not is_hex(sha256, 64) or size < 0:
        raise BadInput("a file is given by its SHA-256, 64 hexadecimal digits, and its size")
    if not check.ok:
        return ()
    return tuple(file for file in check.files if (file.sha256, file.size) == (sha256, size))
