"""Officers as one human each, and which sightings are which of them. A record each.

Sources: OpenOversight (names of fields and choices), OpenPolice.org.
"""

from copwatch.model.entities.rows import Entity
from copwatch.model.entities.sightings import AGENCY
from copwatch.model.redaction import Class
from copwatch.model.values import (
    Date,
    Group,
    Integer,
    LongText,
    Many,
    Reference,
    RowReference,
    Term,
    Terms,
    Text,
    TriState,
)
from copwatch.model.vocabularies.people import (
    DO_NOT_PUBLISH,
    ID_STATUS,
    OFFICER_GENDER,
    OFFICER_RACE,
    SUFFIX,
)
from copwatch.model.vocabulary import ID_METHOD

_officer, _assignment, _match = Entity("officer_identity"), Entity("assignment"), Entity("match")

_ONLY_FOR_COUNSEL = (
    "Nothing about the home, family or health of an officer, unless counsel asks for it: it never leaves but to them.",
)

# fmt: off
OFFICER_IDENTITY = (
    _officer("last_name", Text(100, "Smith"), Class.OFF, "last name", "Last name"),
    _officer("first_name", Text(100, "Robin"), Class.OFF, "first name", "First name"),
    _officer("middle_initial", Text(10, "Q"), Class.OFF, "middle initial"),
    _officer("suffix", Term(SUFFIX), Class.OFF, "suffix"),
    _officer("agency", AGENCY, Class.OFF, "agency", "Agency"),
    _officer("unique_internal_identifier", Text(60, "88-1"), Class.OFF, "number by which the agency itself knows them"),
    _officer("race", Term(OFFICER_RACE), Class.OFF, "as OpenOversight lists it"),
    _officer("gender", Term(OFFICER_GENDER), Class.OFF, "as OpenOversight lists it"),
    _officer("birth_year", Integer(1900, 2199), Class.OFF, "as rosters of agencies say"),
    _officer("employment_date", Date(), Class.OFF, "since when with the agency"),
    _officer("openoversight_id", Integer(1), Class.OFF, "number at openoversight.com"),
    _officer("assignments", Group("assignment"), Class.OFF, "badge, title and unit over time",
             "Which badge, title and unit?"),
    _officer("identity_status", Term(ID_STATUS), Class.PUB, "how sure it is who this is", "How sure is it?"),
    _officer("do_not_publish", TriState(), Class.PUB, "whether nothing of this officer may be published"),
    _officer("do_not_publish_reason", Term(DO_NOT_PUBLISH), Class.PUB, "why not"),
    _officer("private_note", LongText(), Class.OFP, "only what counsel asked for", before=_ONLY_FOR_COUNSEL),
    _officer("note", LongText(), Class.NAR, "where this is known from"),
)

ASSIGNMENT = (
    _assignment("star_no", Text(40, "4411"), Class.OFF, "badge or star number", "Badge", short=True),
    _assignment("job_title", Text(100, "Sergeant"), Class.OFF, "title or rank", "Title", short=True),
    _assignment("unit", Text(100, "Traffic"), Class.OFF, "unit", "Unit", short=True),
    _assignment("start_date", Date(), Class.OFF, "since when"),
    _assignment("resign_date", Date(), Class.OFF, "until when"),
)

MATCH = (
    _match("officer", Reference(("officer_identity",)), Class.OFF, "who it is", "Which officer?", required=True,
           basis=True),
    _match("sightings", Many(RowReference("O")), Class.OFF, "the rows of reports that are this officer",
           "Which sightings (such as I-7Q2K-D3MX-R/O1)?", required=True),
    _match("status", Term(ID_STATUS), Class.PUB, "how sure it is", "How sure is it?"),
    _match("method", Terms(ID_METHOD), Class.OFF, "by what they were matched"),
    _match("note", LongText(), Class.NAR, "why they are held to be the same"),
)
# fmt: on
