"""Axes have round ends and hold what they show."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.drawing.axis import Axis, epoch_axis, loss_axis, ticks


@pytest.mark.parametrize(
    ("last", "high"), [(0, 10), (9, 10), (137, 150), (151, 200), (1000, 1000), (1001, 1250)]
)
def test_the_epochs_end_at_a_round_number(last: int, high: float) -> None:
    assert epoch_axis(0, last) == Axis(0, high)


@pytest.mark.parametrize(
    ("values", "logarithmic", "axis"),
    [
        ([], False, Axis(0, 1)),
        ([0.0], False, Axis(0, 1)),
        ([2.07, 0.0, 1.0986], False, Axis(0, 2.5)),
        ([2.07, math.nan, math.inf, 0.3], False, Axis(0, 2.5)),
        ([2.07, 0.03], True, Axis(0.02, 5, True)),
        ([0.0, -1.0], True, Axis(0.1, 1, True)),
    ],
)
def test_the_losses_end_at_round_numbers(
    values: list[float], logarithmic: bool, axis: Axis
) -> None:
    assert loss_axis(values, logarithmic) == pytest.approx(axis)


@given(st.lists(st.floats(), max_size=6), st.booleans(), st.integers(0, 20))
def test_any_losses_give_an_axis_with_ticks_on_it(
    values: list[float], logarithmic: bool, most: int
) -> None:
    axis = loss_axis(values, logarithmic)
    assert axis.low < axis.high and math.isfinite(axis.high - axis.low)
    marks = ticks(axis, most)
    slack = 1e-3 * (axis.high - axis.low)
    assert all(axis.low - slack <= tick <= axis.high + slack for tick in marks)
    assert marks == sorted(marks) and len(marks) <= max(12, most + 1)


def test_places_are_between_zero_and_one() -> None:
    places = Axis(1, 100, True).fraction(np.array([0.0, 1.0, 10.0, 100.0, 1e9]))
    assert places == pytest.approx([0, 0, 0.5, 1, 1])
