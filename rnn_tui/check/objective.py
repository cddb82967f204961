"""The number whose gradient theirs should be, from what their forward pass gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnn_tui.check.problem import Numbers, Problem

Value = Callable[[Numbers, Problem], Numbers]
"""From outputs (N, B, T, O) to N numbers."""


class Objective(NamedTuple):
    """A loss.

    Attributes:
        name: in words.
        value: of outputs; None where the loss is what their code returns.
    """

    name: str
    value: Value | None

    def of(self, outputs: Numbers | None, losses: Numbers | None, problem: Problem) -> Numbers:
        """The losses of N runs."""
        found = losses if self.value is None else None
        if self.value is not None and outputs is not None:
            found = self.value(outputs, problem)
        if found is None:
            raise ValueError("their code gave neither outputs nor a loss")
        return found


def _handed_in(outputs: Numbers, problem: Problem) -> Numbers:
    return _total(outputs * problem.upstream)


def _total(losses: Numbers) -> Numbers:
    """Over sequences, steps and outputs."""
    return np.asarray(losses.sum(axis=(1, 2, 3)))


def _targets(outputs: Numbers, problem: Problem) -> Numbers:
    return problem.y[:, -outputs.shape[2] :]


def _cross_entropy(outputs: Numbers, problem: Problem) -> Numbers:
    return _total(-_targets(outputs, problem) * np.log(outputs))


def _cross_entropy_of_scores(outputs: Numbers, problem: Problem) -> Numbers:
    shifted = outputs - outputs.real.max(axis=-1, keepdims=True)
    total = np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return _total(_targets(outputs, problem) * (total - shifted))


def _squared(outputs: Numbers, problem: Problem) -> Numbers:
    return _total(0.5 * (outputs - _targets(outputs, problem)) ** 2)


def _binary(outputs: Numbers, problem: Problem) -> Numbers:
    wanted = _targets(outputs, problem)
    return _total(-wanted * np.log(outputs) - (1 - wanted) * np.log(1 - outputs))


THEIRS = Objective("their own loss", None)
UPSTREAM = Objective("the gradient handed in times the outputs", _handed_in)
CROSS_ENTROPY = Objective("the cross-entropy of the probabilities", _cross_entropy)
SCORES = Objective("the cross-entropy of the softmax of the scores", _cross_entropy_of_scores)
SQUARED = Objective("half the squared error", _squared)
BINARY = Objective("the cross-entropy of each output by itself", _binary)


def objectives_for(loss: str, outputs: Numbers | None) -> tuple[Objective, ...]:
    """Those that may be meant, the likeliest first.

    Args:
        loss: `rnn_tui.check.subject.Subject.loss`.
        outputs: (B, T, O) of one run.
    """
    if loss == "theirs":
        return (THEIRS,)
    if loss == "upstream":
        return (UPSTREAM,)
    if outputs is not None and are_probabilities(outputs):
        return CROSS_ENTROPY, SQUARED
    if outputs is not None and bool(((outputs > 0) & (outputs < 1)).all()):
        return BINARY, SQUARED, SCORES
    return SCORES, SQUARED


def are_probabilities(outputs: Numbers) -> bool:
    """Whether they are positive and sum to 1 at each step."""
    sums = outputs.sum(axis=-1)
    return bool((outputs >= 0).all() and np.allclose(sums, 1, atol=1e-4)) and outputs.shape[-1] > 1
