"""What people write down beside reports: persons, officers, consents, holds, matters … one row a kind.

Each thing of a kind is an entity: it has an id, a spoken code, and append-only versions whose fields stand in the table
of fields under the name of the kind. Records, codes, tables, commands and documentation all follow from these rows.
"""

from dataclasses import dataclass
from typing import Final

CASE, IDENTITY = 0, 1
"""Places in the charter's ordered list of compartments (docs/adr/0005): what everybody reads, and names."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of entity.

    Attributes:
        name: of the record type, of its fields in the table, and of its command.
        plural: of its table.
        letter: before its codes.
        title: what it is, in a line.
        needs: fields without which no first version is kept.
        asks: fields that prompts ask, in order; those that are needed come first.
        compartment: place of the compartment to which it is sealed.
    """

    name: str
    plural: str
    letter: str
    title: str
    needs: tuple[str, ...]
    asks: tuple[str, ...] = ()
    compartment: int = CASE

    @property
    def label(self) -> str:
        """The name as people read it."""
        return self.name.replace("_", " ")


KINDS: Final[dict[str, Kind]] = {}
"""By name, in the order of the help."""
