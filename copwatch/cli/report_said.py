"""What is said when a report was written or amended."""

from typing import Any

from copwatch.cli import jsonout, voice
from copwatch.model.forms import check_report, still_to_come
from copwatch.model.ids import code
from copwatch.model.templates import Template
from copwatch.model.values import Timestamp
from copwatch.workflows.stamping import local_now


def say_new(incident: str, template: Template, fields: dict[str, Any], filed: list[str], json: bool) -> None:
    """Says under which code the report is kept, what is open in it, and how the rest is added."""
    open_ = [problem.path for problem in check_report(fields) if problem.open]
    later = [name for name in (*template.asks, *template.later) if name not in fields and name not in open_]
    kept = code("I", incident)
    warn_of_future(fields)
    if json:
        said = {"incident": kept, "id": incident, "filed": filed}
        jsonout.print_json({**said, "open": open_, "not_asked": later})
        return
    voice.say(f"The report is kept as {kept}.")
    if filed:
        voice.say_wrapped(f"Filed under it: {', '.join(filed)}.")
    if open_:
        voice.say_wrapped(f"Still open: {_words(open_)}.")
    if later:
        voice.say_wrapped(f"Can be added later: {_words(later)}.")
    if open_ or later:
        voice.note(f"to add to it: copwatch report amend {kept} --unlock")


def warn_of_future(fields: dict[str, Any]) -> None:
    """Warns of an incident that is still to come: most likely a slip of the year."""
    for name in still_to_come(fields, local_now()):
        said = Timestamp().show(fields[name])
        voice.warn(
            f"{_words([name])} is in the future, {said}: is that so, and is this computer's clock right?"
        )


def _words(names: list[str]) -> str:
    return ", ".join(name.replace("_", " ") for name in names)
