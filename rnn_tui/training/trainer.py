"""The deterministic machine that makes a network learn.

One owner; no thread, no clock, no file. Same configuration, same journal: same bits,
whether stepped, run, interrupted or restored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnn_tui.model.batch import Batch
from rnn_tui.model.online import Online, pays, stacked_layout
from rnn_tui.model.parameters import Float, Parameters, draw
from rnn_tui.model.rnn import AtStep, Unrolled, layout, logits_are_small, unrolled_for
from rnn_tui.tasks.task import Sequences, Task
from rnn_tui.training.config import Config
from rnn_tui.training.curve import EpochTerms, Outputs
from rnn_tui.training.journal import Journal, Position
from rnn_tui.training.optimizers import SGD, Optimizer, Vector, clip_to_norm

_PREPARE_AT_MOST = 1_000_000  # symbols of which the batches are kept ready
_LONG_UPDATE = 3_000_000  # multiply-adds of one forward pass worth polling inside


class Diverged(Exception):
    """A gradient or a parameter became NaN or infinite.

    Attributes:
        epoch: the last finite epoch; the trainer is there again.
        update: the update of the following epoch that went wrong.
        tensor: the first non-finite one, such as ``gradient of U``.
    """

    def __init__(self, epoch: int, update: int, tensor: str) -> None:
        super().__init__(f"diverged after epoch {epoch}: the {tensor} is no longer finite")
        self.epoch, self.update, self.tensor = epoch, update, tensor


@dataclass(frozen=True, eq=False)
class State:
    """The end of an epoch: enough to go on from it with the same bits.

    Attributes:
        epoch: epochs finished.
        parameters: the flat vector; never written to.
        previous: the flat vector one epoch before, None at epoch 0.
        optimizer: what the optimizer remembers.
        training_loss: of this epoch's training curve, nats per symbol; NaN at epoch 0.
        training_accuracy: of this epoch's training curve, 0 to 1; NaN at epoch 0.
    """

    epoch: int
    parameters: Vector
    previous: Vector | None
    optimizer: tuple[Vector, ...]
    training_loss: float
    training_accuracy: float

    @property
    def nbytes(self) -> int:
        """What keeping it costs, roughly; ``previous`` is usually shared with a neighbour."""
        arrays = (self.parameters, *self.optimizer)
        return sum(array.nbytes for array in arrays) + 600


@dataclass(frozen=True, eq=False)
class Partial:
    """The position inside an epoch that was left half-way.

    Attributes:
        position: epochs finished, and updates made since.
        parameters: the live flat vector.
        optimizer: what the optimizer remembers.
        terms: the training curve's sums so far.
    """

    position: Position
    parameters: Vector
    optimizer: tuple[Vector, ...]
    terms: tuple[float, int]


class Trainer:
    """Trains one network on one training set.

    Attributes:
        epoch: epochs finished.
        update: updates made since.
        journal: the learning rates; may be replaced between updates.
    """

    def __init__(self, config: Config) -> None:
        weight_seed, sequence_seed = np.random.SeedSequence(config.seed).spawn(2)
        self.config = config
        self.task: Task = config.make_task()
        self.sequences: Sequences = self.task.draw(np.random.default_rng(sequence_seed))
        count = len(self.sequences.inputs)
        batch = min(config.batch, count)
        one_by_one = pays(batch, config.symbols, config.hidden)
        make_layout = stacked_layout if one_by_one else layout
        self.layout = make_layout(config.symbols, config.hidden)
        self._initial = draw(
            self.layout, config.init, config.hidden, np.random.default_rng(weight_seed),
            config.dtype,
        )  # fmt: skip
        self._parameters = Parameters(self.layout, self._initial.flat.copy())
        self._gradient = Parameters.zeros(self.layout, config.dtype)
        self._optimizer: Optimizer = SGD(self._parameters.flat)
        self._networks: dict[int, Unrolled] = {}
        self._online: Online | None = None
        if one_by_one:
            self._online = Online(
                self._parameters, self._gradient, config.length, config.symbols, config.hidden,
                config.dtype,
            )  # fmt: skip
        self._terms = EpochTerms(config.length * batch, config.symbols, config.dtype)
        self._starts = range(0, count, config.batch)
        self.updates_per_epoch = len(self._starts)
        self._batches: list[Batch] | None = None
        if self.sequences.inputs.size <= _PREPARE_AT_MOST:
            self._batches = [self._make_batch(start) for start in self._starts]
        self.journal = Journal(config.lr)
        self.update = 0
        self._finished = self.initial_state()
        self._shift = not logits_are_small(self._parameters)  # settled anew for each epoch

    @property
    def symbols_per_epoch(self) -> int:
        """Predictions made in an epoch."""
        return int(self.sequences.inputs.size)

    @property
    def epoch(self) -> int:
        """Epochs finished."""
        return self._finished.epoch

    @property
    def position(self) -> Position:
        """Where the next update is made."""
        return Position(self.epoch, self.update)

    @property
    def state(self) -> State:
        """The end of the last finished epoch."""
        return self._finished

    def initial_state(self) -> State:
        """Epoch 0."""
        return State(0, self._initial.flat.copy(), None, (), float("nan"), float("nan"))

    def parameters_of(self, state: State) -> Parameters:
        """The named views into a state's parameters; not to be written to."""
        return Parameters(self.layout, state.parameters)

    def partial(self) -> Partial | None:
        """The progress inside the epoch under way, None at the end of an epoch."""
        if self.update == 0:
            return None
        optimizer = tuple(array.copy() for array in self._optimizer.state)
        flat = self._parameters.flat.copy()
        return Partial(self.position, flat, optimizer, self._terms.sums())

    def restore(self, state: State, partial: Partial | None = None) -> None:
        """Go to the end of an epoch, or to a position inside the one that follows it."""
        self._finished = state
        source = state if partial is None else partial
        self._parameters.flat[...] = source.parameters
        for array, kept in zip(self._optimizer.state, source.optimizer, strict=True):
            array[...] = kept
        self._shift = not logits_are_small(self.parameters_of(state))
        self.update = 0 if partial is None else partial.position.update
        self._terms.restart(None if partial is None else partial.terms)

    def advance(
        self, between: Callable[[], None] | None = None, at_step: AtStep | None = None
    ) -> State:
        """Finish the epoch under way.

        Args:
            between: called before each update; may raise `Interrupted`.
            at_step: called at each time step of long updates; may raise `Interrupted`.

        Raises:
            Interrupted: if a callable does. The updates made are kept, the position stays
                inside the epoch, and calling again goes on with the same bits.
            Diverged: if a gradient or parameter became non-finite.
        """
        rate = self.journal.rate_at(self.position)
        next_change = self.journal.next_change(self.position)
        work = self.config.length * min(self.config.batch, len(self.sequences.inputs))
        long_update = work * self.config.hidden * (self.config.hidden + self.config.symbols)
        poll = at_step if long_update > _LONG_UPDATE else None
        with np.errstate(all="ignore"):
            while self.update < self.updates_per_epoch:
                if between is not None:
                    between()
                if next_change is not None and self.position >= next_change:
                    rate = self.journal.rate_at(self.position)
                    next_change = self.journal.next_change(self.position)
                self._make_update(rate, poll)
            return self._finish()

    def _make_update(self, rate: float, at_step: AtStep | None) -> None:
        batch = self._batch(self.update)
        outputs = self._gradient_of(batch, at_step)
        self._terms.add(outputs, batch, self._shift)
        self._optimizer.update(self._parameters.flat, self._gradient.flat, rate)
        self.update += 1

    def _gradient_of(self, batch: Batch, at_step: AtStep | None) -> Outputs:
        """The gradient averaged over the mini-batch, and clipped, in ``_gradient``."""
        outputs: Outputs
        if self._online is not None:
            self._online.gradients(batch, shift=self._shift)
            outputs = self._online
        else:
            network = self._network(batch)
            network.forward(self._parameters, batch, at_step, shift=self._shift)
            network.blame_outputs(batch)
            network.backward(self._parameters, batch, self._gradient, at_step)
            outputs = network
        if batch.size > 1:
            self._gradient.flat *= self._gradient.flat.dtype.type(1 / batch.size)
        if self.config.clip is not None:
            clip_to_norm(self._gradient.flat, self.config.clip)
        return outputs

    def _finish(self) -> State:
        if not self._parameters.all_finite():
            raise self._diagnose()
        loss, correct = self._terms.sums()
        self._finished = State(
            epoch=self._finished.epoch + 1,
            parameters=self._parameters.flat.copy(),
            previous=self._finished.parameters,
            optimizer=tuple(array.copy() for array in self._optimizer.state),
            training_loss=loss / self.symbols_per_epoch,
            training_accuracy=correct / self.symbols_per_epoch,
        )
        self.update = 0
        self._shift = not logits_are_small(self._parameters)
        self._terms.restart(None)
        return self._finished

    def _diagnose(self) -> Diverged:
        """Repeat the epoch that diverged, looking after each update; end at its beginning."""
        start = self._finished
        self.restore(start)
        for update in range(self.updates_per_epoch):
            self._make_update(self.journal.rate_at(self.position), None)
            for kind, numbers in (("gradient of", self._gradient), ("parameter", self._parameters)):
                for name in numbers:
                    if not np.isfinite(numbers[name]).all():
                        self.restore(start)
                        return Diverged(start.epoch, update, f"{kind} {name}")
        raise AssertionError("an epoch that diverged did not diverge when repeated")

    def _make_batch(self, start: int) -> Batch:
        rows = slice(start, start + self.config.batch)
        inputs, targets, alphabet = self.sequences
        return Batch.of_sequences(inputs[rows], targets[rows], len(alphabet))

    def _batch(self, index: int) -> Batch:
        if self._batches is not None:
            return self._batches[index]
        return self._make_batch(self._starts[index])

    def _network(self, batch: Batch) -> Unrolled:
        if batch.size not in self._networks:
            dtype: NDArray[Float] = self._parameters.flat
            self._networks[batch.size] = unrolled_for(batch, self.config.hidden, dtype.dtype)
        return self._networks[batch.size]
