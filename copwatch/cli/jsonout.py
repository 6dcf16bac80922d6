"""`--json`: one object on one line. Only ASCII leaves, so that no text in it can act on a terminal."""

import json
from collections.abc import Mapping

from copwatch.cli import voice


def print_json(result: Mapping[str, object]) -> None:
    """Print one JSON object and a line end on standard output.

    Args:
        result: dicts, lists, tuples, strings, finite numbers, booleans and None.

    Raises:
        ValueError, TypeError: it holds something else (NaN, an object): our defect.
    """
    voice.out(json.dumps(result, ensure_ascii=True, allow_nan=False) + "\n")
