"""The table of fields. A field is one row in one of these files, and nowhere else."""

from copwatch.model.entities.arrests import ARREST
from copwatch.model.entities.report import DO_NOT_WRITE, OWN_SECTION, REPORT
from copwatch.model.entities.sightings import OFFICER, VEHICLE

__all__ = ["DO_NOT_WRITE", "ENTITIES", "OWN_SECTION", "ROWS"]

ROWS = (*REPORT, *OFFICER, *VEHICLE, *ARREST)
ENTITIES = ("report", "officer", "vehicle", "arrest", OWN_SECTION)
