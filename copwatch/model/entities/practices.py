"""Rapid response, firearms, harm reduction, survivors, information security, as rows of a report.

Sources: SALUTE reports of hotlines (alert). The rest is thin on purpose: documentation only.
"""

from copwatch.model.entities.rows import Entity
from copwatch.model.entities.sightings import QUOTE
from copwatch.model.fields import Due, Relaxed
from copwatch.model.redaction import Class
from copwatch.model.values import (
    Date,
    Handle,
    Integer,
    Label,
    LongText,
    Many,
    Term,
    Terms,
    Text,
    Timestamp,
    TriState,
)
from copwatch.model.vocabularies.encounters import FIREARM_STAGE, WARRANT_SHOWN
from copwatch.model.vocabularies.practices import (
    AGENCY_TYPE,
    ALERT_CLOSED,
    CARRIER,
    CARRY,
    EQUIPMENT,
    HARM_REDUCTION_SERVICE,
    ICE_ACTIVITY,
    INFOSEC_KIND,
    POLICE_WISH,
    SURVIVOR_SUPPORT,
    VERIFICATION,
)

_alert, _firearm, _community = Entity("alert"), Entity("firearm"), Entity("community_firearm")
_reduction, _survivor, _infosec = Entity("harm_reduction"), Entity("survivor"), Entity("infosec")

_COUNT = Integer(0, 100_000)

# Whoever carries it is no officer until somebody has said so.
_OF_OFFICER = Relaxed("who", "officer", Class.OFF)

# fmt: off
ALERT = (
    _alert("received_at", Timestamp(), Class.TIM, "when the alert came"),
    _alert("channel", Text(100, "hotline"), Class.ORG, "how it came"),
    _alert("caller_contact", Text(200, "555 0100"), Class.CON, "how to reach who called, if they want that"),
    _alert("size_agents", _COUNT, Class.PUB, "S: how many agents", "S: how many agents?", short=True, basis=True),
    _alert("size_vehicles", _COUNT, Class.PUB, "S: how many vehicles", "S: how many vehicles?", short=True, basis=True),
    _alert("activity", Terms(ICE_ACTIVITY), Class.PUB, "A: what they were doing", "A: what were they doing?",
           short=True,
           basis=True),
    _alert("activity_text", LongText(), Class.NAR, "A: what they were doing, in words", before=QUOTE),
    _alert("uniform_text", Text(200, "green vests, POLICE"), Class.OFF, "U: uniforms and markings, word for word",
           "U: uniforms and markings?", short=True),
    _alert("agency_guess", Term(AGENCY_TYPE), Class.PUB, "U: which kind of agency it seemed to be", basis=True),
    _alert("seen_at", Timestamp(), Class.TIM, "T: when they were seen", "T: when were they seen?", short=True),
    _alert("equipment", Terms(EQUIPMENT), Class.OFF, "E: what they carried", "E: what did they carry?", short=True),
    _alert("status", Term(VERIFICATION), Class.PUB, "what verification found", "What did verification find?",
           short=True,
           basis=True),
    _alert("verifier", Handle(), Class.OBS, "who verified, by handle"),
    _alert("eta", Timestamp(), Class.ORG, "when the verifier was expected"),
    _alert("confirmed_at", Timestamp(), Class.TIM, "when it was confirmed"),
    _alert("closed_reason", Term(ALERT_CLOSED), Class.PUB, "why it was closed"),
    _alert("warrant", Term(WARRANT_SHOWN), Class.PUB, "which warrant they showed, signed by a judge or not",
           basis=True),
    _alert("persons_taken", _COUNT, Class.PUB, "how many people were taken", "How many people were taken?", short=True,
           basis=True),
    _alert("destination_told", Text(200, "field office"), Class.LEG, "where they said people would be taken",
           basis=True),
    _alert("language_needed", Text(60, "Mam"), Class.DEM, "which language is needed"),
    _alert("family_contact", Text(200, "555 0101"), Class.CON, "how to reach family, if they want that"),
    _alert("hotline_case_no", Text(60, "H-000"), Class.ORG, "number at the hotline"),
)

FIREARM = (
    _firearm("who", Term(CARRIER), Class.PUB, "who carried it; never a community member", "Who carried it?",
             short=True),
    _firearm("officer", Label("O"), Class.PUB, "which officer, by label", "Which officer (O1)?", short=True),
    _firearm("carry", Term(CARRY), Class.INC, "how it was carried", "How was it carried?", short=True,
             relaxed=_OF_OFFICER),
    _firearm("handled", Term(FIREARM_STAGE), Class.INC, "how far it went", "How far did it go?", short=True, basis=True,
             relaxed=_OF_OFFICER),
    _firearm("safety_issue", TriState(), Class.INC, "whether it was handled so that somebody could be hurt",
             "Was it handled so that somebody could be hurt?", short=True, relaxed=_OF_OFFICER),
    _firearm("note", LongText(), Class.NAR, "what was seen", before=QUOTE),
)

COMMUNITY_FIREARM = (
    _community("person", Label(), Class.INC, "who, by label"),
    _community("carry", Term(CARRY), Class.INC, "how it was carried"),
    _community("handled", Term(FIREARM_STAGE), Class.INC, "how far it went"),
    _community("safety_issue", TriState(), Class.INC, "whether it was handled so that somebody could be hurt"),
    _community("note", LongText(), Class.INC, "what counsel asked for"),
)

HARM_REDUCTION = (
    _reduction("service", Terms(HARM_REDUCTION_SERVICE), Class.MED, "which service", "Which service?", short=True),
    _reduction("at", Timestamp(), Class.TIM, "when"),
    _reduction("police_interference", TriState(), Class.PUB, "whether police interfered", "Did police interfere?",
               short=True, basis=True),
    _reduction("interference_text", LongText(), Class.NAR, "what they did and said", "What did they do and say?",
               short=True, before=QUOTE),
    _reduction("person", Label(), Class.MED, "with whom; best left blank", offered=False),
)

SURVIVOR = (
    _survivor("consent_to_record", TriState(), Class.SUR, "whether the survivor agrees that this is written down",
              "Does the survivor agree that this is written down? If not, stop here.", short=True, ends_at="no"),
    _survivor("person", Label(), Class.SUR, "who, by label"),
    _survivor("wants_contact", TriState(), Class.SUR, "whether they want to be contacted",
              "Do they want to be contacted?",
              short=True),
    _survivor("safe_contact", Text(200, "text only, never call"), Class.SUR, "how that is safe", "How is that safe?",
              short=True),
    _survivor("support_offered", Terms(SURVIVOR_SUPPORT), Class.SUR, "support that was offered"),
    _survivor("support_accepted", Terms(SURVIVOR_SUPPORT), Class.SUR, "support that they took"),
    _survivor("referral", Text(200, "Example Advocates"), Class.SUR, "to whom they were referred"),
    _survivor("police_involved_wish", Term(POLICE_WISH), Class.SUR, "whether they want police involved",
              "Do they want police involved?", short=True),
    _survivor("next_checkin", Date(), Class.SUR, "when to be in touch again", "When to be in touch again?", short=True,
              due=Due("be in touch")),
    _survivor("retelling_count", Integer(0, 1000), Class.SUR, "how often they had to tell it; to keep that low"),
)

INFOSEC = (
    _infosec("kind", Terms(INFOSEC_KIND), Class.TEC, "what happened", "What happened?", short=True, basis=True),
    _infosec("at", Timestamp(), Class.TIM, "when", "When", short=True),
    _infosec("devices", Many(Text(100, "group phone 2")), Class.TEC, "which devices or accounts", "Which devices?",
             short=True),
    _infosec("actions_taken", LongText(), Class.ORG, "what was done about it"),
)
# fmt: on
