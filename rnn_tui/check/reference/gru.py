"""The GRU, in its four usual forms: which way z points, and where r acts."""

from __future__ import annotations

from dataclasses import replace

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
    sigmoid,
    start_of,
)
from rnn_tui.check.reference.slopes import slope_for

CARRIES = (
    "carry-missing", "carry-not-transposed", "carry-without-direct-way", "carry-without-reset",
    "candidate-without-update-gate", "candidate-by-wrong-side", "direct-way-by-wrong-side",
    "update-gate-sign", "update-gate-without-state", "update-gate-turned-round",
    "mix-turned-round", "reset-gate-on-wrong-side", "carry-direct-way-only",
    *(f"carry-without-gate:{gate}" for gate in "rzn"),
    *(f"carry-of-gate-not-transposed:{gate}" for gate in "rzn"),
    *(f"gates-swapped:{pair}" for pair in ("rz", "rn", "zn")),
    *(f"gate-derivatives-swapped:{pair}" for pair in ("rz",)),
)  # fmt: skip


def forward(form: Form, roles: Roles, problem: Problem) -> Trace:
    """Every step, without the head."""
    x, start = inputs_of(form, roles, problem), start_of(roles, problem)
    a = np.empty((len(x) + 1, *start.shape))
    a[0] = start
    sums = {gate: np.empty_like(a[1:]) for gate in "rzn"}
    gates = {gate: np.empty_like(a[1:]) for gate in "rzn"}
    for t in range(len(x)):
        for k in "rz":
            sums[k][t] = x[t] @ roles[f"W_{k}"] + a[t] @ roles[f"U_{k}"] + roles[f"b_h_{k}"]
            gates[k][t] = sigmoid(sums[k][t])
        r, z = gates["r"][t], gates["z"][t]
        inner = (r * a[t]) @ roles["U_n"] if form.resets_before else r * (a[t] @ roles["U_n"])
        sums["n"][t] = x[t] @ roles["W_n"] + inner + roles["b_h_n"]
        n = gates["n"][t] = np.tanh(sums["n"][t])
        a[t + 1] = z * a[t] + (1 - z) * n if form.keeps else (1 - z) * a[t] + z * n
    none = np.zeros((0, 0, 0))
    return Trace(x, a, sums, gates, none, none, none)


def backward(
    form: Form, roles: Roles, trace: Trace, from_head: Real, mistakes: Mistakes
) -> Backward:
    """From ∂L/∂a of the head, (T, B, H), back through time."""
    if "update-gate-turned-round" in mistakes:
        form = replace(form, keeps=not form.keeps)
    if "reset-gate-on-wrong-side" in mistakes:
        form = replace(form, resets_before=not form.resets_before)
    a, gates = trace.a, trace.gates
    ds = {gate: np.empty_like(from_head) for gate in "rzn"}
    da = {gate: np.empty_like(from_head) for gate in "rzn"}
    reset = np.empty_like(from_head)
    carry = np.zeros_like(from_head[0])
    for t in reversed(range(len(from_head))):
        dh, (r, z, n) = from_head[t] + carry, (gates[k][t] for k in "rzn")
        stays = z if form.keeps else 1 - z
        da["n"][t] = _into_candidate(dh, stays, mistakes)
        if {"direct-way-by-wrong-side", "mix-turned-round"} & mistakes:
            stays = 1 - stays
        ds["n"][t] = da["n"][t] * _slope(mistakes, "n", "tanh", trace.sums["n"][t], n)
        U = _weights(roles, "n", mistakes)
        if form.resets_before:
            back = ds["n"][t] @ U
            da["r"][t] = back * a[t]
        else:
            back = (ds["n"][t] if "carry-without-reset" in mistakes else ds["n"][t] * r) @ U
            da["r"][t] = ds["n"][t] * (a[t] @ roles["U_n"])
        da["z"][t] = _update_gate(form, dh, a[t], n, mistakes)
        _swap(da, t, mistakes)
        for k in "rz":
            slope = _slope(mistakes, k, "sigmoid", trace.sums[k][t], gates[k][t])
            ds[k][t] = da[k][t] * slope
        reset[t] = r
        if form.resets_before and "carry-without-reset" not in mistakes:
            back = back * r
        carry = _carried(roles, dh * stays, back, ds["r"][t], ds["z"][t], mistakes)
    before = {"r": a[:-1], "z": a[:-1], "n": a[:-1] * reset if form.resets_before else a[:-1]}
    ds = _gates_swapped(ds, mistakes)
    ds_u = ds if form.resets_before else {**ds, "n": ds["n"] * reset}
    return Backward(ds, ds_u, da, before, {"h0": carry})


def _slope(mistakes: Mistakes, gate: str, activation: str, s: Real, a: Real) -> Real:
    found = next((each for each in mistakes if each.endswith(f"@{gate}")), "@")
    return slope_for(found.partition("@")[0], activation, s, a, a, a)


def _into_candidate(dh: Real, stays: Real, mistakes: Mistakes) -> Real:
    """∂L/∂n_t."""
    if "candidate-without-update-gate" in mistakes:
        return dh
    is_turned = {"candidate-by-wrong-side", "mix-turned-round"} & mistakes
    return dh * (stays if is_turned else 1 - stays)


def _weights(roles: Roles, gate: str, mistakes: Mistakes) -> Real:
    wrong = {"carry-not-transposed", f"carry-of-gate-not-transposed:{gate}"} & mistakes
    U = roles[f"U_{gate}"]
    return U if wrong else U.T


def _update_gate(form: Form, dh: Real, before: Real, n: Real, mistakes: Mistakes) -> Real:
    difference = n if "update-gate-without-state" in mistakes else n - before
    if form.keeps != ("update-gate-sign" in mistakes):
        difference = -difference
    return dh * difference


def _swap(da: dict[str, Real], t: int, mistakes: Mistakes) -> None:
    if "gate-derivatives-swapped:rz" in mistakes:
        da["r"][t], da["z"][t] = da["z"][t].copy(), da["r"][t].copy()


def _gates_swapped(ds: dict[str, Real], mistakes: Mistakes) -> dict[str, Real]:
    for each in mistakes:
        if each.startswith("gates-swapped:"):
            one, other = tuple(each.partition(":")[2])
            ds = {**ds, one: ds[other], other: ds[one]}
    return ds


def _carried(
    roles: Roles, direct: Real, back: Real, ds_r: Real, ds_z: Real, mistakes: Mistakes
) -> Real:
    total = np.zeros_like(direct)
    if "carry-missing" in mistakes:
        return total
    if "carry-without-direct-way" not in mistakes:
        total = total + direct
    if "carry-direct-way-only" in mistakes:
        return total
    if "carry-without-gate:n" not in mistakes:
        total = total + back
    for gate, ds in (("r", ds_r), ("z", ds_z)):
        if f"carry-without-gate:{gate}" not in mistakes:
            total = total + ds @ _weights(roles, gate, mistakes)
    return total
