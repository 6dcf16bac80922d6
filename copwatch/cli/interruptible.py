"""Waiting for a person, so that a signal in the instant before the program sleeps is not lost.

Python runs the handler of a signal between two steps of its own. One that arrives behind the last of them is only
noted, and the read that follows sleeps until the next key. Here a thread hears of it (signal.set_wakeup_fd) and sends
it once more: that ends the read, and the handler runs (PEP 475).
"""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_A_MOMENT = 0.05
"""Seconds in which a handler has run, where the program was not asleep."""

_MOST = 3
"""How often one wait is woken: a handler that goes on after a signal is not asked for ever."""


@contextmanager
def interruptible() -> Iterator[None]:
    """While inside, a signal whose handler raises ends a read at once."""
    if not hasattr(signal, "pthread_kill") or threading.current_thread() is not threading.main_thread():
        yield
        return
    heard, told = os.pipe()
    os.set_blocking(told, False)
    over = threading.Event()
    waker = threading.Thread(
        target=_wake, args=(heard, threading.get_ident(), over), name="waker", daemon=True
    )
    waker.start()
    before = signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        over.set()
        os.close(told)
        waker.join()
        os.close(heard)


def _wake(heard: int, waiting: int, over: threading.Event) -> None:
    for _ in range(_MOST):
        number = os.read(heard, 1)
        if not number or over.wait(_A_MOMENT):
            return
        signal.pthread_kill(waiting, number[0])
