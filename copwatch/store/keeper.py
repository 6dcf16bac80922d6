"""Keeping one secret text (a member's identity) for a limited time, so that a passphrase is typed once.

On Linux the kernel keeps it, in memory only. Elsewhere the operating system's own keyring does, sealed under
the login password, with the time limit beside the secret. Programs that write secrets into plain files (some
backends of the `keyring` package do) are refused: only backends that are known to be good are used.
"""

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from copwatch.errors import Refused, Unfinished
from copwatch.store import kernel_keys

_SERVICE: Final = "copwatch"
_SYSTEM_KEYRINGS: Final = {
    "keyring.backends.macOS": "the macOS Keychain",
    "keyring.backends.Windows": "the Windows Credential Manager",
    "keyring.backends.SecretService": "the desktop's Secret Service",
    "keyring.backends.libsecret": "the desktop's Secret Service",
    "keyring.backends.kwallet": "KWallet",
}
"""Backends of the `keyring` package that seal what they store, by module; all others are refused."""


@dataclass(frozen=True, slots=True)
class Where:
    """The place that keeps the secret. `in_memory` says that it never reaches a disk."""

    name: str
    in_memory: bool


class Vault(Protocol):
    """A place for secrets. Every method may raise `Unfinished`."""

    @property
    def where(self) -> Where:
        """What to tell the person."""

    def put(self, name: str, secret: str, seconds: int) -> None:
        """Keep it for so long; what had that name before goes."""

    def get(self, name: str) -> str | None:
        """The secret; None when there is none or its time is over."""

    def delete(self, name: str) -> bool:
        """Destroy it; False when there was none."""


def keep(archive_id: str, secret: str, seconds: int, *, vault: Vault | None = None) -> Where:
    """Keeps the secret of an archive for `seconds`, in place of an earlier one; says where.

    Raises:
        Refused: this computer has no safe place for it.
        Unfinished: the place did not take it.
    """
    if seconds <= 0:
        raise ValueError("a secret is kept for some time")
    place = vault or _safe_place()
    place.put(_name(archive_id), secret, seconds)
    return place.where


def kept(archive_id: str, *, vault: Vault | None = None) -> str | None:
    """The kept secret of an archive; None when there is none, its time is over, or its place does not answer."""
    try:
        return (vault or _safe_place()).get(_name(archive_id))
    except (Refused, Unfinished):
        return None


def forget(archive_id: str, *, vault: Vault | None = None) -> bool:
    """Destroys the kept secret of an archive; False when there was none. Raises `Unfinished`."""
    try:
        place = vault or _safe_place()
    except Refused:
        return False
    return place.delete(_name(archive_id))


class KernelVault:
    """The kernel's keyring of this user (Linux)."""

    where = Where("the kernel's memory", in_memory=True)

    def put(self, name: str, secret: str, seconds: int) -> None:
        """Keep it."""
        try:
            kernel_keys.put(name, secret.encode(), seconds)
        except OSError as error:
            raise _did_not_answer(self.where, "use `copwatch shell` instead") from error

    def get(self, name: str) -> str | None:
        """Read it."""
        try:
            found = kernel_keys.get(name)
        except OSError as error:
            raise _did_not_answer(self.where, "use the passphrase") from error
        return None if found is None else found.decode()

    def delete(self, name: str) -> bool:
        """Destroy it."""
        try:
            return kernel_keys.delete(name)
        except OSError as error:
            raise _did_not_answer(self.where, "end it with `keyctl clear @u`, or restart") from error


class SystemVault:
    """The operating system's keyring, through a backend of the `keyring` package that is known to be good."""

    def __init__(self, backend: Any, now: Callable[[], float] = time.time) -> None:
        """`backend` is a `keyring` backend. Raises `Refused` for one that may write secrets in the clear."""
        self._backend, self._now = _known(backend), now
        self.where = Where(_SYSTEM_KEYRINGS[type(self._backend).__module__], in_memory=False)

    def put(self, name: str, secret: str, seconds: int) -> None:
        """Keep it with its time limit."""
        now = self._now()
        value = json.dumps({"from": now, "until": now + seconds, "secret": secret})
        self._ask("set_password", name, value)

    def get(self, name: str) -> str | None:
        """Read it; one whose time is over, or that is not ours, is deleted."""
        value = self._ask("get_password", name)
        if value is None:
            return None
        secret = _in_time(value, self._now())
        if secret is None:
            self.delete(name)
        return secret

    def delete(self, name: str) -> bool:
        """Delete it."""
        if self._ask("get_password", name) is None:
            return False
        self._ask("delete_password", name)
        return True

    def _ask(self, method: str, *args: str) -> str | None:
        try:
            answer = getattr(self._backend, method)(_SERVICE, *args)
        except Exception:
            # Backends raise whatever their system gives them, and the text may repeat the secret: not chained.
            raise _did_not_answer(self.where, "unlock it, or use `copwatch shell` instead") from None
        return answer if isinstance(answer, str) else None


def _safe_place() -> Vault:
    if kernel_keys.available():
        return KernelVault()
    import keyring

    try:
        backend = keyring.get_keyring()
    except Exception:
        # The user's configuration names a backend that does not load.
        raise _no_place() from None
    return SystemVault(backend)


def _known(backend: Any) -> Any:
    """The backend, or the first known one of a chain of several."""
    candidates = [backend]
    if type(backend).__module__ == "keyring.backends.chainer":
        candidates = list(backend.backends)
    for candidate in candidates:
        if type(candidate).__module__ in _SYSTEM_KEYRINGS:
            return candidate
    raise _no_place()


def _in_time(value: str, now: float) -> str | None:
    """The secret, unless its time is over, or the clock was set back to before it was kept."""
    try:
        data = json.loads(value)
        begin, until, secret = data["from"], data["until"], data["secret"]
    except (ValueError, KeyError, TypeError):
        return None
    if not all(isinstance(t, float | int) and math.isfinite(t) for t in (begin, until)):
        return None
    return secret if isinstance(secret, str) and begin <= now < until else None


def _name(archive_id: str) -> str:
    return f"copwatch:{archive_id[:32]}"


def _no_place() -> Refused:
    return Refused(
        "this computer has no safe place to keep an unlocked key",
        hint="`copwatch shell` holds it in its own memory instead",
    )


def _did_not_answer(where: Where, hint: str) -> Unfinished:
    return Unfinished(f"{where.name} did not do what it was asked", hint=hint)
