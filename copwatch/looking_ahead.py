"""Looking at the next file while something is done with this one: another process does that, and waits for the disk."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, TypeVar


class Closable(Protocol):
    """What has to be closed."""

    def close(self) -> None:
        """Once is enough, and more do no harm."""


_Thing = TypeVar("_Thing")
_Reader = TypeVar("_Reader", bound=Closable)
_Seen = TypeVar("_Seen")


def looking_ahead(
    things: Iterable[_Thing],
    opened: Callable[[_Thing], _Reader],
    look: Callable[[_Thing, _Reader], _Seen],
) -> Generator[tuple[_Thing, _Reader, "Future[_Seen]"], None, None]:
    """Each thing with a reader of it, and what is seen in that; the reader is closed before the next thing comes.

    Close it where not all are asked for: only then nobody looks any more.

    Raises what `opened` raises, one thing early. What `look` raises is in the future.

    Args:
        things: one after the other.
        opened: gives a reader; called in the thread that asks for things.
        look: called in a thread of its own, one at a time. It leaves the reader wherever it was last.
    """
    begun = deque[tuple[_Thing, _Reader, Future[_Seen]]]()
    try:
        with ThreadPoolExecutor(1, "looking") as thread:
            for thing in things:
                source = opened(thing)
                begun.append((thing, source, thread.submit(look, thing, source)))
                if len(begun) > 1:
                    yield from _first(begun)
            while begun:
                yield from _first(begun)
    finally:
        for _, source, _ in begun:
            source.close()


def _first(
    begun: deque[tuple[_Thing, _Reader, "Future[_Seen]"]],
) -> Iterator[tuple[_Thing, _Reader, "Future[_Seen]"]]:
    yield begun[0]
    begun.popleft()[1].close()
