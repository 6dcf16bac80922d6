"""Work for the other processors, in processes of their own.

Threads do not help with many small steps: each lets go of the interpreter and has to wait until it gets it back. A
process is a new interpreter, no fork: it has nothing of what this one knows but what it is given.
"""

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import wait
from types import TracebackType
from typing import Generic, ParamSpec, Self, TypeVar

from copwatch.crypto.dumps import keep_out_of_dumps

WORKERS = 2
_OBJECTS = 100_000
"""New objects after which Python looks for circles, where it does so after 700: what passes between processes has none,
and is so much that looking takes a twentieth of the time."""
_TRACKER = "ignore:resource_tracker:UserWarning"
_OF_A_TERMINAL = [getattr(signal, name) for name in ("SIGINT", "SIGHUP") if hasattr(signal, name)]
_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Job(Generic[_Result]):
    """Work that was handed over."""

    _here: Callable[[], _Result]
    _future: "Future[_Result] | None"

    def result(self) -> _Result:
        """Waits for it, and does it here where no process did; raises what the work raised."""
        if self._future is None:
            return self._here()
        try:
            return self._future.result()
        except BrokenExecutor:
            # The process was ended from outside.
            return self._here()

    def cancel(self) -> bool:
        """Takes it back, unless somebody has begun."""
        return self._future is None or self._future.cancel()


class WorkerPool:
    """Two processes, started with the first job. Use as a context manager; the end waits for what was begun.

    What is handed over has to be a function of a module, with arguments that can be pickled; it may be done twice,
    when a process is ended from outside. Where no process can be started the work is done here.
    """

    def __init__(self) -> None:
        self._pool: Executor | None = None
        self._before = gc.get_threshold()
        self._none = (os.cpu_count() or 1) < WORKERS

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            gc.set_threshold(*self._before)

    def submit(
        self, work: Callable[_Given, _Result], /, *args: _Given.args, **named: _Given.kwargs
    ) -> Job[_Result]:
        """Has `work` done by another process."""
        return Job(lambda: work(*args, **named), self._elsewhere(work, *args, **named))

    def _elsewhere(
        self, work: Callable[_Given, _Result], /, *args: _Given.args, **named: _Given.kwargs
    ) -> "Future[_Result] | None":
        if self._none:
            return None
        try:
            with _unheard():
                if self._pool is None:
                    _leave_tracker_quiet()
                    gc.set_threshold(_OBJECTS)
                    self._pool = ProcessPoolExecutor(WORKERS, multiprocessing.get_context("spawn"), _begin)
                return self._pool.submit(work, *args, **named)
        except (OSError, ImportError, RuntimeError):
            self._none = True
            return None


def _leave_tracker_quiet() -> None:
    """After this process was killed, Python's tracker takes its semaphores away, as it should, and warns of it: words
    about memory leaks that nobody who lost power needs. It is started with these options."""
    if _TRACKER not in sys.warnoptions:
        sys.warnoptions.append(_TRACKER)


@contextmanager
def _unheard() -> Iterator[None]:
    """A process that is started meanwhile hears no Ctrl-C from its first moment on; here it comes through afterwards.

    Ctrl-C, and the end of a terminal, reach every process there: the one that reads answers, and ends the others.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _OF_A_TERMINAL)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """What a process does before its first job."""
    keep_out_of_dumps()
    gc.set_threshold(_OBJECTS)
    for number in _OF_A_TERMINAL:
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Nobody else would end a process whose parent was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
