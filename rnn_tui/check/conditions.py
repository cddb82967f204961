"""Weights and problems that hide nothing: nothing vanishes, nothing is zero, nothing is clipped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from rnn_tui.check.probing import make_problem
from rnn_tui.check.problem import Numbers, Problem
from rnn_tui.check.theirs import Description

STEPS = 8
"""T, where their code takes any length."""
_BIAS, _UPSTREAM = 0.3, 0.4


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
