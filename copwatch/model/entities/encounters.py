"""What was done to people: stops, searches, force, injuries and care, property, as rows of a report.

Sources: RIPA, OpenPolice.org, FBI National Use-of-Force Data Collection, NLG legal observer training.
"""

from copwatch.model.entities.rows import Entity
from copwatch.model.entities.sightings import QUOTE
from copwatch.model.redaction import Class
from copwatch.model.values import (
    Date,
    Decimal,
    Integer,
    Label,
    LongText,
    Many,
    Reference,
    Term,
    Terms,
    Text,
    Timestamp,
    TriState,
)
from copwatch.model.vocabularies.encounters import (
    AMMUNITION,
    BODY_PART,
    FIREARM_STAGE,
    FORCE_RESULT,
    ON_SCENE_CARE,
    PHONE_ACCESS,
    PROPERTY_ACTION,
    PROPERTY_KIND,
    RESTRAINED,
    SEARCH_BASIS,
    SEARCH_TARGET,
    SOBRIETY_TEST,
    STOP_REASON,
    STOP_RESULT,
    SUSPICION,
    TRAFFIC_KIND,
    WARRANT_SHOWN,
)
from copwatch.model.vocabularies.people import ALLEGED_ARMED, ALLEGED_BY, PERSON_CONDUCT, PERSON_ROLE
from copwatch.model.vocabulary import FORCE_TYPE, INJURY, SEVERITY

_involved, _stop, _search = Entity("involvement"), Entity("stop"), Entity("search")
_force, _injury, _property = Entity("force_use"), Entity("injury_care"), Entity("property")

_PERSON, _OFFICERS = Label(), Many(Label("O"))
_PHOTOS = Many(Reference(("evidence",)))
_MINUTES = Integer(0, 1_000_000)

# fmt: off
INVOLVEMENT = (
    _involved("label", _PERSON, Class.PUB, "P1, P2 and so on; given by copwatch where it is left out, and kept",
              "Label (P1)", short=True),
    _involved("role", Terms(PERSON_ROLE), Class.PID, "what the person was in it", "Role", short=True),
    _involved("conduct", Term(PERSON_CONDUCT), Class.INC, "what the person was seen to do", basis=True),
    _involved("recording_police", TriState(), Class.PUB, "whether the person was recording"),
    _involved("count_if_group", Integer(1, 1_000_000), Class.PUB, "how many, where the row is a group"),
    _involved("mental_health_crisis", TriState(), Class.MED, "whether it was a crisis of mental health", basis=True),
    _involved("alleged_armed", Term(ALLEGED_ARMED), Class.INC, "what officers or media allege the person had"),
    _involved("alleged_by", Term(ALLEGED_BY), Class.INC, "who alleges it"),
    _involved("impairment_alleged", TriState(), Class.INC, "whether somebody alleges drink or drugs"),
    _involved("fled", TriState(), Class.INC, "whether the person ran away", basis=True),
)

STOP = (
    _stop("person", _PERSON, Class.PUB, "who was stopped, by label", "Person (P1)", short=True),
    _stop("officers", _OFFICERS, Class.PUB, "by whom, by label"),
    _stop("reason_stated", Terms(STOP_REASON), Class.PUB, "the reason that officers gave", "Reason that they gave",
          short=True, basis=True),
    _stop("reason_verbatim", LongText(), Class.NAR, "the reason, word for word", before=QUOTE),
    _stop("traffic_kind", Term(TRAFFIC_KIND), Class.PUB, "what kind of traffic stop"),
    _stop("suspicion", Terms(SUSPICION), Class.LEG, "the suspicion that officers named"),
    _stop("asked_id", TriState(), Class.PUB, "whether they asked for identification", "Did they ask for ID?",
          short=True),
    _stop("passengers_asked_id", TriState(), Class.PUB, "whether they asked passengers"),
    _stop("asked_if_free_to_go", TriState(), Class.PUB, "whether the person asked if they were free to go"),
    _stop("told_free_to_go", TriState(), Class.PUB, "whether they were told that they were free to go",
          "Were they told that they were free to go?", short=True),
    _stop("asked_probation_parole", TriState(), Class.LEG, "whether they asked about probation or parole"),
    _stop("asked_immigration", TriState(), Class.IMM, "whether they asked about immigration"),
    _stop("frisked", TriState(), Class.PUB, "whether they patted the person down", "Were they patted down?",
          short=True),
    _stop("curbside", TriState(), Class.PUB, "whether the person had to sit on the curb"),
    _stop("handcuffed", TriState(), Class.PUB, "whether the person was handcuffed", "Handcuffed?", short=True),
    _stop("cuff_injury", TriState(), Class.MED, "whether the cuffs hurt the person"),
    _stop("car_detention", TriState(), Class.PUB, "whether the person was put into a car"),
    _stop("sobriety_test", Terms(SOBRIETY_TEST), Class.LEG, "tests of sobriety"),
    _stop("photographed", TriState(), Class.PUB, "whether officers photographed the person"),
    _stop("duration_min", _MINUTES, Class.PUB, "how many minutes it lasted", basis=True),
    _stop("business_card_given", TriState(), Class.PUB, "whether they gave a card"),
    _stop("stop_receipt_given", TriState(), Class.PUB, "whether they gave a receipt of the stop"),
    _stop("result", Terms(STOP_RESULT), Class.LEG, "how it ended", "How did it end?", short=True, basis=True),
)

SEARCH = (
    _search("person", _PERSON, Class.PUB, "whose, by label"),
    _search("officers", _OFFICERS, Class.PUB, "by whom, by label"),
    _search("target", Terms(SEARCH_TARGET), Class.PUB, "what was searched", "What was searched?", short=True),
    _search("consent_asked", TriState(), Class.PUB, "whether they asked for consent", "Did they ask for consent?",
            short=True, basis=True),
    _search("consent_given", TriState(), Class.LEG, "whether consent was given", "Was consent given?", short=True,
            basis=True),
    _search("consent_words", LongText(), Class.NAR, "what was said about consent, word for word", before=QUOTE),
    _search("threats", TriState(), Class.PUB, "whether they threatened", basis=True),
    _search("basis_stated", Terms(SEARCH_BASIS), Class.PUB, "the grounds that officers gave", "Grounds that they gave",
            short=True),
    _search("warrant_claimed", TriState(), Class.PUB, "whether they said that they had a warrant", basis=True),
    _search("warrant_shown", Term(WARRANT_SHOWN), Class.PUB, "which warrant they showed, signed by a judge or not",
            "Warrant that they showed", short=True, basis=True),
    _search("strip", TriState(), Class.SUR, "whether clothes had to come off"),
    _search("body_cavity", TriState(), Class.SUR, "whether the body was searched inside"),
    _search("contraband_found", Terms(PROPERTY_KIND), Class.INC, "what officers say they found", offered=False),
    _search("property_damaged", TriState(), Class.PUB, "whether something was damaged"),
    _search("damage_text", LongText(), Class.NAR, "what was damaged"),
    _search("phone_access", Terms(PHONE_ACCESS), Class.PUB, "what was done with a telephone", basis=True),
)

FORCE_USE = (
    _force("officers", _OFFICERS, Class.PUB, "by whom, by label", "By which officers (O1, O2)?", short=True),
    _force("person", _PERSON, Class.PUB, "on whom, by label", "On whom (P1)?", short=True),
    _force("at", Timestamp(), Class.TIM, "when"),
    _force("type", Term(FORCE_TYPE), Class.PUB, "which force", "Which force?", short=True, basis=True),
    _force("subtype", Text(100, "40 mm foam"), Class.PUB, "more exactly, such as the model"),
    _force("body_parts", Terms(BODY_PART), Class.MED, "where it hit", "Where did it hit?", short=True),
    _force("count", Integer(1, 100_000), Class.PUB, "how many times", basis=True),
    _force("duration_s", Integer(0, 1_000_000), Class.PUB, "how many seconds", basis=True),
    _force("warned", TriState(), Class.PUB, "whether it was announced", "Was it announced?", short=True, basis=True),
    _force("orders_given", TriState(), Class.PUB, "whether orders were given before", basis=True),
    _force("orders_text", LongText(), Class.NAR, "the orders, word for word", before=QUOTE),
    _force("person_response", LongText(), Class.NAR, "what the person said and did", before=QUOTE),
    _force("person_restrained", Terms(RESTRAINED), Class.PUB, "whether the person was held already", basis=True),
    _force("against_animal", TriState(), Class.PUB, "whether it was used on an animal"),
    _force("ammo", Term(AMMUNITION), Class.PUB, "which ammunition"),
    _force("firearm_stage", Term(FIREARM_STAGE), Class.PUB, "how far it went with a firearm", basis=True),
    _force("distance_m", Integer(0, 100_000), Class.PUB, "from how many metres"),
    _force("result", Terms(FORCE_RESULT), Class.MED, "what it did", basis=True),
    _force("continued_after_control", TriState(), Class.PUB, "whether it went on after the person was under control",
           basis=True),
)

INJURY_CARE = (
    _injury("person", _PERSON, Class.MED, "who, by label", "Person (P1)", short=True),
    _injury("injury", Terms(INJURY), Class.MED, "which injuries", "Injuries", short=True, basis=True),
    _injury("body_part", Terms(BODY_PART), Class.MED, "where"),
    _injury("severity", Term(SEVERITY), Class.MED, "how grave", "How grave", short=True, basis=True),
    _injury("cause", Terms(FORCE_TYPE), Class.MED, "from which force", basis=True),
    _injury("photo_evidence", _PHOTOS, Class.MED, "photographs of it; take them again after 1, 3 and 7 days"),
    _injury("on_scene_care", Terms(ON_SCENE_CARE), Class.MED, "who gave care there", "Who gave care there?",
            short=True),
    _injury("ems_unit_no", Text(40, "M-12"), Class.MED, "number of the ambulance"),
    _injury("hospital", Text(100, "Highland Hospital"), Class.MED, "which hospital"),
    _injury("records_release_signed", TriState(), Class.MED, "whether the person signed for their records"),
    _injury("naloxone_given", TriState(), Class.MED, "whether naloxone was given"),
    _injury("overdose", TriState(), Class.MED, "whether it was an overdose"),
    _injury("death", TriState(), Class.MED, "whether the person died"),
    _injury("time_of_death", Timestamp(), Class.MED, "when"),
)

PROPERTY = (
    _property("owner", _PERSON, Class.PUB, "whose, by label", "Whose (P1)?", short=True),
    _property("action", Term(PROPERTY_ACTION), Class.PUB, "what was done with it", "What was done with it?", short=True,
              basis=True),
    _property("items", Terms(PROPERTY_KIND), Class.INC, "what", "What?", short=True),
    _property("description", Text(300, "blue tent"), Class.PID, "how to tell it apart", "Description", short=True),
    _property("value_est", Decimal("0", "1000000000", "250.00"), Class.FIN, "about what it is worth"),
    _property("receipt_given", TriState(), Class.LEG, "whether there was a receipt", "Was there a receipt?",
              short=True),
    _property("receipt_no", Text(60, "R-000"), Class.LEG, "its number"),
    _property("held_by_agency", Text(100, "Oakland Police Department"), Class.LEG, "who has it"),
    _property("reclaim_by", Date(), Class.LEG, "until when it can be claimed"),
    _property("reclaimed", TriState(), Class.LEG, "whether it was given back"),
    _property("photos", _PHOTOS, Class.LEG, "photographs of it"),
    _property("damage", TriState(), Class.PUB, "whether it was damaged"),
)
# fmt: on
