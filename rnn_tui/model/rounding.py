"""What rounding may do to a gradient: a bound for each number, as small as the terms it sums.

Backpropagation is repeated with all weights, and everything that the backward pass reads of the
forward pass, off by some roundings (Vignes, *A stochastic arithmetic for reliable scientific
computation*, 1993). What the gradient then moves, rounding alone may do to it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rnn_tui.model.batch import Batch
from rnn_tui.model.buffers import Array
from rnn_tui.model.cell import Carry, Cell
from rnn_tui.model.interruption import AtStep
from rnn_tui.model.parameters import Parameters
from rnn_tui.model.unrolled import Unrolled

_ROUNDINGS = 64.0
"""By how many roundings everything is off."""
_TRIALS = 3
_CHAOTIC = 3e-2
"""Of the largest hidden state, how far one moves where rounding decides what the network does."""


def rounding_of(
    cell: Cell,
    weights: Parameters,
    batch: Batch,
    dtype: np.dtype[Any],
    at_step: AtStep | None,
    carried: Carry | None = None,
) -> Parameters:
    """ρ of every number of a gradient of this type.

    Measured with the network's own backward pass: right or wrong, it moves no further than by
    some roundings of its terms. What is too small for the type (1e-31 in float32, 1e-292 in
    float64) is lost, too. Infinite where the network is so chaotic that rounding decides what it
    does.
    """
    limits = np.finfo(dtype)
    hidden, noise = len(weights["U"]), _ROUNDINGS * float(limits.eps)
    smallest = float(limits.tiny) / float(limits.eps)
    network = Unrolled(cell, batch.steps, batch.size, batch.symbols, hidden)
    gradients = [Parameters.zeros(weights.layout) for _ in range(1 + _TRIALS)]
    generator = np.random.default_rng(0)
    for trial, gradient in enumerate(gradients):
        moved = weights.copy()
        if trial:
            _disturb(moved.flat, noise, generator)
        network.forward(moved, batch, at_step, carried)
        if not trial:
            states = network.a_h.copy()
        elif not np.abs(network.a_h - states).max() <= _CHAOTIC * np.abs(states).max():
            return weights.with_flat(np.full_like(weights.flat, np.inf))
        if trial:
            _disturb(network.head.y_hat, noise, generator, smallest)
            _disturb_cell(network, 1.0 if len(cell.gates) > 1 else 0.0, noise, generator)
        network.backward(moved, batch, gradient, at_step)
    exact, *others = (gradient.flat for gradient in gradients)
    furthest = np.max([np.abs(other - exact) for other in others], axis=0)
    return weights.with_flat(furthest / batch.size + smallest)


def _disturb_cell(
    network: Unrolled, least: float, noise: float, generator: np.random.Generator
) -> None:
    """All that the cell keeps, of size ``least`` at least.

    A σ, (1 + tanh) / 2, is off by a rounding of 1 even where it is small; an activation without
    gates only relatively: a ReLU's 0 stays 0.
    """
    for array in vars(network.cell).values():
        if isinstance(array, np.ndarray):
            _disturb(array, noise, generator, least)


def _disturb(
    array: Array, noise: float, generator: np.random.Generator, least: float = 0.0
) -> None:
    sizes = np.maximum(np.abs(array), least)
    array += noise * sizes * generator.uniform(-1, 1, array.shape)
