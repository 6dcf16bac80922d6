"""What the process that looks at hostile bytes gives up before it does: each as far as the system can.

No network, no other programs, no new files, bounded memory, and on Linux no files but those of Python itself. What
somebody gains who takes it over is the one file that it was given; what keeps it in is the kernel, not Python, except
where a system has nothing better.
"""

import contextlib
import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from importlib.util import find_spec

from copwatch.crypto.dumps import keep_out_of_dumps

BOUNDS_PROCESSOR = find_spec("resource") is not None
"""Whether this system ends a process that computes for longer than it may."""
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000  # linux/sched.h
_NO_NEW_PRIVILEGES = 38  # linux/prctl.h
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same number on every architecture
_RULES_VERSION, _PATH_BENEATH = 1, 1  # linux/landlock.h
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_FS_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
"""How many rights over files each version of Landlock knows; later ones add to 16."""
_TCP_SINCE, _TCP_RIGHTS = 4, 0b11
_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "pty.",
)


def confine(memory: int, readable: Iterable[str]) -> None:
    """Gives up everything at once; `memory` is the most address space in bytes, `readable` folders of programs."""
    keep_out_of_dumps()
    _limit(memory)
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            _leave_network()
        with contextlib.suppress(OSError, AttributeError):
            _leave_files(readable)
    sys.addaudithook(_refuse)


def allow_processor_time(seconds: float) -> None:
    """The kernel ends this process when it computes for longer than that from now on."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime + seconds) + 1, most))


def _limit(memory: int) -> None:
    """Bounded memory; no byte into any file."""
    with contextlib.suppress(ImportError):
        import resource

        for name, most in (("RLIMIT_AS", memory), ("RLIMIT_FSIZE", 0)):
            with contextlib.suppress(AttributeError, ValueError, OSError):
                resource.setrlimit(getattr(resource, name), (most, most))


def _leave_network() -> None:
    """A network of its own, with nothing in it; some systems let only the administrator do that."""
    ctypes.CDLL(None, use_errno=True).unshare(_NEW_USER | _NEW_NET)


def _leave_files(readable: Iterable[str]) -> None:
    """Landlock (Linux 5.13 and newer): from here on only files below `readable` are opened, and only for reading."""
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _RULES_VERSION)
    if version < 1:
        return
    files = (1 << _FS_RIGHTS.get(version, 16)) - 1
    wanted = struct.pack("=QQ", files, _TCP_RIGHTS) if version >= _TCP_SINCE else struct.pack("=Q", files)
    rules = libc.syscall(_CREATE_RULESET, wanted, ctypes.c_size_t(len(wanted)), 0)
    if rules < 0:
        return
    for folder in readable:
        with contextlib.suppress(OSError):
            descriptor = os.open(folder, os.O_PATH)
            rights = _READ_FILE | _READ_DIR if os.path.isdir(folder) else _READ_FILE  # noqa: PTH112
            libc.syscall(_ADD_RULE, rules, _PATH_BENEATH, struct.pack("=Qi", rights, descriptor), 0)
            os.close(descriptor)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    libc.syscall(_RESTRICT_SELF, rules, 0)
    os.close(rules)


def _refuse(event: str, args: tuple[object, ...]) -> None:
    """An audit hook; where the kernel confines, it is only the second line."""
    writes = event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+")
    if event.startswith(_FORBIDDEN) or writes:
        raise PermissionError(f"{event} is not for this process")
