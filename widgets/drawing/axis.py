"""Axes with round ends, which stay where they are while a curve grows."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


HUGE = 1e300
TINY = 1e-300
ENDS = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
DECADES = 12
"""A logarithmic axis shows no more than this many."""


class Axis(NamedTuple):
    """What an axis shows: low < high, both > 0 when logarithmic."""

    low: float
    high: float
    logarithmic: bool = False

    def fraction(self, values: Floats) -> Floats:
        """(n,) values → (n,) places, 0 at the low end and 1 at the high one, clipped.

        On a logarithmic axis what is not positive lies at the low end. NaN and infinities
        give NaN.
        """
        finite = np.where(np.isfinite(values), values, np.nan)
        if self.logarithmic:
            low, high = math.log10(self.low), math.log10(self.high)
            places = (np.log10(np.maximum(finite, TINY)) - low) / (high - low)
        else:
            places = (finite - self.low) / (self.high - self.low)
        return np.clip(places, 0.0, 1.0)


def round_up(value: float, ends: tuple[float, ...] = ENDS) -> float:
    """The next round number that is not smaller than the positive `value`."""
    power = 10.0 ** math.floor(math.log10(value))
    return next((end * power for end in ends if end * power >= value * (1 - 1e-12)), 10 * power)


def epoch_axis(first: float, last: float) -> Axis:
    """From the first epoch (0 when it is near) to a round number of at least 10."""
    low = 0.0 if first < 0.5 * last or last < 10 else first
    return Axis(low, max(10.0, round_up(max(last, 1.0)), low + 1.0))


def loss_axis(values: Iterable[float], logarithmic: bool) -> Axis:
    """Holds all finite values; a linear one begins at 0 unless they are far from it."""
    finite = np.array([v for v in values if math.isfinite(v)], dtype=np.float64)
    finite = np.clip(finite, -HUGE, HUGE)
    if logarithmic:
        return _logarithmic(finite[finite > TINY])
    if not len(finite):
        return Axis(0.0, 1.0)
    low, high = float(finite.min()), float(finite.max())
    if low == high == 0.0:
        return Axis(0.0, 1.0)
    if low >= 0 and low <= 0.6 * high:
        return Axis(0.0, round_up(max(high, 1e-9)))
    span = max(high - low, 0.05 * max(abs(low), abs(high)), 1e-9)
    step = round_up(span / 4, STEPS)
    return Axis(math.floor(low / step) * step, (math.floor(high / step) + 1) * step)


def _logarithmic(positive: Floats) -> Axis:
    if not len(positive):
        return Axis(0.1, 1.0, True)
    top = round_up(float(positive.max()), (1.0, 2.0, 5.0, 10.0))
    least = max(float(positive.min()), top * 10.0**-DECADES)
    bottom = round_down(least)
    return Axis(bottom, top if top > bottom * 1.5 else 10 * bottom, True)


def round_down(value: float) -> float:
    """The next number of 1, 2, 5 times a power of ten that is not larger than `value` > 0."""
    power = 10.0 ** math.floor(math.log10(value) + 1e-9)
    return max(power * m for m in (1.0, 2.0, 5.0) if m == 1.0 or power * m <= value)


def ticks(axis: Axis, most: int) -> list[float]:
    """At most about `most` round values on the axis, ascending."""
    if most < 1:
        return []
    if axis.logarithmic:
        return _decades(axis, most)
    step = round_up((axis.high - axis.low) / most, STEPS)
    first = math.ceil(axis.low / step - 1e-9)
    count = math.floor(axis.high / step + 1e-9) - first
    return [(first + k) * step for k in range(min(count, most) + 1)]


def _decades(axis: Axis, most: int) -> list[float]:
    low = math.ceil(math.log10(axis.low) - 1e-9)
    high = math.floor(math.log10(axis.high) + 1e-9)
    every = max(1, math.ceil((high - low + 1) / most))
    powers = [10.0**k for k in range(low, high + 1, every)]
    if high - low <= 1 and most >= 4:
        powers += [m * 10.0**k for k in range(low - 1, high + 1) for m in (2.0, 5.0)]
    return sorted(p for p in powers if axis.low * 0.999 <= p <= axis.high * 1.001)
