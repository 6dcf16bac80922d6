"""Checking the signatures of ledger lines: few at once, many in other processes beside the reading.

Threads would not help. The primitive lets go of the interpreter, but takes it back after every signature, and has
to wait for it as long as the thread that reads may keep it: fifty times as long as the signature took.
"""

from collections import deque
from dataclasses import dataclass, field
from types import TracebackType
from typing import TypeAlias

from copwatch.crypto.signing import verify
from copwatch.proof.findings import Finding, Kind
from copwatch.proof.ledger import Checked
from copwatch.store.found import Collected
from copwatch.store.worker_pool import WORKERS, Job, WorkerPool

_BATCH = 256
_BATCHES_ALONE = 8
"""So many are checked before processes are worth starting; ordinary archives never need them."""
_AHEAD = 48 * WORKERS
_Claim: TypeAlias = tuple[str, bytes, str]


@dataclass(frozen=True, slots=True, eq=False)
class _Signed:
    device: str
    message: bytes
    sig: str
    where: str
    heads: list[str]
    seq: int


@dataclass
class Signatures:
    """Takes lines whose signatures are to be checked; use as a context manager, and `finish` before the end."""

    found: Collected
    _batch: list[_Signed] = field(default_factory=list)
    _waiting: deque[tuple[list[_Signed], Job[list[int]]]] = field(default_factory=deque)
    _cuts: list[tuple[list[str], int]] = field(default_factory=list)
    _batches: int = 0
    _pool: WorkerPool = field(default_factory=WorkerPool)

    def __enter__(self) -> "Signatures":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.__exit__(kind, error, trace)

    def check(self, device: str, checked: Checked, heads: list[str], seq: int) -> None:
        """Takes the line that is entry `seq` of `device`; `heads` are cut there if its signature does not hold."""
        self._batch.append(_Signed(device, checked.message, checked.line.sig, checked.where, heads, seq))
        if len(self._batch) == _BATCH:
            self._submit()

    def finish(self) -> None:
        """Waits for all; nothing behind an entry that its device did not sign counts as its history."""
        self._submit()
        self._settle(0)
        for heads, seq in self._cuts:
            del heads[seq:]

    def _submit(self) -> None:
        batch, self._batch = self._batch, []
        self._batches += 1
        if self._batches > _BATCHES_ALONE:
            self._waiting.append((batch, self._pool.submit(bad_ones, _claims(batch))))
            self._settle(_AHEAD)
        else:
            self._take(batch, bad_ones(_claims(batch)))

    def _settle(self, most: int) -> None:
        while len(self._waiting) > most:
            batch, job = self._waiting.popleft()
            self._take(batch, job.result())

    def _take(self, batch: list[_Signed], bad: list[int]) -> None:
        for one in (batch[index] for index in bad):
            self.found.add([Finding(Kind.BAD_SIGNATURE, one.where, "the device's signature does not hold")])
            if not any(heads is one.heads for heads, _ in self._cuts):
                self._cuts.append((one.heads, one.seq))


def bad_ones(claims: list[_Claim]) -> list[int]:
    """Which of these (key, message, signature) do not hold, by their index."""
    return [index for index, claim in enumerate(claims) if not verify(*claim)]


def _claims(batch: list[_Signed]) -> list[_Claim]:
    return [(one.device, one.message, one.sig) for one in batch]
