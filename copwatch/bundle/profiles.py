"""The profiles that are shipped, as TOML beside this file; a group copies one and changes it."""

from functools import cache
from importlib import resources

from copwatch.errors import UsageError
from copwatch.model.profile import SHIPPED, Profile, read_profile


def profile_text(name: str) -> str:
    """The TOML of a shipped profile, to be copied. Raises `UsageError`: there is none of that name."""
    if name not in SHIPPED:
        raise UsageError(
            f"there is no profile {name[:40]!r}", hint=f"one of {', '.join(SHIPPED)}, or a file of your own"
        )
    return resources.files("copwatch.bundle").joinpath("shipped", f"{name}.toml").read_text("utf-8")


@cache
def shipped(name: str) -> Profile:
    """A shipped profile. Raises `UsageError`: there is none of that name."""
    return read_profile(profile_text(name))


def others_of(profile: Profile) -> Profile:
    """What holds for whoever is not the client."""
    return shipped(profile.others) if profile.others else profile
