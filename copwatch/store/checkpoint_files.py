"""Bringing checkpoints and their time-stamps from one folder to another."""

from pathlib import Path

from copwatch.crypto.signing import verify
from copwatch.proof.checkpoint import LARGEST_NOTE, Checkpoint, imprint, parse_note
from copwatch.proof.findings import Kind
from copwatch.proof.shapes import Malformed
from copwatch.store.archive import Archive
from copwatch.store.durable import flush_folder, write_new
from copwatch.store.layout import CHECKPOINT_NAME, CHECKPOINTS, DEVICE_NAME
from copwatch.store.plain import plain_names, plain_size, read_plain
from copwatch.store.side import Side

LARGEST_STAMP = 256 << 10


def bring_checkpoints(archive: Archive, source: Side, destination: Side, staging: Path) -> int:
    """Brings what is missing and holds; gives how many files came. A note that exists is never replaced."""
    count = 0
    top = source.folder / CHECKPOINTS
    for device in plain_names(top, DEVICE_NAME):
        if not any(charter.device(device) for charter in archive.history.charters.values()):
            continue
        for name in plain_names(top / device, CHECKPOINT_NAME):
            count += _bring(archive, source, destination, staging, device, name)
    return count


def _bring(archive: Archive, source: Side, destination: Side, staging: Path, device: str, name: str) -> int:
    place = destination.layout.checkpoints(device) / name
    if plain_size(destination.folder, place) is not None:
        return 0
    try:
        data = _proven(archive, source, device, name)
    except OSError as error:
        source.unreadable(f"checkpoints/{device}/{name}", error)
        return 0
    except Malformed as error:
        source.report(Kind.MALFORMED, f"checkpoints/{device}/{name}", str(error))
        return 0
    write_new(staging / name, data)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    (staging / name).replace(place)
    flush_folder(place.parent)
    flush_folder(place.parent.parent)
    return 1


def _proven(archive: Archive, source: Side, device: str, name: str) -> bytes:
    """The bytes of a checkpoint file. A time-stamp has to stamp the note beside it; its chain is for `verify`."""
    folder = source.layout.checkpoints(device)
    stem = name.rpartition(".")[0]
    note = read_plain(source.folder, folder / f"{stem}.note", LARGEST_NOTE + 1)
    checkpoint: Checkpoint = parse_note(note, verify)
    if (checkpoint.archive, checkpoint.device, checkpoint.file_name) != (archive.id, device, f"{stem}.note"):
        raise Malformed("belongs elsewhere")
    if name.endswith(".note"):
        return note
    stamp = read_plain(source.folder, folder / name, LARGEST_STAMP + 1)
    if len(stamp) > LARGEST_STAMP or bytes.fromhex(imprint(checkpoint)) not in stamp:
        raise Malformed("does not stamp the note beside it")
    return stamp
