"""Terms of stops, searches, force, injuries, arrests and what was taken: RIPA and OP, unless it says otherwise."""

from copwatch.model.vocabularies.listed import listed

STOP_REASON = listed(
    "stop_reason",
    """traffic_moving traffic_equipment traffic_nonmoving_registration reasonable_suspicion parole_probation_known
    outstanding_warrant truancy consensual_encounter school_discipline immigration_inquiry matched_description
    call_nearby welfare loitering_trespass protest_related no_reason_given other""",
    alone="no_reason_given",
)
SUSPICION = listed(
    "suspicion",
    """witnessed_crime matched_person_description identified_by_victim_or_witness carrying_suspicious_object casing
    lookout drug_transaction violent_crime_actions matched_vehicle other""",
)
TRAFFIC_KIND = listed("traffic_kind", "moving equipment nonmoving_registration")
SOBRIETY_TEST = listed("sobriety_test", "none field breath blood refused", alone="none")
STOP_RESULT = listed(
    "stop_result",
    """no_action warning citation cite_and_release arrest_warrant arrest_no_warrant field_interview
    transport_noncriminal guardian_contacted psychiatric_hold dhs_contacted school_referral property_seized
    vehicle_impounded dispersed taken_by_immigration""",
    alone="no_action",
)
SEARCH_TARGET = listed("search_target", "person bag vehicle home phone tent_or_belongings")
SEARCH_BASIS = listed(
    "search_basis",
    """consent officer_safety search_warrant parole_probation suspected_weapons visible_contraband odor canine
    evidence_of_crime incident_to_arrest exigent vehicle_inventory school_policy administrative_warrant border
    none_stated""",
    alone="none_stated",
)
# I-200 and I-205 are the forms of administrative immigration warrants, which no judge has signed.
WARRANT_SHOWN = listed("warrant_shown", "judicial_signed administrative_immigration not_shown")
PHONE_ACCESS = listed("phone_access", "none looked_at unlocked forced_unlock imaged", alone="none")
RESTRAINED = listed("restrained", "handcuffed held_down prone none", alone="none")
AMMUNITION = listed("ammunition", "lethal less_lethal")
FIREARM_STAGE = listed(
    "firearm_stage",
    """none holstered_visible hand_on_weapon unholstered_low_ready pointed_at_person pointed_at_crowd
    discharged_warning discharged_at_person discharged_unintentional""",
)
FORCE_RESULT = listed(
    "force_result",
    "none_seen complaint_of_pain visible_injury serious_bodily_injury unconscious death missed",
    alone="none_seen",
)
BODY_PART = listed("body_part", "head face_eye neck torso back arm elbow hand_wrist leg knee foot groin")
ON_SCENE_CARE = listed("on_scene_care", "none officer ems street_medic refused", alone="none")
WARRANT_KIND = listed("warrant_kind", "none outstanding judicial administrative_immigration")
RELEASE_KIND = listed(
    "release_kind",
    """no_charges cited_released ror bail_posted bond transferred_agency ice_detainer hospital
    dismissed_before_release""",
)
PROPERTY_KIND = listed(
    "property_kind",
    """phone_or_device camera_or_footage cash identity_documents medication tent_or_bedding vehicle bicycle firearm
    ammunition other_weapon drugs paraphernalia alcohol protest_materials harm_reduction_supplies real_estate other""",
)
PROPERTY_ACTION = listed(
    "property_action",
    """seized_evidence seized_safekeeping impounded destroyed damaged searched_returned abandoned_claimed
    forced_unlock footage_deleted""",
)
ENCOUNTER_TYPE = listed(
    "encounter_type",
    """traffic person_stop nonviolent_offence_call violent_crime_call domestic mental_health_or_welfare warrant
    protest immigration civil_process none_apparent""",
)
ALLEGATION = listed(
    "allegation",
    """unreasonable_force wrongful_arrest wrongful_detention wrongful_entry wrongful_search wrongful_seizure
    property_damage bias excessive_charges intimidating_display sexual_assault sexual_harassment refused_id miranda
    denied_counsel denied_medical neglect discourtesy retaliation interference_with_recording first_amendment
    repeat_harassment policy_violation""",
)
