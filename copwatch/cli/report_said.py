"""What is said when a report was written or amended."""

from typing import Any

from copwatch.cli import jsonout, voice
from copwatch.model.forms import check_report
from copwatch.model.ids import code
from copwatch.model.templates import Template


def say_new(incident: str, template: Template, fields: dict[str, Any], filed: list[str], json: bool) -> None:
    """Says under which code the report is kept, and what is open in it."""
    open_ = [problem.path for problem in check_report(fields) if problem.open]
    later = [name for name in template.asks if name not in fields and name not in open_]
    if json:
        jsonout.print_json(
            {
                "incident": code("I", incident),
                "id": incident,
                "filed": filed,
                "open": open_,
                "not_asked": later,
            }
        )
        return
    voice.say(f"The report is kept as {code('I', incident)}.")
    if filed:
        voice.say(f"Filed under it: {', '.join(filed)}.")
    if open_:
        voice.say(f"Still open: {_words(open_)}.")
    if later:
        voice.say(f"Not asked yet: {_words(later)}.")
    if open_:
        voice.note(f'to fill in later: copwatch report amend {code("I", incident)} --reason "…"')


def _words(names: list[str]) -> str:
    return ", ".join(name.replace("_", " ") for name in names)
