"""Whether the forward pass is what it says: what has an effect, and what it computes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from rnn_tui.check.conditions import cut
from rnn_tui.check.identify import SAME_LOSS, Known, identify, loss_of
from rnn_tui.check.precision import is_in_single
from rnn_tui.check.problem import Numbers, Problem
from rnn_tui.check.reference.network import run
from rnn_tui.check.report import Part
from rnn_tui.check.theirs import Answer, Description, Theirs


class ForwardFound(NamedTuple):
    """What was seen of the forward pass.

    Attributes:
        part: the verdict.
        known: what it computes, or None if that is no network we know.
        without_effect: parameters and start states that change nothing.
        effective: parameters that do.
        remarks: no mistakes.
        problem: the same with start states of zero where they change nothing.
        has_softmax_over_other: whether outputs sum to 1 over another axis than that of a step.
    """

    part: Part
    known: Known | None
    without_effect: tuple[str, ...]
    effective: tuple[str, ...]
    remarks: tuple[str, ...]
    problem: Problem
    has_softmax_over_other: bool = False


def look_at_forward(
    theirs: Theirs, parameters: Mapping[str, Numbers], problem: Problem, answer: Answer
) -> ForwardFound:
    """Move each parameter and start state, draw other random numbers, and find out what it is.

    Raises:
        Fault: if their code fails.
    """
    of, remarks = theirs.is_, []
    is_random = not _is_same(answer, theirs.run(problem, parameters, backward=False, seed=1))
    if is_random:
        remarks.append(
            "dropout: every call draws random numbers; the check seeds them before each call"
        )
    idle = _without_effect(theirs, parameters, problem, answer)
    idle_states = {role: 0 * problem.states[role] for role in idle if role in problem.states}
    problem = replace(problem, states=problem.states | idle_states)
    short = problem if of.steps else cut(problem, 4)
    there = theirs.run(short, parameters, backward=False)
    effective = {name: value for name, value in parameters.items() if name not in idle}
    tolerance = 1e-3 if is_in_single(answer) else 1e-5
    known = None if is_random else identify(of, effective, short, there, tolerance)
    if known is None and not is_random and there.outputs is not None and there.loss is not None:
        each_step = replace(of, at_last_step=False, outputs=None)  # what came back is no output
        known = identify(each_step, effective, short, there._replace(outputs=None), tolerance)
    if known is not None:
        loss, factor = _loss_of(known, theirs, parameters, problem, answer)
        known = known._replace(loss=loss, factor=factor)
    if known is None and (axis := _axis_of_softmax(there)):
        note = f"the outputs sum to 1 {axis}, not over the outputs of each step"
        return ForwardFound(
            Part("wrong", note), None, (), tuple(effective), tuple(remarks), problem,
            has_softmax_over_other=True,
        )  # fmt: skip
    counted = [name for name in idle if name in (*answer.gradients, *of.states)]
    if counted:
        names = " and ".join(map(of.shown, counted))
        verb = "have" if len(counted) > 1 else "has"
        note = f"{names} {verb} no effect on the outputs"
        return ForwardFound(
            Part("wrong", note), known, tuple(counted), tuple(effective), tuple(remarks), problem
        )
    if known is None:
        note = "not a network that the check knows: only its own derivatives are compared"
        return ForwardFound(
            Part("unclear", note), None, (), tuple(effective), tuple(remarks), problem
        )
    part = Part("right", formula_of(of, known))
    return ForwardFound(part, known, (), tuple(effective), tuple(remarks), problem)


def _axis_of_softmax(answer: Answer) -> str:
    """Over what else than the outputs of a step theirs sum to 1, in words; empty for nothing."""
    outputs = answer.outputs
    if outputs is None or min(outputs.shape[1:]) < 2 or (outputs <= 0).any():
        return ""
    axes: dict[str, int | None] = {"over the steps": 1, "over everything": None}
    if outputs.shape[0] > 1:
        axes["over the batch"] = 0
    found = [name for name, axis in axes.items() if np.allclose(outputs.sum(axis=axis), 1)]
    return "" if np.allclose(outputs.sum(axis=-1), 1) or not found else found[0]


def formula_of(of: Description, known: Known) -> str:
    """What their forward pass computes, with their names."""
    form = known.form
    if form.cell == "lstm":
        return "an LSTM: c_t = f ∘ c_t-1 + i ∘ g, a_t = o ∘ tanh(c_t)"
    if form.cell == "gru":
        mix = "z ∘ a_t-1 + (1 − z) ∘ n" if form.keeps else "(1 − z) ∘ a_t-1 + z ∘ n"
        return f"a GRU: a_t = {mix}"
    named = {
        piece.role: _as_used(of.shown(name), piece.transposed, len(pieces))
        for name, pieces in known.layout.items()
        for piece in pieces
    }
    terms = [f"x_t {named['W']}", f"a_t-1 {named['U']}"]
    if "b_h" in named:
        terms.append(named["b_h"])
    return f"a_t = {form.activation}({' + '.join(terms)})"


def _as_used(name: str, transposed: bool, parts: int) -> str:
    return (f"[{name}]" if parts > 1 else name) + ("ᵀ" if transposed else "")


_MOVES = (0.1, 1.0, 3.0)
"""How far something is moved: a ReLU that is off may hide a small move."""


def _without_effect(
    theirs: Theirs, parameters: Mapping[str, Numbers], problem: Problem, answer: Answer
) -> list[str]:
    generator = np.random.default_rng(3)

    def is_idle(name: str, value: Numbers) -> bool:
        for far in _MOVES:
            moved = value + far * generator.normal(size=np.shape(value))
            weights, at = {**parameters}, problem
            if name in parameters:
                weights[name] = moved
            else:
                at = replace(problem, states={**problem.states, name: moved})
            if not _is_same(answer, theirs.run(at, weights, backward=False)):
                return False
        return True

    everything = {**problem.states, **parameters}
    return [name for name in (*parameters, *problem.states) if is_idle(name, everything[name])]


def _is_same(one: Answer, other: Answer) -> bool:
    both = one.outputs is not None and other.outputs is not None
    return one.loss == other.loss and (not both or _are_equal(one.outputs, other.outputs))


def _are_equal(one: Numbers | None, other: Numbers | None) -> bool:
    return one is not None and other is not None and bool(np.array_equal(one, other))


def _loss_of(
    known: Known,
    theirs: Theirs,
    parameters: Mapping[str, Numbers],
    problem: Problem,
    answer: Answer,
) -> tuple[str | None, float]:
    """Which of the reference's losses theirs is, and how many times."""
    if theirs.is_.loss == "upstream":
        return "upstream", 1.0
    if answer.loss is None:
        return None, 1.0
    outputs = run(known.form, known.roles(parameters), problem).outputs
    return loss_of(known.form, outputs, problem, answer.loss.real, SAME_LOSS) or (None, 1.0)
