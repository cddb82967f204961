"""Sparklines and bars have the size asked for and a gap for what is no number."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from widgets.drawing.blocks import BLOCKS, RAMP, bars, glyphs, reduce, sparkline

ANY = arrays(np.float64, st.integers(0, 60), elements=st.floats())


def test_confidence_grows_with_the_blocks() -> None:
    assert "".join(glyphs(np.array([0.0, 0.5, 0.99, 1.0, np.nan]), BLOCKS)) == "▁▅██ "
    assert "".join(glyphs(np.array([0.0, 0.55, 1.0, np.nan]), RAMP)) == ".+@ "


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([], "    "),
        ([1.0], "▃   "),
        ([1.0, 1.0, 1.0], "▃▃▃ "),
        ([0.0, 1.0, np.nan, 2.0], "▁▄ ▇"),
        ([np.inf], "    "),
        ([0, 0, 1, 1, 2, 2, 3, 3], "▁▃▅▇"),
    ],
)
def test_a_sparkline_spans_from_least_to_greatest(values: list[float], text: str) -> None:
    assert sparkline(np.array(values), 4) == text


def test_an_ascii_sparkline_is_a_ramp_beside_which_no_digit_is_misread() -> None:
    assert sparkline(np.arange(9.0), 9, ascii=True) == ".:-=+*#%@"


@given(ANY, st.integers(0, 20), st.booleans())
def test_a_sparkline_never_fails_and_keeps_its_width(
    values: np.ndarray, cells: int, ascii: bool
) -> None:
    assert len(sparkline(values, cells, ascii=ascii)) == cells


@given(ANY, st.integers(1, 6), st.booleans())
def test_bars_have_their_rows_and_columns(values: np.ndarray, rows: int, ascii: bool) -> None:
    lines = bars(values, rows, ascii=ascii)
    assert [len(line) for line in lines] == [len(values)] * rows


def test_bars_fill_from_below_and_show_the_smallest_value() -> None:
    assert bars(np.array([0.0, 0.001, 0.5, 1.0]), 2) == ["   █", " ▁██"]
    assert bars(np.array([0.0, 0.3, 0.5, 1.0]), 2, ascii=True) == ["   #", " .##"]


def test_no_peak_is_lost_in_reducing() -> None:
    values = np.zeros(1000)
    values[777] = 5.0
    assert reduce(values, 10, peaks=True).max() == 5.0
