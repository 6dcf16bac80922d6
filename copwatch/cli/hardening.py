"""What the process does to itself before it touches anything secret."""

import signal
import sys
import threading
from types import FrameType

from copwatch.cli import voice
from copwatch.cli.failures import debugging, details, unexpected
from copwatch.crypto.dumps import keep_out_of_dumps


def harden() -> None:
    """No core dumps, no memory for others to read, no values in tracebacks, signals that clean up."""
    keep_out_of_dumps()
    _quiet_hooks()
    for name in ("SIGTERM", "SIGHUP"):
        _interrupt_on(getattr(signal, name, None))
    for stream in (sys.stdout, sys.stderr):
        # A name that the terminal's encoding lacks is shown as an escape, not as a crash.
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _interrupt_on(number: signal.Signals | None) -> None:
    # A signal that the caller ignores stays ignored: `nohup copwatch verify` outlives its terminal.
    if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
        signal.signal(number, _interrupt)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _quiet_hooks() -> None:
    """Threads and finalizers that fail report like the rest: class and place, no values."""
    threading.excepthook = lambda failed: _report(failed.exc_value)
    sys.unraisablehook = lambda failed: _report(failed.exc_value)


def _report(error: BaseException | None) -> None:
    if error is None or isinstance(error, SystemExit):
        return
    voice.error(unexpected(error).message)
    if debugging():
        voice.trouble(details(error))
