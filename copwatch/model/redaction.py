"""Redaction: what kind of harm a field can do when it leaves the archive, and what can be done about it.

Every field of every record has a class. Which treatment a class gets in an export is for the profiles to say.
"""

from enum import StrEnum


class Class(StrEnum):
    """One code a class; `meaning` says in a line what belongs to it."""

    PUB = "PUB"
    OFF = "OFF"
    OFP = "OFP"
    PID = "PID"
    CON = "CON"
    HOM = "HOM"
    GOV = "GOV"
    FIN = "FIN"
    DOB = "DOB"
    MIN = "MIN"
    DEM = "DEM"
    IMM = "IMM"
    MED = "MED"
    SUR = "SUR"
    LEG = "LEG"
    PRV = "PRV"
    OBS = "OBS"
    WIT = "WIT"
    LOC = "LOC"
    TIM = "TIM"
    TEC = "TEC"
    INC = "INC"
    ORG = "ORG"
    NAR = "NAR"
    CST = "CST"

    @property
    def meaning(self) -> str:
        """One line for documentation and review lists."""
        return _MEANINGS[self]


_MEANINGS = {
    Class.PUB: "structural, not personal: agency, incident type, day, city",
    Class.OFF: "officer acting officially: name, badge, rank, unit, plate of an agency vehicle",
    Class.OFP: "private life of an officer: home, family, personal telephone or vehicle, medical",
    Class.PID: "direct identifier of a non-officer: name, alias, face, voice, tattoo, civilian plate",
    Class.CON: "contact route: telephone, e-mail, messenger, postal address that is not a home",
    Class.HOM: "home address or private premises: residence, shelter, encampment spot",
    Class.GOV: "government identifiers: social security, driver licence, passport",
    Class.FIN: "financial: account, bail payer, card",
    Class.DOB: "birth date or exact age",
    Class.MIN: "identifies a minor: any identifier of a person under 18, school",
    Class.DEM: "demographic, perceived or stated: race, gender, orientation, disability, language",
    Class.IMM: "immigration or nationality: status, A-number, country of birth, consulate",
    Class.MED: "health: injuries, medication, pregnancy, overdose, mental health",
    Class.SUR: "survivor of sexual, domestic or gender violence: the fact, the account, the support given",
    Class.LEG: "individual legal follow-up: arrest number, charges, court dates, bail, docket",
    Class.PRV: "privileged or work product: attorney communication, strategy, impressions",
    Class.OBS: "identity of an observer, member or confidential source",
    Class.WIT: "identity of a witness",
    Class.LOC: "precise place: coordinates, house number",
    Class.TIM: "precise time, finer than the hour",
    Class.TEC: "device and network metadata: serials, addresses, owner name, original path, thumbnail",
    Class.INC: "could incriminate a non-officer: presence at an act, organiser role, alleged weapon or drugs",
    Class.ORG: "internal to the group: shift roster, channels, tactics, other groups",
    Class.NAR: "free text that a person has to review: narrative, statement, transcript",
    Class.CST: "integrity and custody data: hashes, custody events, time-stamps",
}


class Treatment(StrEnum):
    """What happens to a value on its way out, from the mildest to the most restrictive.

    What is shown in another form than it was committed in is *stated* by who exports, never proven.
    """

    KEEP = "keep"
    COARSE = "coarse"
    COARSE_HOUR = "coarse_hour"
    COARSE_DAY = "coarse_day"
    BAND = "band"
    CITY_STATE = "city_state"
    CITY = "city"
    YEAR = "year"
    LAST_FOUR = "last_four"
    INITIALS = "initials"
    PSEUDONYM = "pseudonym"
    PSEUDONYM_SEALED = "pseudonym_sealed"
    SEALED = "sealed"
    REVIEW = "review"
    DROP = "drop"

    @property
    def rank(self) -> int:
        """Greater is more restrictive."""
        return _RANKS[self]


_RANKS = {treatment: rank for rank, treatment in enumerate(Treatment)}

PERSONAL = frozenset(
    {Class.PID, Class.CON, Class.HOM, Class.GOV, Class.FIN, Class.DOB, Class.MIN, Class.DEM, Class.IMM, Class.MED,
     Class.SUR, Class.LEG, Class.INC, Class.WIT}
)  # fmt: skip
"""Classes of what is about somebody who is no officer and no member: whose it is matters, and what they agreed to."""
