"""Sums over time, step by step contributions added up: right, and in wrong ways."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnn_tui.check.problem import Problem
from rnn_tui.check.reference.form import Backward, Form, Real, Roles, Trace

Variants = dict[str, Real]
"""Gradients of one tensor by mistake; without one under the empty name."""


def of_start_state(value: Real, others: Variants) -> Variants:
    """Of a start state, (B, H): right, and with mistakes at the very end."""
    return _scaled(value) | others


def _into_inputs(form: Form, roles: Roles, back: Backward) -> Real:
    """∂L/∂x, (T, B, D)."""
    return np.asarray(np.sum([back.ds[k] @ roles[named("W", k)].T for k in form.gates], axis=0))


def of_embedding(form: Form, roles: Roles, problem: Problem, back: Backward) -> Variants:
    """Of E, (I, D)."""
    x, count = _into_inputs(form, roles, back), len(roles["E"])
    found = _variants(_Steps.of_all(_rows(problem, x, count)), problem.batch)
    return found | _repeated_lost(np.eye(count)[problem.symbols.T], x)


def of_inputs(form: Form, roles: Roles, back: Backward) -> Variants:
    """Of the inputs, (B, T, D)."""
    x = _into_inputs(form, roles, back)
    found = _scaled(x)
    W = {k: roles[named("W", k)] for k in form.gates}
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


def named(role: str, gate: str) -> str:
    """Of a role in a gate."""
    return f"{role}_{gate}" if gate else role


class _Steps(NamedTuple):
    """What the steps contribute to a sum over time.

    Attributes:
        total: over all of them.
        first: of the first one.
        last: of the last one.
        number: T.
    """

    total: Real
    first: Real
    last: Real
    number: int

    @classmethod
    def of_products(cls, left: Real, right: Real) -> _Steps:
        """Of (T, B, m) and (T, B, n): at each step an (m, n), summed over the batch."""
        return cls(_product(left, right), left[0].T @ right[0], left[-1].T @ right[-1], len(left))

    @classmethod
    def of_all(cls, steps: Real) -> _Steps:
        """Of the contributions themselves, (T, …)."""
        return cls(steps.sum(axis=0), steps[0], steps[-1], len(steps))


def _product(left: Real, right: Real) -> Real:
    """Σ over time and batch of (T, B, m) and (T, B, n): (m, n)."""
    m, n = left.shape[-1], right.shape[-1]
    return np.asarray(left.reshape(-1, m).T @ right.reshape(-1, n))


def of_input_weights(x: Real, ds: Real, da: Real) -> Variants:
    """Of W, (D, H); ``da`` is ``ds`` before the slope."""
    found = _variants(_Steps.of_products(x, ds), x.shape[1])
    found["overwritten-not-added:column"] = _last_written(x, ds)
    found |= _repeated_lost(x, ds)
    found["tensor-without-slope"] = _product(x, da)
    found["input-of-another-step"] = _product(x[:-1], ds[1:])
    found["input-of-another-step:after"] = _product(x[1:], ds[:-1])
    return found


def of_state_weights(
    form: Form, trace: Trace, before: Real, ds: Real, da: Real, without_reset: Real | None
) -> Variants:
    """Of U, (H, H), which was multiplied with the states ``before``."""
    sums = _variants(_Steps.of_products(before, ds), before.shape[1])
    found = {"": sums[""]} | _states_mistaken(form, trace, before, ds) | sums
    if without_reset is not None:
        found["carry-without-reset"] = _product(trace.a[:-1], without_reset)
    found["tensor-without-slope"] = _product(before, da)
    found["outer-product-transposed"] = _product(ds, before)
    return found


def of_hidden_bias(ds: Real, da: Real) -> Variants:
    """Of b_h, (H,)."""
    return of_bias(ds) | {"tensor-without-slope": da.sum(axis=(0, 1))}


def _states_mistaken(form: Form, trace: Trace, before: Real, ds: Real) -> Variants:
    """Of U, with another state than the one before."""
    forgotten, wrapped, own = before.copy(), before.copy(), trace.a[1:]
    forgotten[0] = 0
    if form.cell == "rnn":
        wrapped[0] = trace.a[-1]
    twice = np.concatenate([before[:1], before[:-1]])
    return {
        "current-state-for-previous": _product(own, ds),
        "start-state-forgotten": _product(forgotten, ds),
        "wrap-at-start": _product(wrapped, ds),
        "state-two-steps-before": _product(twice, ds),
        "next-state-for-previous": _product(own[1:], ds[:-1]),
    }


def _last_written(x: Real, ds: Real) -> Real:
    """Of W, where the columns of the inputs seen are overwritten on the way back: (D, H)."""
    found = np.zeros((x.shape[2], ds.shape[2]))
    for t in reversed(range(len(x))):
        for one, step in zip(x[t], ds[t], strict=True):
            if np.count_nonzero(one) == 1:
                found[one.argmax()] = step
    return found


def of_output_weights(form: Form, trace: Trace, errors: Real) -> Variants:
    """Of V, (H, O)."""
    steps = len(errors)
    own, before = trace.a[-steps:], trace.a[-steps - 1 : -1]
    sums = trace.c[-steps:] if form.cell == "lstm" else next(iter(trace.sums.values()))[-steps:]
    return _variants(_Steps.of_products(own, errors), own.shape[1]) | {
        "previous-state-for-current": _product(before, errors),
        "sum-for-state": _product(sums, errors),
    }


def _rows(problem: Problem, x: Real, count: int) -> Real:
    """What each step adds to the rows of E: (T, I, D)."""
    found = np.zeros((len(x), count, x.shape[2]))
    for t in range(len(x)):
        np.add.at(found[t], problem.symbols[:, t], x[t])
    return found


def _variants(steps: _Steps, batch: int, kind: str = "gradient") -> Variants:
    """Of a sum over the time of B sequences."""
    total = steps.total
    variants = _scaled(total, kind)
    if steps.number > 1:
        variants["overwritten-not-added"] = steps.first
        variants["overwritten-not-added:last"] = steps.last
        variants["mean-against-sum:tensor"] = total / steps.number
        variants["first-step-left-out"] = total - steps.first
        variants["last-step-left-out"] = total - steps.last
    if batch > 1:
        variants["mean-against-sum:batch"] = total / batch
        variants["mean-against-sum:all"] = total / (batch * steps.number)
    return variants


def of_bias(ds: Real) -> Variants:
    """Of (T, B, H) contributions, each of which goes into the bias as it is."""
    steps = ds.sum(axis=1)
    total, batch = steps.sum(axis=0), ds.shape[1]
    found = _variants(_Steps.of_all(steps), batch, "bias")
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
