"""The gradient check of a network as it is trained: the same code that makes its updates.

Of whole BPTT: what truncation leaves out of it is no mistake.
"""

from __future__ import annotations

import numpy as np

from rnn_tui.model.batch import Batch
from rnn_tui.model.cell import Carry
from rnn_tui.model.gradient_check import GradientCheck, Progress, check_gradient
from rnn_tui.model.interruption import AtStep
from rnn_tui.model.network import network_for
from rnn_tui.model.parameters import Parameters
from rnn_tui.tasks.dataset import Sequences
from rnn_tui.training.batches import batch_of
from rnn_tui.training.config import Config

SYMBOLS_AT_MOST = 1000


def check_network(
    config: Config,
    parameters: Parameters,
    batch: Batch,
    progress: Progress | None = None,
    at_step: AtStep | None = None,
    carried: Carry | None = None,
) -> GradientCheck:
    """Check the gradient of the loss of some sequences.

    Args:
        config: says which network trains, and in which type.
        parameters: the weights, in any layout.
        batch: the sequences.
        progress: called with how many numbers are checked, and of how many.
        at_step: called between time steps; may raise `Interrupted`.
        carried: the state before the first step; None for zeros.

    Raises:
        ValueError: if the weights are not all finite.
    """
    network = network_for(
        config.cell, config.batch_size, config.symbols, config.hidden, config.dtype
    )
    weights, gradient = (Parameters.zeros(network.layout, config.dtype) for _ in range(2))
    for name in weights:
        weights[name][...] = parameters[name]
    with np.errstate(all="ignore"):
        network.forward(weights, batch, at_step, carried)
        network.backward(weights, batch, gradient, at_step)
    return check_gradient(
        config.cell, weights, gradient, batch,
        progress=progress, at_step=at_step, carried=carried,
    )  # fmt: skip


def first_sequences(sequences: Sequences, symbols: tuple[int, int]) -> Batch:
    """The first of a set, up to 1,000 symbols, one at least; I input and O output symbols."""
    count = max(1, SYMBOLS_AT_MOST // sequences.steps)
    return batch_of(sequences.rows(slice(count)), symbols)
