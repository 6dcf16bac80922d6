"""The one valid encoding of a JSON value (RFC 8785 over the subset of docs/format.md, "Conventions").

For this subset (ASCII member names, integers of at most 53 bits, no floats) Python's own encoder with sorted
keys gives exactly the bytes of RFC 8785, so a verifier needs no library; a test holds it against `rfc8785`.
"""

import json
import re
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, NoReturn, TypeAlias

Json: TypeAlias = Any
"""A dict, list, str, bool, int, or (only where the format names it) None."""

LARGEST_INTEGER = 2**53 - 1
DEEPEST = 64
"""Levels of nesting, the outermost value being the first."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False).encode


class NotCanonical(ValueError):
    """The bytes or the value are not in the one valid form."""


def encode(value: Json, *, nulls: bool = False) -> bytes:
    """The canonical bytes of `value`. Raises `NotCanonical` for what the format has no form for."""
    try:
        # Most of what is encoded, and by far, are the single texts of records.
        if type(value) is str:
            return encode_basestring(value).encode("utf-8")
        _check(value, nulls, DEEPEST)
        return _encode(value).encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonical("a string holds a lone surrogate") from error


def decode(data: bytes, *, nulls: bool = False) -> Json:
    """The value of `data`. Raises `NotCanonical` unless `data` is exactly what `encode` would write."""
    try:
        value = _decoder.decode(data.decode("utf-8"))
    except NotCanonical:
        raise
    except (ValueError, RecursionError) as error:
        raise NotCanonical("not JSON in UTF-8") from error
    # Encoding again also finds twins among member names: the decoder keeps one of them.
    if encode(value, nulls=nulls) != data:
        raise NotCanonical("not in canonical form")
    return value


def _no_floats(text: str) -> NoReturn:
    raise NotCanonical("holds a number that is not an integer")


def _integer(text: str) -> int:
    # Converting digits takes quadratic time, and how many Python takes at all depends on its settings.
    if len(text) > _MOST_DIGITS:
        raise NotCanonical("an integer is out of range")
    return int(text)


_MOST_DIGITS = len(str(-LARGEST_INTEGER))
_decoder = json.JSONDecoder(parse_float=_no_floats, parse_constant=_no_floats, parse_int=_integer)


def _check(value: Json, nulls: bool, depth: int) -> None:
    if depth == 0:
        raise NotCanonical("nested too deeply")
    if isinstance(value, str | bool):
        return
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise NotCanonical("an integer is out of range")
    elif isinstance(value, dict):
        for name, member in value.items():
            if not isinstance(name, str) or not _is_name(name):
                raise NotCanonical("a member name is not of the form [a-z][a-z0-9_]{0,63}")
            if depth == 1 or type(member) is not str:
                _check(member, nulls, depth - 1)
    elif isinstance(value, list):
        for member in value:
            if depth == 1 or not isinstance(member, str):
                _check(member, nulls, depth - 1)
    elif value is not None or not nulls:
        raise NotCanonical("holds a value of a kind that the format does not have")


@lru_cache(1024)
def _is_name(name: str) -> bool:
    return _NAME.match(name) is not None
