"""HOW-TO-VERIFY.txt: what a stranger does, in plain words, without copwatch first and then with it."""

from textwrap import fill

from copwatch.bundle.facts import Facts
from copwatch.proof.words import short_words
from copwatch.text import clean


def how_to_verify(facts: Facts) -> bytes:
    """The file, in UTF-8 with line feeds."""
    files, shows = _STRIPPED if facts.strips else _RECEIVED
    return _TEXT.format(
        code=clean(facts.code), tool=clean(facts.tool), archive=facts.archive,
        words=_filled(short_words(facts.root), "  ", "  "),
        files=files, shows=shows, viewing=_VIEWING if any(named.viewing for named in facts.evidence) else "",
        folder=_NUMBERED if facts.production else _NAMED,
    ).encode()  # fmt: skip


def _filled(text: str, first: str, rest: str) -> str:
    """In lines of a terminal and of a typewriter."""
    return fill(text, 78, initial_indent=first, subsequent_indent=rest)


NOT_SHOWN = (
    "What a file shows: a hash proves nothing about the time before the file was received. Who recorded it, "
    "where, when, and whether it is fair and accurate, a witness has to say.",
    "That nothing is missing: the bundle holds what was chosen for it. Other evidence may exist.",
    "Exact time: the times of records come from the clock of the device that wrote them.",
    "That the report is true: it is shown that it was written as it stands here, and not changed since.",
    "That no device was lost or revoked after the bundle was written: only the group's newest charter says that.",
    "Who used the device: a signature shows which device wrote an entry, not which person.",
)
"""What no check of a bundle can show; for the page, the instructions and the result."""

_NAMED, _NUMBERED = "data\\evidence", "data\\VOL001\\NATIVES\\001"
"""Where the evidence stands."""

_RECEIVED = (
    """\
  - that each evidence file has exactly the size and SHA-256 that were
    recorded when it was received""",
    """\
That the evidence files are bit for bit what was received on the named device
when the entry was signed, and that the records in this bundle are as they
were written and have not been changed since. Where a record says metadata
"strip", the file is the clean rendition that was made when it was received,
and the original was not kept.""",
)
_STRIPPED = (
    """\
  - that each file has exactly the size and SHA-256 of the clean rendition
    that was recorded when it was made
  - that nothing is left in it which copwatch would take out, and that its
    coded picture and sound (its essence) are those that were recorded,
    computed again from the file""",
    """\
That each file is the clean rendition of the evidence named beside it, as the
named device recorded it, and that the records in this bundle are as they were
written and have not been changed since. The original is sealed in the group's
archive with the SHA-256 that its record gives, unless that record says
metadata "strip". That the coded picture and sound of the original are those
of the rendition is what the device states that had both before it; who gets
the original as well can compute it again: `copwatch verify FILE --bundle
BUNDLE` says whether a file has the same. A PDF is written anew and has no
essence: that its pages are the same, the device states.""",
)

_VIEWING = """\
- That what stands in data/viewing shows the same as the evidence: thumbnails,
  and renditions that any office computer shows, were made when this bundle
  was written. They are not evidence; report.json names what each was made of.
"""

_TEXT = """\
HOW TO VERIFY THIS BUNDLE
=========================
Bundle {code}, written by {tool}. This is not legal advice.

1. ARE ALL FILES UNCHANGED SINCE THE BUNDLE WAS WRITTEN?
No copwatch is needed. Open data/index.html in a browser and drop the folder
that holds this bundle (the folder with bagit.txt) on the page: it names every
file that was changed, added or is missing, unless somebody changed the page.
Or open a terminal in that folder.

  Linux:    sha256sum -c manifest-sha256.txt
            sha256sum -c tagmanifest-sha256.txt
  macOS:    shasum -a 256 -c manifest-sha256.txt
            shasum -a 256 -c tagmanifest-sha256.txt
  Windows:  certutil -hashfile "{folder}\\FILE" SHA256
            or, in PowerShell:
            Get-FileHash -Algorithm SHA256 "{folder}\\FILE"
            and compare with the line of that file in manifest-sha256.txt.

Every line has to end in "OK". The same can be done with SHA-512
(manifest-sha512.txt, sha512sum), and with any program that validates BagIt
bags (RFC 8493), for example: bagit.py --validate .

This alone does not show who made the bundle: somebody who changes a file can
also write new manifests.

2. IS IT WHAT THE GROUP RECEIVED, UNCHANGED SINCE THEN?
With Python 3.9 or newer and nothing else, in the folder that holds this
bundle (not for sealed files, which have to be opened first):

  Linux, macOS:  python3 data/verify.py
  Windows:       py data\\verify.py

It reads only, checks files, signatures and records, and ends with twelve
words to compare (see 3). Somebody who changed a bundle could have changed
this program with it; so for more than a first look take verify.py from the
source of copwatch, or install copwatch from a source that you trust, not from
this bundle, and run

  copwatch verify BUNDLE

(BUNDLE is this folder, or the .zip or .zip.age file as it came). It reads
every file and checks, from the bundle alone:
  - names, sizes, manifests; nothing missing, nothing added, nothing altered
  - the signature of the exporting device over the manifests
    (tagmanifest-sha256.txt.sig.json)
  - for each record: its fields, its place in an entry of the ledger, the
    signature of the device that wrote the entry, and the charter that names
    that device
{files}
  - that the report, the custody list and the page say exactly what the
    records say

3. WHOSE ARCHIVE IS IT?
Ask the group, by a way that you trust and not by the message that brought the
bundle, for the twelve words of its root key. They have to be:

{words}

The archive's full name (SHA-256 of its first charter) is
  {archive}
Without this comparison anybody could have made a whole archive of their own.

WHAT THIS SHOWS
{shows}

WHAT IT DOES NOT SHOW
{viewing}{not_shown}
Fields that were withheld are listed by name in the page and in report.json.
Their values cannot be computed from this bundle.
""".replace("{not_shown}", "\n".join(_filled(line, "- ", "  ") for line in NOT_SHOWN))

WORDS = " ".join((_TEXT, _VIEWING, *NOT_SHOWN, *_RECEIVED, *_STRIPPED))
"""Everything that the instructions say by themselves."""
