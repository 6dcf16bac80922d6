"""Terms of the practices: rapid response, de-escalation, pickets, firearms, harm reduction, survivors, infosec."""

from copwatch.model.vocabularies.listed import listed

PRACTICE = listed(
    "practice",
    """copwatch deescalation firearm_safety harm_reduction infosec legal_aid picket rapid_response
    survivor_support""",
)
# SAL: what agents were seen doing, what they carried, and what a verifier found.
ICE_ACTIVITY = listed(
    "ice_activity",
    """surveilling parked_staging approaching_residence at_door questioning vehicle_stop detaining loading checkpoint
    leaving none_found""",
)
VERIFICATION = listed(
    "verification", "unverified verifying confirmed other_agency false_alarm unable_to_verify"
)
EQUIPMENT = listed(
    "equipment",
    """handgun long_gun less_lethal_launcher chemical ecd baton shield body_armor mask ram_or_breaching k9 drone
    helicopter armored_vehicle plate_reader biometric_phone zip_ties van_unmarked horse""",
)
ALERT_CLOSED = listed("alert_closed", "resolved_on_scene agents_left false_alarm duplicate handed_on")
VEHICLE_KIND = listed(
    "vehicle_kind",
    """patrol_car unmarked_car suv van transport_van bus truck armored motorcycle bicycle horse boat helicopter drone
    other""",
)
GEO_SOURCE = listed("geo_source", "device_gps map_pin photo_metadata address_lookup")
AGENCY_TYPE = listed(
    "agency_type",
    """municipal sheriff state_police campus_or_school transit tribal corrections_or_jail probation_parole
    federal_immigration_ero federal_immigration_hsi border_patrol_cbp federal_other national_guard_military
    joint_task_force private_security""",
)

DEESCALATION_BY_OFFICER = listed(
    "deescalation_by_officer",
    """none_seen verbal_calm time_and_distance cover slowed_down crisis_team_called interpreter_called
    supervisor_called disengaged explained_reason gave_choice""",
    alone="none_seen",
)
DEESCALATION_BY_COMMUNITY = listed(
    "deescalation_by_community",
    """none_seen calm_voice open_questions space_and_exit_given buddy_redirect medic_called separated_parties
    documented_only""",
    alone="none_seen",
)
DEESCALATION_OUTCOME = listed("deescalation_outcome", "reduced no_change escalated")
STATE_OF_MIND = listed("state_seen", "calm tense agitated violent")

CARRIER = listed("carrier", "officer private_security counter_protester")
CARRY = listed("carry", "open concealed_alleged long_gun")

HARM_REDUCTION_SERVICE = listed(
    "harm_reduction_service", "naloxone supplies wound_care transport referral other"
)
SURVIVOR_SUPPORT = listed(
    "survivor_support",
    """listening safe_place transport medical_accompaniment legal_accompaniment advocate_referral shelter_referral
    counselling_referral interpreter childcare safety_planning material_aid other""",
)
POLICE_WISH = listed("police_involved_wish", "yes no not_now")
INFOSEC_KIND = listed(
    "infosec_kind",
    "phone_seized forced_unlock imaging account_lockout doxxing surveillance_seen fake_cell_suspected",
)
INTERFERENCE_KIND = listed(
    "interference_kind",
    """ordered_to_move ordered_to_stop_recording view_blocked light_shone threatened pushed device_touched
    device_seized footage_deleted_or_demanded id_demanded followed detained arrested other""",
)
INTERFERENCE_STATED = listed(
    "interference_stated_reason", "none_stated safety interfering trespass crime_scene private_property other",
    alone="none_stated",
)  # fmt: skip
TIMELINE_KIND = listed(
    "timeline_kind",
    """arrival stop order warning search force arrest injury medical statement departure release recording_start
    recording_stop interference deescalation other""",
)
