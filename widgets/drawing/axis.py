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
WHOLE_STEPS = (1.0, 2.0, 5.0, 10.0)
DECADES = 12
"""A logarithmic axis shows no more than this many."""


class Axis(NamedTuple):
    """What an axis shows: low < high, with `shift` both > 0 when logarithmic."""

    low: float
    high: float
    logarithmic: bool = False
    shift: float = 0.0
    """A logarithmic axis is one of value + shift: 1 for epochs, so that 0 is on it."""

    def fraction(self, values: Floats) -> Floats:
        """(n,) values → (n,) places, 0 at the low end and 1 at the high one, clipped.

        On a logarithmic axis what is not positive lies at the low end. NaN and infinities
        give NaN.
        """
        finite = np.where(np.isfinite(values), values, np.nan)
        if self.logarithmic:
            low, high = math.log10(self.low + self.shift), math.log10(self.high + self.shift)
            places = (np.log10(np.maximum(finite + self.shift, TINY)) - low) / (high - low)
        else:
            places = (finite - self.low) / (self.high - self.low)
        return np.clip(places, 0.0, 1.0)

    def value(self, place: float) -> float:
        """What lies at a place from 0 to 1, the inverse of `fraction`."""
        if not self.logarithmic:
            return self.low + place * (self.high - self.low)
        low, high = self.low + self.shift, self.high + self.shift
        return float(low * (high / low) ** place - self.shift)


def round_up(value: float, ends: tuple[float, ...] = ENDS) -> float:
    """The next round number that is not smaller than the positive `value`."""
    power = 10.0 ** math.floor(math.log10(value))
    return next((end * power for end in ends if end * power >= value * (1 - 1e-12)), 10 * power)


def epoch_axis(first: float, last: float, *, logarithmic: bool = False) -> Axis:
    """From the first epoch (0 when it is near) to a round number of at least 10."""
    low = 0.0 if first < 0.5 * last or last < 10 else first
    high = max(10.0, round_up(max(last, 1.0)), low + 1.0)
    return Axis(low, high, logarithmic, 1.0 if logarithmic else 0.0)


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
    return _steps(axis, round_up((axis.high - axis.low) / most, STEPS), most)


def epoch_ticks(axis: Axis, most: int) -> list[int]:
    """At most about `most` epochs on the axis, ascending, in equal steps of 1, 2, 5, 10 and so on.

    On a logarithmic one in equal factors: 0, 1, 10, 100, …, with 2 and 5 between them where there
    is room; but in steps where it spans less than a factor of ten.
    """
    if most < 1:
        return []
    if axis.logarithmic and axis.high + 1 >= 10 * (axis.low + 1):
        return _epoch_decades(axis, most)
    step = round_up(max(1.0, (axis.high - axis.low) / most), WHOLE_STEPS)
    return [round(tick) for tick in _steps(axis, step, most)]


def _steps(axis: Axis, step: float, most: int) -> list[float]:
    first = math.ceil(axis.low / step - 1e-9)
    count = math.floor(axis.high / step + 1e-9) - first
    return [(first + k) * step for k in range(min(count, most) + 1)]


def _epoch_decades(axis: Axis, most: int) -> list[int]:
    powers = [10**k for k in range(math.floor(math.log10(axis.high) + 1e-9) + 1)]
    powers = [power for power in powers if power >= axis.low]
    if 3 * len(powers) < most:
        finer = [m * 10**k for k in range(len(str(int(axis.high)))) for m in (1, 2, 5)]
        powers = [epoch for epoch in finer if axis.low <= epoch <= axis.high]
    every = max(1, math.ceil((len(powers) + 1) / most))
    return [0] * (axis.low <= 0) + powers[::every]


def _decades(axis: Axis, most: int) -> list[float]:
    low = math.ceil(math.log10(axis.low) - 1e-9)
    high = math.floor(math.log10(axis.high) + 1e-9)
    every = max(1, math.ceil((high - low + 1) / most))
    powers = [10.0**k for k in range(low, high + 1, every)]
    if high - low <= 1 and most >= 4:
        powers += [m * 10.0**k for k in range(low - 1, high + 1) for m in (2.0, 5.0)]
    return sorted(p for p in powers if axis.low * 0.999 <= p <= axis.high * 1.001)
