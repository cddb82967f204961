"""Sums over time, step by step contributions added up: right, and in wrong ways."""

from __future__ import annotations

import numpy as np

from rnn_tui.check.problem import Problem
from rnn_tui.check.reference.form import Backward, Form, Real, Roles, Trace

Variants = dict[str, Real]
"""Gradients of one tensor by mistake; without one under the empty name."""


def summed(
    form: Form, roles: Roles, trace: Trace, problem: Problem, errors: Real, back: Backward
) -> dict[str, Variants]:
    """By role, ``x`` and start states included, the gradient and its variants."""
    found = _of_cell(form, roles, trace, back)
    if form.head != "states":
        found |= _of_head(form, trace, errors)
    x = np.sum([back.ds[k] @ roles[_named("W", k)].T for k in form.gates], axis=0)
    found["x"] = _of_inputs(form, roles, x, back)
    if form.embedded:
        found["E"] = _variants(_rows(problem, x, len(roles["E"])), problem.batch)
        found["E"] |= _repeated_lost(np.eye(len(roles["E"]))[problem.symbols.T], x)
    for role, value in back.states.items():
        others = back.other_states.get(role, {})
        found[role] = _scaled(value) | others
    return found


def _of_inputs(form: Form, roles: Roles, x: Real, back: Backward) -> Variants:
    """Of the inputs, (B, T, D)."""
    found = _scaled(x)
    W = {k: roles[_named("W", k)] for k in form.gates}
    found["tensor-without-slope"] = np.sum([back.da[k] @ W[k].T for k in W], axis=0)
    if all(each.shape[0] == each.shape[1] for each in W.values()):
        found["input-weights-not-transposed"] = np.sum([back.ds[k] @ W[k] for k in W], axis=0)
    if len(W) > 1:
        found |= {f"gate-left-out:{k}": x - back.ds[k] @ W[k].T for k in W}
    return {mistake: np.moveaxis(value, 0, 1) for mistake, value in found.items()}


def _scaled(total: Real, kind: str = "gradient") -> Variants:
    return {
        "": total,
        f"{kind}-missing": np.zeros_like(total),
        f"{kind}-twice": 2 * total,
        "gradient-negative": -total,
    }


def _named(role: str, gate: str) -> str:
    return f"{role}_{gate}" if gate else role


def _outer(left: Real, right: Real) -> Real:
    """Each step's contribution, summed over the batch: (T, m, n)."""
    return np.asarray(np.einsum("tbm,tbn->tmn", left, right))


def _of_cell(form: Form, roles: Roles, trace: Trace, back: Backward) -> dict[str, Variants]:
    found: dict[str, Variants] = {}
    batch = trace.a.shape[1]
    for k in form.gates:
        ds, ds_u, da, before = back.ds[k], back.ds_u[k], back.da[k], back.before[k]
        W, U, b = (_named(role, k) for role in ("W", "U", "b_h"))
        found[W] = _variants(_outer(trace.x, ds), batch)
        found[W]["overwritten-not-added:column"] = _last_written(trace.x, ds)
        found[W] |= _repeated_lost(trace.x, ds)
        found[W]["tensor-without-slope"] = _outer(trace.x, da).sum(axis=0)
        found[W]["input-of-another-step"] = _outer(trace.x[:-1], ds[1:]).sum(axis=0)
        found[W]["input-of-another-step:after"] = _outer(trace.x[1:], ds[:-1]).sum(axis=0)
        sums = _variants(_outer(before, ds_u), batch)
        found[U] = {"": sums[""]} | _states_mistaken(form, trace, before, ds_u) | sums
        if form.cell == "gru" and k == "n":
            found[U]["carry-without-reset"] = _outer(trace.a[:-1], ds).sum(axis=0)
        found[U]["tensor-without-slope"] = _outer(before, da).sum(axis=0)
        found[U]["outer-product-transposed"] = _outer(ds_u, before).sum(axis=0)
        found[b] = _of_bias(ds)
        found[b]["tensor-without-slope"] = da.sum(axis=(0, 1))
    return found


def _states_mistaken(form: Form, trace: Trace, before: Real, ds: Real) -> Variants:
    """Of U, with another state than the one before."""
    forgotten, wrapped, own = before.copy(), before.copy(), trace.a[1:]
    forgotten[0] = 0
    if form.cell == "rnn":
        wrapped[0] = trace.a[-1]
    twice = np.concatenate([before[:1], before[:-1]])
    return {
        "current-state-for-previous": _outer(own, ds).sum(axis=0),
        "start-state-forgotten": _outer(forgotten, ds).sum(axis=0),
        "wrap-at-start": _outer(wrapped, ds).sum(axis=0),
        "state-two-steps-before": _outer(twice, ds).sum(axis=0),
        "next-state-for-previous": _outer(own[1:], ds[:-1]).sum(axis=0),
    }


def _last_written(x: Real, ds: Real) -> Real:
    """Of W, where the columns of the inputs seen are overwritten on the way back: (D, H)."""
    found = np.zeros((x.shape[2], ds.shape[2]))
    for t in reversed(range(len(x))):
        for one, step in zip(x[t], ds[t], strict=True):
            if np.count_nonzero(one) == 1:
                found[one.argmax()] = step
    return found


def _of_head(form: Form, trace: Trace, errors: Real) -> dict[str, Variants]:
    steps = len(errors)
    own, before = trace.a[-steps:], trace.a[-steps - 1 : -1]
    found = {
        "V": _variants(_outer(own, errors), own.shape[1]),
        "b_o": _of_bias(errors),
    }
    found["V"]["previous-state-for-current"] = _outer(before, errors).sum(axis=0)
    sums = trace.c[-steps:] if form.cell == "lstm" else next(iter(trace.sums.values()))[-steps:]
    found["V"]["sum-for-state"] = _outer(sums, errors).sum(axis=0)
    return found


def _rows(problem: Problem, x: Real, count: int) -> Real:
    """What each step adds to the rows of E: (T, I, D)."""
    found = np.zeros((len(x), count, x.shape[2]))
    for t in range(len(x)):
        np.add.at(found[t], problem.symbols[:, t], x[t])
    return found


def _variants(steps: Real, batch: int, kind: str = "gradient") -> Variants:
    """Of a sum over time: (T, …) contributions of B sequences, the first axis is summed."""
    total = steps.sum(axis=0)
    variants = _scaled(total, kind)
    if len(steps) > 1:
        variants["overwritten-not-added"] = steps[0]
        variants["overwritten-not-added:last"] = steps[-1]
        variants["mean-against-sum:tensor"] = total / len(steps)
        variants["first-step-left-out"] = total - steps[0]
        variants["last-step-left-out"] = total - steps[-1]
    if batch > 1:
        variants["mean-against-sum:batch"] = total / batch
        variants["mean-against-sum:all"] = total / (batch * len(steps))
    return variants


def _of_bias(ds: Real) -> Variants:
    """Of (T, B, H) contributions, each of which goes into the bias as it is."""
    steps = ds.sum(axis=1)
    total, batch = steps.sum(axis=0), ds.shape[1]
    found = _variants(steps, batch, "bias")
    found["bias-added-up-twice"] = np.cumsum(steps[::-1], axis=0).sum(axis=0)
    found["bias-over-wrong-axis"] = np.full_like(total, total.sum())
    found["bias-over-wrong-axis:mean"] = np.full_like(total, total.mean())
    if batch > 1:
        found["bias-not-summed:first"] = ds[:, 0].sum(axis=0)
        found["bias-not-summed:last"] = ds[:, -1].sum(axis=0)
    return found


def _repeated_lost(x: Real, ds: Real) -> Variants:
    """Of W or E, where an update through indices keeps one of several for the same row: (D, H).

    Over time, over sequences within each step, or over both.

    Args:
        x: (T, B, D) inputs; nothing unless they are one-hot.
        ds: (T, B, H) what is to be added to their rows.
    """
    if not ((x == 0) | (x == 1)).all() or not (x.sum(axis=-1) == 1).all():
        return {}
    symbols, (steps, batch, width) = x.argmax(axis=-1), x.shape
    found = np.zeros((4, width, ds.shape[2]))
    for t in range(steps):
        within = np.zeros_like(found[0])
        within[symbols[t]] = ds[t]
        found[0] += within
        found[1][symbols[t]] = ds[t]
    for b in range(batch):
        found[2][symbols[:, b]] = ds[:, b]
        over_time = np.zeros_like(found[0])
        over_time[symbols[:, b]] = ds[:, b]
        found[3] += over_time
    names = ("within-step", "time-first", "sequence-first", "over-time")
    return {f"repeated-index:{name}": each for name, each in zip(names, found, strict=True)}


def of_own_loops(trace: Trace, by_loss: list[Backward]) -> dict[str, Variants]:
    """Of W and U, where each step's loss is carried back in a loop of its own (an ``rnn``).

    In the inner loop the index of the outer one stands, or a sum is overwritten: what is left
    then is the first step's of one loss, whichever comes last.
    """
    own: dict[str, Real] = {"W": trace.x, "U": trace.a[:-1]}
    found: dict[str, Variants] = {role: {} for role in own}
    for role, values in own.items():
        outer = [np.einsum("bm,tbn->mn", values[t], back.ds[""]) for t, back in enumerate(by_loss)]
        name = "input-of-another-step" if role == "W" else "state-of-another-step"
        found[role][f"{name}:outer"] = np.sum(outer, axis=0)
        ends = {"": by_loss[0], ":ascending": by_loss[-1]}
        for order, back in ends.items():
            last = np.einsum("bm,bn->mn", values[0], back.ds[""][0])
            found[role][f"overwritten-not-added:inner{order}"] = last
    for order, losses in {"": by_loss[::-1], ":ascending": by_loss}.items():
        column = np.zeros_like(next(iter(found["W"].values())))
        for back in losses:
            for t in reversed(range(len(trace.x))):
                seen = trace.x[t].any(axis=0) & (back.ds[""][t].any())
                column[seen] = back.ds[""][t].sum(axis=0)
        found["W"][f"overwritten-not-added:column{order}"] = column
    return found
