"""The deterministic machine that makes a network learn.

One owner; no thread, no clock, no file. Same configuration, same journal: same bits,
whether stepped, run, interrupted or restored.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rnn_tui.model.batch import Batch
from rnn_tui.model.interruption import AtStep
from rnn_tui.model.network import network_for
from rnn_tui.model.parameters import Parameters, draw
from rnn_tui.training.batches import MiniBatches
from rnn_tui.training.config import Config
from rnn_tui.training.epoch_sums import EpochSums
from rnn_tui.training.journal import ZERO, Journal, Position
from rnn_tui.training.optimizers.optimizer import Optimizer, Vector
from rnn_tui.training.optimizers.sgd import SGD
from rnn_tui.training.settings.setting import Settings, Transform
from rnn_tui.training.settings.table import apply_settings, transforms
from rnn_tui.training.weights import parse_weights, set_to_zero

_LONG_UPDATE = 50_000_000  # multiply-adds of one forward pass, a few milliseconds of update


class Diverged(Exception):
    """A gradient or a parameter became NaN or infinite.

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
        sequences: the training set.
        layout: of all parameters.
        state: the end of the last finished epoch.
        update: updates made since.
        journal: the settings of every update, and when weights were set to zero; may be
            replaced between updates.
    """

    def __init__(self, config: Config) -> None:
        weight_seed, sequence_seed = np.random.SeedSequence(config.seed).spawn(2)
        generator = np.random.default_rng(sequence_seed)
        self.config = config
        self.sequences = config.task.draw(generator)
        size = min(config.batch, len(self.sequences.inputs))
        self._batches = MiniBatches(self.sequences, size)
        length, symbols = self.sequences.inputs.shape[1], len(self.sequences.alphabet)
        self._network = network_for(size, symbols, config.hidden, config.dtype)
        self.layout = self._network.layout
        self._is_long = length * size * config.hidden * (config.hidden + symbols) > _LONG_UPDATE
        self._initial = draw(
            self.layout, config.init, config.hidden, np.random.default_rng(weight_seed),
            config.dtype,
        ).flat  # fmt: skip
        self._parameters = Parameters.zeros(self.layout, config.dtype)
        self._gradient = Parameters.zeros(self.layout, config.dtype)
        self._optimizer: Optimizer = SGD(self._parameters.flat)
        self._sums = EpochSums(length, size, symbols, config.dtype)
        self.updates_per_epoch = len(self._batches)
        self.symbols_per_epoch = int(self.sequences.inputs.size)
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
        self._apply(Position(0), parameters)
        return State(0, parameters.flat, None, (), float("nan"), float("nan"))

    def parameters_of(self, state: State) -> Parameters:
        """The named views into a state's parameters; not to be written to."""
        return Parameters(self.layout, state.parameters)

    def partial(self) -> Partial | None:
        """The progress inside the epoch under way, None at the end of an epoch."""
        if self.update == 0:
            return None
        optimizer = tuple(array.copy() for array in self._optimizer.state)
        flat = self._parameters.flat.copy()
        return Partial(self.position, flat, optimizer, self._sums.sums())

    def restore(self, state: State, partial: Partial | None = None) -> None:
        """Go to the end of an epoch, or to a position inside the one that follows it."""
        self.state = state
        source = state if partial is None else partial
        self._parameters.flat[...] = source.parameters
        for array, kept in zip(self._optimizer.state, source.optimizer, strict=True):
            array[...] = kept
        self.update = 0 if partial is None else partial.position.update
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
            Diverged: if a gradient or parameter became non-finite.
        """
        with np.errstate(all="ignore"):
            self._make_updates(between, at_step)
            if not self._parameters.all_finite():  # once more, to see what went wrong first
                self.restore(self.state)
                self._watching = True
                self._make_updates(between, at_step)
        return self._finish()

    def _make_updates(self, between: Callable[[], None] | None, at_step: AtStep | None) -> None:
        """Those that are left of the epoch under way."""
        poll = at_step if self._is_long else None
        batches, changes_at = self._batches, self._settle()
        for update in range(self.update, self.updates_per_epoch):
            if between is not None:
                between()
            if changes_at is not None and self.position >= changes_at:
                changes_at = self._settle()
            self._make_update(batches[update], poll)
            self.update = update + 1
            if self._watching:
                self._look_for_divergence()

    def _settle(self) -> Position | None:
        """Take the settings from the journal; where they change next."""
        position, journal = self.position, self.journal
        settings = journal.at(position)
        if settings is not self._settings:
            self._settings, self._rate = settings, float(settings["lr"] or 0)
            self._transforms = transforms(settings, self._gradient, self._parameters)
        self._apply(position, self._parameters)
        return journal.next_change(position)

    def _apply(self, position: Position, parameters: Parameters) -> None:
        """Make the changes of exactly this position that concern the weights themselves."""
        if position == (0, 0):
            apply_settings(self.journal.initial, parameters)
        if not self.journal.changes:
            return
        if made := self.journal.made_at(position):
            for change in made:
                if change.name == ZERO:
                    tensors = parameters.layout.tensors
                    set_to_zero(parameters, parse_weights(str(change.value), tensors))
            apply_settings(self.journal.at(position), parameters)

    def _make_update(self, batch: Batch, at_step: AtStep | None) -> None:
        outputs = self._network.forward(self._parameters, batch, at_step)
        self._sums.stage(outputs, batch)
        self._network.backward(self._parameters, batch, self._gradient, at_step)
        for transform in self._transforms:
            transform()
        self._sums.commit()
        self._optimizer.update(self._parameters.flat, self._gradient.flat, self._rate)

    def _finish(self) -> State:
        loss, correct = self._sums.sums()
        before = self.state
        self._apply(Position(before.epoch + 1), self._parameters)
        self.state = State(
            epoch=before.epoch + 1,
            parameters=self._parameters.flat.copy(),
            previous=before.parameters,
            optimizer=tuple(array.copy() for array in self._optimizer.state),
            training_loss=loss / self.symbols_per_epoch,
            training_accuracy=correct / self.symbols_per_epoch,
        )
        self.update = 0
        self._watching = False
        self._sums.restart(None)
        return self.state

    def _look_for_divergence(self) -> None:
        """After an update; where it made something non-finite, the epoch starts again."""
        for kind, numbers in (("gradient of", self._gradient), ("parameter", self._parameters)):
            for name in numbers:
                if not np.isfinite(numbers[name]).all():
                    diverged = Diverged(self.epoch, self.update - 1, f"{kind} {name}")
                    self.restore(self.state)
                    raise diverged
