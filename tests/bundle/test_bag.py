"""bag-info.txt: for people the size as the program says it, for programs the octets."""

import pytest

from copwatch.bundle.bag import bag_info
from copwatch.sizes import size


@pytest.mark.parametrize("count", [0, 999, 1000, 1050, 1_550_000, 1_599_999, 999_949, 999_950, 10**15])
def test_the_size_of_a_bag_is_the_one_that_export_says(count):
    lines = bag_info("I-1", "copwatch 0.1.0", "2026-11-22", [count]).decode().splitlines()
    assert f"Bag-Size: {size(count)}" in lines
    assert f"Payload-Oxum: {count}.1" in lines
