"""The documents hold together: links lead somewhere, the index of decisions is whole, the package says what is true."""

import re
import tomllib
from pathlib import Path

from tests.conftest import REPO

DECISIONS = REPO / "docs" / "adr"


def test_every_link_in_the_documents_leads_somewhere():
    pages = [*sorted((REPO / "docs").rglob("*.md")), *sorted(REPO.glob("*.md"))]
    for page in pages:
        for target in re.findall(r"\]\(([^)#\s]*)(?:#([^)]*))?\)", page.read_text("utf-8")):
            name, anchor = target
            if name.startswith(("http:", "https:")):
                continue
            file = (page.parent / name).resolve() if name else page
            assert file.exists(), f"{page.name}: {name}"
            if anchor and file.suffix == ".md":
                assert anchor in anchors(file), f"{page.name}: {name}#{anchor}"


def anchors(page: Path) -> set[str]:
    """What headings are called in links, as GitHub makes it."""
    heads = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_every_decision_stands_in_the_index_under_its_own_words():
    index = (DECISIONS / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| \[(\d{4})\]\((.+?)\) \| (.+) \|$", index, re.MULTILINE)
    files = sorted(path for path in DECISIONS.glob("*.md") if path.name != "README.md")
    assert [name for _, name, _ in rows] == [path.name for path in files]
    heads = [path.read_text("utf-8").partition("\n")[0] for path in files]
    assert [f"# {number} {words}" for number, _, words in rows] == heads


def test_a_decision_has_context_decision_and_consequence():
    for path in DECISIONS.glob("0*.md"):
        text = path.read_text("utf-8")
        places = [text.find(f"**{word}.**") for word in ("Context", "Decision", "Consequence")]
        assert -1 < places[0] < places[1] < places[2], path.name


def test_the_packages_that_the_code_imports_are_those_that_it_asks_for():
    project = tomllib.loads((REPO / "pyproject.toml").read_text("utf-8"))["project"]
    asked = {re.match(r"[\w-]+", text)[0].lower().replace("-", "_") for text in project["dependencies"]}
    sources = "\n".join(path.read_text("utf-8") for path in (REPO / "copwatch").rglob("*.py"))
    for name in asked:
        assert re.search(rf"^\s*(from|import) {name}\b", sources, re.MULTILINE), f"nothing imports {name}"
    assert not re.search(r"^\s*(from|import) (pydantic|click)\b", sources, re.MULTILINE)


def test_the_changelog_has_a_section_for_this_version():
    from copwatch import __version__

    text = (REPO / "CHANGELOG.md").read_text("utf-8")
    assert re.search(rf"^## \[?{re.escape(__version__)}\]?", text, re.MULTILINE)
