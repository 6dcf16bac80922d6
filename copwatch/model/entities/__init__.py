"""The table of fields. A field is one row in one of these files, and nowhere else."""

from copwatch.model.entities.arrests import ARREST, TRANSFER
from copwatch.model.entities.consent import CONSENT, HOLD
from copwatch.model.entities.encounters import FORCE_USE, INJURY_CARE, INVOLVEMENT, PROPERTY, SEARCH, STOP
from copwatch.model.entities.legal import (
    ATTORNEY,
    BAIL,
    CHARGE,
    COURT_DATE,
    JAIL_SUPPORT,
    LETTER,
    MATTER,
    REQUEST,
    RULE,
)
from copwatch.model.entities.media import CLOCK, EVENT, MARK, MARK_PLACE, STATEMENT
from copwatch.model.entities.officers import ASSIGNMENT, MATCH, OFFICER_IDENTITY
from copwatch.model.entities.people import EMERGENCY_CONTACT, GOV_ID, IDENTITY, PERSON
from copwatch.model.entities.practices import (
    ALERT,
    COMMUNITY_FIREARM,
    FIREARM,
    HARM_REDUCTION,
    INFOSEC,
    SURVIVOR,
)
from copwatch.model.entities.report import DO_NOT_WRITE, OWN_SECTION, REPORT
from copwatch.model.entities.scene import CCTV, DEESCALATION, INTERFERENCE, OBSERVER, PICKET, WARNING
from copwatch.model.entities.sightings import OFFICER, VEHICLE

__all__ = ["DO_NOT_WRITE", "ENTITIES", "OWN_SECTION", "ROWS"]

_DONE = (*STOP, *SEARCH, *FORCE_USE, *ARREST, *TRANSFER, *INJURY_CARE, *PROPERTY)
_SCENE = (*INVOLVEMENT, *OFFICER, *VEHICLE, *WARNING, *DEESCALATION, *OBSERVER, *INTERFERENCE, *CCTV, *PICKET)
_PRACTICES = (*ALERT, *FIREARM, *COMMUNITY_FIREARM, *HARM_REDUCTION, *SURVIVOR, *INFOSEC)
_PEOPLE = (*PERSON, *IDENTITY, *GOV_ID, *EMERGENCY_CONTACT, *OFFICER_IDENTITY, *ASSIGNMENT, *MATCH)
_MEDIA = (*MARK, *MARK_PLACE, *EVENT, *STATEMENT, *CLOCK)
_LEGAL = (*MATTER, *ATTORNEY, *CHARGE, *COURT_DATE, *BAIL, *JAIL_SUPPORT, *REQUEST, *LETTER, *RULE)

ROWS = (*REPORT, *_SCENE, *_DONE, *_PRACTICES, *_PEOPLE, *_MEDIA, *CONSENT, *HOLD, *_LEGAL)
ENTITIES = tuple(dict.fromkeys((*(row.entity for row in ROWS), OWN_SECTION)))
