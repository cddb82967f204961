"""Sums over time, step by step contributions added up: right, and in wrong ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import NamedTuple

import numpy as np

from rnn_tui.check.problem import Problem
from rnn_tui.check.reference.form import Backward, Form, Real, Roles, Trace

Variants = dict[str, Real]
"""Gradients of one tensor by mistake; without one under the empty name."""


class Sum(NamedTuple):
    """A gradient that has not been added up yet.

    Attributes:
        variants: adds it up, right and in wrong ways.
        summands: what it is added up from, as far as a mistake on the way back may change it.
    """

    variants: Callable[[], Variants]
    summands: tuple[Real, ...]


class Gradients(Mapping[str, Variants]):
    """By role, ``x`` and start states included, a gradient and its variants.

    Each is added up when it is asked for: where one is enough to see that a mistake is not theirs,
    the others are not.
    """

    def __init__(self, sums: dict[str, Sum]) -> None:
        self._sums = sums
        self._added: dict[str, Variants] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._sums)

    def __len__(self) -> int:
        return len(self._sums)

    def __getitem__(self, role: str) -> Variants:
        if role not in self._added:
            with np.errstate(all="ignore"):
                self._added[role] = self._sums[role].variants()
        return self._added[role]

    def differs(self, role: str, other: Gradients) -> bool:
        """Whether another gradient of a role is added up from other numbers."""
        pairs = zip(self._sums[role].summands, other._sums[role].summands, strict=True)
        return not all(np.array_equal(one, another) for one, another in pairs)


def summed(
    form: Form,
    roles: Roles,
    trace: Trace,
    problem: Problem,
    errors: Real,
    back: Backward,
    by_loss: Callable[[], list[Backward]] | None = None,
) -> Gradients:
    """The gradients of one way back.

    Args:
        form: of the network.
        roles: its numbers.
        trace: of the forward pass.
        problem: that it was run on.
        errors: (T', B, O) ∂L/∂s_o as it goes into V and b_o.
        back: what flowed back.
        by_loss: the same from the loss of each step alone, where theirs has a loop in a loop.
    """
    sums = _of_cell(form, trace, back)
    if by_loss is not None:
        own_loops = cache(lambda: of_own_loops(trace, by_loss()))
        for role in ("W", "U"):
            sums[role] = _with_own_loops(sums[role], role, own_loops)
    if form.head != "states":
        sums["V"] = Sum(partial(_of_output_weights, form, trace, errors), (errors, trace.a))
        sums["b_o"] = Sum(partial(_of_bias, errors), (errors,))
    every_gate = (*back.ds.values(), *back.da.values())
    sums["x"] = Sum(partial(_of_inputs, form, roles, back), every_gate)
    if form.embedded:
        sums["E"] = Sum(partial(_of_embedding, form, roles, problem, back), every_gate)
    for role, value in back.states.items():
        others = back.other_states.get(role, {})
        sums[role] = Sum(partial(_of_start_state, value, others), (value, *others.values()))
    return Gradients(sums)


def _with_own_loops(plain: Sum, role: str, own_loops: Callable[[], dict[str, Variants]]) -> Sum:
    return plain._replace(variants=lambda: plain.variants() | own_loops()[role])


def _of_start_state(value: Real, others: Variants) -> Variants:
    return _scaled(value) | others


def _into_inputs(form: Form, roles: Roles, back: Backward) -> Real:
    """∂L/∂x, (T, B, D)."""
    return np.asarray(np.sum([back.ds[k] @ roles[_named("W", k)].T for k in form.gates], axis=0))


def _of_embedding(form: Form, roles: Roles, problem: Problem, back: Backward) -> Variants:
    x, count = _into_inputs(form, roles, back), len(roles["E"])
    found = _variants(_Steps.of_all(_rows(problem, x, count)), problem.batch)
    return found | _repeated_lost(np.eye(count)[problem.symbols.T], x)


def _of_inputs(form: Form, roles: Roles, back: Backward) -> Variants:
    """Of the inputs, (B, T, D)."""
    x = _into_inputs(form, roles, back)
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


def _of_cell(form: Form, trace: Trace, back: Backward) -> dict[str, Sum]:
    sums: dict[str, Sum] = {}
    for k in form.gates:
        ds, ds_u, da, before = back.ds[k], back.ds_u[k], back.da[k], back.before[k]
        has_reset = form.cell == "gru" and k == "n"
        sums[_named("W", k)] = Sum(partial(_of_input_weights, trace.x, ds, da), (ds, da))
        sums[_named("U", k)] = Sum(
            partial(_of_state_weights, form, trace, before, ds_u, da, ds if has_reset else None),
            (before, ds_u, da, ds),
        )
        sums[_named("b_h", k)] = Sum(partial(_of_hidden_bias, ds, da), (ds, da))
    return sums


def _of_input_weights(x: Real, ds: Real, da: Real) -> Variants:
    found = _variants(_Steps.of_products(x, ds), x.shape[1])
    found["overwritten-not-added:column"] = _last_written(x, ds)
    found |= _repeated_lost(x, ds)
    found["tensor-without-slope"] = _product(x, da)
    found["input-of-another-step"] = _product(x[:-1], ds[1:])
    found["input-of-another-step:after"] = _product(x[1:], ds[:-1])
    return found


def _of_state_weights(
    form: Form, trace: Trace, before: Real, ds: Real, da: Real, without_reset: Real | None
) -> Variants:
    sums = _variants(_Steps.of_products(before, ds), before.shape[1])
    found = {"": sums[""]} | _states_mistaken(form, trace, before, ds) | sums
    if without_reset is not None:
        found["carry-without-reset"] = _product(trace.a[:-1], without_reset)
    found["tensor-without-slope"] = _product(before, da)
    found["outer-product-transposed"] = _product(ds, before)
    return found


def _of_hidden_bias(ds: Real, da: Real) -> Variants:
    return _of_bias(ds) | {"tensor-without-slope": da.sum(axis=(0, 1))}


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


def _of_output_weights(form: Form, trace: Trace, errors: Real) -> Variants:
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


def _of_bias(ds: Real) -> Variants:
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
