"""How good given parameters are, and where their gradient points: pure functions of them.

Screen, summary and JSON all call these.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from rnn_tui.model.batch import Batch, Tokens
from rnn_tui.model.cell import Quantity
from rnn_tui.model.head import count_correct, predicted, symbol_losses
from rnn_tui.model.interruption import AtStep
from rnn_tui.model.network import plain_layout
from rnn_tui.model.parameters import Parameters
from rnn_tui.model.unrolled import Unrolled
from rnn_tui.tasks.dataset import Sequences
from rnn_tui.training.batches import batch_of
from rnn_tui.training.config import Config

SYMBOLS_AT_MOST = 100_000
"""Up to so many, an evaluation is over all of them."""
_WORK_AT_MOST = 400_000_000
"""Multiply-adds of an evaluation over a sample: some 20 ms, so that nobody waits for it."""
_BUFFER_NUMBERS = 4_000_000
_QUICK_WORK, _WORK_OF_A_STEP = 5_000_000, 20_000
"""Multiply-adds of a pass of a millisecond, and what the calls of a time step cost, as such."""

Marked = Callable[[tuple[Quantity, ...]], Mapping[str, NDArray[np.bool_]]]
"""From the quantities of a cell to (T, B, H) masks of those of their numbers that count."""


@dataclass(frozen=True)
class Evaluation:
    """Loss and accuracy over sequences.

    Attributes:
        total_loss: nats, summed over all scored symbols.
        correct: scored symbols predicted right.
        symbols: scored symbols.
        sequences: sequences they belong to.
        predictions: (sequences, T) most probable symbols, those of padding included, in the
            smallest unsigned type; of the same pass, and no part of a comparison.
    """

    total_loss: float
    correct: int
    symbols: int
    sequences: int
    predictions: NDArray[np.unsignedinteger] = field(compare=False, repr=False)

    @property
    def loss(self) -> float:
        """Nats per scored symbol."""
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
        gradient_norms: (T,) ‖∂L/∂s_t‖ over all gates, of this sequence's loss.
    """

    prediction: NDArray[np.intp]
    confidence: NDArray[np.float64]
    gradient_norms: NDArray[np.float64]


class Evaluator:
    """Evaluates parameters on a fixed set of sequences, with buffers of its own.

    All sequences up to 100,000 symbols, else a fixed sample drawn from the seed: of 100,000
    symbols, fewer for a large network. Whatever ``at_step`` raises between two time steps,
    such as `Interrupted`, leaves an evaluation half-way.

    Args:
        sequences: the set; of what is not in the sample `detail` can show one.
        symbols: I and O, how many input and output symbols there are.
        config: cell, hidden nodes, type and seed.

    Attributes:
        numbers: (n,) which of the set it evaluates, ascending.
        sample: those sequences.
        evaluated_on: n, how many they are.
        is_quick: whether a forward pass over them takes about a millisecond, or less.
    """

    def __init__(self, sequences: Sequences, symbols: tuple[int, int], config: Config) -> None:
        self.numbers = _numbers(sequences, symbols, config)
        whole = len(self.numbers) == len(sequences)
        self.sample = sample = sequences if whole else sequences.rows(self.numbers)
        self._sequences, self._symbols, self._dtype = sequences, symbols, config.dtype
        together = max(1, _BUFFER_NUMBERS // (sample.steps * (config.hidden + symbols[1])))
        self.evaluated_on = len(sample)
        work = sample.inputs.size * _multiply_adds(symbols, config) + sample.steps * _WORK_OF_A_STEP
        self.is_quick = work <= _QUICK_WORK
        self._smallest = np.min_scalar_type(symbols[1] - 1)
        self._layout = plain_layout(config.cell, symbols, config.hidden)
        parts = [sample.rows(slice(i, i + together)) for i in range(0, len(sample), together)]
        self._batches = [batch_of(part, symbols) for part in parts]
        self._lengths = [part.lengths for part in parts]

        @cache
        def unrolled(steps: int, size: int) -> Unrolled:
            return Unrolled(config.cell, steps, size, symbols, config.hidden, config.dtype)

        self._unrolled = unrolled

    def evaluate(self, parameters: Parameters, at_step: AtStep | None = None) -> Evaluation:
        """Loss and accuracy with these parameters."""
        return self._pass(parameters, None, at_step)

    def predictions(
        self, parameters: Parameters, at_step: AtStep | None = None
    ) -> NDArray[np.unsignedinteger]:
        """(n, T) most probable symbols with these parameters: `Evaluation.predictions`."""
        with np.errstate(all="ignore"):
            return self._by_sequence(
                [
                    predicted(self._unrolled(b.steps, b.size).forward(parameters, b, at_step))
                    for b in self._batches
                ]
            )

    def _by_sequence(self, found: list[Tokens]) -> NDArray[np.unsignedinteger]:
        """From (T, B) symbols of each batch."""
        return np.concatenate(found, 1, dtype=self._smallest, casting="unsafe").T.copy()

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
        found: list[Tokens] = []
        with np.errstate(all="ignore"):
            for batch in self._batches:
                network = self._unrolled(batch.steps, batch.size)
                outputs = network.forward(parameters, batch, at_step)
                loss += float(symbol_losses(outputs, batch).sum(dtype=np.float64))
                found.append(predicted(outputs))
                correct += count_correct(found[-1], batch)
                symbols += batch.scored_count
                if total is not None:
                    network.backward(parameters, batch, part, at_step)
                    total.flat += part.flat
        return Evaluation(loss, correct, symbols, self.evaluated_on, self._by_sequence(found))

    def shares(
        self, parameters: Parameters, marked: Marked, at_step: AtStep | None = None
    ) -> dict[str, float]:
        """How often something is so in the cell, over all sequences and their time steps.

        Args:
            parameters: of the network.
            marked: where it is so; padding is left out whatever it says.
            at_step: called between time steps; may raise `Interrupted`.

        Returns:
            By the names that ``marked`` gives, a share of 0 to 1.
        """
        counts: dict[str, int] = {}
        numbers = 0
        with np.errstate(all="ignore"):
            for batch, lengths in zip(self._batches, self._lengths, strict=True):
                network = self._unrolled(batch.steps, batch.size)
                network.forward(parameters, batch, at_step)
                steps = batch.inputs.size if lengths is None else int(lengths.sum())
                numbers += steps * network.a_h.shape[-1]
                for name, where in marked(network.cell.quantities()).items():
                    if lengths is not None:
                        where[np.arange(batch.steps)[:, None] >= lengths] = False
                    counts[name] = counts.get(name, 0) + int(np.count_nonzero(where))
        return {name: count / numbers for name, count in counts.items()}

    def detail(
        self, parameters: Parameters, index: int, at_step: AtStep | None = None
    ) -> SequenceDetail:
        """One sequence of the set, whether in the sample or not, without its padding."""
        batch = self.single(index)
        network = self._unrolled(batch.steps, 1)
        with np.errstate(all="ignore"):
            outputs = network.forward(parameters, batch, at_step)
            gradient = Parameters.zeros(self._layout, self._dtype)
            network.backward(parameters, batch, gradient, at_step)
            ds = network.cell.ds_x[:, :, 0].astype(np.float64)
            return SequenceDetail(
                prediction=outputs.logits[:, :, 0].argmax(0),
                confidence=outputs.y_hat[:, :, 0].max(0).astype(np.float64),
                gradient_norms=np.linalg.norm(ds, axis=(0, 2)),
            )

    def single(self, index: int) -> Batch:
        """One sequence of the set, without its padding."""
        return batch_of(self._sequences.single(index), self._symbols)


def _numbers(sequences: Sequences, symbols: tuple[int, int], config: Config) -> Tokens:
    """Which sequences are evaluated on, in the order of the set."""
    count, length = sequences.inputs.shape
    if sequences.inputs.size <= SYMBOLS_AT_MOST:
        return np.arange(count)
    affordable = _WORK_AT_MOST // _multiply_adds(symbols, config)
    keep = min(max(1, min(SYMBOLS_AT_MOST, affordable) // length), count)
    generator = np.random.default_rng([config.seed, count])
    return np.sort(generator.choice(count, keep, replace=False))


def _multiply_adds(symbols: tuple[int, int], config: Config) -> int:
    """Of the forward pass, for each symbol."""
    return config.hidden * (config.hidden * config.gates + symbols[1])
