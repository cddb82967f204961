"""Which epochs of a long run the chart shows, when it does not show all of them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..drawing.axis import Axis
from .curves import LossCurves
from .frame import Window, whole_axis

FEWEST = 8
"""Epochs, or points of the curve, that are seen at least."""


def zoom(
    value: LossCurves, window: Window | None, places: int, *, log_epochs: bool = False
) -> Window | None:
    """Closer to the epoch shown (+1: half of what is seen now), or away from it (−1).

    The newest epoch is at the right, any other one in the middle. None when all is seen.
    """
    whole = whole_axis(value, logarithmic=log_epochs)
    low, high = (0.0, 1.0) if window is None else _places(whole, window)
    width = (high - low) * 0.5**places
    if width > 0.95:
        return None
    (at,) = whole.fraction(_array(value.shown_epoch))
    is_newest = value.shown_epoch == value.newest_epoch
    low = at - width if is_newest else at - width / 2
    closer = _window(whole, float(low), width)
    few = FEWEST * max(1.0, _step(value))
    return window if places > 0 and closer[1] - closer[0] < few else closer


def follow(value: LossCurves, window: Window | None, *, log_epochs: bool = False) -> Window | None:
    """The window, moved by a quarter beyond the epoch shown when that is no longer in it."""
    if window is None or window[0] <= value.shown_epoch <= window[1]:
        return window
    whole = whole_axis(value, logarithmic=log_epochs)
    low, high = _places(whole, window)
    width = high - low
    if not 0 < width <= 0.95:  # the run is another one, and shorter
        return None
    (at,) = whole.fraction(_array(value.shown_epoch))
    low = at - width / 4 if value.shown_epoch < window[0] else at - width * 3 / 4
    return _window(whole, float(low), width)


def _places(whole: Axis, window: Window) -> tuple[float, float]:
    low, high = whole.fraction(_array(*window))
    return float(low), float(high)


def _window(whole: Axis, low: float, width: float) -> Window:
    low = min(max(low, 0.0), 1.0 - width)
    first = math.floor(whole.value(low) + 1e-9)
    return float(first), float(max(first + 1, math.ceil(whole.value(low + width) - 1e-9)))


def _step(value: LossCurves) -> float:
    """Epochs from one point of the present curve to the next."""
    epochs = value.curves[0].epochs if value.curves else np.empty(0)
    return float(epochs[-1] - epochs[0]) / (len(epochs) - 1) if len(epochs) > 1 else 1.0


def _array(*epochs: float) -> NDArray[np.float64]:
    return np.array(epochs, dtype=np.float64)
