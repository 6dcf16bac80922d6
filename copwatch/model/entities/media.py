"""What is said about evidence: marks in it, events of the timeline, statements, checks of clocks. A record each.

Sources: NLG and WITNESS guides, OpenPolice.org (sequence of events), NIST and SWGDE practice (clocks).
"""

from copwatch.model.entities.people import PERSON_OF
from copwatch.model.entities.rows import Entity
from copwatch.model.fields import Relaxed
from copwatch.model.redaction import Class
from copwatch.model.values import (
    Decimal,
    Group,
    Handle,
    Integer,
    Label,
    LongText,
    Many,
    Reference,
    RowReference,
    Term,
    Text,
    Timestamp,
    TriState,
)
from copwatch.model.vocabularies.legal import MARK_KIND, REDACTION_CLASS
from copwatch.model.vocabularies.people import STATEMENT_KIND
from copwatch.model.vocabularies.practices import TIMELINE_KIND
from copwatch.model.vocabulary import TIME_SOURCE

INCIDENT_OF = Reference(("incident",))
EVIDENCE_OF = Reference(("evidence",))

_mark, _moment = Entity("mark"), Entity("mark_place")
_event, _statement, _clock = Entity("event"), Entity("statement"), Entity("clock")

_SECONDS = Decimal("0", "1000000", "12.5")
_SHARE = Decimal("0", "1", "0.25")

ONE_ACCOUNT = (
    "A recorded account that differs from later testimony can discredit the witness.",
    "Take one careful account, best as counsel directs, and do not record retellings.",
)
"""Shown before a statement is taken (eyeWitness to Atrocities, FAQ)."""

# An account is a survivor's until somebody has said that it is not.
_NO_SURVIVOR = Relaxed("is_survivor_account", "no", Class.NAR)

# fmt: off
MARK = (
    _mark("evidence", EVIDENCE_OF, Class.CST, "in which evidence", "Which evidence?", required=True),
    _mark("kind", Term(MARK_KIND), Class.CST, "what is to be seen or heard there", "What is it?", required=True),
    _mark("subject", RowReference("PO"), Class.PID, "whose it is, such as I-7Q2K-D3MX-R/P1",
          "Whose is it (such as I-7Q2K-D3MX-R/P1)?"),
    _mark("redaction_class", Term(REDACTION_CLASS), Class.CST, "as what it is treated in exports"),
    _mark("t_start", _SECONDS, Class.CST, "from which second on", "From which second on?"),
    _mark("t_end", _SECONDS, Class.CST, "to which second", "To which second?"),
    _mark("page", Integer(1, 100_000), Class.CST, "on which page, from 1"),
    _mark("places", Group("mark_place", 5000), Class.CST, "where in the picture; several where it moves",
          "Where in the picture?"),
    _mark("note", LongText(), Class.NAR, "what there is to say of it"),
)

MARK_PLACE = (
    _moment("t", _SECONDS, Class.CST, "at which second", "Second", short=True),
    _moment("box_x", _SHARE, Class.CST, "left edge, from 0 to 1 of the width", "Left (0 to 1)", short=True),
    _moment("box_y", _SHARE, Class.CST, "upper edge, from 0 to 1 of the height", "Top (0 to 1)", short=True),
    _moment("box_w", _SHARE, Class.CST, "width, from 0 to 1", "Width (0 to 1)", short=True),
    _moment("box_h", _SHARE, Class.CST, "height, from 0 to 1", "Height (0 to 1)", short=True),
)

EVENT = (
    _event("incident", INCIDENT_OF, Class.PUB, "of which incident", "Which incident?", required=True),
    _event("at", Timestamp(), Class.TIM, "when", "When?", required=True),
    _event("step", Integer(0, 1_000_000), Class.PUB, "its place among events of the same time"),
    _event("kind", Term(TIMELINE_KIND), Class.PUB, "what kind of event", "What kind of event?", required=True),
    _event("actor", Label("OP"), Class.PUB, "who did it", "Who did it (O1, P1)?"),
    _event("target", Label("PO"), Class.PUB, "to whom", "To whom (P1, O1)?"),
    _event("text", LongText(), Class.NAR, "what happened", "What happened?", basis=True),
    _event("media", EVIDENCE_OF, Class.CST, "evidence that shows it", "Which evidence shows it?"),
    _event("media_tc_start", _SECONDS, Class.CST, "from which second of it"),
    _event("media_tc_end", _SECONDS, Class.CST, "to which second"),
)

STATEMENT = (
    _statement("incident", INCIDENT_OF, Class.PUB, "of which incident", "Which incident?"),
    _statement("kind", Term(STATEMENT_KIND), Class.PUB, "what kind of statement", "What kind of statement?",
               required=True, before=ONE_ACCOUNT),
    _statement("is_survivor_account", TriState(), Class.SUR,
               "whether it is the account of a survivor of sexual, domestic or gender violence",
               "Is it a survivor's account?"),
    _statement("person", PERSON_OF, Class.PID, "who gave it, as a person of the archive"),
    _statement("given_by", Handle(sample="W-3F9A"), Class.WIT, "who gave it, by handle", "Who gave it (handle)?"),
    _statement("taken_by", Handle(), Class.OBS, "who took it, by handle", "Who took it (handle)?"),
    _statement("at", Timestamp(), Class.TIM, "when it was taken", "When was it taken?"),
    _statement("place", Text(200, "office of counsel"), Class.LOC, "where it was taken"),
    _statement("language", Text(60, "Spanish"), Class.DEM, "in which language"),
    _statement("interpreter", Handle(), Class.WIT, "who interpreted, by handle"),
    _statement("text", LongText(), Class.SUR, "the statement, word for word", "The statement, word for word",
               relaxed=_NO_SURVIVOR),
    _statement("evidence", Many(EVIDENCE_OF), Class.CST, "recording or scan of it"),
    _statement("signed", TriState(), Class.CST, "whether it is signed", "Is it signed?"),
    _statement("sworn", TriState(), Class.CST, "whether it is under penalty of perjury (28 U.S.C. 1746)",
               "Is it under penalty of perjury?"),
    _statement("read_back", TriState(), Class.CST, "whether it was read back", "Was it read back?"),
    _statement("earlier_accounts", Many(Reference(("statement", "evidence"))), Class.PRV, "what was said before"),
    _statement("consent", Reference(("consent",)), Class.CST, "what the giver agreed to"),
)

CLOCK = (
    _clock("evidence", Many(Reference(("evidence", "batch"))), Class.CST, "whose clock: evidence or batches",
           "Of which evidence or batches?", required=True),
    _clock("camera", Text(100, "group phone 2"), Class.TEC, "which camera or recorder"),
    _clock("device_time", Timestamp(), Class.TIM, "what it showed", "What did the camera show?"),
    _clock("true_time", Timestamp(), Class.TIM, "what the time was", "What was the true time?"),
    _clock("true_time_from", Term(TIME_SOURCE), Class.CST, "where the true time came from"),
    _clock("offset_s", Integer(-10**10, 10**10), Class.CST, "seconds to add to the camera's time",
           "How many seconds have to be added to the camera's time?"),
    _clock("checked_at", Timestamp(), Class.TIM, "when they were compared", "When were they compared?"),
    _clock("checked_by", Handle(), Class.OBS, "who compared them, by handle", "Who compared them (handle)?"),
    _clock("note", LongText(), Class.NAR, "how they were compared"),
)
# fmt: on
