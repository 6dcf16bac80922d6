"""What went on around: warnings, calming, observers and interference with them, cameras, pickets, as rows of a report.

Sources: NLG legal observer training, 901(b)(1) of the Federal Rules of Evidence (where an observer stood).
"""

from copwatch.model.entities.rows import Entity
from copwatch.model.entities.sightings import QUOTE
from copwatch.model.redaction import Class
from copwatch.model.values import (
    Date,
    Handle,
    Integer,
    Label,
    LongText,
    Many,
    Reference,
    Term,
    Terms,
    Text,
    Timestamp,
    TriState,
)
from copwatch.model.vocabularies.people import OBSERVER_ROLE, WILLING_TO_TESTIFY
from copwatch.model.vocabularies.practices import (
    DEESCALATION_BY_COMMUNITY,
    DEESCALATION_BY_OFFICER,
    DEESCALATION_OUTCOME,
    INTERFERENCE_KIND,
    INTERFERENCE_STATED,
    STATE_OF_MIND,
)

_warning, _calming, _observer = Entity("warning"), Entity("deescalation"), Entity("observer")
_interference, _cctv, _picket = Entity("interference"), Entity("cctv"), Entity("picket")

_OFFICERS = Many(Label("O"))
_METRES = Integer(0, 100_000)

# fmt: off
WARNING = (
    _warning("at", Timestamp(), Class.TIM, "when", "When", short=True),
    _warning("given_by", Label("O"), Class.PUB, "by whom, by label", "By whom (O1)", short=True),
    _warning("text_heard", LongText(), Class.NAR, "what was heard, word for word", "What was heard, word for word",
             short=True, before=QUOTE),
    _warning("audible_to_crowd", TriState(), Class.PUB, "whether the crowd could hear it", "Could the crowd hear it?",
             short=True, basis=True),
    _warning("amplified", TriState(), Class.PUB, "whether by loudspeaker"),
    _warning("language", Text(60, "English"), Class.PUB, "in which language"),
    _warning("dispersal_route_given", TriState(), Class.PUB, "whether a way out was named", "Was a way out named?",
             short=True, basis=True),
    _warning("time_allowed_min", Integer(0, 100_000), Class.PUB, "how many minutes were given",
             "How many minutes were given?", short=True, basis=True),
)

DEESCALATION = (
    _calming("at", Timestamp(), Class.TIM, "when"),
    _calming("actor", Label("OP"), Class.PUB, "who, by label", "Who (O1, P1)?", short=True),
    _calming("by_officer", Terms(DEESCALATION_BY_OFFICER), Class.PUB, "what an officer did to calm things",
             "What did an officer do to calm things?", short=True, basis=True),
    _calming("by_community", Terms(DEESCALATION_BY_COMMUNITY), Class.PUB, "what others did to calm things",
             "What did others do to calm things?", short=True, basis=True),
    _calming("state_before", Term(STATE_OF_MIND), Class.PUB, "how it was before", "How was it before?", short=True),
    _calming("state_after", Term(STATE_OF_MIND), Class.PUB, "how it was after", "How was it after?", short=True),
    _calming("outcome", Term(DEESCALATION_OUTCOME), Class.PUB, "what came of it", "What came of it?", short=True),
    _calming("note", LongText(), Class.NAR, "what was said and done", before=QUOTE),
)

OBSERVER = (
    _observer("handle", Handle(), Class.OBS, "who, by handle", "Handle", short=True),
    _observer("role", Term(OBSERVER_ROLE), Class.PUB, "in which role", "Role", short=True),
    _observer("org", Text(100, "Example Copwatch"), Class.ORG, "with which group"),
    _observer("shift", Text(100, "Friday night"), Class.ORG, "on which shift"),
    _observer("buddy", Handle(), Class.OBS, "with whom, by handle"),
    _observer("position_text", Text(200, "south sidewalk"), Class.LOC, "where they stood", "Where they stood",
              short=True),
    _observer("distance_m", _METRES, Class.PUB, "from how many metres they saw it", "From how many metres?",
              short=True),
    _observer("sightline", Text(200, "clear until 18:13"), Class.PUB, "what stood between"),
    _observer("lighting", Text(200, "street lamps"), Class.PUB, "how light it was"),
    _observer("acting_under_attorney_direction", TriState(), Class.PRV, "whether counsel had asked them to be there"),
    _observer("attorney", Reference(("attorney",)), Class.PRV, "which counsel"),
    _observer("willing_to_testify", Term(WILLING_TO_TESTIFY), Class.OBS, "whether they would testify"),
    _observer("declaration", Reference(("statement",)), Class.OBS,
              "their declaration that recordings are fair and accurate"),
)

INTERFERENCE = (
    _interference("observer", Handle(), Class.OBS, "to whom it was done, by handle", "To whom (handle)?", short=True),
    _interference("person", Label(), Class.PUB, "to whom, by label, if no observer"),
    _interference("officers", _OFFICERS, Class.PUB, "by whom, by label", "By which officers (O1, O2)?", short=True),
    _interference("at", Timestamp(), Class.TIM, "when", "When", short=True),
    _interference("kind", Terms(INTERFERENCE_KIND), Class.PUB, "what was done", "What was done?", short=True,
                  basis=True),
    _interference("order_text", LongText(), Class.NAR, "the order, word for word", "The order, word for word",
                  short=True,
                  before=QUOTE),
    _interference("reason_stated", Terms(INTERFERENCE_STATED), Class.PUB, "the reason that officers gave"),
    _interference("distance_m", _METRES, Class.PUB, "how many metres away the observer stood",
                  "How many metres away did the observer stand?", short=True, basis=True),
    _interference("moved_back", TriState(), Class.PUB, "whether the observer did as told"),
    _interference("recording_went_on", TriState(), Class.PUB, "whether recording went on"),
)

CCTV = (
    _cctv("owner", Text(100, "Corner Market"), Class.CON, "whose camera", "Whose camera?", short=True),
    _cctv("direction", Text(100, "faces the crossing"), Class.LOC, "where it looks", "Where does it look?", short=True),
    _cctv("distance_m", _METRES, Class.LOC, "how many metres away"),
    _cctv("kept_until", Date(), Class.PUB, "when its recording is written over"),
)

PICKET = (
    _picket("event_name", Text(200, "Dockworkers' picket"), Class.PUB, "name of the event", "Name of the event",
            short=True),
    _picket("employer", Text(200, "Example Freight"), Class.PUB, "whose business", "Whose business?", short=True),
    _picket("permit", TriState(), Class.PUB, "whether there was a permit"),
    _picket("organiser", Handle(), Class.ORG, "who organised it, by handle", offered=False),
    _picket("marshals", Many(Handle()), Class.OBS, "marshals, by handle"),
    _picket("injunction_shown", TriState(), Class.PUB, "whether an injunction was shown", "Was an injunction shown?",
            short=True, basis=True),
    _picket("line_crossing", LongText(), Class.NAR, "what happened when people crossed the line", before=QUOTE),
    _picket("vehicles_through", LongText(), Class.NAR, "what happened when vehicles went through", before=QUOTE),
)
# fmt: on
