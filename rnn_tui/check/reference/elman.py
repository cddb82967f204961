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
from rnn_tui.check.reference.slopes import ACTIVATIONS, SLOPES, right_slope, slope_for

_IN_CARRY = tuple(f"{slope}@carry" for slope in (*SLOPES[1:], "slope-of-next"))
CARRIES = (
    "carry-missing", "carry-not-transposed", "carry-never-updated", "carry-after-slope",
    "carry-without-slope", "carry-without-weights", "carry-passed-on", "carry-added-up",
    "carry-added-up:with-output", "carry-twice", "carry-negative", "carry-one-step-only",
    "carry-overwrites-upstream",
    "slope-missing-at-output", "carry-too-early", "carry-too-early:with-next",
    "loop-forwards", *_IN_CARRY,
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
    for t in range(steps) if "loop-forwards" in mistakes else reversed(range(steps)):
        slope = slope_for(slope_mistake, form.activation, s[t], a[t + 1], a[t], a[-1])
        own, is_last = from_head[t], t == steps - 1
        earlier = carry
        if early := {"carry-too-early", "carry-too-early:with-next"} & mistakes:
            carry = ((own if "carry-too-early" in early else own + carry) * slope) @ U.T
        da[t] = _arriving(own, carry, is_last, mistakes)
        ds[t] = da[t] * slope
        if (through := _slope_of_carry(form, trace, t, slope, mistakes)) is not None:
            da[t] = own + carry
            at_output = own if "slope-missing-at-output" in mistakes else own * slope
            ds[t] = at_output + carry * through
        if not early:
            carry = _carried(ds[t], da[t], own * slope, U, carry, is_last, mistakes)
    states = {"h0": carry}
    if "carry-missing" in mistakes or "carry-never-updated" in mistakes:
        states["h0"] = ds[0] @ U.T
    others = {"h0": {
        "start-state-gradient-without-weights": ds[0],
        "start-state-gradient-of-a-step-too-late": earlier,
        "start-state-gradient-not-transposed": ds[0] @ U,
    }}  # fmt: skip
    return Backward({"": ds}, {"": ds}, {"": da}, {"": a[:-1]}, states, others)


def _slope_of_carry(
    form: Form, trace: Trace, t: int, slope: Real, mistakes: Mistakes
) -> Real | None:
    """What the carry is multiplied with where that is not the slope of the step, else None.

    So it goes where each step's loss is carried back in a loop of its own.
    """
    if {"carry-after-slope", "carry-passed-on"} & mistakes:
        return np.ones_like(slope)
    if "slope-missing-at-output" in mistakes:
        return slope
    flag = next((each for each in mistakes if each.endswith("@carry")), None)
    if flag is None:
        return None
    a, s = trace.a, trace.sums[""]
    if flag == "slope-of-next@carry":
        return right_slope(form.activation, a[min(t + 2, len(a) - 1)])
    name = flag.partition("@")[0]
    return slope_for(name, form.activation, s[t], a[t + 1], a[t], a[-1])


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
    alone = {"carry-without-weights", "carry-passed-on"} & mistakes
    new = ds if alone else ds @ weights
    if "carry-added-up" in mistakes:
        new = carry + new
    if "carry-added-up:with-output" in mistakes:
        new = da + new
    if "carry-twice" in mistakes:
        new = 2 * new
    if "carry-negative" in mistakes:
        new = -new
    return np.asarray(new)
