"""Terms of the legal follow-up."""

from copwatch.model.redaction import Class
from copwatch.model.vocabularies.listed import listed
from copwatch.model.vocabulary import Vocabulary

MATTER_KIND = listed(
    "matter_kind",
    """criminal_defence civil_rights_1983 state_tort ftca habeas immigration internal_affairs_complaint
    oversight_complaint records protective_order other""",
)
MATTER_STATUS = listed("matter_status", "inquiry open stayed on_appeal settled rejected closed")
CHARGE_LEVEL = listed("charge_level", "infraction violation misdemeanor felony federal immigration_civil")
CHARGE_STATUS = listed(
    "charge_status", "not_filed pending diverted dismissed acquitted convicted expunged_or_sealed"
)
HEARING_KIND = listed(
    "hearing_kind",
    """first_appearance arraignment bail preliminary status motion trial sentencing immigration_bond
    immigration_master immigration_individual civil oversight other""",
)
BAIL_KIND = listed("bail_kind", "cash bond ror immigration_bond denied")
RELEASE_NEED = listed(
    "release_need",
    """ride food meds phone clothes shelter interpreter emotional_support medical lawyer_info property_help""",
)
HOLD_GROUNDS = listed(
    "hold_grounds", "subpoena anticipated_litigation criminal_case counsel_request records_request"
)
RECORDS_LAW = listed("records_law", "foia cpra foil other")
RECORDS_ITEM = listed(
    "records_item",
    """bwc dashcam call_911 cad jail_video cctv uof_report arrest_report policy other""",
)
RECORDS_RESPONSE = listed(
    "records_response", "none_yet granted granted_in_part denied no_records extended fee_asked"
)
LETTER_KIND = listed("letter_kind", "agency business_cctv transit platform dispatch")
HOW_SENT = listed("how_sent", "mail certified_mail email portal fax by_hand")

# The parts of a rule about a time limit, as counsel gives it.
RULE_TRIGGER = listed(
    "rule_trigger",
    """incident_occurred_end arrest_at arrest_released_at charge_disposed_at request_sent_at request_denied_at
    matter_rejected_at""",
)
RULE_UNIT = listed("rule_unit", "calendar_days business_days months years hours")
RULE_ROLL = listed("rule_roll", "none next_business_day")
RULE_KIND = listed("rule_kind", "preservation claim complaint records court appeal retention custody")
RULE_HARDNESS = listed("rule_hardness", "hard soft typical_practice")

MARK_KIND = listed("mark_kind", "face body plate voice screen document house_no tattoo other")
REDACTION_CLASS = Vocabulary("redaction_class", tuple(code.value.lower() for code in Class))
"""The classes of `copwatch/model/redaction.py` as terms."""
