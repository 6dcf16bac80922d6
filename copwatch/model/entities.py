"""The table of fields. A field is one row here and nowhere else.

Sources of the fields: Berkeley Copwatch intake questions, NLG legal observer training, SALUTE reports, RIPA stop
data, OpenPolice.org, OpenOversight.
"""

from copwatch.model.fields import Field, Relaxed
from copwatch.model.redaction import Class
from copwatch.model.values import (
    Group,
    Handle,
    Integer,
    Label,
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
from copwatch.model.vocabulary import (
    CUSTODY_KIND,
    FORCE_TYPE,
    ID_METHOD,
    INCIDENT_TYPE,
    INITIATION,
    INJURY,
    MARKED,
    OFFICER_ROLE,
    SCENE_TYPE,
    SEVERITY,
)

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

_REPORT = (
    Field(
        "report",
        "occurred_start",
        Timestamp(),
        Class.TIM,
        "when it began; the day alone is fine if no more is known",
        "When did it begin?",
        required=True,
    ),
    Field("report", "occurred_end", Timestamp(), Class.TIM, "when it ended", "When did it end?"),
    Field(
        "report",
        "location_text",
        Place(),
        Class.PUB,
        "block or nearest intersection, never a house number",
        "Where was it (intersection or block, no house number)?",
        required=True,
    ),
    Field("report", "city", Text(100), Class.PUB, "city or town", "In which city?"),
    Field("report", "state", Text(40, "CA"), Class.PUB, "state, such as CA", "In which state?"),
    Field(
        "report",
        "house_number",
        Text(40, "1234"),
        Class.HOM,
        "only where the place itself matters, such as a raid; kept apart from location_text",
    ),
    Field("report", "scene_type", Term(SCENE_TYPE), Class.PUB, "what kind of place"),
    Field(
        "report",
        "agencies",
        Many(Text(100, "Oakland Police Department")),
        Class.PUB,
        "every agency that was there",
        "Which agencies were there?",
        basis=True,
    ),
    Field(
        "report",
        "incident_types",
        Terms(INCIDENT_TYPE),
        Class.PUB,
        "what kind of incident; several may apply",
        "What kind of incident was it?",
    ),
    Field("report", "initiated_by", Term(INITIATION), Class.PUB, "how it came about", basis=True),
    Field(
        "report",
        "n_officers",
        Integer(0, 100_000),
        Class.PUB,
        "how many officers were there",
        "How many officers?",
        basis=True,
    ),
    Field(
        "report", "officers", Group("officer"), Class.PUB, "the officers seen", "Which officers did you see?"
    ),
    Field("report", "n_agency_vehicles", Integer(0, 100_000), Class.PUB, "how many vehicles of agencies"),
    Field(
        "report",
        "vehicles",
        Group("vehicle"),
        Class.PUB,
        "the vehicles seen",
        "Which agency vehicles did you see?",
    ),
    Field(
        "report",
        "narrative_observed",
        LongText(),
        Class.NAR,
        "what was seen and heard; kept word for word",
        "What happened?",
        before=DO_NOT_WRITE,
    ),
    Field(
        "report",
        "force",
        Terms(FORCE_TYPE),
        Class.PUB,
        "force seen or shown; none_seen if there was none",
        "What force was used or shown?",
        basis=True,
    ),
    Field(
        "report",
        "n_arrested",
        Integer(0, 100_000),
        Class.PUB,
        "how many people were arrested",
        "How many people were arrested?",
        basis=True,
    ),
    Field("report", "arrests", Group("arrest"), Class.PUB, "one row for each arrest"),
    Field(
        "report",
        "anyone_injured",
        TriState(),
        Class.MED,
        "whether anybody was hurt",
        "Was anybody injured?",
        basis=True,
    ),
    Field("report", "injuries", Terms(INJURY), Class.MED, "injuries seen or told", basis=True),
    Field("report", "injury_severity", Term(SEVERITY), Class.MED, "the worst injury", basis=True),
    Field(
        "report",
        "recorded_by",
        Handle(),
        Class.OBS,
        "who filmed or took notes, by handle",
        "Who filmed or took notes (handle)?",
        required=True,
    ),
    Field("report", "entered_by", Handle(), Class.OBS, "who entered this report, by handle"),
    Field(
        "report",
        "witnesses",
        Many(Handle(sample="W-3F9A")),
        Class.WIT,
        "who else saw it, by handle",
        "Who else saw it (handles)?",
    ),
    Field(
        "report",
        "device_clock_checked",
        TriState(),
        Class.CST,
        "whether the camera's clock was compared",
        "Was the clock of the camera checked?",
    ),
    Field(
        "report",
        "consent_known",
        TriState(),
        Class.PUB,
        "whether it is known what the recorded people agree to",
        "Is it known what the people recorded agree to?",
    ),
    Field(
        "report",
        "followup_required",
        TriState(),
        Class.PUB,
        "whether somebody has to follow up",
        "Does somebody need to follow up?",
    ),
    Field(
        "report",
        "notes_privileged",
        LongText(),
        Class.PRV,
        "impressions and strategy, for counsel only; never mixed with what was observed",
    ),
    Field("report", OWN_SECTION, Section(OWN_SECTION), Class.NAR, "the group's own fields"),
)

_OFFICER = (
    Field(
        "officer", "badge_as_seen", Text(40, "4411"), Class.OFF, "badge or star number", "Badge", short=True
    ),
    Field(
        "officer",
        "name_as_seen",
        Text(100, "R. Smith"),
        Class.OFF,
        "name as shown or said",
        "Name",
        short=True,
    ),
    Field(
        "officer", "agency", Text(100, "Oakland Police Department"), Class.OFF, "agency", "Agency", short=True
    ),
    Field("officer", "rank_as_seen", Text(60, "Sergeant"), Class.OFF, "rank or stripes", "Rank", short=True),
    Field(
        "officer",
        "physical_description",
        Text(500, "tall, grey beard, glasses"),
        Class.OFF,
        "how to tell this officer apart",
        "Description",
        short=True,
    ),
    Field("officer", "role", Terms(OFFICER_ROLE), Class.OFF, "what this officer did", "Role", short=True),
    Field("officer", "helmet_or_unit_no", Text(40, "H-12"), Class.OFF, "number on helmet or uniform"),
    Field("officer", "identified_by", Terms(ID_METHOD), Class.OFF, "how the officer was identified"),
    Field("officer", "agency_markings_text", Text(200, "POLICE ICE"), Class.OFF, "markings, word for word"),
    Field("officer", "in_command", TriState(), Class.OFF, "whether in charge"),
    Field("officer", "in_uniform", TriState(), Class.OFF, "whether in uniform"),
    Field("officer", "face_covered", TriState(), Class.OFF, "whether the face was covered"),
    Field("officer", "badge_covered", TriState(), Class.OFF, "whether the badge was covered"),
    Field("officer", "name_displayed", TriState(), Class.OFF, "whether a name was displayed"),
    Field(
        "officer",
        "identified_self_on_request",
        TriState(),
        Class.OFF,
        "whether gave name or badge when asked",
    ),
    Field("officer", "bodycam_present", TriState(), Class.OFF, "whether a body camera was worn"),
    Field("officer", "bodycam_light_on", TriState(), Class.OFF, "whether its light was on"),
)

# A plate is a person's until somebody has said that the vehicle belongs to an agency.
_OF_AGENCY = Relaxed("is_civilian", "no", Class.OFF)

_VEHICLE = (
    Field(
        "vehicle",
        "unit_number",
        Text(40, "214"),
        Class.OFF,
        "number painted on it",
        "Unit number",
        short=True,
    ),
    Field(
        "vehicle", "plate", Text(20, "1234567"), Class.PID, "plate", "Plate", short=True, relaxed=_OF_AGENCY
    ),
    Field("vehicle", "plate_state", Text(40, "CA"), Class.PID, "state of the plate", relaxed=_OF_AGENCY),
    Field(
        "vehicle", "agency", Text(100, "Oakland Police Department"), Class.OFF, "agency", "Agency", short=True
    ),
    Field(
        "vehicle",
        "is_civilian",
        TriState(),
        Class.PUB,
        "no for a vehicle of an agency",
        "Is it a civilian's vehicle?",
        short=True,
    ),
    Field("vehicle", "marked", Term(MARKED), Class.OFF, "whether it is marked as an agency's"),
    Field(
        "vehicle",
        "description",
        Text(200, "white van, dented door"),
        Class.PID,
        "make, model, colour, features",
        relaxed=_OF_AGENCY,
    ),
)

_ARREST = (
    Field("arrest", "person", Label(), Class.PUB, "P1, P2 and so on; who that is stands elsewhere"),
    Field("arrest", "agency", Text(100, "Oakland Police Department"), Class.OFF, "who arrested"),
    Field("arrest", "custody_kind", Term(CUSTODY_KIND), Class.LEG, "what kind of custody"),
    Field("arrest", "told_reason", TriState(), Class.LEG, "whether a reason was given"),
    Field("arrest", "reason_verbatim", LongText(), Class.NAR, "the reason, word for word"),
    Field("arrest", "transport_to", Text(100, "Santa Rita Jail"), Class.LEG, "where to"),
)  # fmt: skip

ROWS = (*_REPORT, *_OFFICER, *_VEHICLE, *_ARREST)
ENTITIES = ("report", "officer", "vehicle", "arrest", OWN_SECTION)
