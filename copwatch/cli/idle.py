"""Locking by itself when nobody has typed a command for a while, also while waiting at the prompt."""

import threading
import time
from collections.abc import Callable

_LOOK_EVERY = 2.0
"""Seconds. A laptop that was asleep finds out within this time after it wakes."""


def clock() -> float:
    """Seconds that only grow and go on while the computer sleeps."""
    # On Linux time.monotonic() stands still in sleep; elsewhere it does not, or there is nothing better.
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


class IdleLock:
    """Calls `lock` once after `seconds` without `touch`; not while a command is `busy`. Start and stop it."""

    def __init__(self, seconds: float, lock: Callable[[], None], now: Callable[[], float] = clock) -> None:
        self._seconds, self._lock, self._now = seconds, lock, now
        self._since: float | None = now()
        self._guard, self._ended = threading.Lock(), threading.Event()
        self._thread = threading.Thread(target=self._watch, name="idle lock", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Watch no longer."""
        self._ended.set()
        self._thread.join()

    def busy(self) -> None:
        """A command begins. If the time was over before, it is locked first."""
        self.check()
        with self._guard:
            self._since = None

    def touch(self) -> None:
        """A command has ended: the time begins anew."""
        with self._guard:
            self._since = self._now()

    def check(self) -> None:
        """Lock, if the time is over."""
        with self._guard:
            if self._since is None or self._now() - self._since < self._seconds:
                return
            self._since = None
        self._lock()

    def _watch(self) -> None:
        while not self._ended.wait(min(self._seconds, _LOOK_EVERY)):
            self.check()
