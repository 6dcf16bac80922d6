"""Forms of reports drawn from the table of fields, whatever fields there are: what a person could have typed."""

from hypothesis import strategies as st

from copwatch.model.fields import BASIS_SUFFIX, TOLD_BY_SUFFIX, Field
from copwatch.model.forms import check_report
from copwatch.model.longtext import cut_text
from copwatch.model.schema import SCHEMA, Schema
from copwatch.model.values import Coded, Group, Json, LongText, Many, Section, Terms, Text, ValueType
from copwatch.model.vocabulary import NOT_KNOWN

_SIGNS = "=+-@'|,;\t\r\n \"ab1."


def report_forms(schema: Schema = SCHEMA) -> st.SearchStrategy[dict[str, Json]]:
    """Checked fields of a report."""
    return _rows("report", schema).filter(lambda row: not _wrong(row, schema))


def _wrong(row: dict[str, Json], schema: Schema) -> bool:
    return not row or any(not problem.open for problem in check_report(row, schema))


def _rows(entity: str, schema: Schema) -> st.SearchStrategy[dict[str, Json]]:
    fields = [f for f in schema.fields(entity) if not f.name.endswith((TOLD_BY_SUFFIX, BASIS_SUFFIX))]
    # Drawn by name: hypothesis writes out what it draws from, and whole fields are too long for that.
    by_name = {field.name: field for field in fields}
    members = st.lists(st.sampled_from(sorted(by_name)), max_size=5, unique=True)
    return members.flatmap(
        lambda names: st.fixed_dictionaries({name: _value(by_name[name], schema) for name in names})
    )


def _value(field: Field, schema: Schema) -> st.SearchStrategy[Json]:
    kind = field.type
    if isinstance(kind, Group):
        rows = st.lists(_rows(kind.entity, schema).filter(bool), min_size=1, max_size=3)
        return rows | st.sampled_from(NOT_KNOWN).map(kind.not_known)
    if isinstance(kind, Section):
        return st.dictionaries(st.sampled_from(["zz1", "zz2"]), _anything(), min_size=1)
    known = st.sampled_from(NOT_KNOWN).map(kind.not_known)
    return known | _known(kind).filter(lambda value: not kind.check(value))


def _known(kind: ValueType) -> st.SearchStrategy[Json]:
    if isinstance(kind, LongText):
        texts = st.text(st.sampled_from(_SIGNS + "é.") | st.characters(exclude_categories=["Cs"]), min_size=1)
        return texts.map(cut_text) | st.lists(texts, min_size=1, max_size=3) | st.sampled_from([["unknown"]])
    if isinstance(kind, Terms):
        return st.lists(st.sampled_from(kind.terms), min_size=1, max_size=3, unique=True)
    if isinstance(kind, Coded):
        return st.sampled_from(kind.terms)
    if isinstance(kind, Many):
        return st.lists(_known(kind.item), min_size=1, max_size=3, unique_by=str)
    if type(kind) is Text:
        return (st.sampled_from(_SIGNS) | st.characters()).flatmap(
            lambda first: st.text(st.sampled_from(_SIGNS), max_size=6).map(
                lambda rest: (first + rest).strip()
            )
        ) | st.just(kind.example())
    return st.sampled_from([kind.example(), "unsure"]).map(kind.read)


def _anything() -> st.SearchStrategy[Json]:
    plain = st.text(st.sampled_from(_SIGNS), max_size=5) | st.integers(-5, 5) | st.booleans()
    return plain | st.lists(plain, max_size=2) | st.dictionaries(st.just("a"), plain, max_size=1)
