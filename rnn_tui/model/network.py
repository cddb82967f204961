"""The network that trains: a cell and the output layer, for mini-batches of any size."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import DTypeLike

from rnn_tui.model.batch import Batch
from rnn_tui.model.cell import Carry, Cell, network_tensors
from rnn_tui.model.fast.stacked import Stacked, is_faster, stacked_layout
from rnn_tui.model.head import Outputs
from rnn_tui.model.interruption import AtStep
from rnn_tui.model.parameters import Layout, Parameters, one_after_another
from rnn_tui.model.unrolled import Unrolled


class Network:
    """A network for mini-batches of any size.

    Args:
        layout: of its parameters and gradients.
        unroll: (T, B, whether BPTT is truncated) → the network with buffers of that size.

    Attributes:
        truncation: K, how many time steps the error of each output flows back through, its own
            included; None for all. The same for a forward pass and the backward pass that follows.
    """

    def __init__(
        self, layout: Layout, unroll: Callable[[int, int, bool], Stacked | Unrolled]
    ) -> None:
        self.layout = layout
        self.truncation: int | None = None
        self._unrolled = cache(unroll)

    def forward(
        self,
        parameters: Parameters,
        batch: Batch,
        at_step: AtStep | None = None,
        carried: Carry | None = None,
    ) -> Outputs:
        """The forward pass; its outputs are valid until the next one.

        Args:
            parameters: in the network's layout.
            batch: the mini-batch.
            at_step: called between the time steps of a network that is not small; may raise
                `Interrupted`.
            carried: the state before the first step; None for zeros.
        """
        return self._choose(batch).forward(parameters, batch, at_step, carried)

    def carry(self, batch: Batch) -> Carry:
        """The state after the last step of the last forward pass, live views."""
        return self._choose(batch).carry()

    def backward(
        self,
        parameters: Parameters,
        batch: Batch,
        gradient: Parameters,
        at_step: AtStep | None = None,
    ) -> None:
        """Fill the gradient of the loss, summed over time and averaged over the mini-batch.

        That of truncated BPTT where the truncation is below T. Follows the forward pass, with
        the same arguments. Where ``at_step`` raises, the gradient is incomplete.
        """
        unrolled = self._choose(batch)
        if isinstance(unrolled, Stacked):
            unrolled.backward(parameters, batch, gradient, at_step)
        else:
            unrolled.backward(parameters, batch, gradient, at_step, self.truncation)
        if batch.size > 1:
            np.multiply(gradient.flat, 1 / batch.size, gradient.flat)

    def _choose(self, batch: Batch) -> Stacked | Unrolled:
        is_truncated = self.truncation is not None and self.truncation < batch.steps
        return self._unrolled(batch.steps, batch.size, is_truncated)


def plain_layout(cell: Cell, symbols: tuple[int, int], hidden: int) -> Layout:
    """The five tensors one after another: the layout of `Unrolled`."""
    return one_after_another(*network_tensors(cell, *symbols, hidden))


def layout_for(cell: Cell, batch: int, symbols: tuple[int, int], hidden: int) -> Layout:
    """The layout of the network that `network_for` chooses."""
    if is_faster(cell, batch, symbols, hidden):
        return stacked_layout(cell, symbols, hidden)
    return plain_layout(cell, symbols, hidden)


def network_for(
    cell: Cell, batch: int, symbols: tuple[int, int], hidden: int, dtype: DTypeLike
) -> Network:
    """The network that trains fastest at this size.

    Args:
        cell: the recurrent layer.
        batch: B, sequences in a mini-batch; a last one may have fewer.
        symbols: I and O, how many input and output symbols there are.
        hidden: H.
        dtype: float64 or float32.
    """
    is_small = is_faster(cell, batch, symbols, hidden)

    def unroll(steps: int, size: int, is_truncated: bool) -> Stacked | Unrolled:
        if is_small and not is_truncated:
            return Stacked(steps, size, symbols, hidden, dtype)
        return Unrolled(cell, steps, size, symbols, hidden, dtype)

    return Network(layout_for(cell, batch, symbols, hidden), unroll)
