"""The reference as one thing: run it, and get its gradients, right and with mistakes.

Some mistakes change what flows back through time, and with it most gradients (`ERRORS`,
`globals_of`); others spoil one tensor alone (`variants` of `gradients`): a sum that is
overwritten, a bias forgotten, the state of another step.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np

from rnn_tui.check.problem import Problem
from rnn_tui.check.reference import elman, gru, lstm
from rnn_tui.check.reference.form import Backward, Form, Mistakes, Real, Roles, Trace
from rnn_tui.check.reference.head import HEADS, add_outputs, errors_of, into_states
from rnn_tui.check.reference.slopes import SLOPES

Variants = dict[str, Real]
"""Gradients of one tensor by mistake; without one under the empty name."""

_CELLS: dict[str, ModuleType] = {"rnn": elman, "lstm": lstm, "gru": gru}
_SLOPED = {"lstm": ("ifgo", "ifgoc", "ifo", "c", "i", "f", "g", "o", "go", "oc"), "gru": (
    "rzn", "rz", "r", "z", "n")}  # fmt: skip


def run(form: Form, roles: Roles, problem: Problem) -> Trace:
    """One forward pass."""
    with np.errstate(all="ignore"):
        trace: Trace = _CELLS[form.cell].forward(form, roles, problem)
        return add_outputs(form, roles, trace)


def globals_of(form: Form) -> tuple[Mistakes, ...]:
    """The mistakes that change what flows back, one by one (a slope of several gates is one)."""
    heads = [each for each in HEADS if each != "never-carried-at-end" or form.at_last_step]
    single = [frozenset([each]) for each in (*heads, *_CELLS[form.cell].CARRIES)]
    if form.cell == "rnn":
        return (*single, *(frozenset([slope]) for slope in SLOPES))
    sloped = [
        frozenset(f"{slope}@{gate}" for gate in gates)
        for slope in SLOPES[:6]
        for gates in _SLOPED[form.cell]
    ]
    return (*single, *sloped)


def gradients(
    form: Form, roles: Roles, trace: Trace, problem: Problem, loss: str, mistakes: Mistakes
) -> dict[str, Variants]:
    """The gradient of every role, of ``x`` and of the start states, and its variants.

    Args:
        form: of the network.
        roles: its numbers.
        trace: of `run` on this problem.
        problem: as it was run.
        loss: ``upstream``, ``cross-entropy`` or ``squared``.
        mistakes: made on the way back.
    """
    with np.errstate(all="ignore"):
        errors = errors_of(form, trace, problem, loss, mistakes)
        into = into_states(form, roles, trace, errors, mistakes)
        back: Backward = _CELLS[form.cell].backward(form, roles, trace, into, mistakes)
        return _summed(form, roles, trace, problem, errors, back)


def truncated(
    form: Form, roles: Roles, trace: Trace, problem: Problem, loss: str, lag: int
) -> dict[str, Variants]:
    """The right gradients without what a loss owes to steps more than ``lag`` before it."""
    none: Mistakes = frozenset()
    errors = errors_of(form, trace, problem, loss, none)
    into = into_states(form, roles, trace, errors, none)
    total: Backward | None = None
    for t in range(len(into)):
        one = np.zeros_like(into)
        one[t] = into[t]
        back: Backward = _CELLS[form.cell].backward(form, roles, trace, one, none)
        for steps in (back.ds, back.ds_u, back.da):
            for gate, values in steps.items():
                steps[gate] = values.copy()
                steps[gate][: max(t - lag, 0)] = 0
        if t + 1 > lag:
            back.states = {role: np.zeros_like(value) for role, value in back.states.items()}
        total = back if total is None else _added(total, back)
    assert total is not None
    return _summed(form, roles, trace, problem, errors, total)


def _added(one: Backward, other: Backward) -> Backward:
    def sums(left: dict[str, Real], right: dict[str, Real]) -> dict[str, Real]:
        return {key: left[key] + right[key] for key in left}

    return Backward(
        sums(one.ds, other.ds), sums(one.ds_u, other.ds_u), sums(one.da, other.da),
        one.before, sums(one.states, other.states),
    )  # fmt: skip


def _summed(
    form: Form, roles: Roles, trace: Trace, problem: Problem, errors: Real, back: Backward
) -> dict[str, Variants]:
    found = _of_cell(form, roles, trace, back)
    if form.head != "states":
        found |= _of_head(form, trace, errors)
    x = np.sum([back.ds[k] @ roles[_named("W", k)].T for k in form.gates], axis=0)
    found["x"] = {"": np.moveaxis(x, 0, 1), "gradient-missing": np.zeros_like(problem.x)}
    if form.embedded:
        found["E"] = _variants(_rows(problem, x, len(roles["E"])), problem.batch)
    for role, value in back.states.items():
        others = back.other_states.get(role, {})
        found[role] = {"": value, "gradient-missing": np.zeros_like(value), **others}
    return found


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
        found[W]["tensor-without-slope"] = _outer(trace.x, da).sum(axis=0)
        found[W]["input-of-another-step"] = _outer(trace.x[:-1], ds[1:]).sum(axis=0)
        sums = _variants(_outer(before, ds_u), batch)
        found[U] = {"": sums[""]} | _states_mistaken(form, trace, before, ds_u) | sums
        if form.cell == "gru" and k == "n":
            found[U]["carry-without-reset"] = _outer(trace.a[:-1], ds).sum(axis=0)
        found[U]["tensor-without-slope"] = _outer(before, da).sum(axis=0)
        found[U]["outer-product-transposed"] = _outer(ds_u, before).sum(axis=0)
        found[b] = _variants(ds.sum(axis=1), batch, "bias")
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
        "b_o": _variants(errors.sum(axis=1), own.shape[1], "bias"),
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
    total, bias = steps.sum(axis=0), kind == "bias"
    variants = {
        "": total,
        f"{kind}-missing": np.zeros_like(total),
        f"{kind}-twice": 2 * total,
        "gradient-negative": -total,
    }
    if len(steps) > 1:
        variants["overwritten-not-added"] = steps[0]
        variants["overwritten-not-added:last"] = steps[-1]
        variants["mean-against-sum:tensor"] = total / len(steps)
        variants["first-step-left-out"] = total - steps[0]
        variants["last-step-left-out"] = total - steps[-1]
    if batch > 1:
        variants["mean-against-sum:batch"] = total / batch
        variants["mean-against-sum:all"] = total / (batch * len(steps))
    if bias:
        variants["bias-added-up-twice"] = np.cumsum(steps[::-1], axis=0).sum(axis=0)
    return variants
