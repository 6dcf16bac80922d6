"""What a treatment makes of a value: shown as committed, stated in another form, or withheld.

One small class a treatment. What a treatment cannot make safe with certainty it withholds: a pseudonym takes the place
of a name, never of a description. Sources of the rules: Federal Rules of Civil Procedure 5.2(a) (last four, year,
initials), Federal Rules of Criminal Procedure 49.1(a)(5) (city and state).
"""

import decimal
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Final

from copwatch.model.redaction import Class, Treatment
from copwatch.model.spots import Spot
from copwatch.model.values import (
    Address,
    Coded,
    Date,
    Decimal,
    Handle,
    Instant,
    Integer,
    Label,
    Many,
    PersonName,
    Reference,
    RowReference,
    Text,
    Timestamp,
    to_datetime,
)
from copwatch.model.values.said import Moment, moment
from copwatch.model.vocabularies.people import AGE_BAND
from copwatch.model.vocabulary import SEVERITY


@dataclass(frozen=True, slots=True)
class Shown:
    """It goes out as it was committed, and can be proven."""


@dataclass(frozen=True, slots=True)
class Stated:
    """It stays, and this stands in its place, on the word of who exports."""

    text: str


@dataclass(frozen=True, slots=True)
class Withheld:
    """It stays."""


Outcome = Shown | Stated | Withheld
SHOWN, WITHHELD = Shown(), Withheld()

Token = Callable[[str, str], str]
"""Gives the pseudonym for a prefix and whoever it stands for: an id, or a labelled row, or `handle:` and a handle."""


@dataclass(frozen=True, slots=True)
class Help:
    """What treatments need beside the value: pseudonyms, the day to which ages are counted, the zone of stated times.

    Without a zone each time is stated in its own: then the days of one moment can differ, and tell its hour.
    """

    token: Token
    on: date
    zone: tzinfo | None = None


class Rule(ABC):
    """One treatment."""

    @abstractmethod
    def apply(self, spot: Spot, help: Help) -> Outcome:
        """What goes out of a field."""


class Keep(Rule):
    """Everything, as it was committed."""

    def apply(self, spot: Spot, help: Help) -> Outcome:
        """Shown."""
        return SHOWN


class Never(Rule):
    """Nothing: dropped, put into the sealed list alone, or not reviewed yet."""

    def apply(self, spot: Spot, help: Help) -> Outcome:
        """Withheld."""
        return WITHHELD


class Pseudonym(Rule):
    """The same token for the same person; only where the value says who somebody is, and nothing else of them."""

    def apply(self, spot: Spot, help: Help) -> Outcome:
        """Stated tokens for names, handles and references; labels are pseudonyms already."""
        values = spot.value if isinstance(spot.value, list) else [spot.value]
        type = spot.type.item if isinstance(spot.type, Many) else spot.type
        if isinstance(type, Label):
            return SHOWN
        found = [self._token(type, value, spot, help) for value in values if isinstance(value, str)]
        if not found or len(found) != len(values) or not all(found):
            return WITHHELD
        return Stated(", ".join(dict.fromkeys(each for each in found if each)))

    @staticmethod
    def _token(type: object, value: str, spot: Spot, help: Help) -> str | None:
        prefix = _PREFIXES.get(spot.class_, "P") if spot.class_ else "P"
        if isinstance(type, Handle):
            return Pseudonym._of_handle(prefix, value, spot, help)
        if isinstance(type, PersonName):
            return help.token(prefix, min(spot.subjects)) if len(spot.subjects) == 1 else None
        if isinstance(type, RowReference):
            return value.partition("/")[2] if "/O" in value else help.token(prefix, value)
        return (
            help.token(prefix, value) if isinstance(type, Reference) and type.kinds == ("person",) else None
        )

    @staticmethod
    def _of_handle(prefix: str, value: str, spot: Spot, help: Help) -> str | None:
        """Where a label stands in place of a handle it is that person, or that officer, of the incident."""
        if not _LABEL.fullmatch(value):
            return help.token(prefix, f"handle:{value.casefold()}")
        if value[0] in "Oo":
            return value.upper()
        return help.token("P", f"{spot.incident}/{value.upper()}") if spot.incident else None


_LABEL: Final = re.compile(r"[PpOo][1-9][0-9]{0,3}")
_PREFIXES: Final[Mapping[Class, str]] = {Class.OBS: "OBS", Class.WIT: "W", Class.MIN: "MIN", Class.PRV: "ATT"}


class Initials(Rule):
    """Of a name the first letters."""

    def apply(self, spot: Spot, help: Help) -> Outcome:
        """`S. E.` of one name; nothing of several, or of what is no name."""
        if not isinstance(spot.type, PersonName) or not isinstance(spot.value, str):
            return WITHHELD
        letters = [word[0].upper() for word in re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", spot.value)]
        return Stated(" ".join(f"{letter}." for letter in letters)) if letters else WITHHELD


class Year(Rule):
    """Of a day the year."""

    def apply(self, spot: Spot, help: Help) -> Outcome:
        """A year is shown as it is."""
        if isinstance(spot.type, Integer):
            return SHOWN
        fits = isinstance(spot.type, Date) and isinstance(spot.value, str)
        return Stated(str(spot.value)[:4]) if fits else WITHHELD


class LastFour(Rule):
    """The last four digits of social security, taxpayer and account numbers; other numbers stay with the group."""

    def apply(self, spot: Spot, help: Help) -> Outcome:
        """`…6789`, of numbers long enough that four digits are not most of it."""
        numbered = spot.class_ is Class.FIN or spot.row.get("kind") in ("ssn", "itin")
        if not numbered or type(spot.type) is not Text or not isinstance(spot.value, str):
            return WITHHELD
        digits = re.sub(r"[\s./-]", "", spot.value)
        fits = re.fullmatch(r"[0-9]{8,34}", digits)
        return Stated(f"…{digits[-4:]}") if fits else WITHHELD


@dataclass(frozen=True, slots=True)
class City(Rule):
    """Of a postal address the city, with the state where `state`.

    Only where a comma sets it off from the street, and a state or a ZIP code shows that it is one: what stands last
    could be anything else. No other field has a city, however private the place.
    """

    state: bool

    def apply(self, spot: Spot, help: Help) -> Outcome:
        """`Oakland, CA` of `12 Example St, Oakland, CA 94607`."""
        if not isinstance(spot.type, Address) or not isinstance(spot.value, str):
            return WITHHELD
        found = _CITY.fullmatch(spot.value.strip())
        if found is None or not (found["zip"] or found["state"]) or found["state"] not in (None, *_STATES):
            return WITHHELD
        city, state = found["city"], found["state"]
        if not city[0].isupper() or _UNIT.match(city):
            return WITHHELD
        return Stated(f"{city}, {state}" if state and self.state else city)


_CITY: Final = re.compile(
    r".*,\s*(?P<city>(?![A-Z]{2}\b)[^\W\d_][^\d_,]{0,40}?)(?:,?\s+(?P<state>[A-Z]{2}))?(?:,?\s+(?P<zip>[0-9]{5}(?:-[0-9]{4})?))?"
)
_UNIT: Final = re.compile(
    r"(?:apt|apartment|unit|suite|ste|room|rm|floor|fl|lot|space|spc|trailer|building|bldg)\b", re.I
)
_STATES: Final = frozenset(
    [
        "AL",
        "AK",
        "AZ",
        "AR",
        "CA",
        "CO",
        "CT",
        "DE",
        "FL",
        "GA",
        "HI",
        "ID",
        "IL",
        "IN",
        "IA",
        "KS",
        "KY",
        "LA",
        "ME",
        "MD",
        "MA",
        "MI",
        "MN",
        "MS",
        "MO",
        "MT",
        "NE",
        "NV",
        "NH",
        "NJ",
        "NM",
        "NY",
        "NC",
        "ND",
        "OH",
        "OK",
        "OR",
        "PA",
        "RI",
        "SC",
        "SD",
        "TN",
        "TX",
        "UT",
        "VT",
        "VA",
        "WA",
        "WV",
        "WI",
        "WY",
        "DC",
        "AS",
        "GU",
        "MP",
        "PR",
        "VI",
    ]
)
"""As the United States Postal Service writes them (Publication 28, appendix B)."""


class Band(Rule):
    """A class of ages, how grave an injury is, or a category as officers may have seen it."""

    def apply(self, spot: Spot, help: Help) -> Outcome:
        """Terms that are bands already are shown; a birth date gives the band of the age on the day."""
        if isinstance(spot.type, Coded):
            name = spot.type.vocabulary.name
            fits = name in (AGE_BAND.name, SEVERITY.name) or spot.class_ is Class.DEM
            return SHOWN if fits else WITHHELD
        if spot.class_ is not Class.DOB or spot.type is None or spot.type.is_not_known(spot.value):
            return WITHHELD
        born = str(spot.value)
        age = help.on.year - int(born[:4])
        if isinstance(spot.type, Date):
            age -= (help.on.month, help.on.day) < (int(born[5:7]), int(born[8:10]))
        return Stated(_age_band(age).replace("_", " ")) if age >= 0 else WITHHELD


def _age_band(age: int) -> str:
    found = AGE_BAND.terms[0]
    for term in AGE_BAND.terms[1:]:
        found = term if age >= int(term.split("_")[1]) else found
    return found


_PLACES: Final = decimal.Decimal("0.01")
"""About a kilometre: a neighbourhood. The block, without a house number, stands in `location_text`."""


class CoarsePlace(Rule):
    """Of coordinates the neighbourhood. Words that say where are no coordinates, and stay."""

    def apply(self, spot: Spot, help: Help) -> Outcome:
        """Two decimals of a degree."""
        fits = isinstance(spot.type, Decimal) and spot.name.rpartition(".")[2] in _DEGREES
        if not fits or not isinstance(spot.value, str):
            return WITHHELD
        return Stated(str(decimal.Decimal(spot.value).quantize(_PLACES, decimal.ROUND_HALF_EVEN)))


_DEGREES: Final = frozenset({"lat", "lon", "latitude", "longitude"})


@dataclass(frozen=True, slots=True)
class CoarseTime(Rule):
    """Of a moment the hour, or the day."""

    day: bool

    def apply(self, spot: Spot, help: Help) -> Outcome:
        """Shown where it was committed no finer than that."""
        at, precision = spot.value, "second"
        if isinstance(spot.type, Timestamp) and isinstance(spot.value, dict) and "at" in spot.value:
            at, precision = spot.value["at"], str(spot.value["precision"])
        elif not isinstance(spot.type, Instant | Moment):
            return WITHHELD
        if precision in ("day", "month") or (precision == "hour" and not self.day):
            return SHOWN
        found = (to_datetime(at) or moment(at)) if isinstance(at, str) else None
        if found is None:
            return WITHHELD
        if help.zone is not None and found.tzinfo is not None:
            found = found.astimezone(help.zone)
        if self.day:
            return Stated(found.strftime("%Y-%m-%d"))
        # Written so that it is no spelling of the minute, which may be the full hour.
        zone = found.strftime("%z").removesuffix("00")
        hour = f"{found.strftime('%Y-%m-%d')}, in the hour from {found.hour}"
        return Stated(f"{hour} (UTC{zone})" if zone else hour)


class Coarse(Rule):
    """Coarse in place, or of a moment the hour."""

    def apply(self, spot: Spot, help: Help) -> Outcome:
        """Whichever of the two the value is."""
        is_time = isinstance(spot.type, Timestamp | Instant | Moment)
        return (CoarseTime(day=False) if is_time else CoarsePlace()).apply(spot, help)


RULES: Final[Mapping[Treatment, Rule]] = {
    Treatment.KEEP: Keep(),
    Treatment.COARSE: Coarse(),
    Treatment.COARSE_HOUR: CoarseTime(day=False),
    Treatment.COARSE_DAY: CoarseTime(day=True),
    Treatment.BAND: Band(),
    Treatment.CITY_STATE: City(state=True),
    Treatment.CITY: City(state=False),
    Treatment.YEAR: Year(),
    Treatment.LAST_FOUR: LastFour(),
    Treatment.INITIALS: Initials(),
    Treatment.PSEUDONYM: Pseudonym(),
    Treatment.PSEUDONYM_SEALED: Pseudonym(),
    Treatment.SEALED: Never(),
    Treatment.REVIEW: Never(),
    Treatment.DROP: Never(),
}
"""Every treatment; a test makes sure that none lacks."""


def treat(spot: Spot, treatment: Treatment, help: Help) -> Outcome:
    """What a treatment makes of a field. What nothing is known of is withheld, whatever the treatment."""
    if spot.class_ is None:
        return WITHHELD
    if treatment is not Treatment.KEEP and (spot.type is None or spot.type.check(spot.value)):
        return WITHHELD
    return RULES[treatment].apply(spot, help)
