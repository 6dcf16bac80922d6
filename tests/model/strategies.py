"""Whole valid rows, made from the table of fields itself: a strategy for each type of value, none for any field."""

from datetime import date, datetime, timedelta, timezone

from hypothesis import strategies as st

from copwatch.model.longtext import cut_text
from copwatch.model.schema import SCHEMA
from copwatch.model.values import (
    Address,
    Coded,
    Date,
    Decimal,
    Group,
    Handle,
    Instant,
    Integer,
    Label,
    LongText,
    Many,
    PersonName,
    Place,
    Reference,
    RowReference,
    Section,
    Terms,
    Text,
    Timestamp,
)
from copwatch.model.vocabulary import NOT_KNOWN, PRECISION, TIME_SOURCE

MARKS = st.sampled_from(list("\"'\\=[]#,;:<&%@+-\t\u00e9\u202e\U0001f6a8 \r\n"))
ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0") | MARKS, max_size=60)
LINE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=30)
MOMENTS = st.datetimes(datetime(1950, 1, 1), datetime(2150, 1, 1)).map(lambda d: d.replace(microsecond=0))
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
HEX = st.text("0123456789abcdef", min_size=32, max_size=32)


def instants():
    return st.tuples(MOMENTS, ZONES).map(lambda both: both[0].replace(tzinfo=both[1]).isoformat())


def timestamps():
    parts = {
        "at": instants(),
        "precision": st.sampled_from(PRECISION.terms),
        "source": st.sampled_from([*TIME_SOURCE.terms, *NOT_KNOWN]),
    }
    return st.fixed_dictionaries(parts, optional={"clock_offset_s": st.integers(-(10**6), 10**6)})


def decimals(type_):
    low, high = int(type_.lowest or -1000), int(type_.highest or 1000)
    return st.decimals(low, high, places=4).map(lambda number: f"{number:f}".replace("-0.0000", "0.0000"))


def known(type_, schema=SCHEMA):
    """Known values of a type, as records hold them. A type that is not listed is a KeyError: give it a strategy."""
    if isinstance(type_, Group):
        return st.lists(rows(type_.entity, schema), min_size=1, max_size=2)
    if isinstance(type_, Section):
        return (
            rows(type_.entity, schema)
            if schema.fields(type_.entity)
            else st.just({"own": {"deep": [1, "a"]}})
        )
    if isinstance(type_, Terms):
        together = [term for term in type_.vocabulary.terms if term not in type_.vocabulary.alone]
        return st.lists(st.sampled_from(together), min_size=1, max_size=4, unique=True)
    if isinstance(type_, Coded):
        return st.sampled_from(type_.vocabulary.terms)
    if isinstance(type_, Many):
        return st.lists(known(type_.item), min_size=1, max_size=3, unique=True)
    return {
        LongText: lambda: ANY.map(cut_text) | st.lists(ANY.filter(bool), min_size=1, max_size=3),
        Address: lambda: st.just("12 Example St, Oakland, CA 94607"),
        Text: lambda: LINE.map(lambda text: text[: type_.longest].strip()),
        PersonName: lambda: LINE.map(lambda text: text[: type_.longest].strip()),
        Place: lambda: st.sampled_from(["5th & Main", "100 block of Main", "Plaza, north side"]),
        Handle: lambda: st.text("abcXYZ019", min_size=1, max_size=8),
        Label: lambda: st.tuples(st.sampled_from(type_.letters), st.integers(1, 9999)).map(
            lambda p: f"{p[0]}{p[1]}"
        ),
        RowReference: lambda: st.tuples(HEX, st.sampled_from(type_.letters)).map(lambda p: f"{p[0]}/{p[1]}7"),
        Reference: lambda: HEX,
        Integer: lambda: st.integers(type_.lowest, type_.highest),
        Decimal: lambda: decimals(type_),
        Date: lambda: st.dates(date(1901, 1, 1), date(2198, 1, 1)).map(date.isoformat),
        Instant: instants,
        Timestamp: timestamps,
    }[type(type_)]().filter(lambda value: not type_.check(value))


def values(field, schema=SCHEMA):
    """Values of a field: known ones, and every way of not knowing."""
    if isinstance(field.type, Section):
        return known(field.type, schema)
    return known(field.type, schema) | st.sampled_from(NOT_KNOWN).map(field.type.not_known)


@st.composite
def rows(draw, entity, schema=SCHEMA, most=8):
    """Rows of an entity with some of its fields."""
    fields = [field for field in schema.fields(entity) if not field.companion_of]
    chosen = draw(st.lists(st.sampled_from(fields), min_size=1, max_size=most, unique_by=lambda f: f.name))
    row = {field.name: draw(values(field, schema)) for field in chosen}
    for field in chosen:
        if field.basis and draw(st.booleans()):
            row |= draw(bases(field))
    return row


def bases(field):
    """How a value is known; who told it, exactly where somebody did."""
    told = st.just({f"{field.name}_basis": "told_by", f"{field.name}_told_by": "W-1"})
    return told | st.sampled_from(["saw", "heard", "unsure"]).map(lambda term: {f"{field.name}_basis": term})
