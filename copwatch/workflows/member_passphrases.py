"""Another passphrase for a member's own key: the member makes it, and the founder puts it into the charter.

Only the root key signs charters, and nobody but the member may know the passphrase; so a file goes between them, as
when they joined (docs/adr/0151-a-member-changes-their-passphrase.md).
"""

from dataclasses import replace

from copwatch.errors import IntegrityFailure, Locked, Refused
from copwatch.store.archive import Archive
from copwatch.store.keys import Keys, open_root, seal_under_passphrase
from copwatch.workflows.chartering import Agree, changing_charter, leaders
from copwatch.workflows.membership import MemberKey, find_member
from copwatch.workflows.names import read_names
from copwatch.workflows.passphrases import check_passphrase


def signs_charters(archive: Archive, keys: Keys) -> bool:
    """Whether these keys may change the charter: those of the founder and of the recovery words."""
    try:
        open_root(archive, keys.identity)
    except Locked:
        return False
    return True


def key_under(keys: Keys, passphrase: str) -> MemberKey:
    """A member's own key under another passphrase, for the founder. Raises `Refused` for a weak one."""
    check_passphrase(passphrase)
    return MemberKey(keys.member.recipient, seal_under_passphrase(keys.identity, passphrase))


def take_passphrase(archive: Archive, keys: Keys, text: str, key: MemberKey, agree: Agree) -> Archive:
    """Puts a member's key under its other passphrase into the charter. What it opens stays the same.

    Raises:
        NotFound, BadInput: no such member.
        IntegrityFailure: the file is of another key than theirs.
        Refused: for the founder or the recovery key; the file has no passphrase.
        Locked: these keys may not change the charter.
    """
    names = read_names(archive, keys, [])
    member = find_member(archive, names, text)
    if member in leaders(archive.charter):
        raise Refused(
            "the founder's passphrase is changed by the founder", hint="copwatch passphrase, without a file"
        )
    if key.sealed is None:
        raise Refused(
            "that is a bare recipient, and bears no passphrase",
            hint="ask for the file of `copwatch passphrase`",
        )
    if key.recipient != member.recipient:
        raise IntegrityFailure(
            f"this file is not of the key of {text}: it is another member's, or was exchanged on the way",
            hint="nothing was changed; ask them to run `copwatch passphrase FILE` again",
        )
    with changing_charter(archive, keys) as change:
        called = names.members.get(member.id, member.id[:8])
        agree([
            *change.notes,
            f"{called} opens the archive with another passphrase; what they read stays the same.",
            "Ask them whether this file is theirs: a wrong one locks them out, and shows nobody anything.",
            "Copies made before open with the old passphrase as long as they exist.",
        ])  # fmt: skip
        sealed = change.staging.add_bytes(key.sealed)
        members = [replace(m, identity=sealed) if m.id == member.id else m for m in change.base.members]
        return change.put_in_force(replace(change.base, members=tuple(members)))
