"""What can go wrong with a sealed file. No message contains a key, a passphrase or content."""

from copwatch.errors import BadInput, CopwatchError, IntegrityFailure, Locked


class AgeError(CopwatchError):
    """The root of everything this package raises on purpose."""


class HeaderError(AgeError, IntegrityFailure):
    """The header is malformed, exceeds a limit, or breaks a rule of its recipient type (exit 3)."""


class MacError(AgeError, IntegrityFailure):
    """A key opened a stanza, but the header as a whole is not what was written (exit 3)."""


class PayloadError(AgeError, IntegrityFailure):
    """The sealed content was altered, cut short, or followed by something else (exit 3)."""


class ArmorError(AgeError, IntegrityFailure):
    """The text form around a sealed file is not in its one valid form (exit 3)."""


class NoMatch(AgeError, Locked):
    """None of the identities, or not this passphrase, opens the file (exit 4)."""


class KeyTextError(AgeError, BadInput):
    """A recipient or identity that was given is not valid, or may not be used in this way (exit 2)."""
