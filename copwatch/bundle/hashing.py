"""Hashing beside reading and writing: each hash in a thread of its own, a few blocks behind at most."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Final, Self, TypeAlias

_MOST_WAITING: Final = 6

Update: TypeAlias = Callable[[bytes | memoryview], object]


class Hashing:
    """Threads that hash one file after the other, and let go of the interpreter while they work.

    Use as a context manager. What is hashed of one file may be settled when the next is being read already.

    Args:
        most: how many hashes of one file there are at most.
    """

    def __init__(self, most: int) -> None:
        self._threads = [ThreadPoolExecutor(1, "hashing") for _ in range(most)]

    def file(self, *updates: Update) -> "Hashed":
        """Begins a file of which each of `updates` gets every block, in order. Raises `ValueError` for too many.

        Of two files at once, the first of either share a thread, and so on.
        """
        return Hashed(list(zip(self._threads[: len(updates)], updates, strict=True)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for thread in self._threads:
            thread.shutdown(cancel_futures=True)


class Hashed:
    """One file on its way through the hashes."""

    def __init__(self, updates: list[tuple[ThreadPoolExecutor, Update]]) -> None:
        self._updates = updates
        self._waiting: deque[list[Future[object]]] = deque()

    def update(self, block: bytes | memoryview) -> None:
        """The next bytes, which must not be changed afterwards. Raises what an update of earlier ones raised."""
        self._waiting.append([thread.submit(update, block) for thread, update in self._updates])
        if len(self._waiting) > _MOST_WAITING:
            self._wait()

    def settle(self) -> None:
        """Waits until every hash has had every block. Raises what an update raised."""
        while self._waiting:
            self._wait()

    def _wait(self) -> None:
        for each in self._waiting.popleft():
            each.result()
