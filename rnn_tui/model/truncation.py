"""Truncated backpropagation through time, exact for each output.

The error of the output at step t flows back through K time steps, its own included, and no
further: to those before, the state is a constant (Williams & Peng, *An efficient gradient-based
algorithm for on-line training of recurrent network trajectories*, 1990, with h = K and h' = 1;
K = 1 is how Elman trained):

    dP = Σ_t Σ_{k = t−K+1 … t}  what P does at step k to the loss of step t

What two outputs send back one step differs in nothing but the numbers, so that all outputs make
their j-th step back together, each at a time step of its own: K products of long matrices instead
of T·K of short ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from rnn_tui.model.buffers import Array

_NUMBERS_TOGETHER = 50_000
"""Of an array that is worked on at once: it stays in the cache, and its product takes no time."""


class StepBack(NamedTuple):
    """Some outputs whose errors make one step back together.

    Attributes:
        is_first: whether this is their own time step.
        is_last: whether their errors go no further.
        outputs: rows of those that have a step to be at, in arrays of as many rows as
            `rows_together` says; what has come to the beginning of the sequences has left.
        steps: rows (T·B, …) of the time steps they are at.
    """

    is_first: bool
    is_last: bool
    outputs: slice
    steps: slice


def steps_back(da: Array, truncation: int) -> Iterator[StepBack]:
    """The steps back of all outputs that have an error, group after group, the earliest first.

    Args:
        da: (T, B, H) ∂L/∂a_t by the outputs; only of steps that are still to come it must not be
            changed meanwhile.
        truncation: K, at least 1.
    """
    _, B, _ = da.shape
    with_error = np.flatnonzero(da.any((1, 2)))
    if not len(with_error):
        return
    begin, end = int(with_error[0]), int(with_error[-1]) + 1
    together = rows_together(da) // B
    for first in range(begin, end, together):
        last = min(first + together, end)
        depth = min(truncation, last)
        for back in range(depth):
            start = max(first, back)
            yield StepBack(
                is_first=back == 0,
                is_last=back == depth - 1,
                outputs=slice((start - first) * B, (last - first) * B),
                steps=slice((start - back) * B, (last - back) * B),
            )


def rows_together(da: Array) -> int:
    """How many rows of (T·B, H) are worked on at once: those of some time steps, one at least."""
    T, B, H = da.shape
    rows: int = B * min(T, max(1, _NUMBERS_TOGETHER // (B * H)))
    return rows
