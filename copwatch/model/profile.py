"""Profiles: what a kind of recipient gets, as data. Classes of fields go in, treatments come out.

A profile is a TOML text (docs/bundle.md, "Profiles"). A group copies one of the shipped profiles and changes it;
`basis` says which, and what may never be lowered goes with that. Whatever is not known refuses the text: a class or
treatment that this program does not have, a key that it does not read, a class without a treatment.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, Final

from copwatch.errors import BadInput
from copwatch.model.records import RECORDS
from copwatch.model.redaction import Class, Treatment
from copwatch.model.spots import field_names
from copwatch.model.toml_limits import check_toml
from copwatch.model.values.exact import Pattern
from copwatch.model.vocabularies.people import CONSENT_LEVEL, CONSENT_PURPOSE

SHIPPED: Final = ("client-counsel", "court-filing", "partner-org", "public-media")
COUNSEL, COURT, PARTNER, PUBLIC = SHIPPED

ORDERS: Final = ("allow", "warn", "refuse")
"""What happens while a protective order is in force in a matter of the incident."""

LONGEST: Final = 100_000
"""Characters of a text."""

NEVER_LEAVE: Final = frozenset({"roster", "hold", "rule", "review"})
"""Record types that no profile lets out: names of members and devices, and what the group keeps for itself."""

_NAME = Pattern(r"[a-z][a-z0-9-]{0,39}", "our-press")
_KEYS: Final = {
    "name": str, "basis": str, "audience": str, "proof": bool, "pseudonyms": str, "strips": bool, "masks": bool,
    "others": str, "level": int, "purpose": str, "not_asked": str, "order": str, "types": list, "classes": dict,
    "fields": dict, "hides": list, "confidential": bool,
}  # fmt: skip
_MAY_LACK: Final = frozenset({"others", "fields", "hides", "purpose", "confidential"})


@dataclass(frozen=True, slots=True)
class Profile:
    """One profile.

    Attributes:
        name: as it stands in bundles and records.
        basis: the shipped profile that it was copied from.
        audience: whom it is for, in words that go on the page.
        proof: whether the bundle carries proofs: entries, leaves, paths, hashes of originals.
        by_recipient: whether pseudonyms are made for each recipient, or else for each matter.
        strips: whether every file goes out as a clean rendition.
        masks: whether files go out only after a person looked who is to be seen and heard in them.
        others: the profile for whoever is not the named client; None where there is no client.
        level: the consent that is needed at least; `purpose`: what for, empty for any.
        keeps_not_asked: whether what nobody was asked about goes out all the same.
        order: one of `ORDERS`.
        types: types of records that may leave.
        classes, fields: the treatment of each class, and of single fields (`evidence.camera.make`).
        hides: classes of which not even the path of a withheld field is told.
        confidential: whether the bundle is headed so; what says nothing of it is.
    """

    name: str
    basis: str
    audience: str
    proof: bool
    by_recipient: bool
    strips: bool
    masks: bool
    others: str
    level: int
    purpose: str
    keeps_not_asked: bool
    order: str
    types: frozenset[str]
    classes: Mapping[Class, Treatment]
    fields: Mapping[str, Treatment] = field(default_factory=dict)
    hides: frozenset[Class] = frozenset()
    confidential: bool = True

    def with_proof(self) -> "Profile":
        """The same with proofs. They show device, archive and hashes of originals; paths of what stays are hidden."""
        if self.proof:
            return self
        classes = {**self.classes, Class.CST: Treatment.KEEP}
        types = self.types | {"rendition"}
        return replace(self, proof=True, classes=classes, types=types, hides=frozenset(Class))

    def treatment(self, name: str, class_: Class) -> Treatment:
        """The treatment of a field, whatever may never be lowered seen to."""
        asked = self.fields.get(name, self.classes[class_])
        return max(asked, floor(self.basis, class_), key=lambda treatment: treatment.rank)


def floor(basis: str, class_: Class) -> Treatment:
    """The mildest treatment that a class can have in any copy of a shipped profile."""
    return _FLOORS.get(basis, {}).get(class_, Treatment.KEEP)


_EVERYWHERE: Final = {Class.PRV: Treatment.DROP}
_OUTSIDE: Final = {
    **_EVERYWHERE,
    Class.NAR: Treatment.REVIEW,
    Class.OFP: Treatment.DROP,
    Class.SUR: Treatment.REVIEW,
}
_FLOORS: Final[Mapping[str, Mapping[Class, Treatment]]] = {
    COUNSEL: _EVERYWHERE,
    COURT: {**_OUTSIDE, Class.MIN: Treatment.INITIALS},
    PARTNER: {**_OUTSIDE, Class.MIN: Treatment.PSEUDONYM, Class.SUR: Treatment.DROP},
    PUBLIC: {**_OUTSIDE, Class.MIN: Treatment.DROP, Class.SUR: Treatment.DROP, Class.CON: Treatment.DROP},
}


def read_profile(text: str) -> Profile:
    """A profile from its text.

    Raises:
        BadInput: something in it is wrong or unknown; all of it is named, and nothing of it is used.
    """
    data = _table(text)
    problems = list(_problems(data))
    if problems:
        raise BadInput(
            f"the profile: {'; '.join(problems)}", hint="start from a copy: copwatch profiles court-filing"
        )
    return Profile(
        data["name"], data["basis"], data["audience"], data["proof"], data["pseudonyms"] == "recipient",
        data["strips"], data["masks"], data.get("others", ""), data["level"], data.get("purpose", ""),
        data["not_asked"] == "keep", data["order"], frozenset(data["types"]),
        {Class(name): Treatment(held) for name, held in data["classes"].items()},
        {name: Treatment(held) for name, held in data.get("fields", {}).items()},
        frozenset(map(Class, data.get("hides", ()))), data.get("confidential", True),
    )  # fmt: skip


def _table(text: str) -> dict[str, Any]:
    if len(text) > LONGEST:
        raise BadInput(f"the profile is longer than {LONGEST} characters", hint="it is a page, not a book")
    check_toml(text)
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise BadInput(f"the profile is not readable as TOML: {error}", hint="put texts in quotes") from error


def _problems(data: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{str(key)[:64]!r} is no part of a profile" for key in data if key not in _KEYS)
    yield from (f"{key} is missing" for key in _KEYS if key not in data and key not in _MAY_LACK)
    wrong = {key for key, kind in _KEYS.items() if key in data and type(data[key]) is not kind}
    yield from (f"{key} is of the wrong kind" for key in sorted(wrong))
    if not wrong and all(key in data for key in _KEYS if key not in _MAY_LACK):
        yield from _values(data)
        yield from _tables(data)
        yield from _beyond_basis(data)


def _values(data: Mapping[str, Any]) -> Iterator[str]:
    if _NAME.check(data["name"]):
        yield f"name is not {_NAME.hint()}"
    if not 0 < len(data["audience"]) <= 200 or not data["audience"].isprintable():
        yield "audience is not one line of text"
    for key, allowed in (
        ("basis", SHIPPED), ("pseudonyms", ("matter", "recipient")), ("order", ORDERS),
        ("not_asked", ("keep", "archive")), ("purpose", ("", *CONSENT_PURPOSE.terms)), ("others", ("", *SHIPPED[1:])),
    ):  # fmt: skip
        if data.get(key, "") not in allowed:
            yield f"{key} is none of {', '.join(each or 'an empty text' for each in allowed)}"
    if not 0 < data["level"] < len(CONSENT_LEVEL.terms):
        yield f"level is not from 1 to {len(CONSENT_LEVEL.terms) - 1}"


def _tables(data: Mapping[str, Any]) -> Iterator[str]:
    treatments, classes = [each.value for each in Treatment], [each.value for each in Class]
    yield from (
        f"{str(t)[:40]!r} is no record type that can leave" for t in data["types"] if not _may_leave(t)
    )
    for table in ("classes", "fields"):
        for name, held in data.get(table, {}).items():
            if held not in treatments:
                yield f"{table}.{name}: {str(held)[:40]!r} is no treatment ({', '.join(Treatment)})"
    yield from (f"{name[:40]!r} is no class" for name in data["classes"] if name not in classes)
    yield from (
        f"fields: {name[:80]!r} is no field{_near(name)}"
        for name in data.get("fields", {})
        if name not in field_names()
    )
    yield from (f"the class {name} has no treatment" for name in Class if name.value not in data["classes"])
    yield from (
        f"hides: {str(name)[:40]!r} is no class" for name in data.get("hides", ()) if name not in classes
    )


def _near(name: str) -> str:
    near = get_close_matches(name, sorted(field_names()), 1)
    return f"; did you mean {near[0]}" if near else ""


def _may_leave(type: object) -> bool:
    return isinstance(type, str) and type in RECORDS and type not in NEVER_LEAVE


def _beyond_basis(data: Mapping[str, Any]) -> Iterator[str]:
    """What a copy may not loosen: it would still be called what it is no longer."""
    basis = data["basis"]
    for name, held in data["classes"].items():
        if (
            name in [*Class]
            and held in [*Treatment]  # no set: what a file says may be a list, which has no hash
            and Treatment(held).rank < floor(basis, Class(name)).rank
        ):
            yield f"the class {name} can never be less than {floor(basis, Class(name))} in a copy of {basis}"
    if basis != COUNSEL and data["not_asked"] != "archive":
        yield f"not_asked can only be archive in a copy of {basis}"
    if basis in _NEEDS and (data["level"] < _NEEDS[basis] or not data["masks"] or not data["strips"]):
        yield f"a copy of {basis} needs level {_NEEDS[basis]} at least, masks and strips"
    if basis in (PARTNER, PUBLIC) and (data["proof"] or data["order"] != "refuse"):
        yield f"a copy of {basis} has no proof, and refuses under a protective order"
    if basis not in (COURT, PUBLIC) and not data.get("confidential", True):
        yield f"a copy of {basis} is confidential"
    if basis != COUNSEL and data.get("others"):
        yield "only a copy of client-counsel has others"
    if basis == COUNSEL and not data.get("others"):
        yield "a copy of client-counsel says in others what holds for whoever is not the client"


_NEEDS: Final = {COURT: 3, PARTNER: 4, PUBLIC: 5}
