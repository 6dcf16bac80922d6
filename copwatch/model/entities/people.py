"""Persons who are no officers: what the case may know, and, apart from it, who they are. A record each.

What somebody did in an incident stands in the report of it, under a label. Sources: RIPA (as perceived), ESF (events
standard formats), jail-support guides.
"""

from copwatch.model.entities.rows import Entity
from copwatch.model.fields import Relaxed
from copwatch.model.redaction import Class
from copwatch.model.values import (
    Address,
    Date,
    Group,
    Integer,
    LongText,
    Many,
    PersonName,
    Reference,
    RowReference,
    Term,
    Terms,
    Text,
    TriState,
)
from copwatch.model.vocabularies.people import AGE_BAND, DISABILITY, GENDER, GOV_ID_KIND, PERSON_ROLE, RACE

PERSON_OF = Reference(("person",))

_person, _identity = Entity("person"), Entity("identity")
_gov_id, _contact = Entity("gov_id"), Entity("emergency_contact")

_AS_LITTLE = ("Ask for as little as is needed: what is not here cannot be taken, read or subpoenaed.",)
_NEVER_GUESS = ("Only what the person said themselves and agreed to have written down. Never guess.",)

# A name is a child's until somebody has said that the person is of age.
_OF_AGE = Relaxed("is_minor", "no", Class.PID)

# fmt: off
PERSON = (
    _person("label", Text(20, "P1"), Class.PUB, "what everybody sees of the person, such as P1; never a name",
            "By which label is the person known?", required=True),
    _person("appears_in", Many(RowReference("P")), Class.PID, "the rows of reports that are this person",
            "Where does the person appear (such as I-7Q2K-D3MX-R/P1)?", basis=True),
    _person("role", Terms(PERSON_ROLE), Class.PID, "what the person is to the case", "Role"),
    _person("is_client", TriState(), Class.LEG, "whether counsel acts for the person"),
    _person("notes_privileged", LongText(), Class.PRV, "for counsel only"),
)

IDENTITY = (
    _identity("person", PERSON_OF, Class.PID, "whose identity this is", "Which person?", required=True),
    _identity("is_minor", TriState(), Class.MIN, "whether the person is under 18", "Is the person under 18?"),
    _identity("chosen_name", PersonName(200, "Sam"), Class.MIN, "the name that the person uses", "Chosen name",
              before=_AS_LITTLE, relaxed=_OF_AGE),
    _identity("legal_name", PersonName(200, "Samuel Example"), Class.MIN, "the name on documents, where it is needed",
              "Legal name", relaxed=_OF_AGE),
    _identity("pronouns", Text(40, "they/them"), Class.MIN, "pronouns", "Pronouns", relaxed=_OF_AGE),
    _identity("aliases", Many(PersonName(200, "Sammy")), Class.MIN, "other names", relaxed=_OF_AGE),
    _identity("phone", Text(60, "555 0100"), Class.CON, "telephone", "Telephone"),
    _identity("email", Text(200, "sam@example.org"), Class.CON, "e-mail"),
    _identity("messenger", Text(200, "Signal, 555 0100"), Class.CON, "messenger and how it is reached there"),
    _identity("safe_contact_method", Text(200, "text only"), Class.CON, "how it is safe to reach the person",
              "How is it safe to reach the person?"),
    _identity("safe_times", Text(200, "weekdays after 18:00"), Class.CON, "when it is safe"),
    _identity("do_not_leave_message", TriState(), Class.CON, "whether no message may be left"),
    _identity("date_of_birth", Date(), Class.DOB, "day of birth"),
    _identity("birth_year", Integer(1900, 2199), Class.DOB, "year of birth, where the day is not needed"),
    _identity("age_band", Term(AGE_BAND), Class.DEM, "about how old"),
    _identity("home_address", Address(300), Class.HOM, "home"),
    _identity("housing_situation", Text(200, "shelter"), Class.HOM, "how the person lives"),
    _identity("languages", Many(Text(60, "Spanish")), Class.DEM, "languages"),
    _identity("interpreter_needed", TriState(), Class.DEM, "whether an interpreter is needed"),
    _identity("race_ethnicity_self", Text(100, "Chicana"), Class.DEM, "in the person's own words"),
    _identity("race_ethnicity_perceived", Terms(RACE), Class.DEM, "as it may have appeared to officers; not asked"),
    _identity("gender_self", Text(100, "nonbinary"), Class.DEM, "in the person's own words"),
    _identity("gender_perceived", Term(GENDER), Class.DEM, "as it may have appeared to officers; not asked"),
    _identity("orientation_self", Text(100, "queer"), Class.DEM, "in the person's own words"),
    _identity("disability_self", Text(200, "hard of hearing"), Class.DEM, "in the person's own words"),
    _identity("disability_perceived", Terms(DISABILITY), Class.DEM, "as it may have appeared to officers; not asked"),
    _identity("immigration_note", LongText(), Class.IMM, "only where counsel asks for it", before=_NEVER_GUESS),
    _identity("a_number", Text(20, "A000000000"), Class.IMM, "alien registration number, where counsel asks for it"),
    _identity("consulate", Text(100, "none"), Class.IMM, "consulate to be told, if the person wants that"),
    _identity("physical_description", Text(500, "green jacket"), Class.MIN, "where no name is known",
              relaxed=_OF_AGE),
    _identity("gov_ids", Group("gov_id", 20), Class.GOV, "numbers of documents; do not collect them without need"),
    _identity("emergency_contacts", Group("emergency_contact", 20), Class.CON, "whom to reach, and what to say"),
    _identity("dependants_or_pets", Text(300, "a dog at home"), Class.MED, "who needs care meanwhile"),
    _identity("deceased", TriState(), Class.MED, "whether the person has died"),
)

GOV_ID = (
    _gov_id("kind", Term(GOV_ID_KIND), Class.GOV, "which document"),
    _gov_id("value", Text(60, "D0000000"), Class.GOV, "its number"),
)

EMERGENCY_CONTACT = (
    _contact("name", PersonName(200, "Alex Example"), Class.CON, "name", "Name", short=True),
    _contact("relation", Text(100, "sister"), Class.CON, "who that is to the person", "Relation", short=True),
    _contact("how", Text(200, "555 0101"), Class.CON, "how to reach them", "How to reach them", short=True),
    _contact("when", Text(200, "if not out by morning"), Class.CON, "when to reach them"),
    _contact("what_to_say", Text(500, "only that I am safe"), Class.CON, "what may be said"),
)
# fmt: on
