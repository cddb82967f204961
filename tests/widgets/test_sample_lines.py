"""What a network writes and answers, as lines: each fits, and symbols stand below each other."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from widgets import Answered, Earlier, Likely, Written
from widgets.drawing.panel import Spans
from widgets.sample.layout import LABELS, blocks, cells_of, columns, padded, room
from widgets.sample.lines import (
    RIGHT,
    WRONG,
    answered_lines,
    earlier_lines,
    written_lines,
    written_rows,
)


def plain(lines: list[Spans]) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines]


def likely(symbols: str, others: int = 3, alphabet: str = "abcd") -> Likely:
    n = len(symbols)
    shares = np.tile([0.5, 0.05, 0.001][:others], (n, 1))
    return Likely(tuple(symbols), np.full(n, 0.3), (tuple(alphabet[:others]),) * n, shares)


def written(symbols: str, given: int = 1, **changes: Any) -> Written:
    value = Written(likely(symbols), given, cells_of(tuple("abcd")), 1.0, 0)
    return value._replace(**changes)


def answered(symbols: str, target: str | None, predicted: str, wrong: str = "") -> Answered:
    return Answered(
        tuple(symbols), None if target is None else tuple(target),
        tuple(mark == "x" for mark in wrong.ljust(len(symbols))),
        likely(predicted), cells_of(tuple("abcd")), "your input", len(symbols),
    )  # fmt: skip


alphabets = st.lists(st.text(min_size=1, max_size=3), min_size=2, max_size=5, unique=True)


@settings(max_examples=20)
@given(alphabets, st.integers(1, 40), st.integers(0, 90), st.integers(0, 14), st.booleans())
def test_every_line_fits(
    alphabet: list[str], count: int, width: int, height: int, ascii: bool
) -> None:
    names = tuple(alphabet)
    symbols = tuple(names[k % len(names)] for k in range(count))
    text = Likely(symbols, np.linspace(0, 1, count), ((names[0],),) * count, np.ones((count, 1)))
    cells = cells_of(names, ascii=ascii)
    blank = (False,) * count
    for lines in (
        written_lines(Written(text, 1, cells, 1.0, 0), width, height, ascii=ascii),
        answered_lines(
            Answered(symbols, symbols, blank, text, cells, "", count), width, height, ascii=ascii
        ),
        earlier_lines(Earlier(((0, symbols), (1_000, symbols)), cells), width, height, ascii=ascii),
    ):
        assert len(lines) <= height
        if width >= LABELS + cells.step:
            assert all(cell_len(line) <= width for line in plain(lines))
        if ascii:
            assert all(line.isascii() for line in plain(lines))


def test_below_each_symbol_stand_its_probability_and_the_likeliest_others() -> None:
    lines = plain(written_lines(written("abba"), 60, 5))
    assert lines == [
        "writes   abba",
        "sure     ▃▃▃▃",
        "or       aaaa",
        "         bbbb",
        "         ····",
    ]


def test_what_does_not_fit_a_line_goes_on_below_with_the_same_rows() -> None:
    value = written("abcdabcdab")
    lines = plain(written_lines(value, LABELS + 4, 11))
    assert [line[LABELS:] for line in lines if line.startswith("writes")] == ["abcd", "abcd"]
    assert lines[5] == "" and len(lines) == 11
    assert room(LABELS + 4, 11, value.cells, written_rows(3)) == 8


def test_with_little_room_the_symbols_stay() -> None:
    lines = plain(written_lines(written("abcdabcd"), LABELS + 4, 7))
    assert lines[6] == "writes   abcd"
    assert blocks(7, 5) == [5, 1] and blocks(2, 5) == [2] and blocks(0, 5) == []


def test_what_was_given_differs_from_what_was_drawn() -> None:
    first = written_lines(written("aaaa", given=2), 60, 5)[0]
    assert [text for text, _ in first[1:]] == ["aa", "aa"]
    assert first[1][1] != first[2][1]


def test_where_nothing_was_predicted_there_is_a_gap() -> None:
    text = likely("ab")._replace(
        sure=np.array([np.nan, 1.0]), shares=np.array([[np.nan] * 3, [0.5, 0.02, 0.0]])
    )
    lines = plain(written_lines(written("ab", text=text), 60, 5))
    assert [line[LABELS:] for line in lines] == ["ab", " █", " a", " b", " ·"]


def test_the_less_probable_another_symbol_is_the_weaker_it_stands() -> None:
    lines = written_lines(written("a"), 60, 5)
    styles = [line[1][1] for line in lines[2:]]
    assert len({*styles}) == 3 and styles[0] == ""


def test_an_answer_has_numbers_where_there_is_room() -> None:
    lines = plain(answered_lines(answered("ab", "bc", "ba", " x"), 60, 7))
    assert lines == [
        "input    a      b      ",
        "target   b      c      ",
        "predicts b 30%  a✗30%  ",
        "or       a 50%  a 50%  ",
        "         b 5%   b 5%   ",
        "         ·      ·      ",
    ]


def test_and_bars_where_there_is_not() -> None:
    many = "ab" * 20
    lines = plain(answered_lines(answered(many, None, many), 60, 4))
    assert [line[:LABELS].strip() for line in lines] == ["input", "predicts", "sure", "or"]
    assert lines[0][LABELS:] == lines[1][LABELS:] == many
    with_target = plain(answered_lines(answered(many, many, many), 60, 6))
    assert with_target[1] == "target   " + many


def test_an_input_without_room_for_what_is_predicted_is_not_shown() -> None:
    lines = plain(answered_lines(answered("abcd", "abcd", "abcd"), LABELS + 14, 9))
    assert [line[:LABELS].strip() for line in lines] == [
        "input", "target", "predicts", "sure", "or", "", "",
    ]  # fmt: skip


def test_right_and_wrong_answers_differ_and_what_nobody_can_know_is_neither() -> None:
    lines = answered_lines(answered("abc", "bcd", "bda", " x "), 60, 7)
    styles = [style for text, style in lines[2][1:]]
    assert styles == [RIGHT, WRONG, ""]


def test_of_earlier_texts_the_first_and_the_latest_stay() -> None:
    texts = tuple((epoch, ("a",) * 9) for epoch in (0, 1, 10, 1_000))
    lines = plain(earlier_lines(Earlier(texts, cells_of(("a", "b"))), 12, 3))
    assert lines == ["    0  aaaaa", "   10  aaaaa", "1,000  aaaaa"]


@pytest.mark.parametrize(
    ("symbols", "symbol", "step"),
    [
        (("a", " ", "\n"), 1, 1),
        (("a", "あ"), 2, 2),
        (("a", "b", "c", "d", "e", "f", "あ"), 1, 1),
        (("a", "\u200d"), 1, 1),
        (("0", "11"), 2, 3),
        (("x" * 40, "y"), 16, 17),
    ],
)
def test_cells_are_as_wide_as_the_symbols_need(
    symbols: tuple[str, ...], symbol: int, step: int
) -> None:
    cells = cells_of(symbols)
    assert cells == (symbol, step)
    assert {cell_len(padded(one, cells, ascii)) for one in symbols for ascii in (0, 1)} == {step}
    assert columns(LABELS + 3 * step, cells) == 3


def test_nothing_in_a_symbol_is_obeyed_by_the_terminal() -> None:
    cells = cells_of(("\x1b", "\u202e"))
    assert all(padded(one, cells, False).isprintable() for one in ("\x1b", "\u202e"))
