"""The reference as one thing: run it, and get its gradients, right and with mistakes.

Some mistakes change what flows back through time, and with it most gradients (`ERRORS`,
`globals_of`); others spoil one tensor alone (`variants` of `gradients`): a sum that is
overwritten, a bias forgotten, the state of another step.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import ModuleType

import numpy as np

from rnn_tui.check.problem import Problem
from rnn_tui.check.reference import elman, gru, lstm
from rnn_tui.check.reference.form import Backward, Form, Mistakes, Real, Roles, Trace
from rnn_tui.check.reference.gradients import Gradients, summed
from rnn_tui.check.reference.head import HEADS, add_outputs, errors_of, into_states
from rnn_tui.check.reference.slopes import SLOPES

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
    form: Form,
    roles: Roles,
    trace: Trace,
    problem: Problem,
    loss: str,
    mistakes: Mistakes,
    *,
    has_own_loops: bool = False,
) -> Gradients:
    """The gradient of every role, of ``x`` and of the start states, and its variants.

    Args:
        form: of the network.
        roles: its numbers.
        trace: of `run` on this problem.
        problem: as it was run.
        loss: ``upstream``, ``cross-entropy``, ``squared`` or ``binary``.
        mistakes: made on the way back.
        has_own_loops: whether each step's loss is carried back in a loop of its own.
    """
    with np.errstate(all="ignore"):
        if "one-array-for-all-steps" in mistakes:
            last = np.broadcast_to(trace.a[-1], trace.a[1:].shape)
            trace = trace._replace(a=np.concatenate([trace.a[:1], last]))
        errors, onwards = (
            errors_of(form, trace, problem, loss, _for_part(mistakes, part))
            for part in ("output", "states")
        )
        into = into_states(form, roles, trace, onwards, mistakes)
        back: Backward = _CELLS[form.cell].backward(form, roles, trace, into, mistakes)
        by_loss = partial(_by_loss, form, roles, trace, onwards, mistakes)
        has_own_loops = has_own_loops and form.cell == "rnn"
        own = by_loss if has_own_loops else None
        return summed(form, roles, trace, problem, errors, back, own)


def _by_loss(
    form: Form, roles: Roles, trace: Trace, errors: Real, mistakes: Mistakes
) -> list[Backward]:
    """What flows back from the loss of each step alone."""
    found = []
    into = into_states(form, roles, trace, errors, mistakes)
    for t in range(len(into)):
        one = np.zeros_like(into)
        one[t] = into[t]
        found.append(_CELLS[form.cell].backward(form, roles, trace, one, mistakes))
    return found


def _for_part(mistakes: Mistakes, part: str) -> Mistakes:
    """The mistakes that this part makes: ``target-not-subtracted@states`` only on that way."""
    return frozenset(each.removesuffix(f"@{part}") for each in mistakes)


def truncated(
    form: Form,
    roles: Roles,
    trace: Trace,
    problem: Problem,
    loss: str,
    reaches: Callable[[int], int],
) -> Gradients:
    """The right gradients without a part of what a loss owes to the steps before it.

    Args:
        form: of the network.
        roles: its numbers.
        trace: of `run` on this problem.
        problem: as it was run.
        loss: see `gradients`.
        reaches: the first step that the loss of a step is carried back to.
    """
    none: Mistakes = frozenset()
    errors = errors_of(form, trace, problem, loss, none)
    total: Backward | None = None
    for t, back in enumerate(_by_loss(form, roles, trace, errors, none)):
        first = reaches(t)
        for steps in (back.ds, back.ds_u, back.da):
            for gate, values in steps.items():
                steps[gate] = values.copy()
                steps[gate][:first] = 0
        if first > 0:
            back.states = {role: np.zeros_like(value) for role, value in back.states.items()}
        total = back if total is None else _added(total, back)
    assert total is not None
    return summed(form, roles, trace, problem, errors, total)


def _added(one: Backward, other: Backward) -> Backward:
    def sums(left: dict[str, Real], right: dict[str, Real]) -> dict[str, Real]:
        return {key: left[key] + right[key] for key in left}

    return Backward(
        sums(one.ds, other.ds), sums(one.ds_u, other.ds_u), sums(one.da, other.da),
        one.before, sums(one.states, other.states),
    )  # fmt: skip
