"""Keeping what this process has in memory out of core dumps and away from other processes of the same user."""

import contextlib
import sys

_PR_SET_DUMPABLE = 4  # linux/prctl.h


def keep_out_of_dumps() -> None:
    """No core dumps; on Linux nobody attaches either. Where the system has no such switch, this does nothing."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        _not_dumpable()


def _not_dumpable() -> None:
    """PR_SET_DUMPABLE 0: other processes of this user may not attach, and no dump is piped to a handler."""
    with contextlib.suppress(ImportError, OSError, AttributeError):
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
