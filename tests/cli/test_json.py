"""docs/json.md and what the commands print: the same members, no more and no fewer."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from copwatch.cli.lazy import TABLE, load
from tests.cli import harness
from tests.cli.desk import REAL, Desk
from tests.cli.test_clean import DIRTY

DOC = Path(__file__).resolve().parents[2] / "docs" / "json.md"


def documented() -> dict[str, set[str]]:
    rows = re.findall(r"^\| (`.*?) \| (`.*`) \|$", DOC.read_text(encoding="utf-8"), re.MULTILINE)
    return {name.replace("`", ""): set(re.findall(r"`(\w+)`", members)) for name, members in rows}


def one(rows: list[dict]) -> dict:
    assert rows and all(row.keys() == rows[0].keys() for row in rows)
    return rows[0]


def grouped(desk: Desk, top: Path) -> dict[str, dict]:
    """Another computer, a member and a compartment."""
    invited = desk.json("device", "invite", top / "invitation.json")
    other = {"COPWATCH_STATE": str(top / "other"), "COPWATCH_ARCHIVE": str(top / "replica")}
    told = json.loads(
        subprocess.run(
            [sys.executable, str(REAL), "device", "join", str(top / "invitation.json"), "--json"],
            check=True, capture_output=True, env=harness.environment(**other),
        ).stdout
    )  # fmt: skip
    sure = (*desk.key, "--yes")
    approved = desk.json("device", "approve", told["device"], "--words", told["words"], *sure)
    (top / "passphrase").touch(mode=0o600)
    (top / "passphrase").write_text("harbour violet ladder nineteen frost\n")
    key = desk.json("member", "new-key", top / "key.json", "--new-passphrase-file", top / "passphrase")
    member = desk.json("member", "add", "LEGAL-1", top / "key.json", "--words", key["words"], *sure)
    (top / "again").touch(mode=0o600)
    (top / "again").write_text("ladder nineteen frost harbour violet\n")
    own = ("--passphrase-file", top / "passphrase", "--new-passphrase-file", top / "again")
    desk.done("passphrase", top / "again.json", *own)
    again = desk.json("member", "passphrase", "LEGAL-1", top / "again.json", *sure)
    made = desk.json("compartment", "new", "minors", "--readers", "legal-1", *sure)
    status = desk.json("status", *desk.key)
    return {
        "device invite": invited, "device join": told, "device approve": approved,
        "device list → devices": one(desk.json("device", "list", *desk.key)["devices"]),
        "member new-key": key, "member add": member,
        "member list → members": one(desk.json("member", "list", *desk.key)["members"]),
        "member passphrase": again, "compartment new": made,
        "compartment move": desk.json("compartment", "move", desk.report(), "minors", *sure),
        "compartment list → compartments": one(desk.json("compartment", "list")["compartments"]),
        "status": status, "status → items": one(status["items"]), "lock": desk.json("lock"),
        "member remove": desk.json("member", "remove", "LEGAL-1", *sure),
        "device revoke": desk.json("device", "revoke", told["device"][:8], *sure),
    }  # fmt: skip


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """One object of every kind, by the name that the document gives it."""
    top = tmp_path_factory.mktemp("desk")
    desk, card = Desk(top), top / "card"
    card.mkdir()
    (card / "clip").write_bytes(b"clip")
    (card / "twin").write_bytes(b"clip")
    (card / "link").symlink_to("clip")
    incident = desk.report()
    added = desk.json("add", card, "--incident", incident, "--note", "The corner.")
    item, bundle = added["received"][0]["evidence"], top / "bundle"
    searched = desk.json("search", "clip", *desk.key)
    found = searched["hits"]
    custody = desk.json("custody", item, *desk.key)
    archive = desk.json("verify")
    exported = desk.json(
        "export", incident, "--profile", "client-counsel", "--plain", "--yes", "--out", bundle, *desk.key
    )
    checked = desk.json("verify", bundle)
    objects = {
        "add": added,
        "add → received": one(added["received"]),
        "add → already_received": one(added["already_received"]),
        "add → not_added": one(added["not_added"]),
        "add --forget": desk.json("add", "--forget"),
        "list incidents → incidents": one(desk.json("list", *desk.key)["incidents"]),
        "list evidence → evidence": one(desk.json("list", "evidence", *desk.key)["evidence"]),
        "show an item → records": one(desk.json("show", item, *desk.key)["records"]),
        "list batches → batches": one(desk.json("list", "batches", *desk.key)["batches"]),
        **tables(desk, top),
        **recorded(desk),
        "search": searched,
        "search → hits": one(found),
        "search → hits → snippet": one(found[0]["snippet"]),
        "custody": custody,
        "custody → custody": one(custody["custody"]),
        **looked_at(desk, top),
        **cleared(desk),
        "open": desk.json("open", item, *desk.key),
        "export": exported,
        "verify an archive": archive,
        "verify → checks": one(archive["checks"]),
        "verify → heads": one(archive["heads"]),
        "verify a bundle": checked,
        "verify a bundle → files": one(checked["files"]),
        "verify a file": desk.json("verify", card / "clip", *desk.key),
    }
    objects |= given_out_stripped(desk, bundle.parent / "stripped", incident)
    objects |= grouped(desk, top)
    objects |= agreed_and_taken_back(desk, top)
    body = bodies(desk)[-1]
    (desk.archive / "objects" / body[:2] / f"{body}.age").unlink()
    damaged = json.loads(desk.run("verify", "--json").stdout)
    objects["verify → checks → findings"] = one([f for check in damaged["checks"] for f in check["findings"]])
    objects["rebuild → findings"] = one(
        json.loads(desk.run("rebuild", "--json", *desk.key).stdout)["findings"]
    )
    return objects


def given_out_stripped(desk, out: Path, incident: str) -> dict[str, dict]:
    picture = out.with_suffix(".png")
    picture.write_bytes(DIRTY)
    item = one(desk.json("add", picture, "--incident", incident)["received"])["evidence"]
    opened = desk.json("open", item, "--metadata", "strip", "--out", out.with_suffix(".clean"), *desk.key)
    words = (
        "--profile",
        "client-counsel",
        "--metadata",
        "strip",
        "--keep-going",
        "--plain",
        "--yes",
        "--out",
        out,
    )
    exported = json.loads(desk.run("export", incident, *words, "--json", *desk.key).stdout)
    return {
        "open → rendition": opened["rendition"],
        "export → not_cleaned": exported["not_cleaned"][0],
        "verify a bundle → renditions": one(desk.json("verify", out)["renditions"]),
    }


def agreed_and_taken_back(desk, top: Path) -> dict[str, dict]:
    """What `consent`, `withdraw`, `stats` and a whole list print."""
    (top / "taken-back").write_bytes(b"taken back")
    incident = desk.report('agencies = ["Example PD"]\n[[people]]\nlabel = "P1"\n')
    item = one(desk.json("add", top / "taken-back", "--incident", incident)["received"])["evidence"]
    desk.done(
        "export",
        incident,
        "--profile",
        "client-counsel",
        "--plain",
        "--yes",
        "--out",
        top / "given",
        *desk.key,
    )
    copied, merged = desk.json("copy", top / "second"), desk.json("merge", top / "second")
    person = desk.json("record", "new", "person", "--set", "label=P1", "--set", f"appears_in={incident}/P1")[
        "code"
    ]
    desk.done("record", "new", "consent", "--set", f"person={person}", "--set", "subject=image_voice",
              "--set", "level=my_lawyer_only")  # fmt: skip
    consent, stats = desk.json("consent", person, *desk.key), desk.json("stats", *desk.key)
    withdrawn = desk.json("withdraw", item, "--reason", "asked to", "--confirm", item, *desk.key)
    return {
        "copy": copied, "merge": merged, "merge → erasure": merged["erasure"],
        "list incidents": desk.json("list", *desk.key),
        "stats": stats, "stats → tables": one(stats["tables"]),
        "stats → tables → rows": one([row for table in stats["tables"] for row in table["rows"]]),
        "consent": consent, "consent → consents": one(consent["consents"]), "consent → counts": one(consent["counts"]),
        "withdraw": withdrawn, "withdraw → withdraws": one(withdrawn["withdraws"]),
        "withdraw → evidence": one(withdrawn["evidence"]), "withdraw → given_out": one(withdrawn["given_out"]),
        "withdraw → copies": one(withdrawn["copies"]), "withdraw --finish": desk.json("withdraw", "--finish"),
    }  # fmt: skip


def cleared(desk) -> dict[str, dict]:
    """What reviewing, explaining and the list of pseudonyms print."""
    text = 'recorded_by = "OBS-1"\nlocation_text = "5th & Main"\nnarrative_observed = "Call 555-123-4567."\n'
    incident, court = desk.report(text), ("--profile", "court-filing")
    listed = desk.json("review", incident, *court, "--list", *desk.key)
    explained = desk.json("export", incident, *court, "--explain", *desk.key)
    secret, item = desk.top / "secret", desk.json("list", "evidence", *desk.key)["evidence"][0]["code"]
    secret.touch(mode=0o600)
    secret.write_text("seven words of a passphrase for a court\n")
    sealed = ("--seal-passphrase-file", secret, "--out", desk.top / "list.age")
    profiles = desk.json("profiles")
    return {
        "review --list": listed, "review --list → passages": one(listed["passages"]),
        "review --list → passages → found": one(listed["passages"][0]["found"]),
        "review words": desk.json("review", incident, *court, "--replace", "all", *desk.key),
        "review an item": desk.json("review", item, *court, "--people", "nobody", *desk.key),
        "export --explain": explained, "export --explain → records": one(explained["records"]),
        "export --explain → records → fields": one(explained["records"][0]["fields"]),
        "export-key": desk.json("export-key", incident, *court, *sealed, *desk.key),
        "profiles": profiles, "profiles → profiles": one(profiles["profiles"]),
    }  # fmt: skip


def tables(desk, top: Path) -> dict[str, dict]:
    way = ("report", "import", top / "table.csv", "--map", top / "key.toml", "--yes")
    (top / "key.toml").write_text('key = "No"\nignore = ["No"]\n')
    (top / "table.csv").write_text("No,city\n1,Oakland\n,Fresno\n,Fresno\n")
    first = desk.json(*way)
    (top / "table.csv").write_text("No,city\n1,Berkeley\n")
    changed = desk.json(*way)["changed"]
    (top / "table.csv").write_text("No,n_officers\n1,four\n")
    problems = json.loads(desk.run(*way, "--json").stdout)["problems"]
    return {
        "report import": first,
        "report import → changed": one(changed),
        "report import → twins": one(first["twins"]),
        "report import → problems": one(problems),
        "export-table": desk.json("export-table", "--out", top / "table.json", *desk.key),
    }


def recorded(desk) -> dict[str, dict]:
    """What `record` prints."""
    kinds = desk.json("record", "kinds")["kinds"]
    report = desk.json("report", "new", "stop", "6:05 at the corner")
    incident = report["incident"]
    amending = ("report", "amend", incident, "--set", "n_officers=4", "--reason", "counted")
    report_amended = desk.json(*amending, *desk.key)
    report_shown = desk.json("report", "history", incident, *desk.key)
    first, second = report_shown["versions"]
    differs = desk.json("report", "diff", first["version"], second["version"], *desk.key)
    new = desk.json("record", "new", "person", "--set", "label=P1")
    amended = desk.json(
        "record", "amend", new["code"], "--set", "is_client=yes", "--reason", "said so", *desk.key
    )
    shown = desk.json("record", "show", new["code"], *desk.key)
    desk.done("record", "new", "rule", "--set", "jurisdiction=US-XX", "--set", "trigger=incident_occurred_end",
              "--set", "offset_n=1", "--set", "offset_unit=months", "--set", "authority=Example Code § 1",
              "--set", "checked_on=2026-05-01")  # fmt: skip
    timed = desk.report('occurred_start = "2026-05-01 18:05"\nlocation_text = "5th & Main"\n')
    timeline = desk.json("timeline", timed, *desk.key)
    due = desk.json("due", *desk.key)
    desk.done("record", "new", "request", "--set", "agency=Example PD")
    asked = desk.json("requests", *desk.key)
    (desk.top / "rules.toml").write_text("holidays = [2026-07-03]")
    return {
        "timeline": timeline, "timeline → lines": timeline["lines"][0],
        "due": due, "due → due": one(due["due"]), "due → due → rule": due["due"][0]["rule"],
        "letter preservation": desk.json(
            "letter", "preservation", timed, "--to", "Example PD", "--out", desk.top / "l.txt", "--record", *desk.key
        ),
        "requests": asked, "requests → requests": one(asked["requests"]),
        "rules check": desk.json("rules", "check", desk.top / "rules.toml"),
        "rules list": desk.json("rules", "list", *desk.key),
        "report new": report, "report amend": report_amended, "report show": report_shown,
        "report show → versions": first,
        "report diff": differs, "report diff → changed": one(differs["changed"]),
        "record kinds → kinds": kinds[0], "record new": new, "record amend": amended, "record show": shown,
        "record show → versions": one(shown["versions"]),
    }  # fmt: skip


def looked_at(desk, top: Path) -> dict[str, dict]:
    (top / "dirty.png").write_bytes(DIRTY)
    cleaned = json.loads(
        desk.run("clean", top / "dirty.png", top / "identity", "--keep-going", "--json").stdout
    )
    (top / "folder").mkdir()
    (top / "folder" / "link").symlink_to(top / "dirty.png")
    revealed = desk.json("metadata", top / "dirty.png", top / "identity", top / "folder")
    return {
        "clean": cleaned,
        "clean → files": one(cleaned["files"]),
        "clean → not_cleaned": one(cleaned["not_cleaned"]),
        "metadata": revealed,
        "metadata → files": one(revealed["files"]),
        "metadata → files → facts": one(revealed["files"][0]["facts"]),
        "metadata → files → removed": one(revealed["files"][0]["removed"]),
        "metadata → files → refused": revealed["files"][1]["refused"],
        "metadata → skipped": one(revealed["skipped"]),
    }


def bodies(desk) -> list[str]:
    (ledger,) = (desk.archive / "ledger").rglob("*.jsonl")
    return re.findall(r'"body":"([0-9a-f]{64})"', ledger.read_text())


def test_every_object_has_the_members_that_are_documented(printed):
    assert {name: set(found) for name, found in printed.items()} == documented()


def test_every_command_that_prints_json_is_documented():
    named = re.findall(r"`([a-z][a-z -]*)", DOC.read_text(encoding="utf-8"))
    printing = [
        f"{row.name} {name}".strip()
        for row in TABLE
        for command in [load(row)]
        for name, each in getattr(command, "commands", {"": command}).items()
        if "json" in {param.name for param in each.params}
    ]
    assert len(printing) > 50
    assert [name for name in printing if not any(f"{each} ".startswith(f"{name} ") for each in named)] == []
