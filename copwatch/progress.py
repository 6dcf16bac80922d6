"""How long work says how far it is, without knowing who listens.

Workflows take a `Progress` and call it; the default is silent, the command line passes one that draws. The
methods may be called from any thread, and none of them raises for a terminal that has gone.
"""

from collections.abc import Callable
from typing import TypeAlias

Total: TypeAlias = int | Callable[[], int] | None


class Progress:
    """Silent progress, and the shape of every other one. Use: `start`, `advance` …, `finish`; then again."""

    def start(self, total_bytes: Total, what: str) -> None:
        """Begin a stretch of work.

        Args:
            total_bytes: how much there is, or None where that is not known. What takes time to count is given as a
                function, which is asked only where somebody sees the answer.
            what: a few words for the person (`sealing`, `verifying`); may hold an untrusted file name.
        """

    def advance(self, n: int) -> None:
        """Say that `n` more bytes are done."""

    def note(self, text: str) -> None:
        """Tell the person one thing in passing; may hold untrusted text."""

    def finish(self) -> None:
        """End the stretch, finished or not; may be called twice."""
