"""The slope of an activation, right and wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from rnn_tui.check.reference.form import Real, sigmoid


def _leaky(s: Real, slope: float) -> Real:
    return np.where(s > 0, s, slope * s)


_LEAKS = {"leaky_relu": 0.01, "leaky_relu_0.1": 0.1, "leaky_relu_0.2": 0.2}
"""The slopes below 0 that people take; 0.01 is PyTorch's."""
ACTIVATIONS: dict[str, Callable[[Real], Real]] = {
    "tanh": lambda s: np.asarray(np.tanh(s)),
    "sigmoid": sigmoid,
    "relu": lambda s: np.asarray(np.maximum(s, 0.0)),
    "identity": lambda s: s,
    **{name: partial(_leaky, slope=slope) for name, slope in _LEAKS.items()},
}


def right_slope(activation: str, a: Real) -> Real:
    """∂a/∂s from the activated value a."""
    if activation == "tanh":
        return np.asarray(1 - a**2)
    if activation == "sigmoid":
        return np.asarray(a * (1 - a))
    if activation == "relu":
        return np.asarray((a > 0).astype(float))
    if activation in _LEAKS:
        return np.where(a > 0, 1.0, _LEAKS[activation])
    return np.ones_like(a)


def slope_for(mistake: str, activation: str, s: Real, a: Real, before: Real, last: Real) -> Real:
    """The factor that a mistake puts where the slope belongs.

    Args:
        mistake: one of `SLOPES`, or empty.
        activation: its name.
        s: before the activation.
        a: after it.
        before: a of the step before.
        last: a of the last step.
    """
    right = right_slope(activation, a)
    other = "sigmoid" if activation == "tanh" else "tanh"
    with np.errstate(all="ignore"):
        table: dict[str, Callable[[], Real]] = {
            "": lambda: right,
            "slope-missing": lambda: np.ones_like(a),
            "slope-twice": lambda: right**2,
            "slope-of-activated": lambda: right_slope(activation, ACTIVATIONS[activation](a)),
            "slope-of-sum": lambda: right_slope(activation, s),
            "slope-of-previous": lambda: right_slope(activation, before),
            "slope-not-squared": lambda: 1 - a,
            "slope-plus": lambda: 1 + a**2,
            "slope-complement": lambda: 1 - right,
            "slope-is-state": lambda: a,
            "slope-divided": lambda: 1 / right,
            "slope-negative": lambda: -right,
            "slope-of-another-activation": lambda: right_slope(other, a),
            "slope-of-relu": lambda: (a > 0).astype(float),
            "slope-of-sigmoid": lambda: a * (1 - a),
            "slope-of-linear-part": lambda: a * (1 - a**2),
            "shared-activation": lambda: right_slope(activation, last),
            "slope-halved": lambda: right / 2,
        }
        return np.asarray(table[mistake]())


SLOPES = (
    "slope-missing", "slope-of-activated", "slope-twice", "slope-of-another-activation",
    "slope-of-sum", "slope-divided", "slope-negative", "slope-not-squared", "slope-plus",
    "slope-complement", "slope-is-state", "slope-of-previous", "shared-activation",
    "slope-of-relu", "slope-of-sigmoid", "slope-of-linear-part",
)  # fmt: skip
