"""A sealed file has its name when it is whole, or is not there."""

import pytest

from copwatch.crypto.age import SealedReader, X25519Identity
from copwatch.errors import Refused
from copwatch.store import sealed_file


@pytest.mark.parametrize("when", ["while it is written", "right after it got its name"])
def test_an_interruption_leaves_nothing(tmp_path, monkeypatch, when):
    out = tmp_path / "bundle.zip.age"

    def interrupted(folder):
        assert out.exists()
        raise KeyboardInterrupt

    monkeypatch.setattr(sealed_file, "flush_folder", interrupted)
    recipients = [X25519Identity.generate().recipient()]
    with (
        pytest.raises(KeyboardInterrupt),
        sealed_file.sealed_file(out, recipients, "BUNDLE-1") as stream,
    ):
        stream.write(b"half")
        assert [path.name for path in tmp_path.iterdir()] == [".bundle.zip.age.BUNDLE-1.part"]
        if when == "while it is written":
            raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_what_got_the_name_meanwhile_stays(tmp_path):
    """Two exports to one place: the second to end is refused, and the first is not written over."""
    out = tmp_path / "bundle.zip.age"
    identity = X25519Identity.generate()
    recipients = [identity.recipient()]
    with pytest.raises(Refused), sealed_file.sealed_file(out, recipients, "BUNDLE-1") as late:
        with sealed_file.sealed_file(out, recipients, "BUNDLE-2") as first:
            first.write(b"first")
        late.write(b"late")
    assert [*tmp_path.iterdir()] == [out]
    with out.open("rb") as file:
        assert SealedReader(file, [identity]).read() == b"first"


def test_a_file_of_somebody_else_is_not_removed_with_ours(tmp_path):
    out = tmp_path / "bundle.zip.age"
    recipients = [X25519Identity.generate().recipient()]
    with pytest.raises((Refused, FileNotFoundError)), sealed_file.sealed_file(out, recipients) as stream:
        stream.write(b"ours")
        (beside,) = tmp_path.iterdir()
        beside.unlink()
        out.write_bytes(b"theirs")
    assert out.read_bytes() == b"theirs"
