from dataclasses import replace

import pytest

from copwatch.bundle import names
from copwatch.bundle.folder_sink import FolderSink
from copwatch.bundle.plan import Signer
from copwatch.bundle.tree import FolderTree
from copwatch.bundle.verify import verify_bundle
from copwatch.bundle.write import write_bundle
from copwatch.errors import IntegrityFailure, Refused
from copwatch.proof.charter import (
    Device,
    SignedCharter,
    Until,
    charter_hash,
    charter_message,
    encode_file,
    file_name,
)
from copwatch.proof.entry import Signature, entry_hash, parse_line
from copwatch.proof.findings import Kind
from tests.bundle.making import DEVICE, OTHER, ROOT, usual


def next_charter(maker, *devices, root=ROOT):
    """The charters of a maker and one more that names these devices."""
    charter = replace(maker.charter, version=1, prev=(charter_hash(maker.charter),), devices=devices)
    sig = Signature(root.public_hex, root.sign(charter_message(charter)))
    return {**maker.charters(), file_name(charter): encode_file(SignedCharter(charter, (sig,)))}


def by_other(maker, charters):
    return maker.plan(charters=charters, signer=Signer(OTHER.public_hex, OTHER.sign))


def head(maker):
    return entry_hash(parse_line(maker.proven()[0].line).entry)


def test_records_of_a_device_that_was_revoked_later_count_and_are_named(tmp_path):
    maker = usual()
    revoked = Device(DEVICE.public_hex, Until(0, head(maker)))
    write_bundle(
        by_other(maker, next_charter(maker, revoked, Device(OTHER.public_hex))), FolderSink(tmp_path / "b")
    )
    result = verify_bundle(FolderTree(tmp_path / "b"))
    assert result.ok and result.signer == OTHER.public_hex
    assert [DEVICE.public_hex[:16] in note for note in result.notes] == [True]


@pytest.mark.parametrize(
    ("devices", "words"),
    [
        ((Device(OTHER.public_hex),), "no charter names"),
        ((Device(DEVICE.public_hex, Until(0, "ab" * 32)), Device(OTHER.public_hex)), "cut off"),
    ],
)
def test_records_that_do_not_count_do_not_leave(tmp_path, devices, words):
    maker = usual()
    with pytest.raises(IntegrityFailure, match=words):
        write_bundle(by_other(maker, next_charter(maker, *devices)), FolderSink(tmp_path / "b"))
    assert list(tmp_path.iterdir()) == []


def test_a_revoked_device_cannot_sign_a_bundle(tmp_path):
    maker = usual()
    charters = next_charter(maker, Device(DEVICE.public_hex, Until(0, head(maker))), Device(OTHER.public_hex))
    with pytest.raises(IntegrityFailure, match="revoked"):
        write_bundle(maker.plan(charters=charters), FolderSink(tmp_path / "b"))


def test_a_charter_by_another_root_key_is_found(tmp_path):
    maker = usual()
    charters = next_charter(maker, Device(DEVICE.public_hex), root=OTHER)
    with pytest.raises(IntegrityFailure, match="root key"):
        write_bundle(maker.plan(charters=charters), FolderSink(tmp_path / "b"))
    write_bundle(maker.plan(), FolderSink(tmp_path / "b"))
    for name, data in charters.items():
        (tmp_path / "b/data/proofs/charter" / name).write_bytes(data)
    assert Kind.BAD_SIGNATURE in {
        finding.kind for finding in verify_bundle(FolderTree(tmp_path / "b")).findings
    }


def test_more_than_a_reader_takes_is_never_written(tmp_path, monkeypatch):
    from copwatch.bundle import write

    monkeypatch.setattr(write, "MOST_FILES", 10)
    with pytest.raises(Refused, match="too much"):
        write_bundle(usual().plan(), FolderSink(tmp_path / "b"))
    assert list(tmp_path.iterdir()) == [] and names.MOST_FILES == 50_000


def test_a_folder_with_more_files_than_a_bundle_can_have_is_refused(tmp_path, monkeypatch):
    from copwatch.bundle import tree

    monkeypatch.setattr(tree, "MOST_FILES", 3)
    for n in range(5):
        (tmp_path / str(n)).write_bytes(b"")
    found = FolderTree(tmp_path)
    assert len(found.files) == 3 and "more files" in found.findings[0].detail
