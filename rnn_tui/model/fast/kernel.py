"""Loss and gradients of a mini-batch, by whichever of two ways is faster at its size."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from rnn_tui.model.batch import Batch
from rnn_tui.model.fast.stacked import Stacked, pays, stacked_layout
from rnn_tui.model.head import Outputs
from rnn_tui.model.interruption import AtStep
from rnn_tui.model.network import layout
from rnn_tui.model.parameters import Parameters
from rnn_tui.model.rnn import Unrolled, unrolled_for


class Kernel:
    """Parameters and their gradient, in the layout that suits the size.

    Args:
        steps: T.
        batch: B, sequences in a mini-batch; a last one may have fewer.
        symbols: V.
        hidden: H.
        dtype: float64 or float32.

    Attributes:
        parameters: to be set by the owner, zeros at first.
        gradient: of the loss summed over time and averaged over the mini-batch.
        work: multiply-adds of one forward pass, roughly.
    """

    def __init__(self, steps: int, batch: int, symbols: int, hidden: int, dtype: DTypeLike) -> None:
        self._is_stacked = pays(batch, symbols, hidden)
        make_layout = stacked_layout if self._is_stacked else layout
        self.layout = make_layout(symbols, hidden)
        self.parameters = Parameters.zeros(self.layout, dtype)
        self.gradient = Parameters.zeros(self.layout, dtype)
        self.work = steps * batch * hidden * (hidden + symbols)
        self._hidden, self._dtype = hidden, np.dtype(dtype)
        self._networks: dict[int, Stacked | Unrolled] = {}  # by the size of the mini-batch

    def forward(self, batch: Batch, at_step: AtStep | None = None) -> Outputs:
        """The forward pass.

        Args:
            batch: the mini-batch.
            at_step: called between the time steps of a network that is not small.

        Returns:
            What is valid until the next call.

        Raises:
            Interrupted: if ``at_step`` does.
        """
        network = self._networks.get(batch.size)
        if network is None:
            network = self._networks[batch.size] = self._unroll(batch)
        if isinstance(network, Stacked):
            network.forward(batch)
            return network
        network.forward(self.parameters, batch, at_step)
        return network.outputs

    def backward(self, batch: Batch, at_step: AtStep | None = None) -> None:
        """Fill the gradient, after the forward pass of the same mini-batch.

        Args:
            batch: the mini-batch.
            at_step: called between the time steps of a network that is not small.

        Raises:
            Interrupted: if ``at_step`` does; the gradient is incomplete then.
        """
        network = self._networks[batch.size]
        if isinstance(network, Stacked):
            network.backward(batch)
        else:
            network.blame_outputs(batch)
            network.backward(self.parameters, batch, self.gradient, at_step)
        if batch.size > 1:
            np.multiply(self.gradient.flat, 1 / batch.size, self.gradient.flat)

    def _unroll(self, batch: Batch) -> Stacked | Unrolled:
        if not self._is_stacked:
            return unrolled_for(batch, self._hidden, self._dtype)
        sizes = batch.steps, batch.size, batch.symbols, self._hidden
        return Stacked(self.parameters, self.gradient, *sizes)
