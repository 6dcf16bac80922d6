"""Collecting findings without end: a hostile folder may give millions of them, and a person reads few."""

import errno
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from copwatch.proof.findings import Finding, Kind

MOST = 10_000
"""Findings of one kind that are listed; of the others only the number is kept."""


@dataclass
class Collected:
    """Findings as they come; `all` gives them, with one more for each kind of which not all are listed."""

    listed: list[Finding] = field(default_factory=list)
    _seen: Counter[Kind] = field(default_factory=Counter)

    def add(self, findings: Iterable[Finding]) -> None:
        """Takes findings in."""
        for finding in findings:
            self._seen[finding.kind] += 1
            if self._seen[finding.kind] <= MOST:
                self.listed.append(finding)

    def all(self) -> tuple[Finding, ...]:
        """Everything that is listed, and how many more there are of a kind."""
        more = (
            Finding(kind, "", f"{count - MOST:,} more of this kind are not listed")
            for kind, count in sorted(self._seen.items())
            if count > MOST
        )
        return (*self.listed, *more)


def unreadable(where: str, error: OSError) -> Finding:
    """What the operating system said about a place of the archive, as a finding."""
    if error.errno == errno.ELOOP:
        return Finding(Kind.UNEXPECTED, where, "is a link, or no plain file")
    return Finding(Kind.UNREADABLE, where, error.strerror or "cannot be read")
