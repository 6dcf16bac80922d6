"""The legal follow-up: matters, counsel, charges, court, bail, jail support, requests, letters, time limits. A record
each.

Sources: LegalServer (arrests block), jail-support guides. Time limits are rules that counsel gives; none is shipped.
"""

from copwatch.model.entities.media import EVIDENCE_OF, INCIDENT_OF
from copwatch.model.entities.people import PERSON_OF
from copwatch.model.entities.rows import Entity
from copwatch.model.entities.sightings import AGENCY
from copwatch.model.fields import Due
from copwatch.model.redaction import Class
from copwatch.model.values import (
    Date,
    Decimal,
    Handle,
    Integer,
    LongText,
    Many,
    PersonName,
    Reference,
    RowReference,
    Term,
    Terms,
    Text,
    Timestamp,
    TriState,
)
from copwatch.model.vocabularies.legal import (
    BAIL_KIND,
    CHARGE_LEVEL,
    CHARGE_STATUS,
    HEARING_KIND,
    HOW_SENT,
    LETTER_KIND,
    MATTER_KIND,
    MATTER_STATUS,
    RECORDS_ITEM,
    RECORDS_LAW,
    RECORDS_RESPONSE,
    RELEASE_NEED,
    RULE_HARDNESS,
    RULE_KIND,
    RULE_ROLL,
    RULE_TRIGGER,
    RULE_UNIT,
)
from copwatch.model.vocabularies.practices import AGENCY_TYPE

_INCIDENTS, _MATTER_OF, _ARREST_OF = Many(INCIDENT_OF), Reference(("matter",)), RowReference("A")
_DOCKET, _MONEY, _URL = (
    Text(60, "26-CR-00000"),
    Decimal("0", "1000000000", "250.00"),
    Text(500, "https://example.org/"),
)

_matter, _attorney, _charge, _court = (
    Entity("matter"),
    Entity("attorney"),
    Entity("charge"),
    Entity("court_date"),
)
_bail, _support, _request = Entity("bail"), Entity("jail_support"), Entity("request")
_letter, _rule = Entity("letter"), Entity("rule")

# fmt: off
MATTER = (
    _matter("kind", Term(MATTER_KIND), Class.LEG, "what kind of matter", "What kind of matter?", required=True),
    _matter("person", PERSON_OF, Class.PID, "whose matter", "Whose matter is it?"),
    _matter("incidents", _INCIDENTS, Class.LEG, "about which incidents", "About which incidents?"),
    _matter("attorney", Reference(("attorney",)), Class.PRV, "counsel", "Which attorney?"),
    _matter("attorney_of_record", TriState(), Class.PRV, "whether counsel is attorney of record"),
    _matter("privilege_holder", PERSON_OF, Class.PRV, "whose privilege it is"),
    _matter("status", Term(MATTER_STATUS), Class.LEG, "where it stands", "Where does it stand?"),
    _matter("court", Text(200, "Superior Court, Alameda County"), Class.LEG, "court"),
    _matter("docket", _DOCKET, Class.LEG, "number at the court"),
    _matter("protective_order", TriState(), Class.LEG, "whether a protective order is in force",
            "Is a protective order in force?"),
    _matter("protective_order_text", LongText(), Class.NAR, "what it says"),
    _matter("civil_claim_wanted", TriState(), Class.PRV, "whether the person wants a civil claim"),
    _matter("complaint_body", Text(200, "Police Review Board"), Class.LEG, "with whom a complaint was filed"),
    _matter("complaint_filed_at", Date(), Class.LEG, "when"),
    _matter("complaint_no", Text(60, "C-000"), Class.LEG, "its number"),
    _matter("rejected_at", Date(), Class.LEG, "when a claim was rejected"),
    _matter("notes_privileged", LongText(), Class.PRV, "for counsel only"),
)

ATTORNEY = (
    _attorney("name", Text(200, "Jo Example"), Class.PRV, "name", "Name", required=True),
    _attorney("org", Text(200, "Example Legal Aid"), Class.PRV, "office or organisation", "Office or organisation"),
    _attorney("bar_no", Text(40, "000000"), Class.PRV, "number at the bar"),
    _attorney("contact", Text(300, "jo@example.org"), Class.CON, "how to reach them", "How are they reached?"),
    _attorney("retained_by", PERSON_OF, Class.PID, "who retained them"),
    _attorney("engaged_at", Date(), Class.PRV, "since when there is an agreement on engagement or secrecy"),
    _attorney("pubkey", Text(4000, "age1…"), Class.CON, "age recipient to which exports are sealed"),
)

CHARGE = (
    _charge("arrest", _ARREST_OF, Class.LEG, "from which arrest, such as I-7Q2K-D3MX-R/A1", "From which arrest?"),
    _charge("person", PERSON_OF, Class.PID, "who is charged", "Who is charged?"),
    _charge("matter", _MATTER_OF, Class.LEG, "in which matter", "In which matter?"),
    _charge("code", Text(60, "PC 148(a)(1)"), Class.LEG, "section", "Which section?"),
    _charge("text", Text(300, "obstructing an officer"), Class.LEG, "what it says", "What does it say?"),
    _charge("level", Term(CHARGE_LEVEL), Class.LEG, "how grave"),
    _charge("status", Term(CHARGE_STATUS), Class.LEG, "where it stands; expunged_or_sealed keeps it out of exports",
            "Where does it stand?"),
    _charge("disposed_at", Date(), Class.LEG, "when it ended"),
    _charge("disposition", Text(200, "dismissed"), Class.LEG, "how it ended"),
)

COURT_DATE = (
    _court("matter", _MATTER_OF, Class.LEG, "in which matter", "In which matter?"),
    _court("person", PERSON_OF, Class.PID, "who has to appear", "Who has to appear?"),
    _court("at", Timestamp(), Class.LEG, "when", "When?", required=True,
           due=Due("hearing", ("outcome", "next_date"))),
    _court("kind", Term(HEARING_KIND), Class.LEG, "what kind of hearing", "What kind of hearing?"),
    _court("court", Text(200, "Superior Court, Alameda County"), Class.LEG, "court", "Which court?"),
    _court("room", Text(40, "Dept. 5"), Class.LEG, "room", "Which room?"),
    _court("judge", Text(100, "Hon. J. Example"), Class.LEG, "judge"),
    _court("mandatory", TriState(), Class.LEG, "whether the person has to be there"),
    _court("remote_link", _URL, Class.CON, "address of a hearing by video"),
    _court("support_wanted", TriState(), Class.LEG, "whether supporters are wanted", "Are supporters wanted?"),
    _court("reminder_opt_in", TriState(), Class.CON, "whether the person wants to be reminded"),
    _court("outcome", Text(300, "continued"), Class.LEG, "what came of it"),
    _court("next_date", Reference(("court_date",)), Class.LEG, "the next hearing"),
)

BAIL = (
    _bail("arrest", _ARREST_OF, Class.LEG, "from which arrest", "From which arrest?"),
    _bail("person", PERSON_OF, Class.PID, "for whom", "For whom?"),
    _bail("matter", _MATTER_OF, Class.LEG, "in which matter"),
    _bail("kind", Term(BAIL_KIND), Class.LEG, "what kind", "What kind?"),
    _bail("amount", _MONEY, Class.FIN, "how much", "How much?"),
    _bail("fund", Text(200, "Example Bail Fund"), Class.FIN, "which fund"),
    _bail("payer", PersonName(200, "Alex Example"), Class.FIN, "who pays"),
    _bail("posted_at", Timestamp(), Class.LEG, "when it was posted"),
    _bail("exonerated_at", Timestamp(), Class.LEG, "when it was given back"),
)

JAIL_SUPPORT = (
    _support("arrest", _ARREST_OF, Class.LEG, "from which arrest", "From which arrest?"),
    _support("person", PERSON_OF, Class.PID, "for whom", "For whom?"),
    _support("shift", Text(100, "night"), Class.ORG, "which shift"),
    _support("greeter", Handle(), Class.OBS, "who waits, by handle", "Who waits (handle)?"),
    _support("release_expected_from", Timestamp(), Class.LEG, "release expected from", "Expected from when?",
             due=Due("release expected", ("released_seen_at",))),
    _support("release_expected_to", Timestamp(), Class.LEG, "release expected until"),
    _support("released_seen_at", Timestamp(), Class.LEG, "when the person was seen to be out"),
    _support("needs", Terms(RELEASE_NEED), Class.MED, "what the person needs", "What does the person need?"),
    _support("ride", TriState(), Class.LEG, "whether there is a ride"),
    _support("property_missing", TriState(), Class.LEG, "whether something was not given back",
             "Was something not given back?"),
    _support("injuries_photographed", TriState(), Class.MED, "whether injuries were photographed",
             "Were injuries photographed?"),
    _support("statement_offered", TriState(), Class.LEG, "whether a statement was offered"),
    _support("next_contact_at", Timestamp(), Class.LEG, "when to be in touch again", "When to be in touch again?",
             due=Due("be in touch")),
    _support("note", LongText(), Class.NAR, "what else matters"),
)

REQUEST = (
    _request("agency", AGENCY, Class.PUB, "to whom", "To which agency?", required=True),
    _request("law", Term(RECORDS_LAW), Class.PUB, "under which law", "Under which law?"),
    _request("incidents", _INCIDENTS, Class.LEG, "about which incidents", "About which incidents?"),
    _request("items", Terms(RECORDS_ITEM), Class.PUB, "what is asked for", "What is asked for?"),
    _request("text", LongText(), Class.NAR, "the request, word for word"),
    _request("sent_at", Date(), Class.PUB, "when it was sent", "When was it sent?"),
    _request("ref_no", Text(60, "26-000"), Class.LEG, "number that the agency gave it"),
    _request("due_at", Date(), Class.PUB, "when the agency has to answer",
             due=Due("answer to a records request", ("response", "extended_to"))),
    _request("extended_to", Date(), Class.PUB, "to when the agency put it off",
             due=Due("answer to a records request", ("response",))),
    _request("response", Term(RECORDS_RESPONSE), Class.PUB, "what came back", "What came back?"),
    _request("denied_at", Date(), Class.PUB, "when it was denied"),
    _request("appeal_due_at", Date(), Class.PUB, "until when an appeal is possible",
             due=Due("appeal about a records request")),
    _request("received_evidence", Many(EVIDENCE_OF), Class.CST, "what was received"),
)

LETTER = (
    _letter("to", Text(200, "Corner Market"), Class.CON, "to whom", "To whom?", required=True),
    _letter("kind", Term(LETTER_KIND), Class.PUB, "what they are", "What are they?"),
    _letter("incidents", _INCIDENTS, Class.LEG, "about which incidents", "About which incidents?"),
    _letter("footage_from", Timestamp(), Class.TIM, "footage from", "Footage from when?"),
    _letter("footage_to", Timestamp(), Class.TIM, "footage until", "Footage until when?"),
    _letter("sent_at", Date(), Class.PUB, "when it was sent", "When was it sent?"),
    _letter("how", Term(HOW_SENT), Class.PUB, "how it was sent", "How was it sent?"),
    _letter("ack_at", Date(), Class.PUB, "when they confirmed it"),
    _letter("expires_at", Date(), Class.PUB, "when their footage is written over",
            "When is the footage written over?",
            due=Due("footage is written over", ("ack_at",))),
    _letter("note", LongText(), Class.PRV, "what counsel should know"),
)

RULE = (
    _rule("jurisdiction", Text(20, "US-CA"), Class.PUB, "ISO 3166-2, or US-FED", "Jurisdiction", required=True),
    _rule("agency_levels", Terms(AGENCY_TYPE), Class.PUB, "against which kinds of agency"),
    _rule("agency", AGENCY, Class.PUB, "against which agency, where only one"),
    _rule("claims", Many(Text(100, "state tort")), Class.PUB, "for which claims", "For which claims?"),
    _rule("trigger", Term(RULE_TRIGGER), Class.PUB, "from what it runs", "From what does it run?", required=True),
    _rule("offset_n", Integer(0, 100_000), Class.PUB, "how many", "How many?", required=True),
    _rule("offset_unit", Term(RULE_UNIT), Class.PUB, "of what", "Of what?", required=True),
    _rule("roll", Term(RULE_ROLL), Class.PUB, "what happens on a day that is no business day"),
    _rule("kind", Term(RULE_KIND), Class.PUB, "what it is a limit of", "What is it a limit of?"),
    _rule("hardness", Term(RULE_HARDNESS), Class.PUB, "whether it is the law or what is usual", "Is it hard?"),
    _rule("warn_before_days", Many(Integer(0, 10_000)), Class.PUB, "how many days before to warn"),
    _rule("action", Text(300, "file a claim"), Class.PUB, "what has to be done", "What has to be done?"),
    _rule("authority", Text(300, "Example Code § 1"), Class.PUB, "where it stands", "Which law?", required=True),
    _rule("source_url", _URL, Class.PUB, "address of that"),
    _rule("checked_on", Date(), Class.PUB, "when it was checked", "When was it checked?", required=True),
    _rule("checked_by", Handle(), Class.OBS, "who checked it, by handle", "Who checked it (handle)?"),
    _rule("attorney_verified", TriState(), Class.PUB, "whether an attorney confirmed it", "Did an attorney confirm?"),
    _rule("attorney", Reference(("attorney",)), Class.PRV, "which attorney"),
    _rule("attorney_verified_on", Date(), Class.PUB, "when"),
    _rule("stale_after_days", Integer(1, 10_000), Class.PUB, "after how many days it has to be checked again"),
    _rule("notes", LongText(), Class.PRV, "what counsel said about it"),
)
# fmt: on
