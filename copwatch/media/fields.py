"""Big-endian fields of one box, read in order, within its bounds."""

from copwatch.media.refusal import Damaged


class Fields:
    """Reads `data`, which stands at `origin` in the file. `what` names it when it ends too early."""

    def __init__(self, data: bytes, origin: int, what: str) -> None:
        self.data, self.origin, self.what = data, origin, what
        self.at = 0

    @property
    def left(self) -> int:
        """How many bytes are not yet read."""
        return len(self.data) - self.at

    def take(self, length: int) -> bytes:
        """The next bytes. Raises `Damaged` when there are fewer."""
        if length > self.left:
            raise Damaged(f"{self.what} ends too early", self.origin + self.at)
        self.at += length
        return self.data[self.at - length : self.at]

    def number(self, length: int) -> int:
        """The next unsigned integer; of no bytes it is 0. Raises as `take`."""
        return int.from_bytes(self.take(length), "big")

    def rest(self) -> bytes:
        """All that is left."""
        return self.take(self.left)
