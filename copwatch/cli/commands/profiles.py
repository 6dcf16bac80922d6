"""`copwatch profiles`."""

from typing import Annotated

import typer

from copwatch.cli.options import Json

Name = Annotated[
    str,
    typer.Argument(metavar="[NAME]", help="The profile to print as TOML, to copy it.", show_default=False),
]


def command(name: Name = "", json: Json = False) -> None:
    """List who an export can be for, or print a profile to copy and change.

    A group's own profiles are files NAME.toml in the folder ARCHIVE.profiles beside the archive, or anywhere, named
    with --profile FILE.toml. A copy has a name of its own, says in basis what it was copied from, and can never loosen
    what that holds back for good.

    Examples:

      copwatch profiles

      copwatch profiles court-filing > our-court.toml
    """
    from copwatch.bundle.profiles import profile_text, shipped
    from copwatch.cli import jsonout, tables, voice
    from copwatch.model.profile import SHIPPED
    from copwatch.workflows.consenting import level_words

    if name and not json:
        voice.out(profile_text(name))
        return
    found = [shipped(each) for each in ((name,) if name else SHIPPED)]
    if json:
        rows = [
            {
                "name": each.name, "audience": each.audience, "proof": each.proof, "level": each.level,
                "classes": {str(class_): str(held) for class_, held in each.classes.items()},
            }
            for each in found
        ]  # fmt: skip
        jsonout.print_json({"profiles": rows})
        return
    tables.render(
        ("profile", "for", "proofs", "consent needed"),
        [
            (each.name, each.audience, "yes" if each.proof else "no", level_words(each.level))
            for each in found
        ],
    )
