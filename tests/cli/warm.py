"""The real program in a process of its own that need not load everything first: a server has, and forks.

Most of what a short command takes are its imports. What it loads, and in which order, is shown by test_start.py and
test_lazy.py, which start it cold.
"""

import atexit
import contextlib
import functools
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AVAILABLE = sys.platform.startswith("linux")
"""Elsewhere there is no fork, or none that is safe after system libraries were loaded."""
_PACKAGES = ("bundle", "catalogue", "cli", "crypto", "model", "proof", "store", "typesetting", "workflows")
_LIBRARIES = (
    "rich.console",
    "rich.table",
    "rich.progress",
    "typer.rich_utils",
    "sqlcipher3",
    "filelock",
    "mnemonic",
)


def run(
    args: list[str], env: dict[str, str], given: bytes, timeout: float, cwd: Path
) -> subprocess.CompletedProcess:
    """As `subprocess.run` with its output captured."""
    with contextlib.ExitStack() as opened:
        connection = opened.enter_context(socket.socket(socket.AF_UNIX))
        connection.connect(_server())
        (to, typed), (out, from_out), (error, from_error) = (os.pipe() for _ in range(3))
        asked = json.dumps({"args": args, "env": env, "cwd": str(cwd)}).encode()
        socket.send_fds(connection, [len(asked).to_bytes(4, "big")], [to, from_out, from_error])
        connection.sendall(asked)
        for end in (to, from_out, from_error):
            os.close(end)
        told = {out: b"", error: b""}
        threads = [threading.Thread(target=_type, args=(typed, given), daemon=True)]
        threads += [threading.Thread(target=_read, args=(end, told), daemon=True) for end in told]
        for thread in threads:
            thread.start()
        answer, until = connection.makefile("r"), time.monotonic() + timeout
        pid = int(answer.readline())
        ready, _, _ = select.select([connection], [], [], timeout)
        if not ready:
            os.kill(pid, signal.SIGKILL)
            raise subprocess.TimeoutExpired(args, timeout)
        code = int(answer.readline())
        for thread in threads:
            thread.join(max(0, until - time.monotonic()))
        return subprocess.CompletedProcess(args, code, told[out], told[error])


def _type(end: int, given: bytes) -> None:
    with contextlib.suppress(BrokenPipeError), open(end, "wb") as file:
        file.write(given)


def _read(end: int, told: dict[int, bytes]) -> None:
    with open(end, "rb") as file:
        told[end] = file.read()


@functools.cache
def _server() -> str:
    """Where the server listens: one for each process that runs tests, which ends with it."""
    from tests.cli.harness import environment

    path = str(Path(tempfile.mkdtemp(prefix="warm")) / "socket")
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.cli.warm", path], cwd=ROOT, env=environment(),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    # Pipes all three, as they are for the programs: Python looks once whether a stream can be sought in.
    assert server.stdout is not None and server.stderr is not None
    assert server.stdout.readline() == b"ready\n", server.stderr.read()
    atexit.register(_end, server)
    return path


def _end(server: subprocess.Popen) -> None:
    """The server ends when its input does."""
    with server:
        assert server.stdin is not None
        server.stdin.close()


def _serve(path: str) -> list[str] | None:
    """Forks for everybody who comes, until standard input ends. Comes back in a fork, with what to run."""
    _load()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        os.write(1, b"ready\n")
        while True:
            ready, _, _ = select.select([listening, 0], [], [])
            if 0 in ready:
                Path(path).unlink()
                Path(path).parent.rmdir()
                return None
            connection, _ = listening.accept()
            with connection:
                if os.fork() == 0:
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    listening.close()
                    return _attend(connection)


def _attend(connection: socket.socket) -> list[str]:
    head, ends, _, _ = socket.recv_fds(connection, 4, 3)
    asked = json.loads(connection.makefile("rb").read(int.from_bytes(head, "big")))
    pid = os.fork()
    if pid:
        connection.sendall(f"{pid}\n".encode())
        for end in (0, 1, 2, *ends):
            os.close(end)
        _, status = os.waitpid(pid, 0)
        connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
        os._exit(0)
    for standard, end in enumerate(ends):
        os.dup2(end, standard)
        os.close(end)
    os.environ.clear()
    os.environ.update(asked["env"])
    time.tzset()
    os.chdir(asked["cwd"])
    return [str(ROOT / "tests" / "cli" / "real.py"), *asked["args"]]


def _load() -> None:
    import copwatch

    for name in _LIBRARIES:
        importlib.import_module(name)
    for found in pkgutil.walk_packages(copwatch.__path__, "copwatch."):
        if found.name.split(".")[1] in _PACKAGES:
            importlib.import_module(found.name)
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    to_run = _serve(sys.argv[1])
    if to_run is not None:
        from copwatch.cli import main

        sys.argv = to_run
        sys.exit(main.main())
