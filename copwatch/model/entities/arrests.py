"""Arrests, as rows of a report. Sources: NLG legal observer training, jail-support guides, OpenPolice.org."""

from copwatch.model.entities.rows import Entity
from copwatch.model.entities.sightings import AGENCY
from copwatch.model.redaction import Class
from copwatch.model.values import Label, LongText, Term, Text, TriState
from copwatch.model.vocabulary import CUSTODY_KIND

_arrest = Entity("arrest")

# fmt: off
ARREST = (
    _arrest("person", Label(), Class.PUB, "P1, P2 and so on; who that is stands elsewhere"),
    _arrest("agency", AGENCY, Class.OFF, "who arrested"),
    _arrest("custody_kind", Term(CUSTODY_KIND), Class.LEG, "what kind of custody"),
    _arrest("told_reason", TriState(), Class.LEG, "whether a reason was given"),
    _arrest("reason_verbatim", LongText(), Class.NAR, "the reason, word for word"),
    _arrest("transport_to", Text(100, "Santa Rita Jail"), Class.LEG, "where to"),
)
# fmt: on
