"""Files that stand nowhere as such: stretches, pieces, renditions, or what another process reads for us."""

import io


class Placed(io.RawIOBase):
    """Read by position. Who derives from it reads at `_position` and moves it on (`readinto`)."""

    def __init__(self, size: int) -> None:
        """Of `size` bytes."""
        super().__init__()
        self.size, self._position = size, 0

    def readable(self) -> bool:
        """Always true."""
        return True

    def seekable(self) -> bool:
        """Always true."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Moves; behind the end nothing is read. Before the beginning is the beginning, as `io.BytesIO` has it.

        Raises:
            ValueError: a negative position.
        """
        if offset < 0 and whence == io.SEEK_SET:
            raise ValueError("a position before the beginning")
        self._position = max(0, (0, self._position, self.size)[whence] + offset)
        return self._position

    def tell(self) -> int:
        """The position."""
        return self._position
