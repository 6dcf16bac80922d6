"""What a fuzz target of a media format does with mutated bytes."""

import io
import time
from collections.abc import Callable

from copwatch.media.cleaning import make_cleaning
from copwatch.media.plan import stream
from copwatch.media.refusal import CannotClean


def cleaner(*secrets: bytes, beside: bool = False) -> Callable[[bytes], None]:
    """A target that cleans or is refused, in time; what comes out is clean and has none of `secrets`.

    With `beside` they may stand in coded picture and sound, where a mutation may have moved them.
    """

    def target(data: bytes) -> None:
        began = time.monotonic()
        file = io.BytesIO(data)
        try:
            made = make_cleaning(file)
        except CannotClean:
            made = None
        if made is not None:
            found = bytearray(b"".join(stream(file, made.plan)))
            assert len(found) == made.size
            assert not make_cleaning(io.BytesIO(found)).changes
            for start, length in made.essence if beside else ():
                found[start : start + length] = bytes(length)
            assert not any(secret in found for secret in secrets)
        assert time.monotonic() - began < 5

    return target
