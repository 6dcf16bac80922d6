"""Hashing beside reading and writing: each hash in a thread of its own, a few blocks behind at most."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Final, Self

_MOST_WAITING: Final = 8


class Hashing:
    """Gives the blocks of one file to several hashes, which let go of the interpreter while they work.

    Use as a context manager; when it ends without an error, every hash has had every block. The blocks must not be
    changed afterwards.
    """

    def __init__(self, *updates: Callable[[bytes], object]) -> None:
        self._updates = [(ThreadPoolExecutor(1, "hashing"), update) for update in updates]
        self._waiting: deque[list[Future[object]]] = deque()

    def update(self, block: bytes) -> None:
        """The next bytes."""
        self._waiting.append([thread.submit(update, block) for thread, update in self._updates])
        if len(self._waiting) > _MOST_WAITING:
            self._settle()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            while self._waiting and error is None:
                self._settle()
        finally:
            for thread, _ in self._updates:
                thread.shutdown(cancel_futures=True)

    def _settle(self) -> None:
        for each in self._waiting.popleft():
            each.result()
