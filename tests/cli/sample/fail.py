"""Failures of every kind, by name."""

import errno
import os
import signal
import sys
import threading
import time
from typing import Annotated

import typer

from copwatch import errors


def command(how: Annotated[str, typer.Argument()], path: str = "/media/sd"):
    """Fail in a named way."""
    secret_of_a_witness = "Maria Example"
    if how in errno.__dict__:
        number = getattr(errno, how)
        raise OSError(number, os.strerror(number), path)
    if hasattr(errors, how):
        raise getattr(errors, how)(f"it \x1b[31mfailed {path}", hint="do \u202ethis")
    if how == "defect":
        raise ValueError(f"{secret_of_a_witness}\x1b[2J")
    if how == "EOFError":
        raise EOFError
    if how == "MemoryError":
        raise MemoryError
    if how == "thread":
        worker = threading.Thread(target=lambda: int(secret_of_a_witness))
        worker.start()
        worker.join()
    if how == "wait":
        sys.stderr.write("waiting\n")
        sys.stderr.flush()
        time.sleep(60)
    if how == "pipe":
        for _ in range(100_000):
            from copwatch.cli import voice

            voice.say("x" * 100)
    if how == "ignored":
        sys.stderr.write(str(signal.getsignal(signal.SIGHUP) is signal.SIG_IGN))
