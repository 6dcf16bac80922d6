"""Arrests, as rows of a report. Sources: NLG legal observer training, jail-support guides, LegalServer, OP."""

from copwatch.model.entities.rows import Entity
from copwatch.model.entities.sightings import AGENCY, QUOTE
from copwatch.model.redaction import Class
from copwatch.model.values import Group, Label, LongText, Many, Term, Text, Timestamp, TriState
from copwatch.model.vocabularies.encounters import RELEASE_KIND, WARRANT_KIND
from copwatch.model.vocabulary import CUSTODY_KIND

_arrest, _transfer = Entity("arrest"), Entity("transfer")

# fmt: off
ARREST = (
    _arrest("label", Label("A"), Class.PUB, "A1, A2 and so on; given by copwatch where it is left out, and kept"),
    _arrest("person", Label(), Class.PUB, "P1, P2 and so on; who that is stands elsewhere", "Person (P1)", short=True),
    _arrest("officers", Many(Label("O")), Class.PUB, "the officers who arrested, by label"),
    _arrest("agency", AGENCY, Class.OFF, "who arrested"),
    _arrest("at", Timestamp(), Class.TIM, "when", "When", short=True),
    _arrest("place", Text(200, "5th & Main"), Class.LOC, "where, if not where the incident was"),
    _arrest("custody_kind", Term(CUSTODY_KIND), Class.LEG, "what kind of custody", "What kind of custody", short=True),
    _arrest("told_reason", TriState(), Class.LEG, "whether a reason was given", "Was a reason given?", short=True,
            basis=True),
    _arrest("reason_verbatim", LongText(), Class.NAR, "the reason, word for word", before=QUOTE),
    _arrest("miranda_given", TriState(), Class.LEG, "whether rights were read", basis=True),
    _arrest("warrant_kind", Term(WARRANT_KIND), Class.LEG, "which warrant there was, if any", basis=True),
    _arrest("arrest_number", Text(50, "26-0000"), Class.LEG, "number of the arrest"),
    _arrest("booking_number", Text(50, "B0000000"), Class.GOV, "number of the booking"),
    _arrest("citation_number", Text(50, "C0000000"), Class.LEG, "number of the citation"),
    _arrest("transport_vehicle", Text(100, "unit 214"), Class.LEG, "in which vehicle"),
    _arrest("transport_to", Text(100, "Santa Rita Jail"), Class.LEG, "where to", "Taken where?", short=True),
    _arrest("holding_facility", Text(100, "North County"), Class.LEG, "where the person is held"),
    _arrest("transfers", Group("transfer", 50), Class.LEG, "later moves"),
    _arrest("phone_call_allowed", TriState(), Class.LEG, "whether a call was allowed"),
    _arrest("lawyer_asked_for_at", Timestamp(), Class.LEG, "when the person asked for a lawyer"),
    _arrest("lawyer_seen_at", Timestamp(), Class.LEG, "when the person saw one"),
    _arrest("medical_requested", TriState(), Class.MED, "whether care was asked for"),
    _arrest("medical_provided", TriState(), Class.MED, "whether care was given"),
    _arrest("released_at", Timestamp(), Class.LEG, "when the person was released"),
    _arrest("release_kind", Term(RELEASE_KIND), Class.LEG, "how"),
)

TRANSFER = (
    _transfer("at", Timestamp(), Class.LEG, "when"),
    _transfer("to", Text(100, "Santa Rita Jail"), Class.LEG, "where to"),
)
# fmt: on
