"""The report of an incident: what a person states after a shift, and what follows later.

Sources: Berkeley Copwatch intake questions, NLG legal observer training, SALUTE reports, RIPA stop data,
OpenPolice.org.
"""

from copwatch.model.entities.rows import Entity
from copwatch.model.entities.sightings import AGENCY
from copwatch.model.redaction import Class
from copwatch.model.values import (
    Decimal,
    Group,
    Handle,
    Integer,
    Label,
    LongText,
    Many,
    Place,
    Reference,
    Section,
    Term,
    Terms,
    Text,
    Timestamp,
    TriState,
)
from copwatch.model.vocabularies.encounters import ALLEGATION, ENCOUNTER_TYPE, STOP_RESULT
from copwatch.model.vocabularies.practices import GEO_SOURCE, PRACTICE
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

SURVIVOR_FIRST = (
    "Stop if the person does not want this written down. Nobody needs to tell what was done to them for help.",
    "Write no account here: one is taken once, with care, as counsel or an advocate directs.",
    "What is below never leaves but to the person's own counsel, and only with their consent.",
)
"""Shown before anything is written about a survivor."""

NO_COMMUNITY_WEAPONS = (
    "This can send a person to prison. Write it only if counsel asked for it.",
    "It never leaves but to the counsel of the person concerned.",
)
"""Shown before the one place where a weapon of a community member can be written down."""

_COUNT = Integer(0, 100_000)
_report = Entity("report")

# fmt: off
REPORT = (
    _report("occurred_start", Timestamp(), Class.TIM, "when it began; the day alone is fine if no more is known",
            "When did it begin?", required=True),
    _report("occurred_end", Timestamp(), Class.TIM, "when it ended", "When did it end?"),
    _report("location_text", Place(), Class.PUB, "block or nearest intersection, never a house number",
            "Where was it (intersection or block, no house number)?", required=True),
    _report("title_neutral", Text(200, "Stop at 5th & Main"), Class.NAR, "a title that blames nobody and names nobody"),
    _report("duration_min", Integer(0, 1_000_000), Class.PUB, "how many minutes it lasted", basis=True),
    _report("street_name", Text(100, "Main St"), Class.PUB, "street, without a house number"),
    _report("cross_street1", Text(100, "5th St"), Class.PUB, "nearest crossing street"),
    _report("cross_street2", Text(100, "6th St"), Class.PUB, "the next one"),
    _report("city", Text(100, pool="city"), Class.PUB, "city or town", "In which city?"),
    _report("state", Text(40, "CA", "state"), Class.PUB, "state, such as CA", "In which state?"),
    _report("house_number", Text(40, "1234"), Class.HOM,
            "only where the place itself matters, such as a raid; kept apart from location_text"),
    _report("zip", Text(20, "94607"), Class.PUB, "postal code"),
    _report("unit_no", Text(40, "Apt 2"), Class.HOM, "unit in a building, only where it matters"),
    _report("premises_note", Text(300, "upstairs flat"), Class.HOM, "what else the place is, only where it matters"),
    _report("lat", Decimal("-90", "90"), Class.LOC, "latitude in degrees, north positive"),
    _report("lon", Decimal("-180", "180"), Class.LOC, "longitude in degrees, east positive"),
    _report("accuracy_m", Integer(0, 1_000_000), Class.LOC, "by how many metres the position may be wrong"),
    _report("geo_source", Term(GEO_SOURCE), Class.LOC, "where the position comes from"),
    _report("landmarks", Text(300, "in front of the library"), Class.LOC, "what is near"),
    _report("direction", Text(100, "northbound"), Class.LOC, "in which direction people or vehicles went"),
    _report("scene_type", Term(SCENE_TYPE), Class.PUB, "what kind of place"),
    _report("is_private_premises", TriState(), Class.HOM, "whether it was on private premises",
            "Was it on private premises?"),
    _report("entry_made", TriState(), Class.HOM, "whether officers went in", "Did officers go in?", basis=True),
    _report("entry_forced", TriState(), Class.HOM, "whether a door was forced", "Was a door forced?", basis=True),
    _report("entry_permission", TriState(), Class.HOM, "whether somebody let them in", "Did somebody let them in?",
            basis=True),
    _report("permission_given_by", Label(), Class.HOM, "who let them in, by label"),
    _report("agencies", Many(AGENCY), Class.PUB, "every agency that was there",
            "Which agencies were there?", basis=True),
    _report("incident_types", Terms(INCIDENT_TYPE), Class.PUB, "what kind of incident; several may apply",
            "What kind of incident was it?"),
    _report("initiated_by", Term(INITIATION), Class.PUB, "how it came about", basis=True),
    _report("encounter_type", Term(ENCOUNTER_TYPE), Class.PUB, "what it was to the officers", basis=True),
    _report("stated_initial_reason", LongText(), Class.NAR, "the reason that officers gave at first, word for word",
            "What reason did they give at first, word for word?"),
    _report("n_officers", _COUNT, Class.PUB, "how many officers were there", "How many officers?", basis=True),
    _report("officers", Group("officer"), Class.PUB, "the officers seen", "Which officers did you see?"),
    _report("n_agency_vehicles", _COUNT, Class.PUB, "how many vehicles of agencies"),
    _report("vehicles", Group("vehicle"), Class.PUB, "the vehicles seen", "Which agency vehicles did you see?"),
    _report("n_persons_affected", _COUNT, Class.PUB, "how many people it happened to",
            "How many people did it happen to?",
            basis=True),
    _report("crowd_size_est", Integer(0, 10_000_000), Class.PUB, "about how many people were there", basis=True),
    _report("people", Group("involvement"), Class.PUB, "the people it happened to and others who matter, by label",
            "Who was involved (P1, P2; no names)?"),
    _report("narrative_observed", LongText(), Class.NAR, "what was seen and heard; kept word for word",
            "What happened?", before=DO_NOT_WRITE),
    _report("stops", Group("stop"), Class.PUB, "one row for each person or vehicle that was stopped",
            "Who was stopped?"),
    _report("searches", Group("search"), Class.PUB, "one row for each search", "What was searched?"),
    _report("warnings", Group("warning"), Class.PUB, "warnings and orders to a crowd", "Which warnings did you hear?"),
    _report("force", Terms(FORCE_TYPE), Class.PUB, "force seen or shown; none_seen if there was none",
            "What force was used or shown?", basis=True),
    _report("force_used", Group("force_use"), Class.PUB, "one row for each use of force", "One by one: which force?"),
    _report("orders_before_force", TriState(), Class.PUB, "whether orders were given before force was used",
            "Were orders given before force was used?", basis=True),
    _report("deescalation", Group("deescalation"), Class.PUB, "what was done to calm things, and by whom",
            "What was done to calm things?"),
    _report("supervisor_present_or_consulted", TriState(), Class.PUB, "whether a supervisor was there or was asked",
            basis=True),
    _report("n_arrested", _COUNT, Class.PUB, "how many people were arrested", "How many people were arrested?",
            basis=True),
    _report("arrests", Group("arrest"), Class.PUB, "one row for each arrest", "Who was arrested?"),
    _report("anyone_injured", TriState(), Class.MED, "whether anybody was hurt", "Was anybody injured?", basis=True),
    _report("injuries", Terms(INJURY), Class.MED, "injuries seen or told", basis=True),
    _report("injury_severity", Term(SEVERITY), Class.MED, "the worst injury", basis=True),
    _report("injuries_care", Group("injury_care"), Class.MED, "one row for each injured person: injuries and care",
            "Who was injured, and what care did they get?"),
    _report("property", Group("property"), Class.PUB, "what was taken, damaged or destroyed",
            "What was taken, damaged or destroyed?"),
    _report("interference", Group("interference"), Class.PUB, "what was done to people who observed or recorded",
            "What was done to people who observed or recorded?"),
    _report("response", Group("alert"), Class.PUB, "rapid response: the alert (SALUTE), and what a verifier found",
            "The alert: what was reported, and was it verified?"),
    _report("picket", Group("picket"), Class.PUB, "the picket or event that was policed",
            "Which picket or event was it?"),
    _report("firearms", Group("firearm"), Class.OFF, "firearms of officers, security or counter-protesters",
            "Whose firearms did you see (officers, security, counter-protesters)?"),
    _report("firearms_community", Group("community_firearm"), Class.INC,
            "only where counsel asks: a firearm of a community member", before=NO_COMMUNITY_WEAPONS, offered=False),
    _report("harm_reduction", Group("harm_reduction"), Class.MED, "harm reduction at work, and interference with it",
            "Which harm reduction was going on?"),
    _report("survivor", Group("survivor"), Class.SUR, "support of a survivor; no account",
            "What does the survivor want?",
            before=SURVIVOR_FIRST),
    _report("infosec", Group("infosec"), Class.ORG, "telephones, accounts and surveillance",
            "What happened to telephones or accounts?"),
    _report("cctv", Group("cctv"), Class.PUB, "cameras that may have recorded it",
            "Which cameras may have recorded it?"),
    _report("recorded_by", Handle(), Class.OBS, "who filmed or took notes, by handle",
            "Who filmed or took notes (handle)?", required=True),
    _report("entered_by", Handle(), Class.OBS, "who entered this report, by handle"),
    _report("written_by", Handle(), Class.OBS, "who wrote it on paper, by handle, where somebody else typed it in"),
    _report("written_at", Timestamp(), Class.TIM, "when it was written on paper"),
    _report("scans", Many(Reference(("evidence",))), Class.CST, "scans of the paper that it was typed from"),
    _report("witnesses", Many(Handle(sample="W-3F9A")), Class.WIT, "who else saw it, by handle",
            "Who else saw it (handles)?"),
    _report("observers", Group("observer"), Class.PUB, "where observers stood, and what they could see"),
    _report("media_present", TriState(), Class.PUB, "whether press was there"),
    _report("other_observers_present", TriState(), Class.PUB, "whether other observers were there"),
    _report("device_clock_checked", TriState(), Class.CST, "whether the camera's clock was compared",
            "Was the clock of the camera checked?"),
    _report("consent_known", TriState(), Class.PUB, "whether it is known what the recorded people agree to",
            "Is it known what the people recorded agree to?"),
    _report("followup_required", TriState(), Class.PUB, "whether somebody has to follow up",
            "Does somebody need to follow up?"),
    _report("outcome", Terms(STOP_RESULT), Class.PUB, "how it ended", "How did it end?", basis=True),
    _report("rights_at_issue", Terms(ALLEGATION), Class.PUB, "which rights or policies may be at issue"),
    _report("agency_report_number", Text(50, "26-000000"), Class.LEG, "number of the agency's report"),
    _report("cad_number", Text(50, "P260000000"), Class.LEG, "number of the dispatch"),
    _report("docket", Text(50, "26-CR-00000"), Class.LEG, "number at a court"),
    _report("practices", Terms(PRACTICE), Class.SUR,
            "which work of the group it belongs to; support of a survivor is among them"),
    _report("graphic_content", TriState(), Class.PUB, "whether what was recorded is hard to see or hear"),
    _report("notes_privileged", LongText(), Class.PRV,
            "impressions and strategy, for counsel only; never mixed with what was observed"),
    _report(OWN_SECTION, Section(OWN_SECTION), Class.ORG, "the group's own fields"),
)
# fmt: on
