"""A sealed file has its name when it is whole, or is not there."""

import pytest

from copwatch.crypto.age import X25519Identity
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
