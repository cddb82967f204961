"""Clipping inside their backward pass: no mistake, but it must be known before one compares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from rnn_tui.check.comparing import Compared, Comparison
from rnn_tui.check.problem import Numbers
from rnn_tui.check.theirs import Answer, Theirs


def find_clipping(
    theirs: Theirs,
    comparison: Comparison,
    answer: Answer,
    compared: Mapping[str, Compared],
) -> str | None:
    """What is to be said about it, or None; the comparison takes account of it from here on."""
    if all(each.verdict != "wrong" for each in compared.values()):
        return None
    limit = _limit_of_numbers(answer, compared)
    if limit is not None:
        comparison.clipped_at = limit
        comparison.forget_measures()
        return f"clipping: gradients are clipped to ±{limit:g}, which is no mistake"
    length = _limit_of_norm(theirs, comparison, answer)
    if length is not None:
        comparison.is_shortened = True
        return (
            f"clipping: all gradients are scaled down together to norm {length:.3g}; "
            "their directions are compared"
        )
    return None


def _limit_of_numbers(answer: Answer, compared: Mapping[str, Compared]) -> float | None:
    """A magnitude that is the largest and occurs more than once."""
    numbers = np.concatenate([np.abs(answer.gradients[name]).ravel() for name in compared])
    limit = float(numbers.max(initial=0.0))
    if not np.isfinite(limit):
        return None
    true = max(float(np.abs(each.numeric.values).max(initial=0)) for each in compared.values())
    is_round = abs(limit * 100 - round(limit * 100)) < 1e-9
    count = int((numbers == limit).sum())
    return limit if limit and is_round and (count > 1 or limit >= 0.5) and true > limit else None


def _limit_of_norm(theirs: Theirs, comparison: Comparison, answer: Answer) -> float | None:
    """The norm of all gradients together, where it is the same for other weights and inputs."""
    problem = comparison.problem
    other = replace(
        problem, symbols=problem.symbols[:, ::-1].copy(), x=problem.x[:, ::-1].copy(),
        upstream=1.7 * problem.upstream,
    )  # fmt: skip
    smaller = {name: 0.9 * value for name, value in comparison.parameters.items()}
    again = theirs.run(other, smaller)
    names = [name for name in comparison.names if name in comparison.parameters]
    first, second = (_norm(each, names) for each in (answer, again))
    return first if first and abs(first - second) < 3e-6 * first else None


def _norm(answer: Answer, names: list[str]) -> float:
    parts: list[Numbers] = [answer.gradients[name].ravel() for name in names]
    return float(np.linalg.norm(np.concatenate(parts))) if parts else 0.0
