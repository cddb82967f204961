"""Any symbol takes the cells it says it takes, in any terminal, and hides nothing."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from wcwidth import wcswidth

from widgets.drawing.symbols import printable, visible

ANY = st.text(st.characters(), min_size=1)  # surrogates too
TRICKY = st.text(
    st.sampled_from("\0\t\x1b\x85\xad\u0301\u061c\u200b\u200d\u200f\u202e\u2060\ufe0f\ufeff"
                    "\U0001f468\U0001f3fd\U0001f1e6\u2764\u1100\u1161\u11a8\u0915\u094d漢ア"
                    "\u05d0\u0627\u0660\u0e33\u115f\u2800\u3000\ud800\ue000\U000e0041\uffffa "
                    "\uf900\u0958"),
    min_size=1,
)  # fmt: skip


@given(ANY | TRICKY, st.booleans())
def test_a_symbol_takes_the_cells_it_says_in_every_terminal(symbol: str, ascii: bool) -> None:
    text = printable(symbol, ascii=ascii)
    assert cell_len(text) == wcswidth(text) >= 1
    assert unicodedata.is_normalized("NFC", text)  # nothing melts into its neighbour
    assert not ascii or (text.isascii() and text.isprintable())


@pytest.mark.soak
def test_every_character_there_is_takes_the_cells_it_says() -> None:
    for code in range(0x110000):
        text = printable(chr(code))
        assert cell_len(text) == wcswidth(text) >= 1, hex(code)
        assert unicodedata.bidirectional(text[0]) not in ("R", "AL", "AN"), hex(code)


@given(ANY | TRICKY, ANY | TRICKY)
def test_two_characters_that_differ_look_different(one: str, other: str) -> None:
    pictures = "␣↵⇥␍"  # a space and its sign are not told apart
    if one[0] != other[0] and not {one[0], other[0]} & {
        *pictures,
        *map(chr, range(0x2400, 0x2422)),
    }:
        assert printable(one[0]) != printable(other[0])


@pytest.mark.parametrize(
    ("symbol", "shown", "in_ascii"),
    [
        ("a", "a", "a"),
        ("[red]", "[red]", "[red]"),
        (" \n\t\r", "␣↵⇥␍", "_\\n\\t\\r"),
        ("\0", "␀", "<00>"),
        ("\x1b[31m", "␛[31m", "<1B>[31m"),
        ("\x7f\x9b", "␡‹9B›", "<7F><9B>"),
        ("漢😀", "漢😀", "<6F22><1F600>"),
        ("é", "é", "<E9>"),
        ("e\u0301", "e‹301›", "e<301>"),
        ("❤\ufe0f", "❤‹FE0F›", "<2764><FE0F>"),
        ("👩\u200d💻", "👩‹200D›💻", "<1F469><200D><1F4BB>"),
        ("🇦", "‹1F1E6›", "<1F1E6>"),
        ("א", "‹5D0›", "<5D0>"),
        ("\u202e\ufeff", "‹202E›‹FEFF›", "<202E><FEFF>"),
        ("\ud800\ue000\u3164", "‹D800›‹E000›‹3164›", "<D800><E000><3164>"),
        ("", "", ""),
    ],
)
def test_what_cannot_be_seen_has_a_stand_in(symbol: str, shown: str, in_ascii: str) -> None:
    assert (printable(symbol), printable(symbol, ascii=True)) == (shown, in_ascii)


def test_a_name_keeps_its_blanks() -> None:
    assert visible("my  run\x1b[2J \u200b") == "my  run␛[2J ‹200B›"
