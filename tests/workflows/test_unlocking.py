"""What opens an archive, in which order, and for how long."""

import pytest

from copwatch.crypto.age import HybridIdentity, KeyTextError
from copwatch.errors import BadInput, Locked
from copwatch.store import keeper, kernel_keys
from copwatch.store.founding import found_archive
from copwatch.workflows import unlocking

PASSPHRASE = "harbour violet ladder nineteen frost"


@pytest.fixture(scope="module")
def founded(tmp_path_factory):
    state = tmp_path_factory.mktemp("state")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COPWATCH_STATE", str(state))
        made = found_archive(tmp_path_factory.mktemp("a") / "archive", HybridIdentity.generate(), PASSPHRASE)
        yield made
        keeper.forget(made.archive.id)


def never():
    raise AssertionError("the passphrase was asked")


def test_the_identity_file_goes_first_and_nothing_is_asked(founded):
    other = HybridIdentity.generate()
    text = f"# ours\n{other}\n\n{founded.founder}\n"
    keys = unlocking.open_keys(founded.archive, never, identity_text=text)
    assert keys.member.id == founded.member
    with pytest.raises(Locked):
        unlocking.open_keys(founded.archive, lambda: PASSPHRASE, identity_text=f"{other}\n")
    with pytest.raises(KeyTextError):
        unlocking.open_keys(founded.archive, lambda: PASSPHRASE, identity_text="nothing")


def test_the_recovery_identity_opens_as_well(founded):
    keys = unlocking.open_keys(founded.archive, never, identity_text=str(founded.recovery))
    assert len(keys.compartments) == 2


def test_a_wrong_passphrase_is_locked_and_the_right_one_opens_both_compartments(founded):
    with pytest.raises(Locked, match="passphrase is wrong"):
        unlocking.open_keys(founded.archive, lambda: "wrong")
    keys = unlocking.open_keys(founded.archive, lambda: PASSPHRASE)
    assert len(keys.compartments) == 2
    assert not keys.findings


@pytest.mark.skipif(not kernel_keys.available(), reason="this kernel keeps no keys for us")
def test_unlock_keeps_the_key_until_lock(founded):
    text = str(founded.founder)
    done = unlocking.unlock(founded.archive, never, 60, identity_text=text)
    assert done.where.in_memory
    assert unlocking.open_keys(founded.archive, never).member.id == founded.member
    assert unlocking.lock(founded.archive)
    assert not unlocking.lock(founded.archive)
    with pytest.raises(AssertionError):
        unlocking.open_keys(founded.archive, never)


@pytest.mark.skipif(not kernel_keys.available(), reason="this kernel keeps no keys for us")
def test_a_kept_key_does_not_prolong_itself_and_a_stale_one_is_passed_over(founded):
    unlocking.unlock(founded.archive, never, 60, identity_text=str(founded.founder))
    with pytest.raises(AssertionError):
        unlocking.unlock(founded.archive, never, 60)
    keeper.keep(founded.archive.id, str(HybridIdentity.generate()), 60)
    assert unlocking.open_unlocked(founded.archive) is None
    unlocking.lock(founded.archive)


@pytest.mark.parametrize("seconds", [0, -1, unlocking.LONGEST + 1])
def test_no_key_is_kept_for_longer_than_a_day(founded, seconds):
    with pytest.raises(BadInput):
        unlocking.unlock(founded.archive, never, seconds, identity_text=str(founded.founder))
    assert keeper.kept(founded.archive.id) is None


def test_a_held_key_opens_until_it_is_let_go(founded):
    keys = unlocking.open_keys(founded.archive, never, identity_text=str(founded.founder))
    with unlocking.holding():
        unlocking.hold(founded.archive, keys)
        assert unlocking.open_keys(founded.archive, never).member.id == founded.member
        assert unlocking.let_go()
        assert not unlocking.let_go()
        with pytest.raises(AssertionError):
            unlocking.open_keys(founded.archive, never)
        unlocking.hold(founded.archive, keys)
    assert unlocking.open_unlocked(founded.archive) is None
