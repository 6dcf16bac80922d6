"""Padmé: lengths that tell little about content (Nikitin et al., PETS 2019, algorithm 1).

Without padding, the size of a sealed file would tie a seized laptop to a published video. Padmé rounds up so
that only the upper bits of a length show: at most 12 % more, 1.1 % on average for files of a few megabytes.
"""

PIECE_CAPACITY = 59 << 26
"""The most content of one piece, 3,959,422,976 bytes: itself a Padmé length, and sealed still under
4,000,000,000 bytes, so that it fits FAT32 and one S3 upload."""


def padme(length: int) -> int:
    """The padded length for `length` bytes."""
    if length < 2:
        return length
    exponent = length.bit_length() - 1
    zeros = exponent - exponent.bit_length()
    mask = (1 << zeros) - 1 if zeros > 0 else 0
    return (length + mask) & ~mask
