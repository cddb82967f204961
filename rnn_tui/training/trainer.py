"""The deterministic machine that makes a network learn.

One owner; no thread, no clock, no file. Same configuration, same journal: same bits,
whether stepped, run, interrupted or restored.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rnn_tui.model.batch import Batch
from rnn_tui.model.buffers import Array
from rnn_tui.model.cell import Carry
from rnn_tui.model.interruption import AtStep
from rnn_tui.model.network import network_for
from rnn_tui.model.parameters import Parameters, draw
from rnn_tui.training.batches import MiniBatches
from rnn_tui.training.config import Config
from rnn_tui.training.epoch_sums import EpochSums
from rnn_tui.training.evaluation import SYMBOLS_AT_MOST, Evaluator
from rnn_tui.training.journal import ZERO, Journal, Position
from rnn_tui.training.optimizers.optimizer import Memory, Vector
from rnn_tui.training.schedules import factor
from rnn_tui.training.settings.setting import Settings, Transform
from rnn_tui.training.settings.table import apply_settings, transforms
from rnn_tui.training.weights import parse_weights, set_to_zero

_LONG_UPDATE = 50_000_000  # multiply-adds of one forward pass, a few milliseconds of update


class Diverged(Exception):
    """A gradient, a parameter or what the optimizer remembers became NaN or infinite.

    Attributes:
        epoch: the last finite epoch; the trainer is there again.
        update: the update of the following epoch that went wrong.
        tensor: the first non-finite one, such as ``gradient of U``.
    """

    def __init__(self, epoch: int, update: int, tensor: str) -> None:
        super().__init__(epoch, update, tensor)  # what it is pickled with
        self.epoch, self.update, self.tensor = epoch, update, tensor

    def __str__(self) -> str:
        return f"diverged after epoch {self.epoch}: the {self.tensor} is no longer finite"


@dataclass(frozen=True, eq=False)
class State:
    """The end of an epoch: enough to go on from it with the same bits.

    Attributes:
        epoch: epochs finished.
        parameters: the flat vector; never written to.
        previous: the flat vector one epoch before, None at epoch 0.
        optimizer: what the optimizer remembers.
        training_loss: of this epoch's training curve, nats per scored symbol; NaN at epoch 0.
        training_accuracy: of this epoch's training curve, 0 to 1; NaN at epoch 0.
        valid_loss: of the validation set with these parameters, nats per scored symbol; NaN at
            epoch 0 and without a validation set.
        valid_accuracy: the same, 0 to 1.
    """

    epoch: int
    parameters: Vector
    previous: Vector | None
    optimizer: Memory
    training_loss: float
    training_accuracy: float
    valid_loss: float = math.nan
    valid_accuracy: float = math.nan

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
        carried: the state that the next chunk of a text begins with; empty where none is carried.
    """

    position: Position
    parameters: Vector
    optimizer: Memory
    terms: tuple[float, int]
    carried: Carry = ()


class Trainer:
    """Trains one network on one training set.

    Attributes:
        dataset: what is trained on and validated on.
        layout: of all parameters.
        state: the end of the last finished epoch.
        update: updates made since.
        journal: the settings of every update, and when weights were set to zero; may be
            replaced between updates.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self.dataset = config.task.dataset(config.seed, config.valid, config.batch)
        training, size, symbols = self.dataset.training, config.batch_size, config.symbols
        self._batches = MiniBatches(training, symbols, size)
        self._network = network_for(config.cell, size, symbols, config.hidden, config.dtype)
        self.layout = self._network.layout
        width = config.gates * config.hidden + symbols[1]
        self._is_long = training.steps * size * config.hidden * width > _LONG_UPDATE
        weights = np.random.default_rng(np.random.SeedSequence(config.seed).spawn(1)[0])
        self._initial = draw(self.layout, config.init, config.hidden, weights, config.dtype).flat
        self._parameters = Parameters.zeros(self.layout, config.dtype)
        self._gradient = Parameters.zeros(self.layout, config.dtype)
        self._memory = config.optimizer.start(self._parameters.flat)
        self._carries = training.streams > 0
        self._is_scheduled = config.epochs is not None or config.warmup > 0
        self._sums = EpochSums(training.steps, size, symbols[1], config.dtype)
        self._validation = None
        if self.dataset.validation is not None:
            validation = self.dataset.validation
            first = validation.first(max(1, SYMBOLS_AT_MOST // validation.steps))
            self._validation = Evaluator(first, symbols, config)
        self.updates_per_epoch = len(self._batches)
        self.symbols_per_epoch = training.scored_count
        self.journal = Journal(config.settings)
        self._settings: Settings | None = None
        self._transforms: list[Transform] = []
        self.restore(self.initial_state())

    @property
    def epoch(self) -> int:
        """Epochs finished."""
        return self.state.epoch

    @property
    def position(self) -> Position:
        """Where the next update is made."""
        return Position(self.state.epoch, self.update)

    def initial_state(self) -> State:
        """Epoch 0, with the weights that are held or were set to zero there."""
        parameters = Parameters(self.layout, self._initial.copy())
        memory = self.config.optimizer.start(parameters.flat)
        self._apply(Position(0), parameters, memory)
        return State(0, parameters.flat, None, memory, math.nan, math.nan)

    def parameters_of(self, state: State) -> Parameters:
        """The named views into a state's parameters; not to be written to."""
        return Parameters(self.layout, state.parameters)

    def partial(self) -> Partial | None:
        """The progress inside the epoch under way, None at the end of an epoch."""
        if self.update == 0:
            return None
        flat = self._parameters.flat.copy()
        return Partial(
            self.position, flat, _copied(self._memory), self._sums.sums(), self._carried or ()
        )

    def restore(self, state: State, partial: Partial | None = None) -> None:
        """Go to the end of an epoch, or to a position inside the one that follows it."""
        self.state = state
        source = state if partial is None else partial
        self._parameters.flat[...] = source.parameters
        for array, kept in zip(self._memory, source.optimizer, strict=True):
            array[...] = kept
        self.update = 0 if partial is None else partial.position.update
        self._carried = None if partial is None else partial.carried or None
        self._watching = False
        self._sums.restart(None if partial is None else partial.terms)

    def advance(
        self, between: Callable[[], None] | None = None, at_step: AtStep | None = None
    ) -> State:
        """Finish the epoch under way.

        Args:
            between: called before each update; may raise `Interrupted`.
            at_step: called between the time steps of long updates; may raise `Interrupted`.

        Raises:
            Interrupted: if a callable does. The updates made are kept, the position stays
                inside the epoch, and calling again goes on with the same bits.
            Diverged: if something became non-finite.
        """
        with np.errstate(all="ignore"):
            self._make_updates(between, at_step)
            if not self._all_finite():  # once more, to see what went wrong first
                self.restore(self.state)
                self._watching = True
                self._make_updates(between, at_step)
        return self._finish(at_step)

    def _make_updates(self, between: Callable[[], None] | None, at_step: AtStep | None) -> None:
        """Those that are left of the epoch under way."""
        batches, changes_at = self._batches, self._settle()
        poll = at_step if self._is_long or self._network.truncation is not None else None
        for update in range(self.update, self.updates_per_epoch):
            if between is not None:
                between()
            if changes_at is not None and self.position >= changes_at:
                changes_at = self._settle()
            self._make_update(batches[update], poll)
            self.update = update + 1

    def _settle(self) -> Position | None:
        """Take the settings from the journal; where they change next."""
        position, journal = self.position, self.journal
        settings = journal.at(position)
        if settings is not self._settings:
            self._settings, self._learning_rate = settings, float(settings["lr"] or 0)
            truncation = settings["bptt"]
            self._network.truncation = None if truncation is None else int(truncation)
            self._transforms = transforms(settings, self._gradient, self._parameters)
        self._apply(position, self._parameters, self._memory)
        return journal.next_change(position)

    def _apply(self, position: Position, parameters: Parameters, memory: Memory) -> None:
        """Make the changes of exactly this position that concern the weights themselves."""
        if position == (0, 0):
            apply_settings(self.journal.initial, parameters, memory)
        if not self.journal.changes:
            return
        if made := self.journal.made_at(position):
            for change in made:
                if change.name == ZERO:
                    weights = parse_weights(str(change.value), parameters.layout.tensors)
                    for numbers in (parameters, *map(parameters.with_flat, memory)):
                        set_to_zero(numbers, weights)
            apply_settings(self.journal.at(position), parameters, memory)

    def rate_factor(self, position: Position) -> float:
        """By what the schedule multiplies the learning rate of the update made here."""
        config = self.config
        if not self._is_scheduled:
            return 1.0
        step = position.epoch * self.updates_per_epoch + position.update
        updates = None if config.epochs is None else config.epochs * self.updates_per_epoch
        return factor(config.schedule, config.warmup, step, updates)

    def _make_update(self, batch: Batch, at_step: AtStep | None) -> None:
        outputs = self._network.forward(self._parameters, batch, at_step, self._carried)
        self._sums.stage(outputs, batch)
        self._network.backward(self._parameters, batch, self._gradient, at_step)
        for transform in self._transforms:
            transform()
        if self._watching:
            self._look_for_divergence("gradient of", self._gradient)
        self._sums.commit()
        rate = self._learning_rate
        if self._is_scheduled:
            rate *= self.rate_factor(self.position)
        step = self.state.epoch * self.updates_per_epoch + self.update
        self.config.optimizer.update(
            self._parameters.flat, self._gradient.flat, self._memory, rate, step
        )
        if self._carries:
            self._carried = _copied(self._network.carry(batch))
        if self._watching:
            self._look_for_divergence("parameter", self._parameters)
            for vector in self._memory:
                numbers = self._parameters.with_flat(vector)
                self._look_for_divergence("optimizer's memory of", numbers)

    def validate(
        self, parameters: Parameters, at_step: AtStep | None = None
    ) -> tuple[float, float]:
        """Loss, nats per scored symbol, and accuracy over the validation set; NaN without one.

        Raises:
            Interrupted: if ``at_step`` does.
        """
        if self._validation is None:
            return math.nan, math.nan
        evaluation = self._validation.evaluate(parameters, at_step)
        return evaluation.loss, evaluation.accuracy

    def _finish(self, at_step: AtStep | None) -> State:
        before = self.state
        self._apply(Position(before.epoch + 1), self._parameters, self._memory)
        valid_loss, valid_accuracy = self.validate(self._parameters, at_step)
        loss, correct = self._sums.sums()
        self.state = State(
            epoch=before.epoch + 1,
            parameters=self._parameters.flat.copy(),
            previous=before.parameters,
            optimizer=_copied(self._memory),
            training_loss=loss / self.symbols_per_epoch,
            training_accuracy=correct / self.symbols_per_epoch,
            valid_loss=valid_loss,
            valid_accuracy=valid_accuracy,
        )
        self.update, self._carried = 0, None
        self._watching = False
        self._sums.restart(None)
        return self.state

    def _all_finite(self) -> bool:
        """Whether the parameters are, and what the optimizer remembers."""
        return self._parameters.all_finite() and all(
            bool(np.isfinite(vector).all()) for vector in self._memory
        )

    def _look_for_divergence(self, kind: str, numbers: Parameters) -> None:
        """Where something is non-finite, the epoch starts again."""
        for name in numbers:
            if not np.isfinite(numbers[name]).all():
                diverged = Diverged(self.epoch, self.update, f"{kind} {name}")
                self.restore(self.state)
                raise diverged


def _copied(arrays: Memory | Carry) -> tuple[Array, ...]:
    return tuple(array.copy() for array in arrays)
