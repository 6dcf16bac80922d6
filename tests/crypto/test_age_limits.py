"""Limits hold before the work is done, and misuse is refused."""

import pickle
import traceback

import pytest

from copwatch.crypto.age import (
    ArmorError,
    Encryptor,
    Header,
    HeaderError,
    HybridIdentity,
    HybridRecipient,
    KeyTextError,
    MacError,
    NoMatch,
    ScryptIdentity,
    ScryptRecipient,
    Stanza,
    X25519Identity,
    X25519Recipient,
    decode_armor,
    decrypt_stream,
    looks_sealed,
    open_bytes,
    parse_header,
    parse_identity,
    parse_identity_file,
    parse_recipient,
    seal,
)
from copwatch.crypto.age import scrypt as scrypt_module
from copwatch.crypto.age.header import MAX_HEADER_SIZE, MAX_STANZAS

CLASSICAL = X25519Identity(bytes(range(32)))
HYBRID = HybridIdentity(bytes(range(32)))
LOW_ORDER = [bytes(32), bytes([1]) + bytes(31), ((1 << 255) - 20).to_bytes(32, "little")]


class Endless:
    """A source that never ends and counts what was taken from it."""

    def __init__(self, start: bytes, repeat: bytes) -> None:
        self.start, self.repeat, self.taken = start, repeat, 0

    def read(self, size: int, /) -> bytes:
        if self.start:
            part, self.start = self.start[:size], self.start[size:]
        else:
            part = (self.repeat * (size // len(self.repeat) + 1))[:size]
        self.taken += len(part)
        return part


@pytest.mark.parametrize(
    ("start", "repeat"),
    [
        (b"", b"a"),
        (b"age-encryption.org/v1\n", b"x"),
        (b"age-encryption.org/v1\n-> a\n", b"A" * 64 + b"\n"),
        (b"age-encryption.org/v1\n-> ", b"argument "),
        (b"age-encryption.org/v1\n", b"-> a\n\n"),
        (b"age-encryption.org/v1\n-> a\n\n--- ", b"A"),
    ],
)
def test_an_endless_header_is_given_up_at_the_limit(start: bytes, repeat: bytes) -> None:
    source = Endless(start, repeat)
    with pytest.raises(HeaderError):
        parse_header(source)
    assert source.taken <= MAX_HEADER_SIZE + 8192


@pytest.mark.parametrize("start", [b"\n", b"-----BEGIN AGE ENCRYPTED FILE-----\n"])
@pytest.mark.parametrize("repeat", [b"\n", b" ", b"A", b"\r\n", b"QUFB" * 16 + b"\n"])
def test_endless_armor_is_given_up(start: bytes, repeat: bytes) -> None:
    source = Endless(start, repeat)
    with pytest.raises((ArmorError, HeaderError)):
        decrypt_stream(source, [CLASSICAL])
    assert source.taken <= 2 * MAX_HEADER_SIZE


def test_white_space_behind_armor_is_limited() -> None:
    with pytest.raises(ArmorError):
        decode_armor(
            "-----BEGIN AGE ENCRYPTED FILE-----\nQQ==\n-----END AGE ENCRYPTED FILE-----\n" + " " * 2000
        )


def test_nothing_follows_a_padded_line_of_armor() -> None:
    padded, full = "Q" * 62 + "==", "QUFB" * 16
    wrap = "-----BEGIN AGE ENCRYPTED FILE-----\n{}\n-----END AGE ENCRYPTED FILE-----\n".format
    assert decode_armor(wrap(f"{full}\n{padded[:61]}A==")).startswith(b"AAA")
    with pytest.raises(ArmorError, match="length"):
        decode_armor(wrap(f"{padded[:61]}A==\n{full}"))


def test_a_header_without_a_stanza_is_refused() -> None:
    with pytest.raises(HeaderError, match="no recipient"):
        parse_header(Header((), bytes(32)).encode())


def test_as_many_stanzas_as_the_limit_are_read_and_one_more_is_not() -> None:
    stanza = Stanza(("example.com/x",), b"")
    assert len(parse_header(Header((stanza,) * MAX_STANZAS, bytes(32)).encode()).stanzas) == MAX_STANZAS
    with pytest.raises(HeaderError, match="stanzas"):
        parse_header(Header((stanza,) * (MAX_STANZAS + 1), bytes(32)).encode())


def test_the_writer_writes_nothing_that_the_reader_would_refuse() -> None:
    everyone = [CLASSICAL.recipient()] * MAX_STANZAS
    assert open_bytes(seal(b"x", everyone), [CLASSICAL]) == b"x"
    with pytest.raises(KeyTextError, match="more than"):
        Encryptor([*everyone, CLASSICAL.recipient()])


def test_a_full_header_of_post_quantum_recipients_stays_below_the_limit() -> None:
    stanza = HYBRID.recipient().wrap(bytes(16))
    assert len(Header((stanza,) * MAX_STANZAS, bytes(32)).encode()) < MAX_HEADER_SIZE


@pytest.mark.parametrize("factor", ["21", "23", "63", "64", "999", "1" * 5000])
def test_a_work_factor_above_the_limit_is_refused_before_any_work(factor: str, monkeypatch) -> None:
    def no_work(*_args: object, **_more: object) -> None:
        pytest.fail("scrypt was started")

    monkeypatch.setattr(scrypt_module, "Scrypt", no_work)
    stanza = Stanza(("scrypt", "A" * 21 + "A", factor), bytes(32))
    with pytest.raises(HeaderError, match="work factor"):
        open_bytes(Header((stanza,), bytes(32)).encode(), [ScryptIdentity("passphrase")])


def test_a_work_factor_that_could_not_be_opened_again_is_not_written() -> None:
    for factor in (0, 21):
        with pytest.raises(KeyTextError, match="work factor"):
            ScryptRecipient("passphrase", work_factor=factor)


@pytest.mark.parametrize(
    "recipients",
    [
        [],
        [HYBRID.recipient(), CLASSICAL.recipient()],
        [CLASSICAL.recipient(), HYBRID.recipient()],
        [ScryptRecipient("a"), CLASSICAL.recipient()],
        [ScryptRecipient("a"), ScryptRecipient("a")],
        [HYBRID.recipient(), ScryptRecipient("a")],
    ],
)
def test_recipients_that_may_not_stand_together_are_refused(recipients: list) -> None:
    with pytest.raises(KeyTextError) as refusal:
        Encryptor(recipients)
    assert refusal.value.exit_code == 2


def test_a_passphrase_beside_another_stanza_is_refused_for_every_identity() -> None:
    file_key = bytes(16)
    stanzas = (CLASSICAL.recipient().wrap(file_key), ScryptRecipient("a", work_factor=2).wrap(file_key))
    sealed = Header(stanzas, bytes(32)).encode()
    for identity in (CLASSICAL, ScryptIdentity("a")):
        with pytest.raises(HeaderError, match="passphrase beside"):
            open_bytes(sealed, [identity])


@pytest.mark.parametrize("point", LOW_ORDER)
def test_keys_of_low_order_are_no_recipients(point: bytes) -> None:
    with pytest.raises(KeyTextError):
        X25519Recipient(point)
    with pytest.raises(KeyTextError):
        HybridRecipient(HYBRID.recipient().raw[:1184] + point)


def test_a_post_quantum_key_out_of_range_is_no_recipient() -> None:
    with pytest.raises(KeyTextError):
        HybridRecipient(b"\xff" * 1184 + HYBRID.recipient().raw[1184:])


def test_many_recipients_each_open_alone() -> None:
    members = [HybridIdentity.generate() for _ in range(5)]
    sealed = seal(b"shared", [m.recipient() for m in members])
    assert parse_header(sealed).kinds == ("mlkem768x25519",) * 5
    for member in members:
        assert open_bytes(sealed, [HYBRID, member]) == b"shared"
    with pytest.raises(NoMatch) as failure:
        open_bytes(sealed, [HYBRID, CLASSICAL, ScryptIdentity("a")])
    assert failure.value.exit_code == 4


def test_a_stanza_moved_into_another_header_is_noticed() -> None:
    first, second = seal(b"1", [CLASSICAL.recipient()]), seal(b"2", [CLASSICAL.recipient()])
    forged = Header(parse_header(first).stanzas + parse_header(second).stanzas, parse_header(first).mac)
    with pytest.raises(MacError) as failure:
        open_bytes(forged.encode() + bytes(32), [CLASSICAL])
    assert failure.value.exit_code == 3


def test_no_two_files_share_a_key_nonce_or_stanza() -> None:
    one, two = Encryptor([CLASSICAL.recipient()]), Encryptor([CLASSICAL.recipient()])
    assert one.header[-16:] != two.header[-16:]
    assert parse_header(one.header).stanzas[0] != parse_header(two.header).stanzas[0]
    assert one.finish() != two.finish()


def test_nothing_can_be_added_to_a_finished_file() -> None:
    encryptor = Encryptor([CLASSICAL.recipient()])
    encryptor.finish()
    with pytest.raises(ValueError, match="finished"):
        encryptor.update(b"more")
    with pytest.raises(ValueError, match="finished"):
        encryptor.finish()


def test_an_interrupted_update_never_uses_a_nonce_twice(monkeypatch) -> None:
    encryptor = Encryptor([CLASSICAL.recipient()])
    used = []

    class Interrupting:
        def encrypt_into(self, nonce: bytes, *_rest: object) -> None:
            used.append(nonce)
            if len(used) == 2:
                raise KeyboardInterrupt

    monkeypatch.setattr(encryptor, "_cipher", Interrupting())
    with pytest.raises(KeyboardInterrupt):
        encryptor.update(bytes(300_000))
    encryptor.update(bytes(300_000))
    assert len(set(used)) == len(used) > 4


def test_looks_sealed_needs_the_whole_version_line() -> None:
    sealed = seal(b"", [CLASSICAL.recipient()])
    assert looks_sealed(sealed)
    assert looks_sealed(sealed[:22])
    assert not looks_sealed(sealed[:21])
    assert not looks_sealed(b"age-encryption.org/v2\n")
    assert not looks_sealed(b"")


def test_the_spellings_of_the_specification() -> None:
    classical = parse_identity("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX")
    assert str(classical.recipient()) == "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
    hybrid = parse_identity("AGE-SECRET-KEY-PQ-1XX76JRALNLXDMEW0CRK45QMCCH4X06SE84UN3VPM33W6HWDX0H3SK3ZQFR")
    recipient = str(hybrid.recipient())
    assert recipient.startswith("age1pq1x34nzsvr0rxjsgdn8zgyhfe8j7ceq5r9rdelkjuh3y235jzxshfg87pzf5zrqtzd")
    assert recipient.endswith("wze9pyyzk3tlhl53k2ykx3qheyty7saeq0d3fzv49zc0k")
    assert len(recipient) == 1959


@pytest.mark.parametrize("identity", [CLASSICAL, HYBRID])
def test_keys_come_back_from_their_text(identity: X25519Identity | HybridIdentity) -> None:
    assert str(parse_identity(str(identity))) == str(identity)
    assert parse_identity(str(identity)).seed == identity.seed == type(identity)(identity.seed).seed
    assert parse_recipient(str(identity.recipient())) == identity.recipient()
    assert len({identity.recipient(), parse_identity(str(identity)).recipient()}) == 1


def mistype(text: str) -> str:
    other = "p" if text[20] in "qQ" else "q"
    return text[:20] + (other.upper() if text.isupper() else other) + text[21:]


@pytest.mark.parametrize("change", [mistype, str.swapcase, str.title, lambda t: t[:-1], lambda t: t + t[-1]])
@pytest.mark.parametrize("identity", [CLASSICAL, HYBRID])
def test_a_key_with_a_typing_error_is_refused_and_not_repeated(identity, change) -> None:
    with pytest.raises(KeyTextError):
        parse_recipient(change(str(identity.recipient())))
    with pytest.raises(KeyTextError) as refusal:
        parse_identity(change(str(identity)))
    assert str(identity)[20:40].lower() not in "".join(traceback.format_exception(refusal.value)).lower()


@pytest.mark.parametrize(
    "text", ["", "1", "age1", "age1é", "ａge1", "AGE-PLUGIN-X-1QQQQ", "a" * 5000, "age1tag1qqqq"]
)
def test_other_text_is_no_key(text: str) -> None:
    with pytest.raises(KeyTextError):
        parse_recipient(text)
    with pytest.raises(KeyTextError):
        parse_identity(text)


def test_an_identity_is_no_recipient_and_the_other_way_round() -> None:
    with pytest.raises(KeyTextError):
        parse_recipient(str(CLASSICAL))
    with pytest.raises(KeyTextError):
        parse_identity(str(CLASSICAL.recipient()))


def test_an_identity_file_may_have_comments_and_blank_lines() -> None:
    found = parse_identity_file(f"# made today\r\n\r\n{CLASSICAL}\r\n#{HYBRID}\n{HYBRID}\n\n")
    assert [str(i) for i in found] == [str(CLASSICAL), str(HYBRID)]
    with pytest.raises(KeyTextError, match="line 2"):
        parse_identity_file(f"{CLASSICAL}\n{CLASSICAL.recipient()}\n")
    with pytest.raises(KeyTextError, match="no identity"):
        parse_identity_file("# nothing\n")


def test_secrets_do_not_show() -> None:
    encryptor = Encryptor([CLASSICAL.recipient()])
    passphrase = ScryptIdentity("hunter2"), ScryptRecipient("hunter2")
    shown = repr([CLASSICAL, HYBRID, *passphrase, encryptor]) + "".join(str(p) for p in passphrase)
    for secret in (str(CLASSICAL), str(HYBRID), CLASSICAL.seed.hex(), "hunter2", repr(CLASSICAL.seed)[2:-1]):
        assert secret not in shown
    for thing in (CLASSICAL, HYBRID, encryptor):
        with pytest.raises(TypeError):
            pickle.dumps(thing)


def test_a_passphrase_that_is_no_text_is_refused_without_showing_it() -> None:
    for make in (ScryptRecipient, ScryptIdentity):
        with pytest.raises(KeyTextError) as refusal:
            make("hunter2\udcff")
        assert refusal.value.__cause__ is None
        assert refusal.value.__suppress_context__
        with pytest.raises(KeyTextError):
            make("")
