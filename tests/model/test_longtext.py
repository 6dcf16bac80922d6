from hypothesis import example, given
from hypothesis import strategies as st

from copwatch.model.longtext import cut_text, join_text


@given(st.text() | st.text(alphabet="a.!?\"') \t\r\n。…"))
@example("")
@example('One.\r\n\r\nTwo!? "Three." four…\n')
def test_joined_pieces_are_the_exact_text(text):
    pieces = cut_text(text)
    assert join_text(pieces) == text
    assert all(pieces)


def test_sentences_and_lines_become_pieces():
    assert cut_text("He fell. Ann saw it.") == ["He fell. ", "Ann saw it."]
    assert cut_text('"Stop!" he said.\nThen: \r\n\r\nnothing') == [
        '"Stop!" ',
        "he said.\n",
        "Then: \r\n\r\n",
        "nothing",
    ]
    assert cut_text("倒れた。見た。") == ["倒れた。", "見た。"]
    assert cut_text("badge 12.34 at 5.30") == ["badge 12.34 at 5.30"]


@given(st.text(alphabet="a.! \n"))
def test_cutting_a_piece_again_changes_nothing(text):
    pieces = cut_text(text)
    assert cut_text(join_text(pieces)) == pieces
