"""Who and what of an agency was seen: officers and vehicles, as rows of a report.

Sources: NLG legal observer training, SALUTE reports, OpenOversight, OpenPolice.org.
"""

from copwatch.model.entities.rows import Entity
from copwatch.model.fields import Relaxed
from copwatch.model.redaction import Class
from copwatch.model.values import Label, LongText, Term, Terms, Text, TriState
from copwatch.model.vocabularies.people import ON_DUTY
from copwatch.model.vocabularies.practices import EQUIPMENT, VEHICLE_KIND
from copwatch.model.vocabulary import ID_METHOD, MARKED, OFFICER_ROLE

QUOTE = ("Quote the words exactly. Name no community member: use P1, P2.",)
"""Shown before words are written down."""

AGENCY = Text(100, "Oakland Police Department", "agency")

_officer, _vehicle = Entity("officer"), Entity("vehicle")

# fmt: off
OFFICER = (
    _officer("label", Label("O"), Class.PUB, "O1, O2 and so on; given by copwatch where it is left out, and kept"),
    _officer("badge_as_seen", Text(40, "4411", "badge"), Class.OFF, "badge or star number", "Badge", short=True),
    _officer("name_as_seen", Text(100, "R. Smith", "officer"), Class.OFF, "name as shown or said", "Name", short=True),
    _officer("agency", AGENCY, Class.OFF, "agency", "Agency", short=True),
    _officer("rank_as_seen", Text(60, "Sergeant"), Class.OFF, "rank or stripes", "Rank", short=True),
    _officer("physical_description", Text(500, "tall, grey beard, glasses"), Class.OFF,
             "how to tell this officer apart", "Description", short=True),
    _officer("role", Terms(OFFICER_ROLE), Class.OFF, "what this officer did", "Role", short=True),
    _officer("helmet_or_unit_no", Text(40, "H-12"), Class.OFF, "number on helmet or uniform"),
    _officer("identified_by", Terms(ID_METHOD), Class.OFF, "how the officer was identified"),
    _officer("agency_markings_text", Text(200, "POLICE ICE"), Class.OFF, "markings, word for word"),
    _officer("in_command", TriState(), Class.OFF, "whether in charge"),
    _officer("in_uniform", TriState(), Class.OFF, "whether in uniform"),
    _officer("plainclothes", TriState(), Class.OFF, "whether in plain clothes"),
    _officer("face_covered", TriState(), Class.OFF, "whether the face was covered"),
    _officer("badge_covered", TriState(), Class.OFF, "whether the badge was covered"),
    _officer("name_displayed", TriState(), Class.OFF, "whether a name was displayed"),
    _officer("identified_self_on_request", TriState(), Class.OFF, "whether gave name or badge when asked",
             basis=True),
    _officer("bodycam_present", TriState(), Class.OFF, "whether a body camera was worn"),
    _officer("bodycam_light_on", TriState(), Class.OFF, "whether its light was on"),
    _officer("dashcam_present", TriState(), Class.OFF, "whether their vehicle had a camera"),
    _officer("equipment", Terms(EQUIPMENT), Class.OFF, "weapons and gear"),
    _officer("on_duty", Term(ON_DUTY), Class.OFF, "whether on duty"),
    _officer("used_profanity_or_slur", TriState(), Class.NAR, "whether used profanity or a slur", basis=True),
    _officer("slur_quote", LongText(), Class.NAR, "the words, exactly", before=QUOTE),
)

# A plate is a person's until somebody has said that the vehicle belongs to an agency.
_OF_AGENCY = Relaxed("is_civilian", "no", Class.OFF)

VEHICLE = (
    _vehicle("unit_number", Text(40, "214", "unit"), Class.OFF, "number painted on it", "Unit number", short=True),
    _vehicle("plate", Text(20, "1234567"), Class.PID, "plate", "Plate", short=True, relaxed=_OF_AGENCY),
    _vehicle("plate_state", Text(40, "CA"), Class.PID, "state of the plate", relaxed=_OF_AGENCY),
    _vehicle("agency", AGENCY, Class.OFF, "agency", "Agency", short=True),
    _vehicle("is_civilian", TriState(), Class.PUB, "no for a vehicle of an agency", "Is it a civilian's vehicle?",
             short=True),
    _vehicle("kind", Term(VEHICLE_KIND), Class.PUB, "what kind of vehicle"),
    _vehicle("marked", Term(MARKED), Class.OFF, "whether it is marked as an agency's"),
    _vehicle("description", Text(200, "white van, dented door"), Class.PID, "make, model, colour, features",
             relaxed=_OF_AGENCY),
    _vehicle("direction_of_travel", Text(100, "north on Main"), Class.PID, "where it went", relaxed=_OF_AGENCY),
)
# fmt: on
