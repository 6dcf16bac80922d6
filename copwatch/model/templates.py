"""Templates: for each kind of incident the few questions that are asked after a shift, in order."""

from dataclasses import dataclass

from copwatch.errors import BadInput
from copwatch.model.values import Wrong
from copwatch.model.values.coded import find_term


@dataclass(frozen=True, slots=True)
class Template:
    """`asks` are names of report fields; `incident_type` is the one fact that choosing the template states."""

    name: str
    title: str
    incident_type: str | None
    asks: tuple[str, ...]


_FIRST = ("occurred_start", "location_text", "recorded_by")
_LAST = ("anyone_injured", "witnesses", "device_clock_checked", "consent_known", "followup_required")


def _template(name: str, title: str, incident_type: str | None, asks: str) -> Template:
    return Template(name, title, incident_type, (*_FIRST, *asks.split(), *_LAST))


TEMPLATES = {
    template.name: template
    for template in (
        _template(
            "stop", "a stop of a person or a vehicle", "stop",
            "agencies n_officers officers vehicles narrative_observed force n_arrested",
        ),
        _template(
            "force", "force used or shown by officers", "use_of_force",
            "narrative_observed force agencies n_officers officers n_arrested",
        ),
        _template(
            "protest", "policing of a protest or picket", "protest_or_picket_policing",
            "agencies n_officers officers vehicles narrative_observed force n_arrested",
        ),
        _template(
            "raid", "a home entry or raid", "home_entry_or_raid",
            "agencies n_officers officers vehicles narrative_observed force n_arrested",
        ),
        _template(
            "arrest", "an arrest", "arrest",
            "agencies officers vehicles narrative_observed force n_arrested",
        ),
        _template(
            "general", "anything else", None,
            "incident_types agencies n_officers officers vehicles narrative_observed force n_arrested",
        ),
    )
}  # fmt: skip


def template_named(name: str) -> Template:
    """The template that a person named.

    Raises:
        BadInput: there is none; the hint lists all.
    """
    try:
        return TEMPLATES[find_term(name, tuple(TEMPLATES))]
    except Wrong as wrong:
        raise BadInput(f"no such template: {wrong}", hint=f"templates: {', '.join(TEMPLATES)}") from wrong
