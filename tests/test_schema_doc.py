"""The page of the schema says what the table of fields says."""

import importlib.util

from copwatch.model.fields import Field
from copwatch.model.redaction import Class
from copwatch.model.schema import SCHEMA
from copwatch.model.values import Terms
from copwatch.model.vocabulary import Vocabulary
from tests.conftest import REPO


def maker():
    spec = importlib.util.spec_from_file_location("make_schema", REPO / "docs" / "make_schema.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_table_says_today():
    assert (REPO / "docs" / "schema.md").read_text("utf-8") == maker().page(), (
        "run: python docs/make_schema.py"
    )


def test_one_more_row_is_one_more_line_with_its_class_and_its_terms():
    row = Field(
        "report",
        "weather",
        Terms(Vocabulary("weather", ("dry", "rain"))),
        Class.PUB,
        "the weather",
        "Weather?",
    )
    before, after = (set(maker().page(schema).splitlines()) for schema in (SCHEMA, SCHEMA.with_fields(row)))
    assert after - before == {
        "| `weather` | Terms(weather) | PUB | yes | the weather |",
        "| weather | dry, rain |",
    }
    assert before <= after
