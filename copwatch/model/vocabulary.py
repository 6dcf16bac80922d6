"""Controlled vocabularies. The term is what is stored; it is never renamed, because records carry it.

Sources: RIPA (California stop data), OP (OpenPolice.org), NLG (legal observer training), SAL (SALUTE
reports). Custody events map to PREMIS (https://id.loc.gov/vocabulary/preservation/eventType).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

NOT_KNOWN = ("unknown", "unsure", "not_observed", "declined", "not_applicable")
"""Unknown is a value: nobody knows, the observer is not certain, was not observed, the person chose not
to say, does not apply. A field that is absent was not asked."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A named list of terms; `alone` are the terms that exclude every other in a list of several."""

    name: str
    terms: tuple[str, ...]
    alone: frozenset[str] = field(default=frozenset())

    def with_terms(self, more: Iterable[str]) -> "Vocabulary":
        """The same with more terms behind; those that are there stay."""
        return Vocabulary(self.name, tuple(dict.fromkeys((*self.terms, *more))), self.alone)

    def __contains__(self, term: object) -> bool:
        return term in self.terms


_OWN_TERM = re.compile(r"x_[a-z0-9_]{1,60}")


def is_own_term(term: str) -> bool:
    """Whether it is a term that a group added itself. Another laptop may not know it, and keeps it."""
    return _OWN_TERM.fullmatch(term) is not None


def label(term: str) -> str:
    """The term as people read it."""
    return term.replace("_", " ")


def time_source(term: str) -> str:
    """Where a time comes from (`TIME_SOURCE`), as people read it."""
    return _TIME_SOURCES.get(term, label(term))


def _vocabulary(name: str, terms: str, alone: str = "") -> Vocabulary:
    return Vocabulary(name, tuple(terms.split()), frozenset(alone.split()))


YES_NO = _vocabulary("yes_no", "yes no")
BASIS = _vocabulary("basis", "saw heard told_by on_media in_document inferred")
PRECISION = _vocabulary("precision", "second minute quarter_hour hour day month")
TIME_SOURCE = _vocabulary("time_source", "device_clock gps broadcast observer_estimate document")

_TIME_SOURCES = {
    "device_clock": "clock of a device", "gps": "GPS",
    # Whoever typed it knew it, looked it up or guessed: nothing says which, so nothing here calls it a guess.
    "observer_estimate": "as a person gave it",
}  # fmt: skip

# `stop`, `use_of_force` and `arrest` say what a template knows and no more; the kind may follow later.
INCIDENT_TYPE = _vocabulary(
    "incident_type",
    """traffic_stop pedestrian_stop bicycle_stop vehicle_checkpoint stop search home_entry_or_raid
    eviction_or_sweep protest_or_picket_policing mass_arrest_or_kettle arrest use_of_force
    welfare_or_mental_health_check school_incident transit_enforcement jail_or_custody courthouse_arrest
    immigration_enforcement immigration_checkpoint workplace_raid surveillance private_security
    overdose_response interference_with_observer retaliation death_in_custody shooting pursuit other""",
)
SCENE_TYPE = _vocabulary(
    "scene_type",
    """residence workplace outdoor_public indoor_public school_or_campus police_station jail_or_detention
    courthouse hospital transit airport border place_of_worship shelter_or_encampment vehicle
    phone_or_online other""",
)
INITIATION = _vocabulary(
    "initiation", "dispatched_911 officer_initiated warrant_service planned_operation event_detail tip"
)
OFFICER_ROLE = _vocabulary(
    "officer_role",
    """stopping contact arresting used_force searched supervising_commanding present backup driver interpreter
    filming undercover_believed off_duty""",
)
ID_METHOD = _vocabulary(
    "id_method", "nametag badge helmet_no vehicle_no verbal card later_document face_match_by_human"
)
MARKED = _vocabulary("marked", "marked unmarked ghost_graphics")
FORCE_TYPE = _vocabulary(
    "force_type",
    """none_seen officer_presence_line_push verbal_threat_of_force handcuffs_or_flexcuffs control_hold_or_grab
    push_or_shove takedown body_weapon_strike knee_or_body_weight neck_restraint spit_hood_or_wrap
    removed_from_vehicle_physically baton_drawn baton_or_object_strike chemical_spray tear_gas_or_smoke
    flash_bang acoustic_device water_cannon ecd_pointed_or_sparked ecd_drive_stun ecd_dart
    impact_projectile_pointed impact_projectile_fired firearm_unholstered firearm_pointed firearm_discharged
    canine_deployed canine_bite_or_hold vehicle_used horse_or_bicycle other""",
    alone="none_seen",
)
CUSTODY_KIND = _vocabulary(
    "custody_kind",
    """detained_released cited arrested_booked mass_arrest_processing juvenile psychiatric_hold
    immigration_administrative federal protective""",
)
INJURY = _vocabulary(
    "injury",
    """fatal major_fracture minor_fracture open_fracture hospital_admission transfusion concussion
    loss_of_consciousness organ_damage ecd_wounds laceration_stitches laceration_minor tooth abrasion sprain
    bruising chemical_exposure breathing_difficulty eye_injury cuff_injury psychological other""",
)
SEVERITY = _vocabulary("severity", "none_visible minor needs_care serious_bodily_injury fatal")

TRANSFER_METHOD = _vocabulary(
    "transfer_method",
    """usb sd_card phone_cable airdrop_or_nearby messenger email upload download_from_url physical_media
    other""",
)
LOSSY_TRANSFERS = frozenset({"messenger", "email"})
"""Ways of transfer that compress pictures again or drop their metadata."""

EVIDENCE_KIND = _vocabulary(
    "evidence_kind",
    """photo video audio livestream_capture web_capture screenshot document scanned_notes sketch
    physical_object_photo scanner_audio agency_record medical_record proofmode_bundle other""",
)

CUSTODY_SCOPE = _vocabulary("custody_scope", "evidence archive")
OUTCOME = _vocabulary("outcome", "pass fail")
CLOCK = _vocabulary("clock", "system behind")
METADATA = _vocabulary("metadata", "preserve strip")
CAPTURED_SOURCE = _vocabulary(
    "captured_source",
    "exif_original exif_digitized exif_changed gps quicktime quicktime_date matroska broadcast_wave riff",
)
ZONE = _vocabulary("zone", "stated utc said_utc unknown")
PLACE_SOURCE = _vocabulary("place_source", "exif quicktime three_gpp")
TRACK_KIND = _vocabulary("track_kind", "picture sound text data")
MESSENGER = _vocabulary("messenger", "whatsapp signal telegram facebook")
MESSENGER_SIGN = _vocabulary("messenger_sign", "name no_camera_data recompressed")
LOOKED = _vocabulary("looked", "refused too_long broke_down no_process changed unreadable")
"""Why nobody could say what stands in a file of a known kind."""
RENDITION = _vocabulary("rendition", "stripped")
REVIEWED = _vocabulary("reviewed", "nobody officers agreed others")
"""Who is to be seen or heard in a file, as a person found who looked at it for an export."""

PREMIS = {
    "received": "tra",
    "ingested": "ing",
    "accessioned": "acc",
    "hashed": "mes",
    "verified": "fix",
    "encrypted": "enc",
    "decrypted": "der",
    "metadata_extracted": "mee",
    "metadata_stripped": "mem",
    "format_identified": "for",
    "virus_checked": "vir",
    "copied": "rep",
    "renamed": "fil",
    "transcoded": "mig",
    "redacted": "red",
    "viewed": "dsp",
    "exported": "exp",
    "disclosed": "dis",
    "signed": "dsg",
    "signature_checked": "dig",
    "packed": "pac",
    "deleted": "del",
    "deaccessioned": "dea",
    "hold_set": "poa",
    "hold_released": "poa",
    "policy_set": "poa",
    "restored": "rec",
}
"""Custody event → PREMIS event type code."""

CUSTODY_TYPE = Vocabulary("custody_type", tuple(PREMIS))
