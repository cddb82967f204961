"""The network that trains: for mini-batches of any size, by the faster of two implementations."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import DTypeLike

from rnn_tui.model import rnn
from rnn_tui.model.batch import Batch
from rnn_tui.model.fast.stacked import Stacked, is_faster, stacked_layout
from rnn_tui.model.head import Outputs
from rnn_tui.model.interruption import AtStep
from rnn_tui.model.parameters import Layout, Parameters

Unrolled = Stacked | rnn.Unrolled
"""A network with the buffers for one size of mini-batch."""


class Network:
    """A network for mini-batches of any size.

    Args:
        layout: of its parameters and gradients.
        unroll: (T, B) → the network with buffers of that size.
    """

    def __init__(self, layout: Layout, unroll: Callable[[int, int], Unrolled]) -> None:
        self.layout = layout
        self._unrolled = cache(unroll)

    def forward(
        self, parameters: Parameters, batch: Batch, at_step: AtStep | None = None
    ) -> Outputs:
        """The forward pass; its outputs are valid until the next one.

        Args:
            parameters: in the network's layout.
            batch: the mini-batch.
            at_step: called between the time steps of a network that is not small; may raise
                `Interrupted`.
        """
        return self._unrolled(batch.steps, batch.size).forward(parameters, batch, at_step)

    def backward(
        self,
        parameters: Parameters,
        batch: Batch,
        gradient: Parameters,
        at_step: AtStep | None = None,
    ) -> None:
        """Fill the gradient of the loss, summed over time and averaged over the mini-batch.

        Follows the forward pass, with the same arguments. Where ``at_step`` raises, the gradient
        is incomplete.
        """
        unrolled = self._unrolled(batch.steps, batch.size)
        unrolled.backward(parameters, batch, gradient, at_step)
        if batch.size > 1:
            np.multiply(gradient.flat, 1 / batch.size, gradient.flat)


def layout_for(batch: int, symbols: int, hidden: int) -> Layout:
    """The layout of the network that `network_for` chooses."""
    make = stacked_layout if is_faster(batch, symbols, hidden) else rnn.layout
    return make(symbols, hidden)


def network_for(batch: int, symbols: int, hidden: int, dtype: DTypeLike) -> Network:
    """The network that trains fastest at this size.

    Args:
        batch: B, sequences in a mini-batch; a last one may have fewer.
        symbols: V.
        hidden: H.
        dtype: float64 or float32.
    """
    kind = Stacked if is_faster(batch, symbols, hidden) else rnn.Unrolled

    def unroll(steps: int, size: int) -> Unrolled:
        return kind(steps, size, symbols, hidden, dtype)

    return Network(layout_for(batch, symbols, hidden), unroll)
