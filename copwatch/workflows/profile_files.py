"""Profiles by name: those that are shipped, and those that a group wrote beside its archive."""

from pathlib import Path

from copwatch.bundle.profiles import shipped
from copwatch.errors import BadInput, NotFound, UsageError
from copwatch.model.profile import LONGEST, SHIPPED, Profile, read_profile
from copwatch.store.archive import Archive
from copwatch.workflows.given_files import read_given


def own_folder(archive: Archive) -> Path:
    """Where a group keeps profiles of its own: `evidence.profiles/` beside the folder `evidence`."""
    folder = archive.layout.folder.absolute()
    return folder.with_name(f"{folder.name}.profiles")


def profile_named(archive: Archive, name: str) -> Profile:
    """A profile: a shipped one, `NAME.toml` in the group's own folder, or a file that ends in `.toml`.

    Raises:
        UsageError: there is none of that name.
        BadInput: the file is no profile; everything wrong in it is named.
    """
    if name in SHIPPED:
        return shipped(name)
    if name.endswith(".toml"):
        return _of_file(Path(name))
    own = own_folder(archive) / f"{name}.toml"
    if not name.replace("-", "").isalnum() or not own.is_file():
        raise UsageError(
            f"there is no profile {name[:40]!r}",
            hint=f"one of {', '.join(SHIPPED)}, a file NAME.toml, or a NAME in {own_folder(archive).name}/",
        )
    found = _of_file(own)
    if found.name != name:
        raise BadInput(f"{own}: it says that it is {found.name}", hint="name and file have to be the same")
    return found


def _of_file(path: Path) -> Profile:
    try:
        found = read_profile(read_given(path, 4 * LONGEST).decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not text in UTF-8", hint="save it as UTF-8 text") from error
    except NotFound:
        raise
    except BadInput as error:
        raise BadInput(f"{path}: {error.message}", hint=error.hint) from error
    if found.name in SHIPPED and found != shipped(found.name):
        raise BadInput(
            f"{path}: a changed profile has a name of its own", hint='for example: name = "our-press"'
        )
    return found
