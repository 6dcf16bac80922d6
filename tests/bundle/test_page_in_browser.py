"""The page of a bundle in a real browser: it asks for nothing but itself, and people with other senses can use it."""

import json
from importlib import resources

import pytest

from copwatch.bundle.sinks import FolderSink
from copwatch.bundle.write import write_bundle
from tests.browser import browser
from tests.bundle.making import usual

BAD = ("serious", "critical")


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("browser") / "bundle"
    write_bundle(usual().plan(), FolderSink(folder))
    return folder / "data/index.html"


@pytest.fixture(scope="module")
def axe():
    axe_core_python = pytest.importorskip("axe_core_python")
    return resources.files(axe_core_python).joinpath("axe.min.js").read_text("utf-8")


def findings(player, page, axe):
    ran = f"{axe};axe.run(document, {{resultTypes: ['violations']}}).then(found => JSON.stringify(found.violations))"
    return json.loads(player.evaluate(page, ran))


def test_axe_finds_nothing_serious(tmp_path, page, axe):
    with browser(tmp_path / "profile") as player:
        found = findings(player, page, axe)
        assert [(each["id"], each["help"]) for each in found if each["impact"] in BAD] == []


def test_axe_would_find_something(tmp_path, axe):
    bad = tmp_path / "bad.html"
    bad.write_text(
        "<!doctype html><html><body><img src='x.png'><p style='color:#eee;background:#fff'>pale</p></body></html>"
    )
    with browser(tmp_path / "profile") as player:
        found = {each["id"] for each in findings(player, bad, axe) if each["impact"] in BAD}
        assert {"image-alt", "color-contrast", "html-has-lang"} <= found
        assert player.asked == [bad.as_uri(), bad.with_name("x.png").as_uri()]


def test_the_page_asks_for_nothing_beyond_its_own_folder(tmp_path, page):
    with browser(tmp_path / "profile") as player:
        title = player.evaluate(page, "document.title")
        assert title and player.asked[0] == page.as_uri()
        assert [url for url in player.asked if not url.startswith(page.parent.as_uri() + "/")] == []


def test_no_script_of_the_page_could_run(tmp_path, page):
    """Whatever a stranger wrote into a record: the browser itself refuses it."""
    forged = page.with_name("forged.html")
    text = page.read_text("utf-8").replace("</body>", "<script>document.title = 'ran'</script></body>")
    assert "<script>" in text
    forged.write_text(text, "utf-8")
    with browser(tmp_path / "profile") as player:
        assert player.evaluate(forged, "document.title") != "ran"
    forged.unlink()
