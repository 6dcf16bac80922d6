import io
import random
import stat
import struct
import zipfile

import pytest

from copwatch.bundle import zipdir
from copwatch.bundle.sinks import ZipSink
from copwatch.bundle.tree import Unreadable
from copwatch.bundle.verify import verify_bundle
from copwatch.bundle.write import write_bundle
from copwatch.bundle.ziptree import ZipTree
from tests.bounded import bounded
from tests.bundle.making import CREATED, usual


def bundle():
    stream = io.BytesIO()
    write_bundle(usual().plan(), ZipSink(stream, "bundle", CREATED))
    return stream.getvalue()


def tree(data):
    return ZipTree(io.BytesIO(data))


def zipped(*members, **more):
    """A zip of (name or ZipInfo, data); the folder of the bag is made by bagit.txt."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", **more) as file:
        for name, data in (("b/bagit.txt", b"x"), *members):
            file.writestr(name, data)
    return stream.getvalue()


def refused(data):
    found = tree(data)
    assert found.findings and not found.files
    return found.findings[0].detail


def test_other_programs_read_the_zip():
    with zipfile.ZipFile(io.BytesIO(bundle())) as file:
        assert file.testzip() is None
        infos = file.infolist()
    assert {info.date_time for info in infos} == {(2026, 11, 22, 18, 0, 0)}
    assert {info.filename.partition("/")[0] for info in infos} == {"bundle"}
    assert not any(info.comment or info.extra for info in infos)


def test_a_bundle_that_another_program_packed_again_verifies():
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(bundle())) as old,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        new.mkdir("bundle/")
        new.mkdir("bundle/data/")
        for name in old.namelist():
            new.writestr(name, old.read(name))
    assert verify_bundle(tree(packed.getvalue())).findings == ()


def test_files_of_unknown_size_are_streamed_with_wide_sizes():
    stream = io.BytesIO()
    sink = ZipSink(stream, "b", CREATED)
    for name in ("bagit.txt", "data/x"):
        with sink.open(name) as file:
            file.write(b"content")
    sink.finish()
    found = tree(stream.getvalue())
    assert not found.findings and b"".join(found.chunks("data/x")) == b"content"


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_files_longer_than_one_piece_come_whole(method):
    # The zeros at the end are where an unpacker has taken all input and still holds output back.
    data = random.Random(1).randbytes(30_000) + b"\0" * (3 << 20)
    found = tree(zipped(("b/data/x", data), compression=method))
    pieces = list(found.chunks("data/x"))
    assert b"".join(pieces) == data and max(map(len, pieces)) <= 1 << 20


def test_a_zip_bomb_is_refused_unread():
    data = zipped(("b/data/bomb", b"\0" * (8 << 20)), compression=zipfile.ZIP_DEFLATED)
    found = tree(data)
    assert "data/bomb" not in found.files and "compressed" in found.findings[0].detail


def test_a_file_that_unpacks_to_more_than_it_says_stops():
    data = bytearray(zipped(("b/data/x", b"\0" * 5000), compression=zipfile.ZIP_DEFLATED))
    for magic, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = data.rindex(magic) + at
        assert struct.unpack_from("<L", data, place) == (5000,)
        struct.pack_into("<L", data, place, 100)
    found = tree(bytes(data))
    with pytest.raises(Unreadable, match="more"):
        list(found.chunks("data/x"))


def test_bytes_that_do_not_fit_their_checksum_are_unreadable():
    data = bytearray(zipped(("b/data/x", b"content")))
    data[data.index(b"content")] ^= 1
    with pytest.raises(Unreadable):
        list(tree(bytes(data)).chunks("data/x"))


@pytest.mark.parametrize(
    "name",
    ["b/../../etc/passwd", "b/data//x", "b/./x", "b/C:x", "b/data\\x", "b/nul", "b/data/con.txt", "b/x.", "b/x ",
     "b/" + "a" * 300, "b/" + "a/" * 600 + "a", "b/\u202ex"],
)  # fmt: skip
def test_names_that_lead_elsewhere_are_refused(name):
    # zipfile mends such names when it writes, so the name goes in by hand.
    info = zipfile.ZipInfo("z")
    info.filename = name
    found = tree(zipped((info, b"x")))
    assert len(found.findings) == 1 and list(found.files) == ["bagit.txt"]


@pytest.mark.parametrize("name", ["/etc/passwd", "../x", "other/x", "x", "__MACOSX/x"])
def test_what_stands_outside_the_folder_of_the_bag_is_refused(name):
    found = tree(zipped((name, b"x")))
    assert [finding.where for finding in found.findings] == [name] and list(found.files) == ["bagit.txt"]


@pytest.mark.parametrize(
    "names",
    [("b/A", "b/a"), ("b/caf\u00e9", "b/cafe\u0301"), ("b/stra\u00dfe", "b/STRASSE")],
)
def test_twins_are_refused(names):
    found = tree(zipped(*((name, b"x") for name in names)))
    assert len(found.findings) == 2 and list(found.files) == ["bagit.txt"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused():
    assert not verify_bundle(tree(zipped(("b/x", b"one"), ("b/x", b"two")))).ok
    assert [f.where for f in tree(zipped(("b/x", b"one"), ("b/x", b"two"))).findings] == ["b/x"]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFDIR])
def test_links_and_devices_are_refused(kind):
    info = zipfile.ZipInfo("b/data/x")
    info.create_system, info.external_attr = 3, (kind | 0o644) << 16
    found = tree(zipped((info, b"/etc/passwd")))
    assert [finding.where for finding in found.findings] == ["b/data/x"] and "data/x" not in found.files


def test_empty_folders_are_refused():
    assert tree(zipped(("b/secret message/", b""))).findings


def test_a_directory_that_differs_from_the_files_is_refused():
    data = zipped(("b/data/x", b"content"))
    at = data.rindex(b"b/data/x")
    assert "two ways" in refused(data[:at] + b"b/data/y" + data[at + 8 :])
    at = data.index(b"b/data/x")
    assert "two ways" in refused(data[:at] + b"b/data/y" + data[at + 8 :])


@pytest.mark.parametrize("offset", [6, 8, 14, 18, 22])
def test_flags_method_checksum_and_sizes_agree_between_file_and_directory(offset):
    data = bytearray(zipped(("b/data/x", b"content")))
    data[data.rindex(b"PK\x03\x04") + offset] ^= 1
    assert refused(bytes(data))


@pytest.mark.parametrize(
    "hide",
    [
        lambda d: b"#!/bin/sh\n" + d,
        lambda d: d + b"after",
        lambda d: d[: d.index(b"PK\x01\x02")] + b"between" + d[d.index(b"PK\x01\x02") :],
        lambda d: d[:-1],
        lambda d: d[: len(d) // 2],
        lambda d: b"",
        lambda d: b"PK\x05\x06",
        lambda d: d[:-2] + b"\x05\x00hello",
    ],
)
def test_bytes_before_between_and_after_are_refused(hide):
    assert refused(hide(bundle()))


def test_overlapping_files_are_refused():
    data = bytearray(zipped(("b/data/x", b"content")))
    struct.pack_into("<L", data, data.rindex(b"PK\x01\x02") + 42, 0)
    assert refused(bytes(data))


def test_encrypted_files_and_strange_methods_are_refused():
    for place, value in ((6, 1), (8, 12)):
        data = bytearray(zipped(("b/data/x", b"content")))
        struct.pack_into("<H", data, data.rindex(b"PK\x03\x04") + place, value)
        struct.pack_into("<H", data, data.rindex(b"PK\x01\x02") + place + 2, value)
        assert "encrypted" in refused(bytes(data))


def test_more_files_than_a_bundle_can_have_are_refused_unread():
    data = bytearray(zipped())
    struct.pack_into("<2H", data, len(data) - 14, 60000, 60000)
    assert "more files" in refused(bytes(data))


def test_more_than_65535_files_have_a_wide_end_that_is_read():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for n in range(65536):
            file.writestr(f"b/{n}", b"")
    assert len(zipdir.read_directory(stream, 70000)) == 65536
    assert "more files" in refused(stream.getvalue())
    data = bytearray(stream.getvalue())
    for place, offset in ((-34, 0), (-98, 40), (-98, 48)):
        far = data.copy()
        struct.pack_into("<Q", far, len(far) + place + (0 if place == -34 else offset), 2**64 - 1)
        assert refused(bytes(far))


def test_every_bit_of_the_directory_of_a_zip_matters_or_is_harmless():
    # A flipped bit may only change what no reader of a bundle looks at: version, time, attributes.
    data = zipped(("b/data/x", b"content"))
    whole = {path: b"".join(tree(data).chunks(path)) for path in tree(data).files}
    for bit in range(8 * data.index(b"PK\x01\x02"), 8 * len(data)):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        found = tree(bytes(changed))
        if not found.findings:
            assert {path: b"".join(found.chunks(path)) for path in found.files} == whole


class Slow(io.BytesIO):
    """A reader that gives a few bytes at a time, as raw readers may."""

    def read(self, size=-1):
        return super().read(min(size, 7) if size >= 0 else 7)


def test_a_reader_that_gives_little_at_a_time_is_read_whole():
    assert verify_bundle(ZipTree(Slow(bundle()))).ok


class Broken(io.BytesIO):
    def read(self, size=-1):
        raise OSError(5, "input/output error")


def test_a_disk_that_fails_is_a_finding():
    assert ZipTree(Broken(bundle())).findings
    found = tree(bundle())
    found._file = Broken()
    assert any(finding.kind == "unreadable" for finding in verify_bundle(found).findings)


@pytest.mark.parametrize("place", [18, 22])
def test_sizes_beyond_every_disk_are_refused(place):
    data = bytearray(bundle())
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<L", data, at + place + 2, 0xFFFFFFFE)
    assert refused(bytes(data))


MANY = """
import io, sys, zipfile
from copwatch.bundle.verify import verify_bundle
from copwatch.bundle.ziptree import ZipTree

stream = io.BytesIO()
with zipfile.ZipFile(stream, "w") as file:
    file.writestr("b/bagit.txt", "x")
    for number in range(49_998):
        file.writestr(sys.argv[1].replace("%", f"{number:06}"), "x")
tree = ZipTree(stream)
assert tree.files or tree.findings
assert not verify_bundle(tree).ok
"""


@pytest.mark.parametrize("name", ["b/data/%.jpg", "%/bagit.txt", "%/x/bagit.txt", "%" + "/a" * 300, "%/"])
def test_as_many_files_as_a_bundle_can_have_are_listed_in_bounded_time_and_memory(name):
    bounded(MANY, name)


def test_the_list_of_files_is_made_once():
    found = tree(bundle())
    assert found.files is found.files and found.files
