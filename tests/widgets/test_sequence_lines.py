"""A sequence stands still: cells of one width, the score at one place, a window when long."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.drawing.panel import MUTED
from widgets.sequence.lines import (
    SequenceView,
    geometry,
    sequence_lines,
    sequence_title,
    window,
)


def view(target: str, guess: str, confidence: float = 0.5) -> SequenceView:
    return SequenceView(
        2, 10, tuple("0" * len(target)), tuple(target), tuple(guess),
        np.full(len(target), confidence),
    )  # fmt: skip


def text(value: SequenceView, width: int = 60, height: int = 4, start: int = 0) -> list[str]:
    return [line.plain for line in sequence_lines(value, width, height, start)]


def test_a_wrong_prediction_has_a_cross_and_the_score_is_at_the_right_end() -> None:
    assert text(view("2122", "2120"))[2].rstrip() == ("prediction  2 1 2 0✗" + " " * 34 + "3 of 4")


def test_right_and_wrong_differ_by_colour_too() -> None:
    styles = {str(span.style) for span in sequence_lines(view("21", "20"), 60, 4)[2].spans}
    assert {"$text-success", "bold $text-error"} <= styles


def test_symbols_stay_in_their_columns_when_right_becomes_wrong() -> None:
    right, wrong = (text(view("212", guess))[2] for guess in ("212", "012"))
    assert right[14:18] == wrong[14:18] and len(right) == len(wrong)


def test_a_cell_is_as_wide_as_the_widest_symbol_of_all_rows() -> None:
    value = view("2122", "2122")._replace(target=("2", "one", "2", "2"))
    assert geometry(value, 60).symbol == 3


@pytest.mark.parametrize(
    ("height", "names"),
    [
        (0, []),
        (1, ["prediction"]),
        (2, ["target", "prediction"]),
        (3, ["input", "target", "prediction"]),
        (9, ["input", "target", "prediction", "confidence"]),
    ],
)
def test_the_prediction_is_the_last_row_to_go(height: int, names: list[str]) -> None:
    assert [line.split()[0] for line in text(view("21", "21"), height=height)] == names


def test_a_long_sequence_shows_a_window_around_the_first_mistake() -> None:
    value = view("1" * 100, "1" * 60 + "2" + "1" * 39)
    steps = geometry(value, 60).steps
    start = window(value, steps, 0)
    assert start <= 60 < start + steps
    assert window(value, steps, start + 1) == start + 1, "it stays while the mistake is visible"
    assert text(value, start=start)[2].count("…") == 2
    assert f"t = {start}–" in sequence_title(value, start, steps).plain


def test_what_is_not_scored_is_neither_right_nor_wrong() -> None:
    value = view("2122", "0122")._replace(target=("", "1", "2", "2"))
    assert value.score() == "3 of 3"
    assert "✗" not in text(value)[2] and "·" in text(value)[1]


def test_what_is_not_scored_is_dim_whatever_is_predicted() -> None:
    value = view("2122", "0122")._replace(target=("", "1", "2", "2"))
    for row in sequence_lines(value, 60, 4)[1:]:
        first = next(span for span in row.spans if span.start == 12)
        assert first.style == MUTED


def test_mistakes_are_only_among_what_is_scored() -> None:
    value = view("2222", "0000")._replace(target=("", "", "2", ""))
    assert value.mistakes() == [2] and value.score() == "0 of 1"
    assert text(value)[2].count("✗") == 1


def test_a_wider_symbol_that_is_predicted_later_moves_nothing() -> None:
    narrow, wide = view("7777", "7777")._replace(widest=2), view("7777", "7777")._replace(widest=2)
    wide = wide._replace(prediction=("7", "11", "7", "7"))
    assert geometry(narrow, 60) == geometry(wide, 60)
    assert [row.index("7", 12) for row in text(narrow)[1:3]] == [13, 13]


SYMBOLS = st.text(max_size=4)
STEPS = st.lists(st.tuples(SYMBOLS, SYMBOLS, SYMBOLS, st.floats()), min_size=1, max_size=40)


@given(STEPS, st.integers(1, 90), st.integers(0, 6), st.booleans())
def test_any_sequence_gives_rows_of_cells(
    steps: list[tuple[str, str, str, float]], width: int, height: int, ascii: bool
) -> None:
    source, target, guess, confidence = zip(*steps, strict=True)
    value = SequenceView(0, 1, source, target, guess, np.array(confidence))
    shape = geometry(value, width)
    start = window(value, shape.steps, 5)
    lines = sequence_lines(value, width, height, start, ascii=ascii)
    assert len(lines) == min(height, 4)
    if width >= 30 and shape.labels + shape.steps * (shape.symbol + 1) < width - 10:
        assert all(line.cell_length <= width for line in lines)
