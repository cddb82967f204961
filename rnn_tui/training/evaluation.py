"""How good given parameters are, and where their gradient points: pure functions of them.

Screen, summary and JSON all call these.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from rnn_tui.model.batch import Batch, Tokens
from rnn_tui.model.head import symbol_losses
from rnn_tui.model.interruption import AtStep
from rnn_tui.model.parameters import Parameters
from rnn_tui.model.rnn import Unrolled, layout
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


def percent(accuracy: float) -> str:
    """Rounded, but 100 % only when there is no mistake and 0 % only when nothing is right.

    >>> percent(0.9996)
    '99.9 %'
    """
    whole = f"{100 * accuracy:.1f}"
    if whole == "100.0" and accuracy < 1:
        whole = "99.9"
    if whole == "0.0" and accuracy > 0:
        whole = "0.1"
    return f"{whole.removesuffix('.0')} %"


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
    symbols, fewer for a large network. Whatever ``at_step`` raises between two time steps,
    such as `Interrupted`, leaves an evaluation half-way.
    """

    def __init__(self, sequences: Sequences, hidden: int, dtype: str, seed: int) -> None:
        symbols = len(sequences.alphabet)
        inputs, targets = _sample(sequences, hidden, seed)
        together = max(1, _BUFFER_NUMBERS // (inputs.shape[1] * (hidden + symbols)))
        self.evaluated_on = len(inputs)
        self._sequences, self._dtype = sequences, dtype
        self._layout = layout(symbols, hidden)
        self._batches = [
            Batch.of_sequences(inputs[i : i + together], targets[i : i + together], symbols)
            for i in range(0, len(inputs), together)
        ]

        @cache
        def unrolled(steps: int, size: int) -> Unrolled:
            return Unrolled(steps, size, symbols, hidden, dtype)

        self._unrolled = unrolled

    def evaluate(self, parameters: Parameters, at_step: AtStep | None = None) -> Evaluation:
        """Loss and accuracy with these parameters."""
        return self._pass(parameters, None, at_step)

    def evaluate_with_gradient(
        self, parameters: Parameters, at_step: AtStep | None = None
    ) -> tuple[Evaluation, Parameters]:
        """The same, with the gradient of the loss summed over time, averaged over sequences."""
        total = Parameters.zeros(self._layout, self._dtype)
        evaluation = self._pass(parameters, total, at_step)
        total.flat /= evaluation.sequences
        return evaluation, total

    def _pass(
        self, parameters: Parameters, total: Parameters | None, at_step: AtStep | None
    ) -> Evaluation:
        loss, correct, symbols = 0.0, 0, 0
        part = Parameters.zeros(self._layout, self._dtype)
        with np.errstate(all="ignore"):
            for batch in self._batches:
                network = self._unrolled(batch.steps, batch.size)
                outputs = network.forward(parameters, batch, at_step)
                loss += float(symbol_losses(outputs, batch.targets).sum(dtype=np.float64))
                correct += int((outputs.logits.argmax(0) == batch.targets).sum())
                symbols += batch.targets.size
                if total is not None:
                    network.backward(parameters, batch, part, at_step)
                    total.flat += part.flat
        return Evaluation(loss, correct, symbols, self.evaluated_on)

    def saturated(
        self, parameters: Parameters, bound: float, at_step: AtStep | None = None
    ) -> float:
        """Share of all activations whose absolute value is above a bound, 0 to 1."""
        above, count = 0, 0
        with np.errstate(all="ignore"):
            for batch in self._batches:
                network = self._unrolled(batch.steps, batch.size)
                network.forward(parameters, batch, at_step)
                above += int(np.count_nonzero(np.abs(network.a_h) > bound))
                count += network.a_h.size
        return above / count

    def detail(
        self, parameters: Parameters, index: int, at_step: AtStep | None = None
    ) -> SequenceDetail:
        """One sequence of the training set, whether in the sample or not."""
        inputs, targets, alphabet = self._sequences
        rows = slice(index, index + 1)
        batch = Batch.of_sequences(inputs[rows], targets[rows], len(alphabet))
        network = self._unrolled(batch.steps, 1)
        with np.errstate(all="ignore"):
            outputs = network.forward(parameters, batch, at_step)
            gradient = Parameters.zeros(self._layout, self._dtype)
            network.backward(parameters, batch, gradient, at_step)
            return SequenceDetail(
                prediction=outputs.logits[:, :, 0].argmax(0),
                confidence=outputs.y_hat[:, :, 0].max(0).astype(np.float64),
                gradient_norms=np.linalg.norm(network.ds_h[:, 0].astype(np.float64), axis=1),
            )


def _sample(sequences: Sequences, hidden: int, seed: int) -> tuple[Tokens, Tokens]:
    """Inputs and targets to evaluate on, in the order of the training set."""
    inputs, targets, alphabet = sequences
    count, length = inputs.shape
    if inputs.size <= SYMBOLS_AT_MOST:
        return inputs, targets
    affordable = _WORK_AT_MOST // (hidden * (hidden + len(alphabet)))
    keep = min(max(1, min(SYMBOLS_AT_MOST, affordable) // length), count)
    chosen = np.sort(np.random.default_rng([seed, count]).choice(count, keep, replace=False))
    return inputs[chosen], targets[chosen]
