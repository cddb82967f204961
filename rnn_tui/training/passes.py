"""Forward passes over a set of sequences, along streams with the state carried on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnn_tui.model.batch import Batch, Tokens
from rnn_tui.model.cell import Carry
from rnn_tui.model.head import Softmax
from rnn_tui.model.interruption import AtStep
from rnn_tui.model.parameters import Parameters
from rnn_tui.model.unrolled import Unrolled
from rnn_tui.tasks.dataset import Sequences
from rnn_tui.training.batches import batch_of
from rnn_tui.training.config import Config

_BUFFER_NUMBERS = 4_000_000
_STATE_NUMBERS = 2_000_000
"""Of the states that are remembered of the last pass."""
_WARM_UP = 4_000
"""Time steps before a chunk that no pass gets to, from which its state is made."""


class Pass(NamedTuple):
    """One forward pass, valid until the next one.

    Attributes:
        batch: the sequences.
        lengths: (B,) of each without padding; None where all are equally long.
        network: with all that was computed.
        outputs: of the network.
    """

    batch: Batch
    lengths: Tokens | None
    network: Unrolled
    outputs: Softmax


class ForwardPasses:
    """Forward passes over the first or all of some sequences, with buffers of their own.

    Args:
        sequences: the whole set.
        sample: those of it that `over` passes over; of streams the first ones.
        symbols: I and O, how many input and output symbols there are.
        config: cell, hidden nodes and type.
    """

    def __init__(
        self, sequences: Sequences, sample: Sequences, symbols: tuple[int, int], config: Config
    ) -> None:
        self._sequences, self._symbols = sequences, symbols
        self._streams = sequences.streams
        size = self._streams or max(
            1, _BUFFER_NUMBERS // (sample.steps * (config.hidden + symbols[1]))
        )
        parts = [sample.rows(slice(i, i + size)) for i in range(0, len(sample), size)]
        self._batches = [batch_of(part, symbols, remember=False) for part in parts]
        self._lengths = [part.lengths for part in parts]
        self._every = -(-len(sample) * config.hidden * 2 // _STATE_NUMBERS)
        self._states: list[Carry] = []
        self._states_of: NDArray[Any] | None = None

        @cache
        def unrolled(steps: int, size: int) -> Unrolled:
            return Unrolled(config.cell, steps, size, symbols, config.hidden, config.dtype)

        self.unrolled = unrolled

    def over(self, parameters: Parameters, at_step: AtStep | None = None) -> Iterator[Pass]:
        """One after another over the sample.

        Args:
            parameters: of the network.
            at_step: called between time steps; may raise `Interrupted`.
        """
        self._states_of = None
        states: list[Carry] = []
        carried: Carry | None = None
        for number, (batch, lengths) in enumerate(zip(self._batches, self._lengths, strict=True)):
            network = self.unrolled(batch.steps, batch.size)
            yield Pass(
                batch, lengths, network, network.forward(parameters, batch, at_step, carried)
            )
            if self._streams:
                carried = network.carry()
                if (number + 1) % self._every == 0:
                    states.append(_copied(carried))
        self._states, self._states_of = states, parameters.flat.copy() if self._streams else None

    def state_before(
        self, parameters: Parameters, index: int, at_step: AtStep | None = None
    ) -> Carry | None:
        """The state with which a sequence begins, (1, H) arrays; None for zeros.

        Of one beyond the sample: that which the 4,000 time steps before it leave behind.
        """
        if not self._streams or index < self._streams:
            return None
        update, stream = divmod(index, self._streams)
        if update < len(self._batches):
            if self._states_of is None or not np.array_equal(self._states_of, parameters.flat):
                for _ in self.over(parameters, at_step):
                    pass
            known = update // self._every
            first, carried = known * self._every, self._states[known - 1] if known else None
        else:
            first, carried = max(0, update - -(-_WARM_UP // self._sequences.steps)), None
        for number in range(first, update):
            batch = self._update(number)
            network = self.unrolled(batch.steps, batch.size)
            network.forward(parameters, batch, at_step, carried)
            carried = network.carry()
        assert carried is not None
        return tuple(state[stream : stream + 1].copy() for state in carried)

    def _update(self, number: int) -> Batch:
        if number < len(self._batches):
            return self._batches[number]
        rows = slice(number * self._streams, (number + 1) * self._streams)
        return batch_of(self._sequences.rows(rows), self._symbols, remember=False)


def _copied(carried: Carry) -> Carry:
    return tuple(state.copy() for state in carried)
