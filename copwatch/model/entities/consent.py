"""What a person agreed to, and what may not be deleted. A record each, in versions; none is ever deleted.

Sources: WITNESS ethical guidelines, Murad Code.
"""

from copwatch.model.entities.media import EVIDENCE_OF
from copwatch.model.entities.people import PERSON_OF
from copwatch.model.entities.rows import Entity
from copwatch.model.fields import Due
from copwatch.model.redaction import Class
from copwatch.model.values import (
    Date,
    Handle,
    LongText,
    Many,
    Reference,
    Term,
    Terms,
    Text,
    Timestamp,
    TriState,
)
from copwatch.model.vocabularies.legal import HOLD_GROUNDS
from copwatch.model.vocabularies.people import (
    ATTRIBUTION,
    CAPACITY,
    CONSENT_LEVEL,
    CONSENT_PURPOSE,
    CONSENT_SUBJECT,
    HOW_GIVEN,
    WITHDRAWAL_EFFECT,
)

_consent, _hold = Entity("consent"), Entity("hold")

_HONEST = (
    "Explain before asking: what could go wrong, what else is possible, that consent can be withdrawn, and that"
    " withdrawing cannot call back copies that were given out, nor stop a subpoena.",
)

# fmt: off
CONSENT = (
    _consent("person", PERSON_OF, Class.PID, "who agrees", "Which person?", required=True),
    _consent("subject", Terms(CONSENT_SUBJECT), Class.LEG, "about what", "About what?", required=True, before=_HONEST),
    _consent("level", Term(CONSENT_LEVEL), Class.LEG, "how far it may go at most", "How far may it go at most?",
             required=True),
    _consent("purposes", Terms(CONSENT_PURPOSE), Class.LEG, "what for: yes to each of these",
             "What for? Each needs its own yes."),
    _consent("purposes_refused", Terms(CONSENT_PURPOSE), Class.LEG, "what not for: no to each of these"),
    _consent("recipients_named", Many(Text(200, "Example Legal Aid")), Class.LEG, "to whom, where that was said"),
    _consent("attribution", Term(ATTRIBUTION), Class.LEG, "under which name", "Under which name?"),
    _consent("conditions", LongText(), Class.NAR, "conditions, word for word", "Conditions, word for word"),
    _consent("risks_explained", TriState(), Class.LEG, "whether the risks were explained"),
    _consent("alternatives_explained", TriState(), Class.LEG, "whether alternatives were explained"),
    _consent("can_withdraw_explained", TriState(), Class.LEG, "whether it was said that it can be withdrawn"),
    _consent("subpoena_limit_explained", TriState(), Class.LEG,
             "whether it was said that withdrawing cannot call copies back or stop a subpoena"),
    _consent("language", Text(60, "Spanish"), Class.DEM, "in which language it was explained"),
    _consent("interpreter", Handle(), Class.WIT, "who interpreted, by handle"),
    _consent("capacity", Term(CAPACITY), Class.LEG, "who agreed, and whether they could", "Who agreed?"),
    _consent("how_given", Term(HOW_GIVEN), Class.LEG, "how it was given", "How was it given?"),
    _consent("given_at", Timestamp(), Class.TIM, "when", "When was it given?"),
    _consent("given_to", Handle(), Class.OBS, "to whom, by handle", "To whom was it given (handle)?"),
    _consent("evidence", Many(EVIDENCE_OF), Class.CST, "the form or recording of it"),
    _consent("review_on", Date(), Class.LEG, "when to ask again, rather than assume", "When shall it be asked again?",
             due=Due("ask again about consent", ("withdrawn_at",))),
    _consent("expires_on", Date(), Class.LEG, "when it ends", due=Due("consent ends", ("withdrawn_at",))),
    _consent("withdrawn_at", Timestamp(), Class.TIM, "when it was withdrawn"),
    _consent("withdrawal_scope", LongText(), Class.NAR, "what was withdrawn, word for word"),
    _consent("withdrawal_effect", Term(WITHDRAWAL_EFFECT), Class.LEG, "what follows from that"),
)

HOLD = (
    _hold("covers", Many(Reference(("incident", "evidence", "batch", "person", "matter"))), Class.LEG,
          "what may not be deleted, stripped or purged, with all that belongs to it",
          "What does it cover (I-…, E-…, B-…, P-…, M-…)?"),
    _hold("covers_everything", TriState(), Class.LEG, "whether it covers the whole archive",
          "Does it cover the whole archive?"),
    _hold("grounds", Term(HOLD_GROUNDS), Class.PRV, "why it is kept", "Why?", required=True),
    _hold("matter", Reference(("matter",)), Class.PRV, "for which matter"),
    _hold("imposed_by", Handle(), Class.OBS, "who imposed it, by handle", "Who imposes it (handle)?"),
    _hold("imposed_at", Timestamp(), Class.TIM, "since when", "Since when?"),
    _hold("review_on", Date(), Class.PRV, "when to look whether it is still needed",
          "When shall it be looked at again?", due=Due("look at a hold again", ("released_at", "released_by"))),
    _hold("released_at", Timestamp(), Class.TIM, "when it was released"),
    _hold("released_by", Handle(), Class.OBS, "who released it, by handle"),
    _hold("note", LongText(), Class.PRV, "what counsel should know"),
)
# fmt: on
