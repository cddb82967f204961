"""Weights and gradient fill their panels and nothing more."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from widgets.weights.norms import NormsRow, norms_lines

NAMES = {"W": "x→h", "U": "h→h", "V": "h→o", "b_h": "", "b_o": ""}
ROWS = tuple(NormsRow(n, r, 5.31, np.arange(9.0), 0.213, 4e-5) for n, r in NAMES.items())
FLOATS = arrays(np.float64, st.integers(0, 40), elements=st.floats())


def weights(width: int, height: int = 6) -> list[str]:
    return [line.plain for line in norms_lines(ROWS, width, height)]


def test_a_row_has_norm_trace_gradient_and_update() -> None:
    assert weights(46)[1].split() == ["W", "x→h", "5.310", "▁▂▄▆▇", "0.2130", "4.00e-5"]


@pytest.mark.parametrize(
    ("width", "heading"),
    [
        (80, ["norm", "gradient", "update/norm"]),
        (36, ["norm", "gradient", "upd/norm"]),
        (30, ["norm", "gradient"]),
        (20, ["norm"]),
    ],
)
def test_narrow_panels_drop_columns_from_the_right(width: int, heading: list[str]) -> None:
    assert weights(width)[0].split() == heading


def test_rows_that_do_not_fit_share_the_last_line() -> None:
    assert weights(46, 5)[-1].split() == ["b_h", "5.310", "b_o", "5.310"]
    assert weights(20, 3)[-1].endswith("+3")


def test_a_value_that_is_not_known_is_a_dash() -> None:
    row = ROWS[0]._replace(gradient_norm=None, update_ratio=None)
    assert norms_lines([row], 46, 2)[1].plain.split()[-2:] == ["–", "–"]


@given(
    st.floats(), st.none() | st.floats(), FLOATS, st.integers(1, 90), st.integers(1, 7),
    st.integers(0, 6), st.booleans(),
)  # fmt: skip
def test_any_weights_align(
    norm: float,
    other: float | None,
    trace: np.ndarray,
    width: int,
    height: int,
    count: int,
    ascii: bool,
) -> None:
    rows = [NormsRow(n, r, norm, trace, other, other) for n, r in NAMES.items()][:count]
    lines = norms_lines(rows, width, height, ascii=ascii)
    assert len(lines) <= max(height, 1)
    if count and width >= 30:
        assert all(line.cell_length <= width for line in lines)
        assert len({line.cell_length for line in lines[1 : count + 1]}) <= 2
    if ascii:
        assert all(line.plain.isascii() for line in lines)
