"""Work in other processes: whatever happens to them, it is done, and nobody is left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from copwatch.store import worker_pool
from copwatch.store.worker_pool import WORKERS, WorkerPool

POSIX = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture(autouse=True)
def two_processors(monkeypatch):
    monkeypatch.setattr(worker_pool.os, "cpu_count", lambda: 2)


def fail() -> None:
    raise OSError(28, "No space left on device", "there")


def end(parent: int) -> int:
    """Ends the process that does it, unless that is `parent`."""
    if os.getpid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def dumps() -> tuple[str, int]:
    import resource

    status = Path("/proc/self/status").stat()
    return f"{status.st_uid}", resource.getrlimit(resource.RLIMIT_CORE)[0]


def test_work_is_done_elsewhere_and_in_order():
    with WorkerPool() as pool:
        jobs = [pool.submit(divmod, number, 7) for number in range(100)]
        assert [job.result() for job in jobs] == [divmod(number, 7) for number in range(100)]
        assert pool.submit(os.getpid).result() != os.getpid()


def test_what_the_work_raises_comes_through_whole():
    with WorkerPool() as pool, pytest.raises(OSError, match="No space") as caught:
        pool.submit(fail).result()
    assert (caught.value.errno, caught.value.filename) == (28, "there")


@POSIX
def test_what_an_ended_process_did_not_do_is_done_here():
    with WorkerPool() as pool:
        jobs = [pool.submit(end, os.getpid()) for _ in range(5)]
        assert [job.result() for job in jobs] == [os.getpid()] * 5
        assert pool.submit(divmod, 9, 4).result() == (2, 1), "and so is everything afterwards"


@pytest.mark.parametrize("error", [OSError(38, "no semaphores"), ImportError("no _multiprocessing")])
def test_where_no_process_can_be_started_all_is_done_here(monkeypatch, error):
    def refuse(*args):
        raise error

    monkeypatch.setattr(worker_pool, "ProcessPoolExecutor", refuse)
    with WorkerPool() as pool:
        assert pool.submit(os.getpid).result() == os.getpid()


def test_with_one_processor_all_is_done_here(monkeypatch):
    monkeypatch.setattr(worker_pool.os, "cpu_count", lambda: 1)
    with WorkerPool() as pool:
        assert pool.submit(os.getpid).result() == os.getpid()


@POSIX
def test_a_key_of_the_terminal_ends_no_process_not_even_one_that_begins():
    with WorkerPool() as pool:
        jobs = [pool.submit(os.getpid) for _ in range(WORKERS)]
        running = all_children(os.getpid())
        for _ in range(20):
            for child in running:
                os.kill(child, signal.SIGINT)
                os.kill(child, signal.SIGHUP)
            time.sleep(0.01)
        assert {job.result() for job in [*jobs, pool.submit(os.getpid)]} <= set(running)


@LINUX
def test_the_processes_leave_no_core_dumps():
    with WorkerPool() as pool:
        owner, core = pool.submit(dumps).result()
    assert core == 0
    if os.getuid() != 0:
        assert owner == "0", "/proc of a process that cannot be dumped belongs to root (proc(5))"


@LINUX
def test_no_process_outlives_one_that_was_killed(tmp_path):
    script = tmp_path / "long.py"
    script.write_text(
        "import time\n"
        "from copwatch.store import worker_pool\n"
        "worker_pool.os.cpu_count = lambda: 2\n"
        "if __name__ == '__main__':\n"
        "    with worker_pool.WorkerPool() as pool:\n"
        "        jobs = [pool.submit(divmod, 1, 1) for _ in range(worker_pool.WORKERS)]\n"
        "        [job.result() for job in jobs]\n"
        "        print('ready', flush=True)\n"
        "        time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline() == b"ready\n"
        running = all_children(process.pid)
        process.kill()
        # Python's tracker of semaphores outlives them all, and would warn of leaks.
        said = process.stderr.read()
    assert len(running) == WORKERS
    assert said == b""
    until = time.monotonic() + 30
    while any(Path(f"/proc/{child}").exists() for child in running):
        assert time.monotonic() < until, "they are still there"
        time.sleep(0.05)


def all_children(process: int) -> list[int]:
    """Its working processes as soon as all are there: one that was just forked still bears the name of its parent."""
    until = time.monotonic() + 30
    while len(found := children(process)) < WORKERS:
        assert time.monotonic() < until, "they did not begin"
        time.sleep(0.001)
    return found


def children(process: int) -> list[int]:
    """The working processes that `process` has started and that have not ended."""
    listed = Path(f"/proc/{process}/task/{process}/children")
    if not listed.exists():
        pytest.skip("this system does not list the children of a process")
    everything = [path.joinpath("children").read_text().split() for path in listed.parent.parent.iterdir()]
    found = [int(child) for some in everything for child in some]
    return [child for child in found if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]
