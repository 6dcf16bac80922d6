"""What `copwatch export` says of a bundle that it wrote."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeVar

from copwatch.cli import jsonout, voice
from copwatch.cli.rows import path_text
from copwatch.sizes import size

if TYPE_CHECKING:
    from copwatch.workflows.exporting import Exported

_MOST_NAMED = 5

Why = TypeVar("Why")


def say_exported(done: "Exported", profile: str, words: str, *, passphrase: bool, json: bool) -> None:
    """What stays behind and why, where the bundle is and how it is opened, and the root words to compare.

    With `passphrase` a sealed bundle opens with that; else with a key of its recipient.
    """
    if json:
        result = {
            "bundle": done.code, "out": path_text(done.out), "sealed": done.sealed, "files": done.files,
            "size": done.size, "recorded": done.recorded.written, "not_recorded_because": done.recorded.why_not,
            "proofs": done.proofs, "consent_withheld": done.consent_withheld, "not_asked": done.not_asked,
            "withdrawn": list(done.withdrawn), "left_out": list(done.left_out), "root_words": words,
            "renditions": done.renditions, "not_searched": list(done.not_searched),
            "bates": {"first": done.bates.first, "last": done.bates.last} if done.bates else None,
            "not_cleared": [code for code, _ in done.not_cleared], "protective_orders": list(done.orders),
            "viewing_renditions": done.viewable.renditions, "thumbnails": done.viewable.thumbnails,
            "no_viewing": [{"evidence": item, "reason": why} for item, why in done.viewable.not_made],
            "not_cleaned": [{"evidence": each.item.code, "reason": each.why.message} for each in done.not_cleaned],
        }  # fmt: skip
        jsonout.print_json(result)
        return
    _say_what_stays(done, profile)
    _say_what_was_not_searched(done)
    _say_who_agreed(done)
    if not done.recorded.written:
        voice.note(f"not recorded: {done.recorded.why_not}")
    _say_where(done, passphrase)
    if not done.proofs:
        voice.say("It holds no proofs: nothing in it shows which archive, device or original it came from.")
        return
    voice.say("These words are no secret and open nothing; they show that the bundle is yours.")
    voice.say("Say them by voice; `copwatch verify` shows the recipient the same:")
    voice.say(f"  {words}")


def _say_what_stays(done: "Exported", profile: str) -> None:
    for item in done.withdrawn:
        voice.warn(f"{item} was withdrawn and is not in the bundle")
    for item in done.left_out:
        voice.warn(f"{item} is not in the bundle: too many records bear its id")
    for left in done.not_cleaned:
        voice.warn(f"{left.item.code} is not in the bundle: {left.why.message}")
    for why, items in _by_reason(done.viewable.not_made).items():
        voice.note(f"no viewing rendition of {', '.join(items)}: {why}")
    for stays, codes in _by_reason(done.not_cleared).items():
        voice.warn(f"not in the bundle: {', '.join(codes)}; {stays.value}")
        voice.note(stays.next_step(codes[0], profile))


def _say_what_was_not_searched(done: "Exported") -> None:
    if done.not_searched:
        named = [*done.not_searched[:_MOST_NAMED]]
        left = len(done.not_searched) - len(named)
        voice.warn(
            f"the inside of {', '.join(named)}{f' and {left} more' if left else ''} could not be read, so only the"
            " bytes were searched for what is withheld: look at it before you give it out"
        )


def _by_reason(items: Iterable[tuple[str, Why]]) -> dict[Why, list[str]]:
    found: dict[Why, list[str]] = {}
    for item, why in items:
        found.setdefault(why, []).append(item)
    return found


def _say_who_agreed(done: "Exported") -> None:
    if done.consent_withheld:
        voice.warn(
            f"{_fields(done.consent_withheld, 'stays', 'stay')}: somebody did not agree, or was not asked"
            " (see --explain)"
        )
    if done.not_asked:
        voice.warn(
            f"{_fields(done.not_asked, 'went out', 'went out')} of people whom nobody asked for consent"
            " (see --explain)"
        )
    if done.orders:
        voice.warn("a protective order is in force, or may be: ask counsel before this is filed")


def _fields(count: int, one: str, more: str) -> str:
    return f"1 field {one}" if count == 1 else f"{count} fields {more}"


def _say_where(done: "Exported", passphrase: bool) -> None:
    kind = "one sealed file" if done.sealed else "a plain folder"
    voice.say(f"{done.code} written to {done.out}: {done.files} files, {size(done.size)}, {kind}.")
    if done.bates:
        voice.say(
            f"Bates numbers {done.bates.first} to {done.bates.last}; a review tool loads data/VOL001/DATA."
        )
    if done.renditions:
        files = (
            "1 file is a clean rendition"
            if done.renditions == 1
            else f"{done.renditions} files are clean renditions"
        )
        voice.say(f"{files}; the originals stay sealed, and whoever asks for one gets it by another export.")
    if done.viewable.renditions:
        made = done.viewable.renditions
        count = "1 viewing rendition stands" if made == 1 else f"{made} viewing renditions stand"
        voice.say(f"{count} beside, for a plain office computer: not evidence.")
    if done.sealed:
        _say_how_it_opens(done.out.name, passphrase)
    else:
        voice.say(f"Open {done.out}/data/index.html to read it.")


def _say_how_it_opens(name: str, passphrase: bool) -> None:
    way, rest = (
        ("", " The passphrase goes by another way, by voice.")
        if passphrase
        else ("-i KEYFILE ", " KEYFILE is the file with the recipient's own key, as age-keygen wrote it.")
    )
    voice.say("The recipient needs the free program age (https://age-encryption.org), and then:")
    voice.say(f"  age -d {way}-o bundle.zip {name}")
    voice.say(f"unpacks bundle.zip, and opens data/index.html in it.{rest}")
