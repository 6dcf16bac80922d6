"""A draft of a mapping file: what the columns of a table may mean, by how they are called. Pure."""

import re
from collections.abc import Container, Mapping, Sequence
from difflib import SequenceMatcher

import tomli_w

from copwatch.model.csv_form import target
from copwatch.model.import_map import OWN, TEMPLATE
from copwatch.model.schema import SCHEMA, Schema
from copwatch.model.values import Group, Handle, Place, Section, Timestamp, ValueType, Wrong

_ALIKE = 0.72
_ALSO: tuple[tuple[type[ValueType], tuple[str, ...]], ...] = (
    (Timestamp, ("date", "date time", "when", "day", "start")),
    (Place, ("place", "location", "address", "intersection")),
    (Handle, ("observer", "reporter", "recorded by", "observed by")),
)
"""What people call the first time, place and person of a report in a spreadsheet."""
_EMPTY = {"as", "seen", "the", "of", "was", "it", "did"}
_HEAD = """\
# What the columns of {name} mean. Check each line: these are guesses by name.
# Without a guess, name a field (`copwatch report form` lists them), or move the column to `ignore`.
# More than a name: "When" = {{ field = "occurred_start", format = "%m/%d/%Y %H:%M", zone = "America/Los_Angeles" }}
"""


def draft_map(name: str, headers: Sequence[str], schema: Schema = SCHEMA) -> str:
    """A mapping of these columns with the best guess for each; those without any stand as comments."""
    fields = _guessable(schema)
    taken: set[str] = set()
    lines, ignore = [], list[str]()
    for header in dict.fromkeys(header for header in headers if header and not header.startswith(OWN)):
        guess = _guess(header, fields, taken, schema)
        key = tomli_w.dumps({header: guess}).rstrip("\n")
        lines.append(key if guess else f"# {key}")
        taken |= {guess}
    head = _HEAD.format(name="".join(c for c in name if c.isprintable()))
    settings = tomli_w.dumps({"ignore": ignore}).rstrip("\n")
    zone = '# zone = "America/Los_Angeles"   # of times that are written without one\n# template = "stop"'
    own = f"# key = {_text(headers[0] if headers else 'No.')}   # the column that tells rows apart, if there is one"
    constants = '[constants]\n# state = "CA"'
    return "\n".join([head + settings, zone, own, "", "[columns]", *lines, "", constants]) + "\n"


def _text(text: str) -> str:
    return tomli_w.dumps({"x": text}).removeprefix("x = ").rstrip("\n")


def _guessable(schema: Schema) -> dict[str, list[str]]:
    """Column name → the words by which people may mean it; of rows, the first one."""
    found: dict[str, list[str]] = {}
    for field_ in schema.fields("report"):
        if isinstance(field_.type, Group):
            for inner in schema.fields(field_.type.entity):
                if not isinstance(inner.type, Group | Section):
                    of = field_.type.entity
                    words = [_plain(f"{of} {inner.name}"), _plain(inner.name), _plain(inner.question)]
                    found[f"{field_.name}.1.{inner.name}"] = words
        elif not isinstance(field_.type, Section):
            also = next(
                (also for type_, also in _ALSO if field_.required and isinstance(field_.type, type_)), ()
            )
            found[field_.name] = [_plain(field_.name), _plain(field_.question), *also]
    return found


def _guess(header: str, fields: Mapping[str, Sequence[str]], taken: Container[str], schema: Schema) -> str:
    try:
        return target(header, schema).name
    except Wrong:
        said = _plain(header)
    if said == TEMPLATE and TEMPLATE not in taken:
        return TEMPLATE
    words, number = said.rstrip("0123456789").rstrip(), re.search(r"[1-9][0-9]?$", said)
    free = {_row(name, number[0] if number else "1"): known for name, known in fields.items()}
    scores = {n: _likeness(words, known) - 0.2 * ("." in n) for n, known in free.items() if n not in taken}
    # Every kind of row has a time, a place and a person: what is said of no row is meant of the report.
    best = max(scores, key=lambda name: scores[name], default="")
    return best if best and scores[best] >= _ALIKE else ""


def _row(name: str, number: str) -> str:
    """The same field of another row: `Badge 2` is that of the second officer."""
    return name.replace(".1.", f".{number}.")


def _likeness(said: str, known: Sequence[str]) -> float:
    """From 0 to 1. All words said, in the name of a field or in its question, are almost as good as the same text."""
    if not said:
        return 0.0
    alike = max(SequenceMatcher(None, said, words).ratio() for words in known if words)
    within = next((0.9 - 0.05 * place for place, words in enumerate(known) if _begins(said, words)), 0.0)
    return max(alike, within)


def _begins(said: str, words: str) -> bool:
    return len(said) > 3 and all(
        any(word.startswith(part) for word in words.split()) for part in said.split()
    )


def _plain(text: str) -> str:
    known = re.sub(r"[^\w]+", " ", text.replace("_", " ").lower()).split()
    return " ".join(_singular(word) for word in known if word not in _EMPTY)[:80]


def _singular(word: str) -> str:
    return f"{word[:-3]}y" if word.endswith("ies") and len(word) > 4 else word
