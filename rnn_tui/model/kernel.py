"""Loss and gradients of a mini-batch, by whichever of two ways is faster at its size."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
from numpy.typing import DTypeLike

from rnn_tui.model.batch import Batch
from rnn_tui.model.parameters import Parameters
from rnn_tui.model.rnn import (
    Array,
    AtStep,
    Unrolled,
    largest_logit,
    layout,
    logits_are_small,
    unrolled_for,
)
from rnn_tui.model.stacked import Stacked, pays, stacked_layout


class Outputs(Protocol):
    """What a forward pass leaves behind of its outputs.

    Attributes:
        logits: (n, V).
        exp_sums: (n,) Σ exp(logits − shift).
        shifts: (n, 1) zeros, or stale, after an unshifted pass.
    """

    logits: Array
    exp_sums: Array
    shifts: Array


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
        shifted: whether the last pass subtracted the largest logit before exp.
    """

    def __init__(self, steps: int, batch: int, symbols: int, hidden: int, dtype: DTypeLike) -> None:
        self._is_stacked = pays(batch, symbols, hidden)
        make_layout = stacked_layout if self._is_stacked else layout
        self.layout = make_layout(symbols, hidden)
        self.parameters = Parameters.zeros(self.layout, dtype)
        self.gradient = Parameters.zeros(self.layout, dtype)
        self.work = steps * batch * hidden * (hidden + symbols)
        self.shifted = False
        # Σ|V| + |b_o| ≤ (√H + 1) ‖V, b_o‖, which is no larger than that of any more numbers.
        names = list(self.parameters)
        first = 0 if self._is_stacked else self.layout.places[names.index("V")].offset
        self._outputs = self.parameters.flat[first:]
        self._surely_small = (largest_logit(dtype) / (math.sqrt(hidden) + 1)) ** 2
        self._hidden, self._dtype = hidden, dtype
        self._stacked: dict[int, Stacked] = {}  # by the size of the mini-batch
        self._unrolled: dict[int, Unrolled] = {}

    def gradients(self, batch: Batch, at_step: AtStep | None = None) -> Outputs:
        """Fill the gradient; the outputs are valid until the next call.

        Args:
            batch: the mini-batch.
            at_step: called at each time step.

        Raises:
            Interrupted: if ``at_step`` does; the gradient is incomplete then.
        """
        shift = self.shifted = not self._logits_are_small()
        if self._is_stacked:
            outputs = self._pass_stacked(batch, shift)
        else:
            outputs = self._pass_unrolled(batch, at_step, shift)
        if batch.size > 1:
            np.multiply(self.gradient.flat, 1 / batch.size, self.gradient.flat)
        return outputs

    def _pass_stacked(self, batch: Batch, shift: bool) -> Outputs:
        network = self._stacked.get(batch.size)
        if network is None:
            network = Stacked(
                self.parameters, self.gradient, batch.steps, batch.size, batch.symbols,
                self._hidden, self._dtype,
            )  # fmt: skip
            self._stacked[batch.size] = network
        network.gradients(batch, shift=shift)
        return network

    def _pass_unrolled(self, batch: Batch, at_step: AtStep | None, shift: bool) -> Outputs:
        network = self._unrolled.get(batch.size)
        if network is None:
            network = unrolled_for(batch, self._hidden, self._dtype)
            self._unrolled[batch.size] = network
        network.forward(self.parameters, batch, at_step, shift=shift)
        network.blame_outputs(batch)
        network.backward(self.parameters, batch, self.gradient, at_step)
        return network

    def _logits_are_small(self) -> bool:
        """`rnn.logits_are_small`, after a cheaper look."""
        outputs = self._outputs
        surely = bool(outputs.dot(outputs) < self._surely_small)
        return surely or logits_are_small(self.parameters)
