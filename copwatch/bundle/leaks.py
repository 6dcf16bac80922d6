"""The last look before anything is written: what is withheld must not stand in any text of the bundle."""

import html
import json
from collections.abc import Mapping

from copwatch.bundle.decisions import UNREVIEWED
from copwatch.bundle.plan import BundlePlan
from copwatch.bundle.withheld import withheld_values
from copwatch.errors import Refused
from copwatch.text import clean, clean_block

SHORTEST = 12
"""Shorter values (`yes`, a rank) stand in every report by chance; longer ones that recur were copied."""


def refuse_leaks(plan: BundlePlan, texts: Mapping[str, bytes]) -> None:
    """Searches every text for every confidential value, as it is and in each form in which the texts write it.

    The name of a file that was stripped is none: the words of a report that name it go out as they were written.

    Raises:
        Refused: a withheld value was found; the message names the field and the file, never the value.
    """
    # The page writes quotes and angle brackets as references; without them it reads as a person reads it.
    decoded = {path: html.unescape(data.decode("utf-8")) for path, data in texts.items()}
    decoded |= {f"{path} ": data.decode("utf-8") for path, data in texts.items()}
    for secret in withheld_values(plan):
        value = secret.value.strip() if isinstance(secret.value, str) else ""
        ruled = secret.path in plan.rules.reviews.get(secret.leaf, UNREVIEWED).same_words
        if len(value) < SHORTEST or secret.of_file or secret.is_term or ruled:
            continue
        for path, text in decoded.items():
            if any(form in text for form in _forms(value)):
                raise Refused(
                    f"what is withheld at {secret.type} {secret.leaf[:16]}:{secret.path} was found in {path.rstrip()}, "
                    "so nothing was exported",
                    hint="amend it or hold it back; where it means something else: "
                    "copwatch review I-… --same-word RECORD:PATH",
                )


def _forms(value: str) -> set[str]:
    return {value, clean_block(value), clean(value), json.dumps(value, ensure_ascii=False)[1:-1]}
