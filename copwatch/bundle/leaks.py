"""The last look before anything is written: what is withheld must not stand in any text of the bundle."""

import html
import json
from collections.abc import Iterable, Iterator, Mapping

from copwatch.bundle.plan import ProvenRecord
from copwatch.bundle.profiles import Profile
from copwatch.errors import Refused
from copwatch.proof.commitment import flatten
from copwatch.text import clean, clean_block

SHORTEST = 12
"""Shorter values (`yes`, a rank) stand in every report by chance; longer ones that recur were copied."""


def refuse_leaks(records: Iterable[ProvenRecord], profile: Profile, texts: Mapping[str, bytes]) -> None:
    """Searches every text for every confidential value, as it is and in each form in which the texts write it.

    The name of a file that was stripped is none: the words of a report that name it go out as they were written.

    Raises:
        Refused: a withheld value was found; the message names the field and the file, never the value.
    """
    # The page writes quotes and angle brackets as references; without them it reads as a person reads it.
    decoded = {path: html.unescape(data.decode("utf-8")) for path, data in texts.items()}
    decoded |= {f"{path} ": data.decode("utf-8") for path, data in texts.items()}
    for proven in records:
        if profile.leaves_out(proven.record):
            continue
        for field, value in _withheld(proven, profile):
            for path, text in decoded.items():
                if any(form in text for form in _forms(value)):
                    raise Refused(
                        f"what is withheld at {field} was found in {path.rstrip()}, so nothing was exported",
                        hint="amend the report: the same words stand in a field that goes out",
                    )


def _withheld(proven: ProvenRecord, profile: Profile) -> Iterator[tuple[str, str]]:
    withheld = profile.confidential(proven.record)
    for path, value in flatten(proven.record).items():
        if path in withheld and isinstance(value, str) and len(value.strip()) >= SHORTEST:
            yield path, value.strip()


def _forms(value: str) -> set[str]:
    return {value, clean_block(value), clean(value), json.dumps(value, ensure_ascii=False)[1:-1]}
