"""Weights and gradient fill their panels and nothing more."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from widgets.weights.norms import NormsRow, from_start, has_heading, norms_lines, norms_summary

NAMES = {"W": "x→h", "U": "h→h", "V": "h→o", "b_h": "", "b_o": ""}
ROWS = tuple(NormsRow(n, r, 5.31, np.arange(9.0), 0.213, 4e-5) for n, r in NAMES.items())
FLOATS = arrays(np.float64, st.integers(0, 40), elements=st.floats())


def weights(width: int, height: int = 6, rows: tuple[NormsRow, ...] = ROWS) -> list[str]:
    return ["".join(part for part, _ in line) for line in norms_lines(rows, width, height)]


def test_a_row_has_norm_past_gradient_and_how_far_it_moved() -> None:
    assert weights(42)[1].split() == [
        "W", "x→h", "5.310", "▁▁▂▃▄▅▆▇", "–", "0.213", "0.004", "%",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("width", "heading"),
    [
        (80, ["norm", "since", "0", "gradient", "moved"]),
        (42, ["norm", "since", "0", "grad", "moved"]),
        (34, ["norm", "since", "0", "grad", "moved"]),
        (20, ["norm", "moved"]),
        (15, ["norm"]),
    ],
)
def test_narrow_panels_drop_columns(width: int, heading: list[str]) -> None:
    assert weights(width)[0].split() == heading


def test_where_there_is_no_line_for_a_heading_every_tensor_has_its_row() -> None:
    assert [line.split()[0] for line in weights(34, 5)] == list(NAMES)


def test_rows_that_do_not_fit_share_the_last_line() -> None:
    assert weights(46, 4)[-1] == "b_h 5.31 · b_o 5.31"


def test_the_past_stands_on_an_axis_around_the_start_so_that_little_looks_little() -> None:
    assert from_start(np.array([1.0, 0.98, 1.02]), 3) == "▄▄▄"
    assert from_start(np.array([2.0, 1.0, 3.0, 9.0, np.nan]), 6) == "▄▁▇▇  "


def test_what_began_as_nothing_stands_on_an_axis_from_0() -> None:
    assert from_start(np.array([0.0, 0.5, 1.0]), 4) == "▁▄▇ "
    assert from_start(np.zeros(3), 3) == "▁▁▁"


def test_the_change_since_epoch_0_is_told_in_percent() -> None:
    row = ROWS[0]._replace(norm=4.4, trace=np.array([4.0, 4.4]))
    assert " +10 % " in weights(80, 2, (row,))[1]
    for norm, text in ((2.0, "−50 %"), (3.999, " 0 %"), (1e307, ">9999 %"), (np.inf, "–")):
        assert f"{text} " in weights(80, 2, (row._replace(norm=norm),))[1]


def test_held_weights_are_told_in_place_of_how_far_they_moved() -> None:
    row = ROWS[1]._replace(norm=0.0, update_ratio=None, is_held=True)
    assert weights(34, 2, (row,))[1].endswith(" held")


def test_a_value_that_is_not_known_is_a_dash() -> None:
    row = ROWS[0]._replace(gradient_norm=None, update_ratio=None)
    assert weights(34, 2, (row,))[1].split()[-2:] == ["–", "–"]


@given(st.lists(st.floats(0), min_size=6, max_size=6), st.booleans())
def test_all_norms_fit_into_a_border_of_the_smallest_terminal(
    norms: list[float], ascii: bool
) -> None:
    rows = [row._replace(norm=norm) for row, norm in zip(ROWS, norms, strict=False)]
    line = norms_summary(rows, 56, ascii=ascii)
    assert len(line) <= 56 and all(f"{name} " in line for name in NAMES)
    assert line.isascii() or not ascii


@given(
    st.floats(), st.none() | st.floats(), FLOATS, st.integers(1, 90), st.integers(1, 7),
    st.integers(0, 6), st.booleans(), st.booleans(),
)  # fmt: skip
def test_any_weights_align(
    norm: float,
    other: float | None,
    trace: np.ndarray,
    width: int,
    height: int,
    count: int,
    held: bool,
    ascii: bool,
) -> None:
    rows = [NormsRow(n, r, norm, trace, other, other, held) for n, r in NAMES.items()][:count]
    lines = ["".join(p for p, _ in line) for line in norms_lines(rows, width, height, ascii=ascii)]
    assert len(lines) <= max(height, 1)
    if count and width >= 18:
        assert all(len(line) <= width for line in lines)
        heading = has_heading(rows, height)
        alone = lines[heading:] if len(rows) <= height else lines[:-1]
        assert len(set(map(len, alone))) <= 1
    if ascii:
        assert all(line.isascii() for line in lines)
