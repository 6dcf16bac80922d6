"""The report of an incident: what a person states after a shift, and what follows later.

Sources: Berkeley Copwatch intake questions, NLG legal observer training, SALUTE reports, RIPA stop data,
OpenPolice.org.
"""

from copwatch.model.entities.rows import Entity
from copwatch.model.redaction import Class
from copwatch.model.values import (
    Group,
    Handle,
    Integer,
    LongText,
    Many,
    Place,
    Section,
    Term,
    Terms,
    Text,
    Timestamp,
    TriState,
)
from copwatch.model.vocabulary import FORCE_TYPE, INCIDENT_TYPE, INITIATION, INJURY, SCENE_TYPE, SEVERITY

OWN_SECTION = "x"
"""The entity and field of a group's own fields."""

DO_NOT_WRITE = (
    "Write what you saw and heard, in order. Quote words exactly where you can.",
    "Do not guess what anybody intended, or anybody's immigration status.",
    "Do not write that a community member did something unlawful, was armed, or organised anything.",
    "Do not name community members: use P1, P2. Do not describe bystanders so that they can be recognised.",
    "Impressions and strategy do not belong here; they have a privileged field of their own.",
)
"""Shown before the narrative is written."""

_COUNT = Integer(0, 100_000)
_report = Entity("report")

# fmt: off
REPORT = (
    _report("occurred_start", Timestamp(), Class.TIM, "when it began; the day alone is fine if no more is known",
            "When did it begin?", required=True),
    _report("occurred_end", Timestamp(), Class.TIM, "when it ended", "When did it end?"),
    _report("location_text", Place(), Class.PUB, "block or nearest intersection, never a house number",
            "Where was it (intersection or block, no house number)?", required=True),
    _report("city", Text(100), Class.PUB, "city or town", "In which city?"),
    _report("state", Text(40, "CA"), Class.PUB, "state, such as CA", "In which state?"),
    _report("house_number", Text(40, "1234"), Class.HOM,
            "only where the place itself matters, such as a raid; kept apart from location_text"),
    _report("scene_type", Term(SCENE_TYPE), Class.PUB, "what kind of place"),
    _report("agencies", Many(Text(100, "Oakland Police Department")), Class.PUB, "every agency that was there",
            "Which agencies were there?", basis=True),
    _report("incident_types", Terms(INCIDENT_TYPE), Class.PUB, "what kind of incident; several may apply",
            "What kind of incident was it?"),
    _report("initiated_by", Term(INITIATION), Class.PUB, "how it came about", basis=True),
    _report("n_officers", _COUNT, Class.PUB, "how many officers were there", "How many officers?", basis=True),
    _report("officers", Group("officer"), Class.PUB, "the officers seen", "Which officers did you see?"),
    _report("n_agency_vehicles", _COUNT, Class.PUB, "how many vehicles of agencies"),
    _report("vehicles", Group("vehicle"), Class.PUB, "the vehicles seen", "Which agency vehicles did you see?"),
    _report("narrative_observed", LongText(), Class.NAR, "what was seen and heard; kept word for word",
            "What happened?", before=DO_NOT_WRITE),
    _report("force", Terms(FORCE_TYPE), Class.PUB, "force seen or shown; none_seen if there was none",
            "What force was used or shown?", basis=True),
    _report("n_arrested", _COUNT, Class.PUB, "how many people were arrested", "How many people were arrested?",
            basis=True),
    _report("arrests", Group("arrest"), Class.PUB, "one row for each arrest"),
    _report("anyone_injured", TriState(), Class.MED, "whether anybody was hurt", "Was anybody injured?", basis=True),
    _report("injuries", Terms(INJURY), Class.MED, "injuries seen or told", basis=True),
    _report("injury_severity", Term(SEVERITY), Class.MED, "the worst injury", basis=True),
    _report("recorded_by", Handle(), Class.OBS, "who filmed or took notes, by handle",
            "Who filmed or took notes (handle)?", required=True),
    _report("entered_by", Handle(), Class.OBS, "who entered this report, by handle"),
    _report("witnesses", Many(Handle(sample="W-3F9A")), Class.WIT, "who else saw it, by handle",
            "Who else saw it (handles)?"),
    _report("device_clock_checked", TriState(), Class.CST, "whether the camera's clock was compared",
            "Was the clock of the camera checked?"),
    _report("consent_known", TriState(), Class.PUB, "whether it is known what the recorded people agree to",
            "Is it known what the people recorded agree to?"),
    _report("followup_required", TriState(), Class.PUB, "whether somebody has to follow up",
            "Does somebody need to follow up?"),
    _report("notes_privileged", LongText(), Class.PRV,
            "impressions and strategy, for counsel only; never mixed with what was observed"),
    _report(OWN_SECTION, Section(OWN_SECTION), Class.NAR, "the group's own fields"),
)
# fmt: on
