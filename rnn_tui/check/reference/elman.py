"""The plain recurrent layer: s_t = x_t W + a_t-1 U + b, a_t = tanh(s_t)."""

from __future__ import annotations

import numpy as np

from rnn_tui.check.problem import Problem
from rnn_tui.check.reference.form import (
    Backward,
    Form,
    Mistakes,
    Real,
    Roles,
    Trace,
    inputs_of,
    start_of,
)
from rnn_tui.check.reference.slopes import ACTIVATIONS, SLOPES, slope_for

CARRIES = (
    "carry-missing", "carry-not-transposed", "carry-never-updated", "carry-after-slope",
    "carry-without-slope", "carry-without-weights", "carry-added-up", "carry-twice",
    "carry-negative", "carry-one-step-only", "carry-overwrites-upstream",
)  # fmt: skip


def forward(form: Form, roles: Roles, problem: Problem) -> Trace:
    """Every step; the head is added by `rnn_tui.check.reference.head`."""
    x, U = inputs_of(form, roles, problem), roles["U"]
    a = np.empty((len(x) + 1, *start_of(roles, problem).shape))
    s = np.empty_like(a[1:])
    a[0] = start_of(roles, problem)
    activate = ACTIVATIONS[form.activation]
    for t in range(len(x)):
        s[t] = x[t] @ roles["W"] + a[t] @ U + roles["b_h"]
        a[t + 1] = activate(s[t])
    none = np.zeros((0, 0, 0))
    return Trace(x, a, {"": s}, {"": a[1:]}, none, none, none)


def backward(
    form: Form, roles: Roles, trace: Trace, from_head: Real, mistakes: Mistakes
) -> Backward:
    """From ∂L/∂a of the head, (T, B, H), back through time."""
    U, a, s = roles["U"], trace.a, trace.sums[""]
    slope_mistake = next((each for each in SLOPES if each in mistakes), "")
    ds, da = np.empty_like(from_head), np.empty_like(from_head)
    carry, steps = np.zeros_like(from_head[0]), len(from_head)
    earlier = carry
    for t in reversed(range(steps)):
        slope = slope_for(slope_mistake, form.activation, s[t], a[t + 1], a[t], a[-1])
        earlier = carry
        if "carry-after-slope" in mistakes:
            da[t], ds[t] = from_head[t] + carry, from_head[t] * slope + carry
        else:
            da[t] = _arriving(from_head[t], carry, t == steps - 1, mistakes)
            ds[t] = da[t] * slope
        carry = _carried(ds[t], da[t], from_head[t] * slope, U, carry, t == steps - 1, mistakes)
    states = {"h0": carry}
    if "carry-missing" in mistakes or "carry-never-updated" in mistakes:
        states["h0"] = ds[0] @ U.T
    others = {"h0": {
        "start-state-gradient-without-weights": ds[0],
        "start-state-gradient-of-a-step-too-late": earlier,
        "start-state-gradient-not-transposed": ds[0] @ U,
    }}  # fmt: skip
    return Backward({"": ds}, {"": ds}, {"": da}, {"": a[:-1]}, states, others)


def _arriving(from_head: Real, carry: Real, is_last: bool, mistakes: Mistakes) -> Real:
    """∂L/∂a_t."""
    if "carry-missing" in mistakes or "never-carried-at-end" in mistakes:
        return from_head
    if "carry-overwrites-upstream" in mistakes and not is_last:
        return carry
    return from_head + carry


def _carried(
    ds: Real, da: Real, own: Real, U: Real, carry: Real, is_last: bool, mistakes: Mistakes
) -> Real:
    """What goes on to the step before: ∂L/∂s_t Uᵀ."""
    weights = U if "carry-not-transposed" in mistakes else U.T
    if "carry-never-updated" in mistakes and not is_last:
        return carry
    if "carry-without-slope" in mistakes:
        ds = da
    if "carry-one-step-only" in mistakes:
        ds = own
    new = ds if "carry-without-weights" in mistakes else ds @ weights
    if "carry-added-up" in mistakes:
        new = carry + new
    if "carry-twice" in mistakes:
        new = 2 * new
    if "carry-negative" in mistakes:
        new = -new
    return np.asarray(new)
