"""Which start states can be handed in so that something comes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from rnn_tui.check.probing import make_problem
from rnn_tui.check.problem import Numbers, Problem, Result
from rnn_tui.check.recognition.agreement import quiet
from rnn_tui.check.recognition.binding import signature
from rnn_tui.check.recognition.network import FoundNetwork
from rnn_tui.check.recognition.store import arrays, vars_of
from rnn_tui.check.recognition.words import argument_kind

_STEPS = 3


def usable_states(network: FoundNetwork) -> tuple[str, ...]:
    """The roles of the start states that the check may choose freely.

    A state kept on the object counts only if it has an effect: some forget it at every call. An
    argument of the forward pass counts, unless it has an effect of which the backward pass can
    know nothing: then their code is made for a start from zeros.
    """
    if not network.states:
        return ()
    try:
        with quiet():
            usable = [
                r for r in network.states if r not in network.store.states or _acts(network, r)
            ]
            is_free = _backward_knows(network) or not any(_acts(network, r) for r in usable)
            return tuple(usable) if is_free else ()
    except Exception:
        return network.states


def _problem(network: FoundNetwork) -> Problem:
    steps = network.steps or _STEPS
    return make_problem(network, steps, np.random.default_rng(2), network.batch)


def _acts(network: FoundNetwork, role: str) -> bool:
    problem = _problem(network)
    other = replace(problem, states={**problem.states, role: problem.states[role] + 0.5})
    point = _point(network)
    one, two = (network.run(p, point, False) for p in (problem, other))
    return not _same(one, two)


def _backward_knows(network: FoundNetwork) -> bool:
    """Whether the backward pass gets the start state, by itself or among what forward leaves."""
    plan, store = network.plan, network.store
    if plan.forward is None or store.states:
        return True
    names = tuple(signature(network.function(plan.backward)))
    if {"h0", "c0"} & {argument_kind(name, names) for name in names}:
        return True
    problem = _problem(network)
    network.reset()
    network.assign(_point(network))
    returned = network.returned_by_forward(problem)
    left = dict(vars_of(store.root, network.module))
    state = problem.states["h0"]
    return any(_holds(value, state) for value in ([x.value for x in returned], left))


def _holds(value: Any, state: Numbers) -> bool:
    """Whether the numbers of a start state are to be found in a value."""
    wanted = np.sort(state.ravel())
    return any(
        np.array_equal(np.sort(row.ravel()), wanted)
        for array in _arrays_in(value)
        for row in (array, *(array if array.ndim > 1 else ()))
        if row.size == wanted.size
    )


def _arrays_in(value: Any) -> Iterator[Numbers]:
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, Mapping):
        for entry in value.values():
            yield from _arrays_in(entry)
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from _arrays_in(entry)
    elif hasattr(value, "__dict__") and not isinstance(value, type):
        yield from (array for _, array in arrays(value))


def _point(network: FoundNetwork) -> dict[str, Numbers]:
    generator = np.random.default_rng(3)
    rest = network.parameters()
    return {n: (0.3 * generator.normal(size=p.shape)).astype(p.dtype) for n, p in rest.items()}


def _same(one: Result, two: Result) -> bool:
    if one.outputs is not None and two.outputs is not None:
        return np.array_equal(one.outputs, two.outputs)
    return bool(one.loss == two.loss)
