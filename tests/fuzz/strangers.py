"""What a fuzz target of a media format does with mutated bytes."""

import io
import time
from collections.abc import Callable

from copwatch.media.cleaning import make_cleaning
from copwatch.media.plan import stream
from copwatch.media.refusal import CannotClean


def cleaner(*secrets: bytes) -> Callable[[bytes], None]:
    """A target that cleans or is refused, in time; what comes out is clean and has none of `secrets`."""

    def target(data: bytes) -> None:
        began = time.monotonic()
        file = io.BytesIO(data)
        try:
            made = make_cleaning(file)
        except CannotClean:
            made = None
        if made is not None:
            found = b"".join(stream(file, made.plan))
            assert len(found) == made.size
            assert not make_cleaning(io.BytesIO(found)).changes
            assert not any(secret in found for secret in secrets)
        assert time.monotonic() - began < 5

    return target
