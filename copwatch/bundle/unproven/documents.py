"""The documents of a bundle without proofs, as a pure function of what its report.json says."""

from pathlib import PurePosixPath

from copwatch.bundle import documents
from copwatch.bundle.gallery import Frame, frame, link
from copwatch.bundle.page import PASSIVE, embedded, template
from copwatch.bundle.rows import changed
from copwatch.bundle.sketch_map import sketch
from copwatch.bundle.unproven import overview
from copwatch.bundle.unproven.facts import OpenFacts
from copwatch.bundle.viewing import Viewing
from copwatch.model.vocabulary import label
from copwatch.text import clean, clean_block

HOW_TO = """\
HOW TO CHECK THIS BUNDLE
========================
This bundle was redacted for {audience}. It holds no proof of where it came
from, so that nobody learns from it which archive, which device or which
original it came from. This is not legal advice.

ARE ALL FILES UNCHANGED SINCE IT WAS WRITTEN?
Open data/index.html in a browser and drop the folder that holds the bundle
(the folder with bagit.txt) on the page: it names every file that was changed,
added or is missing, unless somebody changed the page. Or, in that folder:

  Linux:    sha256sum -c manifest-sha256.txt
  macOS:    shasum -a 256 -c manifest-sha256.txt
  Windows:  in PowerShell, for each file of data\\evidence:
            Get-FileHash -Algorithm SHA256 "data\\evidence\\FILE"
            and compare with the line of that file in manifest-sha256.txt.

Or, with copwatch from a source that you trust: copwatch verify BUNDLE

WHAT THIS DOES NOT SHOW
- Who made it. It is not signed: whoever changes a file can also write new
  manifests. Keep it as you got it, and ask the group that gave it to you, by
  a way that you trust.
- That it is what was recorded. Fields that are marked were changed before
  they were given out; others were left out, and nothing says which. Files are
  clean renditions: place, time, device and names were taken out.
- Whoever needs proof asks the group: it can export the same with proofs, for
  a court or for counsel.
"""


def open_documents(facts: OpenFacts) -> dict[str, bytes]:
    """All of them by path, in the order in which they are written."""
    how_to = HOW_TO.format(audience=clean(facts.audience))
    return {
        documents.PAGE: _page(facts),
        documents.REPORT: facts.encoded(),
        documents.HOW_TO: how_to.encode(),
    }


def _page(facts: OpenFacts) -> bytes:
    frames = [_frame(item, path, facts.viewing.get(item)) for item, path in facts.files]
    where = overview.positions(facts)
    text = template("open.html.jinja").render(
        facts=facts, **embedded(), clean=clean, links=overview.links(facts), timeline=overview.timeline(facts),
        positions=where, sketch=sketch(where),
        block=clean_block, label=label, changed=changed, files=[_file(item, path) for item, path in facts.files],
        frames=[each for each in frames if each],
    )  # fmt: skip
    return text.encode()


def _file(item: str, path: str) -> dict[str, str]:
    name = path.removeprefix("data/")
    shown = PurePosixPath(name).suffix[1:].lower() in PASSIVE
    return {"item": clean(item), "file": clean(name), "href": link(name) if shown else ""}


def _frame(item: str, path: str, viewing: Viewing | None) -> Frame | None:
    return frame(clean(item), "", _file(item, path)["href"], path, "", viewing)
