"""How good given parameters are, and where their gradient points: pure functions of them.

Screen, summary and JSON all call these.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.model.batch import Batch, Tokens
from rnn_tui.model.cell import Carry, Quantity
from rnn_tui.model.head import count_correct, predicted, symbol_losses
from rnn_tui.model.interruption import AtStep
from rnn_tui.model.network import plain_layout
from rnn_tui.model.parameters import Parameters
from rnn_tui.model.unrolled import Unrolled
from rnn_tui.tasks.dataset import Sequences
from rnn_tui.training.batches import batch_of
from rnn_tui.training.config import Config
from rnn_tui.training.passes import ForwardPasses

SYMBOLS_AT_MOST = 100_000
"""Up to so many, an evaluation is over all of them."""
_WORK_AT_MOST = 400_000_000
"""Multiply-adds of an evaluation over a sample: some 20 ms, so that nobody waits for it."""
_WORK_ALONG_STREAMS = 2_000_000_000
"""The same along streams, where a sample is no way out: a second or two."""
_QUICK_WORK, _WORK_OF_A_STEP = 5_000_000, 20_000
"""Multiply-adds of a pass of a millisecond, and what the calls of a time step cost, as such."""
OUTPUTS_AT_MOST = 5
"""Up to so many output symbols, a detail has the probabilities of all of them."""
_SECOND_BACKWARD_AT_MOST, _STEPS_AT_MOST = 4_000_000, 400
"""Multiply-adds and time steps of a second backward pass that nobody notices: about 2 ms."""

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


@dataclass(frozen=True, eq=False)
class SequenceDetail:
    """One sequence under given parameters, all of it copies.

    Attributes:
        inputs, targets: (T,) symbols.
        scored: (T,) which targets count.
        likely: (T, n) the n = min(O, 3) most probable symbols, the most probable first.
        likelihoods: (T, n) their probabilities.
        target_probabilities: (T,) of the targets.
        y_hat: (T, O) all probabilities; None for more than `OUTPUTS_AT_MOST` symbols.
        quantities: those of the cell, each (T, H).
        gradient_norms: (T,) ‖∂L/∂s_t‖ over all gates, of this sequence's loss.
        last_gradient_norms: (T,) the same of the loss at the last scored step alone; None where
            nothing is scored, or where that would take long.
        before: (H,) the state before the first step, a and of an lstm c, by name; empty for zeros.
    """

    inputs: NDArray[np.intp]
    targets: NDArray[np.intp]
    scored: NDArray[np.bool_]
    likely: NDArray[np.intp]
    likelihoods: NDArray[np.float64]
    target_probabilities: NDArray[np.float64]
    y_hat: NDArray[np.float64] | None
    quantities: tuple[Quantity, ...]
    gradient_norms: NDArray[np.float64]
    last_gradient_norms: NDArray[np.float64] | None
    before: Mapping[str, NDArray[np.floating[Any]]] = field(default_factory=dict)

    @property
    def prediction(self) -> NDArray[np.intp]:
        """(T,) most probable symbols."""
        return self.likely[:, 0]

    @property
    def confidence(self) -> NDArray[np.float64]:
        """(T,) their probabilities."""
        return self.likelihoods[:, 0]

    def quantity(self, name: str) -> Quantity:
        """One of the cell, by its name.

        Raises:
            KeyError: if there is none of that name.
        """
        return {quantity.name: quantity for quantity in self.quantities}[name]


class Evaluator:
    """Evaluates parameters on a fixed set of sequences, with buffers of its own.

    All sequences up to 100,000 symbols, else a fixed sample drawn from the seed: of 100,000
    symbols, fewer for a large network. Of streams it is the first chunks, in the order of
    training, with the state carried along from zeros. Whatever ``at_step`` raises between two
    time steps, such as `Interrupted`, leaves an evaluation half-way.

    Args:
        sequences: the set; of what is not in the sample `detail` can show one.
        symbols: I and O, how many input and output symbols there are.
        config: cell, hidden nodes, type and seed.
        steps: of streams at most so many time steps of each; None for no such limit.

    Attributes:
        numbers: (n,) which of the set it evaluates, ascending.
        sample: those sequences.
        evaluated_on: n, how many they are.
        is_quick: whether a forward pass over them takes about a millisecond, or less.
    """

    def __init__(
        self,
        sequences: Sequences,
        symbols: tuple[int, int],
        config: Config,
        steps: int | None = None,
    ) -> None:
        self.numbers = _numbers(sequences, symbols, config, steps)
        whole = len(self.numbers) == len(sequences)
        self.sample = sample = sequences if whole else _some(sequences, self.numbers)
        self._sequences, self._symbols, self._dtype = sequences, symbols, config.dtype
        self.evaluated_on = len(sample)
        loops = sample.inputs.size // sample.streams if sample.streams else sample.steps
        work = sample.inputs.size * multiply_adds(symbols, config) + loops * _WORK_OF_A_STEP
        self.is_quick = work <= _QUICK_WORK
        self._smallest = np.min_scalar_type(symbols[1] - 1)
        self._layout = plain_layout(config.cell, symbols, config.hidden)
        self._passes = ForwardPasses(sequences, sample, symbols, config)

    def evaluate(self, parameters: Parameters, at_step: AtStep | None = None) -> Evaluation:
        """Loss and accuracy with these parameters."""
        return self._pass(parameters, None, at_step)

    def predictions(
        self, parameters: Parameters, at_step: AtStep | None = None
    ) -> NDArray[np.unsignedinteger]:
        """(n, T) most probable symbols with these parameters: `Evaluation.predictions`."""
        with np.errstate(all="ignore"):
            passes = self._passes.over(parameters, at_step)
            return self._by_sequence([predicted(each.outputs) for each in passes])

    def _by_sequence(self, found: list[Tokens]) -> NDArray[np.unsignedinteger]:
        """From (T, B) symbols of each pass."""
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
            for batch, _, network, outputs in self._passes.over(parameters, at_step):
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
            for batch, lengths, network, _ in self._passes.over(parameters, at_step):
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
        network = self._passes.unrolled(batch.steps, 1)
        with np.errstate(all="ignore"):
            carried = self.state_before(parameters, index, at_step)
            outputs = network.forward(parameters, batch, at_step, carried)
            likely, y_hat = most_likely(outputs.logits[:, :, 0], 3), outputs.y_hat[:, :, 0].T
            targets = batch.targets[:, 0]
            outputs.output_gradient(batch)
            network.backpropagate_states(parameters, at_step)
            return SequenceDetail(
                inputs=batch.inputs[:, 0].copy(),
                targets=targets.copy(),
                scored=_scored(batch),
                likely=likely,
                likelihoods=np.take_along_axis(y_hat, likely, 1).astype(np.float64),
                target_probabilities=y_hat[np.arange(batch.steps), targets].astype(np.float64),
                y_hat=y_hat.astype(np.float64) if y_hat.shape[1] <= OUTPUTS_AT_MOST else None,
                quantities=tuple(
                    quantity._replace(value=quantity.value[:, 0].copy())
                    for quantity in network.cell.quantities()
                ),
                gradient_norms=_norms_by_step(network),
                last_gradient_norms=self._last_gradient_norms(network, parameters, batch, at_step),
                before={}
                if carried is None
                else {n: s[0] for n, s in zip("ac", carried, strict=False)},
            )

    def _last_gradient_norms(
        self, network: Unrolled, parameters: Parameters, batch: Batch, at_step: AtStep | None
    ) -> NDArray[np.float64] | None:
        """How far back the error of the last scored step alone reaches; overwrites gradients."""
        work = batch.steps * parameters["U"].size
        scored = np.flatnonzero(_scored(batch))
        if not len(scored) or work > _SECOND_BACKWARD_AT_MOST or batch.steps > _STEPS_AT_MOST:
            return None
        network.head.ds_o[:, : scored[-1]] = 0  # those behind it are 0 as it is
        network.backpropagate_states(parameters, at_step)
        return _norms_by_step(network)

    def state_before(
        self, parameters: Parameters, index: int, at_step: AtStep | None = None
    ) -> Carry | None:
        """The state with which a sequence begins; see `ForwardPasses.state_before`."""
        with np.errstate(all="ignore"):
            return self._passes.state_before(parameters, index, at_step)

    def single(self, index: int) -> Batch:
        """One sequence of the set, without its padding."""
        return batch_of(self._sequences.single(index), self._symbols)


def _scored(batch: Batch) -> NDArray[np.bool_]:
    """(T,) which steps of a single sequence are scored; a copy."""
    return np.ones(batch.steps, np.bool_) if batch.scored is None else batch.scored[:, 0].copy()


def most_likely(logits: NDArray[np.floating[Any]], count: int) -> NDArray[np.intp]:
    """(O, T) → (T, min(O, count)) the symbols of the largest logits, the largest first.

    Of equal ones the first, as everywhere.
    """
    left, steps = logits.copy(), np.arange(logits.shape[1])
    found = np.empty((len(steps), min(len(left), count)), np.intp)
    for place in range(found.shape[1]):
        found[:, place] = left.argmax(0)
        left[found[:, place], steps] = -np.inf
    return found


def _norms_by_step(network: Unrolled) -> NDArray[np.float64]:
    """(T,) ‖∂L/∂s_t‖ of a single sequence, over all gates."""
    ds = network.cell.ds_x[:, :, 0].astype(np.float64)
    norms: NDArray[np.float64] = np.linalg.norm(ds, axis=(0, 2))
    return norms


def _numbers(
    sequences: Sequences, symbols: tuple[int, int], config: Config, steps: int | None
) -> Tokens:
    """Which sequences are evaluated on, in the order of the set."""
    count, length = sequences.inputs.shape
    if sequences.streams and steps is not None:
        count = min(count, max(1, steps // length) * sequences.streams)
    if count * length <= SYMBOLS_AT_MOST:
        return np.arange(count)
    work = _WORK_ALONG_STREAMS if sequences.streams else _WORK_AT_MOST
    affordable = work // multiply_adds(symbols, config)
    keep = min(max(1, min(SYMBOLS_AT_MOST, affordable) // length), count)
    if sequences.streams:
        return np.arange(max(1, keep // sequences.streams) * sequences.streams)
    generator = np.random.default_rng([config.seed, count])
    return np.sort(generator.choice(count, keep, replace=False))


def _some(sequences: Sequences, numbers: Tokens) -> Sequences:
    """Those of these numbers; of streams they are the first ones."""
    return sequences.first(len(numbers)) if sequences.streams else sequences.rows(numbers)


def multiply_adds(symbols: tuple[int, int], config: Config) -> int:
    """Of the forward pass, for each symbol."""
    return config.hidden * (config.hidden * config.gates + symbols[1])
