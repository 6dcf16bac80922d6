"""A signal in the instant before a read is not waited for until the next key."""

import os
import signal
import threading

import pytest

from copwatch.cli.interruptible import interruptible

if not hasattr(signal, "pthread_kill"):
    pytest.skip("this system has no signals for one thread", allow_module_level=True)


class _Rung(Exception):
    pass


@pytest.fixture
def rings():
    def ring(_number, _frame):
        raise _Rung

    before = signal.signal(signal.SIGUSR1, ring)
    yield
    signal.signal(signal.SIGUSR1, before)


@pytest.fixture
def pipe():
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def noted_alone() -> threading.Thread:
    """Another thread meets the signal, so that it is noted and this one's read is not ended by it."""
    return threading.Timer(0.1, lambda: signal.pthread_kill(threading.get_ident(), signal.SIGUSR1))


def test_a_signal_that_is_only_noted_ends_the_wait(rings, pipe):
    heard, told = pipe
    answered = threading.Event()
    late = threading.Timer(5, lambda: (answered.set(), os.write(told, b"nobody was woken")))
    late.start()
    other = noted_alone()
    with pytest.raises(_Rung), interruptible():
        other.start()
        os.read(heard, 99)
    assert not answered.is_set(), "only the answer ended it"
    late.cancel()
    other.join()
    late.join()


def test_nothing_stays_behind(rings, pipe):
    heard, told = pipe
    os.write(told, b"an answer")
    before, files = (
        threading.active_count(),
        len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self") else 0,
    )
    with interruptible():
        assert os.read(heard, 99) == b"an answer"
    assert threading.active_count() == before and signal.set_wakeup_fd(-1) == -1
    assert not files or len(os.listdir("/proc/self/fd")) == files
