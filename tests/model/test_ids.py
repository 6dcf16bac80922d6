import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copwatch.errors import BadInput
from copwatch.model import ids

hex_ids = st.binary(min_size=16, max_size=16).map(bytes.hex)
lengths = st.sampled_from([8, 12, 16, 20, 24, 26])
TYPED = ids.ALPHABET + "*~$=U"


def body(text: str) -> str:
    return text.replace("-", "")[1:]


def test_the_published_example_of_the_check_symbol():
    # 1234 is "16J" with check symbol "D" (Crockford's own example).
    assert ids.code("I", f"{1234:010x}" + "0" * 22) == "I-0000-016J-D"


@given(hex_ids, lengths, st.sampled_from("IEBR"))
def test_a_code_reads_back_and_matches_its_id(id, symbols, prefix):
    read = ids.parse_code(ids.code(prefix, id, symbols))
    assert (read.prefix, len(read.bits)) == (prefix, symbols)
    assert ids.matches(read, id)
    assert len(read.hex) == (32 if symbols == 26 else symbols * 5 // 4)


@given(hex_ids, lengths)
def test_every_error_in_one_symbol_is_refused(id, symbols):
    right = body(ids.code("E", id, symbols))
    for i, symbol in enumerate(right):
        for wrong in set(TYPED) - {symbol}:
            with pytest.raises(BadInput):
                ids.parse_code("E" + right[:i] + wrong + right[i + 1 :])


@given(hex_ids, lengths)
def test_every_exchange_of_neighbours_is_refused(id, symbols):
    right = "E" + body(ids.code("E", id, symbols))
    for i in range(len(right) - 1):
        if right[i] != right[i + 1]:
            with pytest.raises(BadInput):
                ids.parse_code(right[:i] + right[i + 1] + right[i] + right[i + 2 :])


@given(hex_ids)
def test_a_symbol_too_few_or_too_many_is_refused(id):
    right = "B" + body(ids.code("B", id))
    for i in range(len(right)):
        with pytest.raises(BadInput):
            ids.parse_code(right[:i] + right[i + 1 :])
        with pytest.raises(BadInput):
            ids.parse_code(right[:i] + "7" + right[i:])


@given(hex_ids)
def test_what_people_type_instead_is_taken(id):
    code = ids.code("I", id)
    loose = body(code).lower().replace("0", "o").replace("1", "l")
    assert ids.parse_code("i " + loose) == ids.parse_code(code)
    assert ids.parse_code(code.replace("-", "\N{EN DASH}")) == ids.parse_code(code)
    assert str(ids.parse_code(loose.join(["i", ""]))) == code


@given(st.text(max_size=40))
def test_any_text_is_a_code_or_bad_input_with_a_hint(text):
    try:
        ids.parse_code(text)
    except BadInput as error:
        assert error.hint


def test_the_code_of_another_kind_is_named():
    batch = ids.code("B", "0" * 32)
    assert ids.parse_code(batch, "B").prefix == "B"
    with pytest.raises(BadInput, match="batch"):
        ids.parse_code(batch, "I")


def test_what_fits_is_named_where_that_is_short():
    with pytest.raises(BadInput) as few:
        ids.parse_code("I-XXX", "IE")
    assert "I for incident, E for evidence" in few.value.hint
    with pytest.raises(BadInput) as many:
        ids.parse_code("I-XXX")
    assert len(many.value.hint) < 120 and "copwatch list" in many.value.hint


def test_a_whole_id_code_has_one_valid_encoding():
    bits = "0" * 25 + "1"
    with pytest.raises(BadInput):
        ids.parse_code(f"I{bits}1")


@given(st.randoms(use_true_random=False))
def test_new_ids_have_codes_that_are_safe_in_a_shell(random):
    id = ids.new_id(random.randbytes)
    assert ids.is_id(id)
    assert set(body(ids.code("E", id))) <= set(string.ascii_uppercase + string.digits)


def test_a_new_id_is_drawn_again_until_its_check_symbol_is_plain():
    unsafe = next(
        f"{n:010x}" + "0" * 22 for n in range(40) if ids.code("I", f"{n:010x}" + "0" * 22)[-1] == "$"
    )
    draws = [bytes.fromhex(unsafe), bytes(16)]
    assert ids.new_id(lambda _: draws.pop(0)) == "0" * 32
    with pytest.raises(ValueError, match="repeats"):
        ids.new_id(lambda _: bytes.fromhex(unsafe))
    with pytest.raises(ValueError, match="16"):
        ids.new_id(lambda _: b"")


def test_codes_grow_by_four_symbols_where_ids_begin_alike():
    near = ["a" * 10 + "1" + "0" * 21, "a" * 10 + "2" + "0" * 21, "5" * 32]
    codes = ids.shortest_codes("I", near)
    assert [len(ids.parse_code(codes[id]).bits) for id in near] == [12, 12, 8]


def test_ids_that_differ_only_in_the_last_digit_get_whole_codes():
    twins = ["c" * 31 + "0", "c" * 31 + "1"]
    codes = ids.shortest_codes("E", twins)
    for id, code in codes.items():
        assert [other for other in twins if ids.matches(ids.parse_code(code), other)] == [id]


@given(st.lists(st.integers(0, 2**10).map(lambda n: f"{n << 84:032x}"), max_size=20))
def test_every_short_code_names_exactly_one_id(many):
    for id, code in ids.shortest_codes("R", many).items():
        assert [other for other in set(many) if ids.matches(ids.parse_code(code), other)] == [id]


def test_a_long_code_avoids_check_symbols_that_a_shell_eats():
    many = [f"{'7' * 10}{n:03x}{'0' * 19}" for n in range(64)]
    for code in ids.shortest_codes("I", many).values():
        assert code[-1] in ids.ALPHABET


def test_a_code_is_made_of_ids_only():
    for prefix, id, symbols in (
        ("Z", "0" * 32, 8),
        ("I", "0" * 31, 8),
        ("I", "A" * 32, 8),
        ("I", "0" * 32, 10),
    ):
        with pytest.raises(ValueError, match="a code needs"):
            ids.code(prefix, id, symbols)
