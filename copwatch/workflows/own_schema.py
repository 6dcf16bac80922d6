"""The schema of an archive: that of this version, with the fields that the group added beside the archive."""

from pathlib import Path

from copwatch.errors import BadInput
from copwatch.model.own_fields import LONGEST, with_own
from copwatch.model.schema import SCHEMA, Schema
from copwatch.store.archive import Archive
from copwatch.workflows.given_files import read_given


def own_file(archive: Path) -> Path:
    """Where a group writes its own fields: `evidence.fields.toml` beside the folder `evidence` (docs/adr/0053)."""
    folder = archive.absolute()
    return folder.with_name(f"{folder.name}.fields.toml")


def schema_of(archive: Archive) -> Schema:
    """The schema of an archive. Raises as `schema_at`."""
    return schema_at(archive.layout.folder)


def schema_at(folder: Path) -> Schema:
    """The schema of the archive in a folder; that of this version where the group has no fields of its own.

    Raises:
        BadInput: the file is not right; everything wrong is named, and no field of it is used.
    """
    path = own_file(folder)
    if not path.exists() and not path.is_symlink():
        return SCHEMA
    try:
        return with_own(read_given(path, 4 * LONGEST).decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not text in UTF-8", hint="save it as UTF-8 text") from error
    except BadInput as error:
        raise BadInput(f"{path}: {error.message}", hint=error.hint, details=error.details) from error
