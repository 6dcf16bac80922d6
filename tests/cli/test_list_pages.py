"""A page behind the last says so, and counts nothing."""

from tests.cli.desk import Desk


def test_a_page_behind_the_last_is_empty_and_says_only_that(tmp_path):
    desk = Desk(tmp_path)
    desk.report('location_text = "5th & Main"')
    done = desk.run("list", "--page", "99", *desk.key)
    assert done.returncode == 0 and done.stdout == b"No incidents on page 99.\n"
    assert done.stderr == b"", done.stderr
