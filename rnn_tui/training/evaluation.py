"""How good given parameters are, and where their gradient points: pure functions of them.

Screen, summary and JSON all call these, so every number shown at an epoch is a function
of the parameters of that epoch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnn_tui.model.batch import Batch
from rnn_tui.model.interruption import AtStep
from rnn_tui.model.network import layout
from rnn_tui.model.parameters import Float, Parameters
from rnn_tui.model.rnn import Unrolled, unrolled_for
from rnn_tui.tasks.task import Sequences

SYMBOLS_AT_MOST = 100_000
"""Up to so many, an evaluation is over all of them."""
_WORK_AT_MOST = 400_000_000
"""Multiply-adds of an evaluation over a sample: some 20 ms, so that nobody waits for it."""
_BUFFER_NUMBERS = 4_000_000


@dataclass(frozen=True)
class Evaluation:
    """Loss and accuracy over sequences.

    Attributes:
        total_loss: nats, summed over all symbols.
        correct: symbols predicted right.
        symbols: symbols predicted.
        sequences: sequences they belong to.
    """

    total_loss: float
    correct: int
    symbols: int
    sequences: int

    @property
    def loss(self) -> float:
        """Nats per symbol."""
        return self.total_loss / self.symbols

    @property
    def accuracy(self) -> float:
        """0 to 1."""
        return self.correct / self.symbols


@dataclass(frozen=True)
class SequenceDetail:
    """One sequence under given parameters.

    Attributes:
        prediction: (T,) most probable symbols.
        confidence: (T,) their probabilities.
        gradient_norms: (T,) ‖∂L/∂s_h,t‖ of this sequence's loss.
    """

    prediction: NDArray[np.intp]
    confidence: NDArray[np.float64]
    gradient_norms: NDArray[np.float64]


class Evaluator:
    """Evaluates parameters on a fixed set of sequences, with buffers of its own.

    All sequences up to 100,000 symbols, else a fixed sample drawn from the seed: of 100,000
    symbols, fewer for a large network.

    Args:
        sequences: the training set.
        hidden: H.
        dtype: the parameters' dtype.
        seed: of the run, for the sample.
    """

    def __init__(self, sequences: Sequences, hidden: int, dtype: str, seed: int) -> None:
        self._hidden, self._dtype = hidden, dtype
        self._layout = layout(len(sequences.alphabet), hidden)
        self._sequences = sequences
        count, length = sequences.inputs.shape
        symbols = len(sequences.alphabet)
        if count * length > SYMBOLS_AT_MOST:
            affordable = _WORK_AT_MOST // (hidden * (hidden + symbols))
            keep = min(max(1, min(SYMBOLS_AT_MOST, affordable) // length), count)
            generator = np.random.default_rng([seed, count])
            chosen = np.sort(generator.choice(count, keep, replace=False))
            inputs, targets = sequences.inputs[chosen], sequences.targets[chosen]
        else:
            inputs, targets = sequences.inputs, sequences.targets
        self.evaluated_on = len(inputs)
        size = max(1, _BUFFER_NUMBERS // (length * (hidden + symbols)))
        self._batches = [
            Batch.of_sequences(inputs[i : i + size], targets[i : i + size], symbols)
            for i in range(0, len(inputs), size)
        ]
        self._buffers: dict[int, Unrolled] = {}

    def _zeros(self) -> Parameters:
        return Parameters.zeros(self._layout, self._dtype)

    def _unrolled(self, batch: Batch) -> Unrolled:
        if batch.size not in self._buffers:
            self._buffers[batch.size] = unrolled_for(batch, self._hidden, self._dtype)
        return self._buffers[batch.size]

    def evaluate(self, parameters: Parameters, at_step: AtStep | None = None) -> Evaluation:
        """Loss and accuracy with these parameters.

        Raises:
            Interrupted: if ``at_step`` does.
        """
        return self._pass(parameters, None, at_step)

    def evaluate_with_gradient(
        self, parameters: Parameters, at_step: AtStep | None = None
    ) -> tuple[Evaluation, Parameters]:
        """The same, with the gradient of the loss summed over time, averaged over sequences.

        Raises:
            Interrupted: if ``at_step`` does.
        """
        total = self._zeros()
        evaluation = self._pass(parameters, total, at_step)
        total.flat /= evaluation.sequences
        return evaluation, total

    def _pass(
        self, parameters: Parameters, total: Parameters | None, at_step: AtStep | None
    ) -> Evaluation:
        loss, correct, symbols, sequences = 0.0, 0, 0, 0
        with np.errstate(all="ignore"):
            for batch in self._batches:
                network = self._unrolled(batch)
                network.forward(parameters, batch, at_step)
                loss += float(network.loss(batch).sum(dtype=np.float64))
                correct += int(network.correct(batch).sum())
                symbols += batch.targets.size
                sequences += batch.size
                if total is not None:
                    part = self._zeros()
                    network.blame_outputs(batch)
                    network.backward(parameters, batch, part, at_step)
                    total.flat += part.flat
        return Evaluation(loss, correct, symbols, sequences)

    def saturated(
        self, parameters: Parameters, bound: float, at_step: AtStep | None = None
    ) -> float:
        """Share of all activations whose absolute value is above a bound, 0 to 1.

        Raises:
            Interrupted: if ``at_step`` does.
        """
        above, count = 0, 0
        with np.errstate(all="ignore"):
            for batch in self._batches:
                network = self._unrolled(batch)
                network.forward(parameters, batch, at_step)
                above += int(np.count_nonzero(np.abs(network.a_h) > bound))
                count += network.a_h.size
        return above / count

    def detail(
        self, parameters: Parameters, index: int, at_step: AtStep | None = None
    ) -> SequenceDetail:
        """One sequence of the training set, whether in the sample or not.

        Raises:
            Interrupted: if ``at_step`` does.
        """
        rows = slice(index, index + 1)
        batch = Batch.of_sequences(
            self._sequences.inputs[rows],
            self._sequences.targets[rows],
            len(self._sequences.alphabet),
        )
        network = self._unrolled(batch)
        with np.errstate(all="ignore"):
            network.forward(parameters, batch, at_step)
            network.blame_outputs(batch)
            network.backward(parameters, batch, self._zeros(), at_step)
            return SequenceDetail(
                prediction=network.s_o[:, 0].argmax(axis=1),
                confidence=network.y_hat[:, 0].max(axis=1).astype(np.float64),
                gradient_norms=_norm_of_rows(network.ds_h[:, 0]),
            )


def _norm_of_rows(rows: NDArray[Float]) -> NDArray[np.float64]:
    norms: NDArray[np.float64] = np.linalg.norm(rows.astype(np.float64), axis=1)
    return norms
