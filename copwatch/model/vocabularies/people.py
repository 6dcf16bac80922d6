"""Terms about people: officers, persons, observers, and what they agreed to."""

from copwatch.model.vocabularies.listed import listed

# Officers: OO's choices in lower case.
SUFFIX = listed("suffix", "jr sr ii iii iv v")
OFFICER_RACE = listed("officer_race", "black white asian hispanic native_american pacific_islander other")
OFFICER_GENDER = listed("officer_gender", "m f other")
ID_STATUS = listed("id_status", "unidentified as_seen_only matched_by_document confirmed disputed")
DO_NOT_PUBLISH = listed(
    "do_not_publish_reason", "undercover_believed court_order mistaken_identity bystander_off_duty"
)
ON_DUTY = listed("on_duty", "on_duty off_duty")

PERSON_ROLE = listed(
    "person_role",
    """person_stopped passenger detained arrested force_subject searched survivor_or_victim deceased family bystander
    witness complainant demonstrator organiser medic journalist legal_observer resident minor interpreter
    counter_protester private_security suspected_provocateur""",
)
PERSON_CONDUCT = listed(
    "person_conduct",
    """complied verbal_only passive_noncompliance walked_away fled active_resistance_seen assaultive_seen
    unconscious""",
)
# Always "alleged": MPV writes unarmed in the same way.
ALLEGED_ARMED = listed("alleged_armed", "unarmed firearm edged vehicle blunt replica other undetermined")
ALLEGED_BY = listed("alleged_by", "officer media observer none")
AGE_BAND = listed(
    "age_band",
    """under_10 from_10_to_17 from_18_to_24 from_25_to_34 from_35_to_44 from_45_to_54 from_55_to_64 from_65""",
)
# RIPA: as an officer perceives them, never asked.
RACE = listed(
    "race_perceived",
    """asian black hispanic_latine middle_eastern_south_asian native_american pacific_islander white""",
)
GENDER = listed("gender_perceived", "man woman transgender_man transgender_woman nonbinary")
DISABILITY = listed(
    "disability_perceived",
    """none deaf_or_hard_of_hearing blind_or_low_vision speech mobility mental_health developmental intellectual
    other""",
    alone="none",
)
GOV_ID_KIND = listed("gov_id_kind", "ssn itin driver_licence state_id passport a_number consular_id other")

OBSERVER_ROLE = listed(
    "observer_role",
    """copwatcher legal_observer camera notetaker buddy dispatcher verifier jail_support medic deescalator marshal
    community_member""",
)
WILLING_TO_TESTIFY = listed("willing_to_testify", "yes no ask_me only_if_subpoenaed")

CONSENT_SUBJECT = listed(
    "consent_subject", "identity image_voice statement medical location legal_info contact_me"
)
CONSENT_LEVEL = listed(
    "consent_level",
    """none_do_not_use internal_archive_only my_lawyer_only legal_team_and_court_under_protection
    partner_orgs_deidentified public_deidentified public_identified""",
)
"""An ordered ceiling: the place of the term, from 0, is the level."""
CONSENT_PURPOSE = listed(
    "consent_purpose",
    """legal_defence civil_claim complaint_or_oversight records_request pattern_analysis partner_sharing advocacy
    media training research archive_after_closure""",
)
ATTRIBUTION = listed("attribution", "named first_name pseudonym anonymous")
CAPACITY = listed(
    "capacity",
    "adult_self minor_with_guardian minor_assent_only proxy_family deceased_family not_obtainable",
)
HOW_GIVEN = listed("how_given", "written recorded verbal_witnessed implied_public_setting none")
WITHDRAWAL_EFFECT = listed(
    "withdrawal_effect", "stop_future recall_requested delete_requested restricted_by_hold"
)
STATEMENT_KIND = listed(
    "statement_kind",
    """observer_report contemporaneous_notes witness_account survivor_account declaration_1746 affidavit
    recorded_interview officer_statement_heard social_media_post""",
)
