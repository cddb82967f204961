"""Weights and problems that hide nothing: nothing vanishes, nothing is zero, nothing is clipped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.check.probing import make_problem
from rnn_tui.check.problem import Numbers, Problem
from rnn_tui.check.theirs import Description

STEPS = 8
"""T, where their code takes any length."""
_BIAS, _UPSTREAM = 0.3, 0.4
_MOST_COVERING = 8
"""Problems at most that are to show every symbol."""


def draw_weights(
    parameters: Mapping[str, Numbers], generator: np.random.Generator, gain: float = 1.1
) -> dict[str, Numbers]:
    """Normal numbers: matrices of standard deviation gain / √(shorter side), biases 0.3.

    In float64 whatever theirs are; so float32 is used only where their code insists on it.
    """
    drawn: dict[str, Numbers] = {}
    for name, array in parameters.items():
        shape = np.shape(array)
        sides = [n for n in shape if n != 1]
        spread = _BIAS * gain if len(sides) < 2 else gain / np.sqrt(min(sides))
        drawn[name] = spread * generator.normal(size=shape)
    return drawn


def main_problem(of: Description, seed: int) -> Problem:
    """The sequences of the main comparison; symbols come again, in time and within a step."""
    problem = make_problem(of, STEPS, np.random.default_rng(seed))
    symbols, x = problem.symbols, problem.x
    if of.inputs == "symbols" and problem.steps > 3:
        symbols = symbols.copy()
        symbols[:, 3] = symbols[:, 1]
        symbols[-1, 2] = symbols[0, 2]
        x = np.eye(of.sizes.inputs)[symbols]
    return replace(problem, symbols=symbols, x=x, upstream=_UPSTREAM * problem.upstream)


def covering_problems(of: Description, problem: Problem) -> Iterator[Problem]:
    """Problems of the same size that together show the symbols which a problem does not show.

    Both as inputs and as targets, as far as a few problems can: what is done to a single symbol,
    such as one that stands for the end, is seen only where it occurs.
    """
    rows, steps = problem.symbols.shape
    scored = problem.targets[:, -1:] if of.at_last_step else problem.targets
    inputs = _unseen(of.sizes.inputs, problem.symbols if of.inputs != "vectors" else None)
    count = 2 if of.targets == "labels" else of.sizes.targets
    targets = _unseen(count, scored if of.targets != "real" else None)
    room = rows * max(1, steps - 1)
    for k in range(_MOST_COVERING):
        first, second = k * room, k * scored.size
        if first >= len(inputs) and second >= len(targets):
            return
        symbols, wanted = problem.symbols.copy(), problem.targets.copy()
        _put(symbols, inputs[first : first + room])
        _put(wanted[:, -1:] if of.at_last_step else wanted, targets[second : second + scored.size])
        x = problem.x if of.inputs == "vectors" else np.eye(of.sizes.inputs)[symbols]
        y = problem.y if of.targets == "real" else wanted[..., None].astype(float)
        if of.targets == "symbols":
            y = np.eye(of.sizes.targets)[wanted]
        yield replace(problem, symbols=symbols, x=x, targets=wanted, y=y)


def _unseen(count: int, seen: NDArray[Any] | None) -> NDArray[np.intp]:
    """The symbols below ``count`` that do not occur; none of something that has no symbols."""
    return np.setdiff1d(np.arange(0 if seen is None else count), [] if seen is None else seen)


def _put(places: NDArray[Any], symbols: NDArray[np.intp]) -> None:
    """Write symbols from the second step on: from the first one nothing is carried back."""
    rows, steps = places.shape
    place = np.arange(len(symbols))
    places[place % rows, (place // rows + 1) % steps] = symbols


def cut(problem: Problem, steps: int) -> Problem:
    """The first steps of the same sequences."""

    def first(array: Numbers) -> Numbers:
        return array[:, :steps].copy()

    upstream = problem.upstream
    return replace(
        problem, symbols=first(problem.symbols), x=first(problem.x),
        targets=first(problem.targets), y=first(problem.y),
        upstream=upstream if upstream.shape[1] == 1 != problem.steps else first(upstream),
    )  # fmt: skip
