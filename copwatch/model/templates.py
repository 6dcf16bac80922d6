"""Templates: for each kind of incident the few questions that are asked after a shift, in order.

The least is what Berkeley Copwatch and SALUTE ask: when, where, which agency, how many officers and any badge, what
kind, force, anybody arrested or hurt, who filmed and who else saw it, whether the clock was checked, consent is known
and somebody has to follow up. Two minutes; everything else can come later.
"""

from dataclasses import dataclass

from copwatch.errors import BadInput
from copwatch.model.values import Json, Wrong
from copwatch.model.values.coded import find_term


@dataclass(frozen=True, slots=True)
class Template:
    """`asks` are names of report fields: the least that is asked after a shift; `later` those that are worth asking
    when there is more time. `incident_type` is the one fact that choosing the template states."""

    name: str
    title: str
    incident_type: str | None
    asks: tuple[str, ...]
    later: tuple[str, ...] = ()

    @property
    def stated(self) -> dict[str, Json]:
        """The fields that choosing the template states."""
        return {"incident_types": [self.incident_type]} if self.incident_type else {}


_FIRST = ("occurred_start", "location_text", "recorded_by")
_LAST = ("anyone_injured", "witnesses", "device_clock_checked", "consent_known", "followup_required")


def _template(name: str, title: str, incident_type: str | None, asks: str, later: str) -> Template:
    return Template(name, title, incident_type, (*_FIRST, *asks.split(), *_LAST), tuple(later.split()))


# fmt: off
TEMPLATES = {
    template.name: template
    for template in (
        _template("stop", "a stop of a person or a vehicle", "stop",
                  "agencies n_officers officers narrative_observed force n_arrested", "stops vehicles"),
        _template("force", "force used or shown by officers", "use_of_force",
                  "narrative_observed force agencies n_officers officers n_arrested", "force_used injuries_care"),
        _template("protest", "policing of a protest or picket", "protest_or_picket_policing",
                  "agencies n_officers officers warnings narrative_observed force n_arrested", "vehicles picket"),
        _template("raid", "a home entry or raid", "home_entry_or_raid",
                  "agencies n_officers officers searches narrative_observed force n_arrested", "vehicles arrests"),
        _template("response", "rapid response: an alert, and what verification found", "immigration_enforcement",
                  "response agencies officers narrative_observed n_arrested", "vehicles arrests force"),
        _template("arrest", "an arrest", "arrest",
                  "agencies officers arrests narrative_observed force", "vehicles n_officers force_used"),
        _template("harm_reduction", "interference with harm reduction, and what was taken", None,
                  "incident_types harm_reduction property agencies officers narrative_observed n_arrested", "force"),
        _template("firearm", "firearms of officers, security or counter-protesters", None,
                  "incident_types firearms agencies officers narrative_observed force n_arrested", "n_officers"),
        _template("deescalation", "what was done to calm a situation", None,
                  "incident_types deescalation agencies narrative_observed force", "n_officers officers"),
        _template("interference", "interference with somebody who observes or records", "interference_with_observer",
                  "interference agencies n_officers officers narrative_observed force n_arrested", "property"),
        Template("survivor", "support of a survivor; no account", None,
                 ("survivor", "occurred_start", "location_text", "recorded_by", "followup_required")),
        _template("general", "anything else", None,
                  "incident_types agencies n_officers officers narrative_observed force n_arrested", "vehicles"),
    )
}
# fmt: on


def template_named(name: str) -> Template:
    """The template that a person named.

    Raises:
        BadInput: there is none; the hint lists all.
    """
    try:
        return TEMPLATES[find_term(name, tuple(TEMPLATES))]
    except Wrong as wrong:
        raise BadInput(f"no such template: {wrong}", hint=f"templates: {', '.join(TEMPLATES)}") from wrong
