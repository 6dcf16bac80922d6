"""What all tests share: where material outside the project is found, and what may be skipped."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says how busy the machine is; nothing in the suite depends on it.
settings.register_profile("undisturbed", deadline=None)
settings.load_profile("undisturbed")

REPO = Path(__file__).resolve().parent.parent
BROWSERS = ("test_page_in_browser.py", "test_page_check.py", "test_players.py")
"""A browser reserves terabytes of addresses: its tests go before all that could take them from this process."""
LONGEST = (
    "test_withdraw_killed.py", "test_json.py", "test_readme.py", "test_killed.py", "test_corpus.py", "test_guide.py",
    "test_replicas_converge.py", "test_report.py", "test_groups.py", "test_keys_commands.py", "test_reading.py",
)  # fmt: skip
"""Files whose tests take longest: they go first, so that no worker is left with one of them at the end."""
MATERIAL = Path(os.environ.get("COPWATCH_TEST_MATERIAL", REPO.parent / "shared"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browsers and the longest files first, the others as they stand."""
    first = (*BROWSERS, *LONGEST)
    rank = {name: number for number, name in enumerate(first)}
    items.sort(key=lambda item: rank.get(item.path.name, len(first)))


def material(name: str) -> Path:
    """Public test material that is not part of the project (docs/testing.md); skips where it is absent."""
    path = MATERIAL / name
    if not path.exists():
        pytest.skip(f"test material {name} is not here; set COPWATCH_TEST_MATERIAL to its folder")
    return path


def judge(program: str) -> str:
    """An outside program that checks our work; with CI=true its absence is a failure, not a skip."""
    found = shutil.which(program)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{program} is not installed, and CI may not skip what it judges")
        pytest.skip(f"{program} is not installed")
    return found
