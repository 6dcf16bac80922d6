"""Cases that fuzzing found, each as small as it could be made."""

import pytest

from copwatch.media.iso.obu import unit_header
from copwatch.media.refusal import Damaged


def test_a_unit_of_av1_that_ends_within_its_header():
    with pytest.raises(Damaged, match="cut short"):
        unit_header(b"\x2c", 1, 0)
