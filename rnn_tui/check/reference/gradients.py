"""The gradients of one way back, each added up from its steps when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import NamedTuple

import numpy as np

from rnn_tui.check.problem import Problem
from rnn_tui.check.reference.form import Backward, Form, Real, Roles, Trace
from rnn_tui.check.reference.sums import (
    Variants,
    named,
    of_bias,
    of_embedding,
    of_hidden_bias,
    of_input_weights,
    of_inputs,
    of_output_weights,
    of_own_loops,
    of_start_state,
    of_state_weights,
)


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
        sums["V"] = Sum(partial(of_output_weights, form, trace, errors), (errors, trace.a))
        sums["b_o"] = Sum(partial(of_bias, errors), (errors,))
    every_gate = (*back.ds.values(), *back.da.values())
    sums["x"] = Sum(partial(of_inputs, form, roles, back), every_gate)
    if form.embedded:
        sums["E"] = Sum(partial(of_embedding, form, roles, problem, back), every_gate)
    for role, value in back.states.items():
        others = back.other_states.get(role, {})
        sums[role] = Sum(partial(of_start_state, value, others), (value, *others.values()))
    return Gradients(sums)


def _with_own_loops(plain: Sum, role: str, own_loops: Callable[[], dict[str, Variants]]) -> Sum:
    return plain._replace(variants=lambda: plain.variants() | own_loops()[role])


def _of_cell(form: Form, trace: Trace, back: Backward) -> dict[str, Sum]:
    sums: dict[str, Sum] = {}
    for k in form.gates:
        ds, ds_u, da, before = back.ds[k], back.ds_u[k], back.da[k], back.before[k]
        has_reset = form.cell == "gru" and k == "n"
        sums[named("W", k)] = Sum(partial(of_input_weights, trace.x, ds, da), (ds, da))
        sums[named("U", k)] = Sum(
            partial(of_state_weights, form, trace, before, ds_u, da, ds if has_reset else None),
            (before, ds_u, da, ds),
        )
        sums[named("b_h", k)] = Sum(partial(of_hidden_bias, ds, da), (ds, da))
    return sums
