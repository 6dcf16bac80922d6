"""What `copwatch export` takes, beside the options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from copwatch.cli.options import shipped_profiles

What = Annotated[
    list[str], typer.Argument(metavar="I-…|E-…", help="One incident, or items.", show_default=False)
]
Profile = Annotated[
    str,
    typer.Option(
        "--profile",
        metavar="NAME",
        autocompletion=shipped_profiles,
        help="Who it is for, as `copwatch profiles` lists; no default.",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="PATH", help="The file or folder to write.", show_default=False),
]
Plain = Annotated[bool, typer.Option("--plain", help="Write a folder that anybody can read.")]
Metadata = Annotated[
    str,
    typer.Option(
        "--metadata",
        metavar="preserve|strip",
        help="preserve gives every file bit for bit; strip gives clean renditions, made while they are written."
        " Without it the profile decides: client-counsel preserves, the others strip.",
        show_default=False,
    ),
]
KeepGoing = Annotated[
    bool,
    typer.Option(
        "--keep-going",
        help="With strip, leave out what cannot be cleaned, and say so; the exit code stays 5.",
    ),
]
For = Annotated[
    str,
    typer.Option(
        "--for",
        metavar="P2",
        help="Whose counsel it is for: a label of the report, or a person by code (P-…).",
    ),
]
Who = Annotated[
    str, typer.Option("--recipient", metavar="NAME", help="Who gets it, for the register and for pseudonyms.")
]
Matter = Annotated[
    str, typer.Option("--matter", metavar="M-…", help="For which matter; pseudonyms are the same within one.")
]
WithProof = Annotated[
    bool,
    typer.Option(
        "--with-proof",
        help="Also for partners and the public: proofs, which show device, archive and hashes of originals.",
    ),
]
With = Annotated[
    list[str] | None,
    typer.Option(
        "--with",
        metavar="case|openoversight",
        help="Also CASE/UCO JSON-LD, for forensic tools, or (for the public) tables for OpenOversight. May repeat.",
    ),
]
NoViewing = Annotated[
    bool,
    typer.Option(
        "--no-viewing",
        help="Make no viewing renditions (JPEG, H.264) of HEIC, HEVC and the like, and no thumbnails.",
    ),
]
Layout = Annotated[
    str,
    typer.Option(
        "--layout",
        metavar="bundle|production",
        help="production adds a volume for a review tool: Bates numbers, DAT, OPT, images, slip sheets.",
    ),
]
BatesPrefix = Annotated[
    str, typer.Option("--bates", metavar="PREFIX", help="Number a production under this, not under CW.")
]
LoadEncoding = Annotated[
    str,
    typer.Option(
        "--load-encoding", metavar="utf-8|cp1252|utf-16", help="How the DAT of a production is written."
    ),
]
NamesNotSearched = Annotated[
    bool,
    typer.Option(
        "--names-not-searched",
        help="Export without reading identities: names of people are then not looked for in what leaves.",
    ),
]
Explain = Annotated[
    bool, typer.Option("--explain", help="Say field by field what would happen, and which rule decides.")
]
Purpose = Annotated[
    str, typer.Option("--purpose", metavar="TEXT", help="Why it goes out, for the custody record.")
]
