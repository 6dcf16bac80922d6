"""Keeping a secret for a time: in the kernel, or in a keyring that seals; never in a plain file."""

import json
import os
import secrets
import subprocess
import sys
import time

import keyring.backend
import keyring.backends.chainer
import keyring.backends.fail
import keyring.backends.null
import keyring.errors
import pytest

from copwatch.errors import Refused, Unfinished
from copwatch.store import keeper, kernel_keys
from tests.conftest import judge

kernel = pytest.mark.skipif(not kernel_keys.available(), reason="this kernel keeps no keys for us")


@pytest.fixture
def archive_id():
    name = secrets.token_hex(32)
    yield name
    keeper.forget(name)


class InMemory(keyring.backend.KeyringBackend):
    """A backend that passes for a known one."""

    priority = 1

    def __init__(self) -> None:
        self.held = {}

    def get_password(self, service, username):
        return self.held.get((service, username))

    def set_password(self, service, username, password):
        self.held[service, username] = password

    def delete_password(self, service, username):
        if self.held.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError


class Sealed(InMemory):
    pass


Sealed.__module__ = "keyring.backends.SecretService"


@kernel
def test_the_kernel_keeps_a_secret_for_other_processes_of_this_user(archive_id):
    where = keeper.keep(archive_id, "AGE-SECRET-KEY-TEST", 60)
    assert where.in_memory
    program = f"from copwatch.store import keeper; print(keeper.kept('{archive_id}'))"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert told.stdout == "AGE-SECRET-KEY-TEST\n"
    assert keeper.forget(archive_id)
    assert keeper.kept(archive_id) is None
    assert not keeper.forget(archive_id)


@kernel
def test_keyctl_sees_the_key_with_its_time_limit_and_not_after_forgetting(archive_id):
    keeper.keep(archive_id, "secret", 600)
    program, name = judge("keyctl"), f"copwatch:{archive_id[:32]}"

    def keyctl(*args):
        # A session of its own that possesses the user keyring, whatever this one does.
        command = [program, "session", "-", "sh", "-c", f"keyctl link @u @s; keyctl {' '.join(args)}"]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    number = keyctl("search", "@u", "user", name).stdout.strip()
    assert keyctl("pipe", number).stdout == "secret"
    with open("/proc/keys") as keys:
        line = next(line for line in keys if name in line)
    assert line.split()[3] in {"9m", "10m", "599s", "600s"}
    keeper.forget(archive_id)
    assert keyctl("search", "@u", "user", name).returncode != 0


@kernel
def test_the_kernel_ends_it_when_its_time_is_over(archive_id):
    keeper.keep(archive_id, "secret", 1)
    for _ in range(200):
        if keeper.kept(archive_id) is None:
            break
        time.sleep(0.05)
    assert keeper.kept(archive_id) is None
    assert not keeper.forget(archive_id)


@kernel
def test_keeping_again_replaces_the_secret_and_archives_are_apart(archive_id):
    keeper.keep(archive_id, "first", 60)
    keeper.keep(archive_id, "second", 60)
    assert keeper.kept(archive_id) == "second"
    assert keeper.kept(secrets.token_hex(32)) is None


@kernel
def test_killed_before_the_limit_is_set_nothing_stays(archive_id, monkeypatch):
    real = kernel_keys._keyctl

    def dies(operation, *args):
        if operation == kernel_keys._SET_TIMEOUT:
            raise KeyboardInterrupt
        return real(operation, *args)

    monkeypatch.setattr(kernel_keys, "_keyctl", dies)
    with pytest.raises(KeyboardInterrupt):
        keeper.keep(archive_id, "secret", 60)
    monkeypatch.undo()
    assert keeper.kept(archive_id) is None


@kernel
def test_a_secret_that_the_kernel_does_not_take_is_said_not_lost(archive_id):
    with pytest.raises(Unfinished) as refused:
        keeper.keep(archive_id, "x" * 40_000, 60)
    assert "shell" in refused.value.hint
    assert "xxx" not in refused.value.message


def test_a_secret_without_a_time_is_a_defect(archive_id):
    with pytest.raises(ValueError, match="some time"):
        keeper.keep(archive_id, "secret", 0)


def test_a_system_keyring_holds_the_limit_beside_the_secret_and_ends_it(archive_id):
    now, backend = [1000.0], Sealed()
    vault = keeper.SystemVault(backend, lambda: now[0])
    where = keeper.keep(archive_id, "secret", 60, vault=vault)
    assert not where.in_memory
    assert "Secret Service" in where.name
    now[0] = 1059.9
    assert keeper.kept(archive_id, vault=vault) == "secret"
    now[0] = 1060.0
    assert keeper.kept(archive_id, vault=vault) is None
    assert not backend.held


def test_setting_the_clock_back_prolongs_nothing(archive_id):
    now, backend = [1000.0], Sealed()
    vault = keeper.SystemVault(backend, lambda: now[0])
    keeper.keep(archive_id, "secret", 60, vault=vault)
    now[0] = 999.0
    assert keeper.kept(archive_id, vault=vault) is None
    assert not backend.held


@pytest.mark.parametrize(
    "value",
    [
        "", "no json", "[]", "{}", json.dumps({"from": 0, "until": "1e9", "secret": "s"}),
        '{"from": 0, "until": Infinity, "secret": "s"}', json.dumps({"from": 0, "until": 9e9, "secret": 5}),
    ],
)  # fmt: skip
def test_what_is_not_ours_in_the_keyring_is_deleted_not_used(archive_id, value):
    backend = Sealed()
    backend.held["copwatch", f"copwatch:{archive_id[:32]}"] = value
    assert keeper.kept(archive_id, vault=keeper.SystemVault(backend, lambda: 1.0)) is None
    assert not backend.held


def test_forgetting_in_a_system_keyring(archive_id):
    vault = keeper.SystemVault(Sealed())
    assert not keeper.forget(archive_id, vault=vault)
    keeper.keep(archive_id, "secret", 60, vault=vault)
    assert keeper.forget(archive_id, vault=vault)
    assert keeper.kept(archive_id, vault=vault) is None


@pytest.mark.parametrize(
    "backend",
    [InMemory(), keyring.backends.null.Keyring(), keyring.backends.fail.Keyring()],
    ids=["in memory", "null", "fail"],
)
def test_backends_that_are_not_known_to_seal_are_refused(backend):
    with pytest.raises(Refused):
        keeper.SystemVault(backend)


def test_of_a_chain_only_the_known_backend_is_used(monkeypatch):
    chain, sealed = keyring.backends.chainer.ChainerBackend(), Sealed()
    monkeypatch.setattr(type(chain), "backends", [InMemory(), sealed])
    keeper.keep("ab" * 32, "secret", 60, vault=keeper.SystemVault(chain))
    assert sealed.held
    monkeypatch.setattr(type(chain), "backends", [InMemory()])
    with pytest.raises(Refused):
        keeper.SystemVault(chain)


def test_a_keyring_that_fails_is_explained_without_the_secret(archive_id):
    class Broken(Sealed):
        def set_password(self, service, username, password):
            raise RuntimeError(password)

    Broken.__module__ = Sealed.__module__
    with pytest.raises(Unfinished) as failed:
        keeper.keep(archive_id, "the secret", 60, vault=keeper.SystemVault(Broken()))
    assert failed.value.__cause__ is None
    assert "the secret" not in failed.value.message


@kernel
def test_where_the_kernel_keeps_keys_keyring_is_not_even_loaded(archive_id):
    program = (
        "import sys; from copwatch.store import keeper;"
        f"keeper.keep('{archive_id}', 's', 5); keeper.forget('{archive_id}'); print('keyring' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, env=os.environ)
    assert told.stdout == b"False\n"
