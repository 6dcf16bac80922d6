"""Which records of a plan go out, in which order."""

from copwatch.bundle.plan import BundlePlan, ProvenRecord
from copwatch.errors import Refused


def leaving(plan: BundlePlan) -> dict[str, ProvenRecord]:
    """The records of a plan that go out, by leaf and in their order.

    Raises:
        Refused: a record is of a type that the profile does not let out, or does not know.
    """
    named = {item.evidence.leaf for item in plan.items} | {version.record.leaf for version in plan.versions}
    found = {}
    for leaf, proven in sorted(plan.every().items()):
        kind = proven.record.get("type")
        if kind == "rendition" and not plan.rules.profile.proof:
            continue  # it names the original
        if not isinstance(kind, str) or kind not in plan.rules.profile.types:
            raise Refused(
                f"a record of type {kind!r} does not leave the archive under {plan.profile}",
                hint="leave it out of the bundle; a newer copwatch may know its type",
            )
        if not plan.rules.leaves_out(proven.record):
            found[leaf] = proven
        elif leaf in named:
            raise Refused("an access event cannot be evidence or a report")
    return found
