"""The Linux kernel's keyring: memory that is never swapped out, with a time limit that the kernel keeps.

System calls by number, for no library has them everywhere (keyctl(2), add_key(2)); numbers from the kernel's
syscall tables. A key is made in the process keyring, which ends with the process, gets its time limit there,
and only then is linked to the user keyring: killed at any line, nothing without a limit stays behind.
"""

import ctypes
import errno
import os
import platform
import sys
from typing import Final

_NUMBERS: Final = {"x86_64": (248, 250), "aarch64": (217, 219)}
"""(add_key, keyctl) by machine, for 64-bit processes."""
_PROCESS, _USER = -2, -4
_REVOKE, _LINK, _UNLINK, _SEARCH, _READ, _SET_TIMEOUT = 3, 8, 9, 10, 11, 15
_TYPE: Final = b"user"
_LONGEST: Final = 32_767
_GONE: Final = {errno.ENOKEY, errno.EKEYEXPIRED, errno.EKEYREVOKED} if sys.platform == "linux" else set[int]()


def available() -> bool:
    """Whether this kernel keeps keys for us: containers often forbid it."""
    if sys.platform != "linux" or platform.machine() not in _NUMBERS or sys.maxsize < 1 << 32:
        return False
    try:
        _find(b"copwatch:none")
    except OSError:
        return False
    return True


def put(name: str, secret: bytes, seconds: int) -> None:
    """Keeps a secret under a name for some seconds; what had that name before goes. Raises `OSError`."""
    key = _add(name.encode(), secret)
    try:
        _keyctl(_SET_TIMEOUT, key, seconds)
        _keyctl(_LINK, key, _USER)
    except BaseException:
        _keyctl(_REVOKE, key)
        raise
    finally:
        _keyctl(_UNLINK, key, _PROCESS)


def get(name: str) -> bytes | None:
    """The secret of that name; None when it is not there or its time is over. Raises `OSError`."""
    key = _find(name.encode())
    if key is None:
        return None
    buffer = ctypes.create_string_buffer(_LONGEST)
    try:
        size = _keyctl(_READ, key, ctypes.addressof(buffer), _LONGEST)
        return buffer.raw[:size]
    except OSError as error:
        if error.errno in _GONE:
            return None
        raise
    finally:
        ctypes.memset(buffer, 0, _LONGEST)


def delete(name: str) -> bool:
    """Destroys the secret of that name; False when there was none. Raises `OSError`."""
    key = _find(name.encode())
    if key is None:
        return False
    # Revoking frees the secret at once, whoever else may hold a link to it.
    _keyctl(_REVOKE, key)
    _keyctl(_UNLINK, key, _USER)
    return True


def _find(name: bytes) -> int | None:
    """The key's number. A session that does not possess the user keyring (su, cron) could find but not read it."""
    _keyctl(_LINK, _USER, _PROCESS)
    try:
        return _keyctl(_SEARCH, _USER, _TYPE, name, 0)
    except OSError as error:
        if error.errno in _GONE:
            return None
        raise


def _add(name: bytes, secret: bytes) -> int:
    # The process keyring has at most one key of a name, and an earlier one of ours was unlinked again.
    return _call(0, _TYPE, name, secret, ctypes.c_size_t(len(secret)), ctypes.c_long(_PROCESS))


def _keyctl(operation: int, *args: bytes | int) -> int:
    # Every argument as wide as a register: a 32-bit int would leave the upper half undefined.
    wide = [arg if isinstance(arg, bytes) else ctypes.c_long(arg) for arg in args]
    return _call(1, ctypes.c_long(operation), *wide)


def _call(which: int, *args: bytes | ctypes.c_long | ctypes.c_size_t) -> int:
    number = _NUMBERS[platform.machine()][which]
    syscall = ctypes.CDLL(None, use_errno=True).syscall
    syscall.restype = ctypes.c_long
    found = int(syscall(ctypes.c_long(number), *args))
    if found == -1:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), "the kernel's keyring")
    return found
