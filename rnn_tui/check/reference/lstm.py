"""The LSTM: c_t = f ∘ c_t-1 + i ∘ g, a_t = o ∘ tanh(c_t)."""

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
from rnn_tui.check.reference.slopes import ACTIVATIONS, slope_for

_ACTIVATION = {"i": "sigmoid", "f": "sigmoid", "g": "tanh", "o": "sigmoid"}
CARRIES = (
    "carry-missing", "carry-not-transposed", "cell-carry-missing", "cell-carry-without-forget",
    "cell-carry-only", "cell-not-activated", "current-cell-for-previous",
    "cell-without-output-gate", "cell-without-output", "cell-carry-by-input-gate",
    *(f"carry-without-gate:{gate}" for gate in "ifgo"),
    *(f"gates-swapped:{pair}" for pair in ("if", "io", "fo", "ig", "fg", "go")),
    *(f"gates-swapped-throughout:{pair}" for pair in ("if", "io", "fo", "ig", "fg", "go")),
    *(f"gate-derivatives-swapped:{pair}" for pair in ("if", "io", "fo", "ig", "fg", "go")),
)  # fmt: skip


def forward(form: Form, roles: Roles, problem: Problem) -> Trace:
    """Every step, without the head."""
    x, shape = inputs_of(form, roles, problem), start_of(roles, problem).shape
    a, c = np.empty((len(x) + 1, *shape)), np.empty((len(x) + 1, *shape))
    a[0], c[0] = start_of(roles, problem), start_of(roles, problem, "c0")
    sums = {gate: np.empty_like(a[1:]) for gate in "ifgo"}
    gates = {gate: np.empty_like(a[1:]) for gate in "ifgo"}
    for t in range(len(x)):
        for k in "ifgo":
            sums[k][t] = x[t] @ roles[f"W_{k}"] + a[t] @ roles[f"U_{k}"] + roles[f"b_h_{k}"]
            gates[k][t] = ACTIVATIONS[_ACTIVATION[k]](sums[k][t])
        c[t + 1] = gates["f"][t] * c[t] + gates["i"][t] * gates["g"][t]
        a[t + 1] = gates["o"][t] * np.tanh(c[t + 1])
    none = np.zeros((0, 0, 0))
    return Trace(x, a, sums, gates, c, none, none)


def backward(
    form: Form, roles: Roles, trace: Trace, from_head: Real, mistakes: Mistakes
) -> Backward:
    """From ∂L/∂a of the head, (T, B, H), back through time."""
    c, gates = trace.c, trace.gates
    ds = {gate: np.empty_like(from_head) for gate in "ifgo"}
    before_slope = {gate: np.empty_like(from_head) for gate in "ifgo"}
    dh_next = dc_next = np.zeros_like(from_head[0])
    for t in reversed(range(len(from_head))):
        dh = from_head[t] + dh_next
        squashed = np.tanh(c[t + 1])
        slope = _slope(mistakes, "c", "tanh", c[t + 1], squashed)
        through = dh if "cell-without-output-gate" in mistakes else dh * gates["o"][t]
        dc = dc_next + (0 if "cell-without-output" in mistakes else through * slope)
        before = c[t + 1] if "current-cell-for-previous" in mistakes else c[t]
        d = {
            "i": dc * gates["g"][t],
            "f": dc * before,
            "g": dc * gates["i"][t],
            "o": dh * (c[t + 1] if "cell-not-activated" in mistakes else squashed),
        }
        d = _swapped(d, mistakes, "gate-derivatives-swapped")
        for k in "ifgo":
            slope = _slope(mistakes, k, _ACTIVATION[k], trace.sums[k][t], gates[k][t])
            before_slope[k][t], ds[k][t] = d[k], d[k] * slope
        through = _swapped({k: ds[k][t] for k in "ifgo"}, mistakes, "gates-swapped-throughout")
        dh_next = _carried(roles, through, mistakes)
        dc_next = dc if "cell-carry-without-forget" in mistakes else dc * gates["f"][t]
        if "cell-carry-by-input-gate" in mistakes:
            dc_next = dc * gates["i"][t]
        if "cell-carry-missing" in mistakes:
            dc_next = np.zeros_like(dc)
    if "carry-missing" in mistakes:  # at the very end it is there, in what goes to the start state
        dh_next = _carried(roles, {k: ds[k][0] for k in "ifgo"}, frozenset())
    a_before = dict.fromkeys("ifgo", trace.a[:-1])
    for name in ("gates-swapped", "gates-swapped-throughout"):
        ds = _swapped(ds, mistakes, name)
    states = {"h0": dh_next, "c0": dc_next}
    return Backward(ds, ds, before_slope, a_before, states)


def _slope(mistakes: Mistakes, gate: str, activation: str, s: Real, a: Real) -> Real:
    found = next((each for each in mistakes if each.endswith(f"@{gate}")), "@")
    return slope_for(found.partition("@")[0], activation, s, a, a, a)


def _swapped(d: dict[str, Real], mistakes: Mistakes, name: str) -> dict[str, Real]:
    for each in mistakes:
        if each.startswith(f"{name}:"):
            one, other = tuple(each.partition(":")[2])
            d = {**d, one: d[other], other: d[one]}
    return d


def _carried(roles: Roles, ds: dict[str, Real], mistakes: Mistakes) -> Real:
    total = np.zeros_like(ds["i"])
    if "carry-missing" in mistakes or "cell-carry-only" in mistakes:
        return total
    for k in "ifgo":
        U = roles[f"U_{k}"]
        if f"carry-without-gate:{k}" not in mistakes:
            total = total + ds[k] @ (U if "carry-not-transposed" in mistakes else U.T)
    return total
