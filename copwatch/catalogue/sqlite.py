"""sqlite-utils without pandas and numpy, which it takes up wherever they are installed: that makes each start a second
longer, for types that no table of ours holds (https://sqlite-utils.datasette.io/en/stable/python-api.html).
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

__all__ = ["Database", "Migrations"]


@contextmanager
def _not_installed(*names: str) -> Iterator[None]:
    """Nobody who is imported inside finds these, unless they were imported before."""
    modules = cast("dict[str, Any]", sys.modules)
    hidden = [name for name in names if name not in modules]
    modules.update(dict.fromkeys(hidden))
    try:
        yield
    finally:
        for name in hidden:
            del modules[name]


with _not_installed("numpy", "pandas"):
    from sqlite_utils import Database, Migrations
