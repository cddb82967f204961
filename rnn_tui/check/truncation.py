"""Truncated backpropagation through time: at a lag, or between parts of the sequence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np

from rnn_tui.check.comparing import Compared, Comparison
from rnn_tui.check.conditions import cut
from rnn_tui.check.expected import Expected
from rnn_tui.check.identify import Known, at_length
from rnn_tui.check.probing import make_problem
from rnn_tui.check.theirs import Answer, Theirs


class Truncation(NamedTuple):
    """How their backpropagation is truncated.

    Attributes:
        what: in a sentence.
        first_lag: the first that is left out.
    """

    what: str
    first_lag: int


def find_truncation(
    theirs: Theirs,
    known: Known | None,
    comparison: Comparison,
    answer: Answer,
    compared: Mapping[str, Compared],
) -> Truncation | None:
    """At a lag, or between equal parts of the sequence; None where neither explains them.

    A step that is left out of every sequence looks the same in sequences of one length; so shorter
    ones are tried too.
    Nothing from later steps at all (lag 0) is truncation only where their code says so.
    """
    of, steps = theirs.is_, comparison.problem.steps
    if known is None or all(each.verdict != "wrong" for each in compared.values()):
        return None
    expected = Expected.of(known, comparison)
    if expected is None:
        return None
    names = [name for name in compared if name not in of.states]
    for lag in range(0 if of.truncation == 0 else 1, steps - 1):
        if expected.is_theirs(answer, names, expected.truncated(partial(_lag_before, lag))):
            if not _is_right_up_to(theirs, comparison, names, lag):
                return None
            return Truncation(
                f"gradients are right up to lag {lag}, with nothing from beyond", lag + 1
            )
    for length in range(2, steps // 2 + 1):
        for offset in sorted({0, steps % length}):
            reaches = partial(_start_of_part, length, offset)
            if (
                expected.is_theirs(answer, names, expected.truncated(reaches))
                and _is_right_up_to(theirs, comparison, names, length - 1)
                and _is_so_in_three_parts(theirs, known, comparison, names, length)
            ):
                return Truncation(f"no gradient flows back between parts of {length} steps", 1)
    return None


def _lag_before(lag: int, step: int) -> int:
    return max(step - lag, 0)


def _start_of_part(length: int, offset: int, step: int) -> int:
    """The first step of the part in which a step is; the first part may be shorter."""
    return max((step - offset) // length * length + offset, 0)


def _is_right_up_to(theirs: Theirs, comparison: Comparison, names: list[str], lag: int) -> bool:
    """Whether all is right in sequences that end there: no step is left out of every sequence."""
    if theirs.is_.steps is not None:
        return True
    problem = cut(comparison.problem, lag + 1)
    answer = theirs.run(problem, comparison.parameters)
    compared = comparison.at(problem, answer)
    return all(compared[name].verdict != "wrong" for name in names)


def _is_so_in_three_parts(
    theirs: Theirs, known: Known, comparison: Comparison, names: list[str], length: int
) -> bool:
    """Whether other sequences are cut in the same way: not at a symbol, nor at one step only."""
    drawn = make_problem(theirs.is_, 3 * length, np.random.default_rng(12))
    if drawn.steps % length != 0 or drawn.steps < 3 * length:
        return False
    problem = replace(drawn, states=comparison.problem.states)
    answer = theirs.run(problem, comparison.parameters)
    same = at_length(known, comparison.parameters, problem, answer)
    expected = None if same is None else Expected.of(same, comparison, problem=problem)
    reaches = partial(_start_of_part, length, 0)
    return expected is not None and expected.is_theirs(answer, names, expected.truncated(reaches))
