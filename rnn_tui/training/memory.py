"""Does a network use its memory? What it predicts with its state and without it.

Pure functions of given parameters, on copies: no run is touched. The sequences are drawn once, from
streams of the seed that no run uses.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnn_tui.model.interruption import AtStep
from rnn_tui.model.parameters import Parameters
from rnn_tui.tasks.dataset import Dataset, Sequences
from rnn_tui.tasks.task import Drawable
from rnn_tui.training.config import Config
from rnn_tui.training.evaluation import Evaluation, Evaluator, multiply_adds
from rnn_tui.training.reach import Reached, Reacher

_SYMBOLS, _SHUFFLED_SYMBOLS = 2_000, 6_000
"""Symbols that a pass reads at most; fewer for a large network."""
_WORK = 100_000_000
"""Multiply-adds of a pass at most: some 5 ms."""


class Score(NamedTuple):
    """How well symbols are predicted.

    Attributes:
        loss: nats per scored symbol.
        accuracy: 0 to 1.
        symbols: how many are scored.
    """

    loss: float
    accuracy: float
    symbols: int


class Ablation(NamedTuple):
    """The same parameters on the same sequences, with their memory and without it.

    Attributes:
        sequences: how many.
        total: how many there are in the set that they are of.
        as_is: nothing is changed.
        reset: the state is set to zero before every step: a, and c of an lstm.
        cut: U = 0; None for a cell with gates, which carry the state past U.
        shuffled: the inputs before each predicted symbol in random order; over some of them.
        lost: symbols that are right as it is, and wrong when the state is reset.
        gained: the other way round.
    """

    sequences: int
    total: int
    as_is: Score
    reset: Score
    cut: Score | None
    shuffled: Score
    lost: int
    gained: int


WAYS = {
    "as_is": "as it is", "reset": "state reset", "cut": "U = 0", "shuffled": "history shuffled",
}  # fmt: skip
"""The scores of an `Ablation`, and what they are called."""


class Memory(NamedTuple):
    """What parameters do with their memory.

    Attributes:
        training: on sequences that are trained on.
        fresh: on others: of the validation set, or drawn; None where there are none.
        is_validation: whether those are of the validation set.
        reached: accuracy by time step, or by the size of the task, beyond what is trained.
    """

    training: Ablation
    fresh: Ablation | None
    is_validation: bool
    reached: Reached


class MemoryProbe:
    """Looks at what parameters of one run do with their memory.

    Args:
        dataset: of the run.
        config: of the run.
    """

    def __init__(self, dataset: Dataset, config: Config) -> None:
        seeds = np.random.SeedSequence(config.seed).spawn(6)[3:]  # behind those of a run
        fresh, shuffling, longer = map(np.random.default_rng, seeds)
        room, training = symbols_at_most(config, _SYMBOLS), dataset.training
        count = max(1, room // training.steps)
        self._training = _Ablations(_some(training, count, shuffling), training, config, shuffling)
        self._is_validation = dataset.validation is not None
        self._fresh = None
        drawn = dataset.validation
        if drawn is None and isinstance(config.task, Drawable):
            drawn = config.task.draw(fresh, count)
        if drawn is not None:
            self._fresh = _Ablations(_some(drawn, count, shuffling), drawn, config, shuffling)
        self._reacher = Reacher(
            training if drawn is None else drawn, training.steps, config, longer
        )

    def look(
        self,
        parameters: Parameters,
        on_training: Evaluation | None = None,
        at_step: AtStep | None = None,
    ) -> Memory:
        """What these parameters do with their memory; they are only read.

        Args:
            parameters: of the network.
            on_training: if known, what they come to on the training sequences.
            at_step: called between time steps; may raise `Interrupted`.
        """
        return Memory(
            self._training.measure(parameters, on_training, at_step),
            None if self._fresh is None else self._fresh.measure(parameters, None, at_step),
            self._is_validation,
            self._reacher.measure(parameters, at_step),
        )


class _Ablations:
    """Some sequences, prepared for every way of taking the memory away."""

    def __init__(
        self, sequences: Sequences, whole: Sequences, config: Config, generator: np.random.Generator
    ) -> None:
        self._sequences, self._total = sequences, len(whole)
        self._has_gates = len(config.cell.gates) > 1
        room = symbols_at_most(config, _SHUFFLED_SYMBOLS)
        self._as_is, self._reset, self._shuffled = (
            Evaluator(shown, config.symbols, config)
            for shown in (
                sequences, one_by_one(sequences), with_shuffled_history(sequences, generator, room)
            )
        )  # fmt: skip

    def measure(
        self, parameters: Parameters, known: Evaluation | None, at_step: AtStep | None
    ) -> Ablation:
        if known is None or not known.sequences == len(self._sequences) == self._total:
            known = self._as_is.evaluate(parameters, at_step)
        reset, counts = self._reset.evaluate(parameters, at_step), self._sequences.counted
        targets = self._sequences.targets[counts]
        was_right = known.predictions[counts] == targets
        is_right = reset.predictions[:, 0] == targets
        return Ablation(
            len(self._sequences),
            self._total,
            _score(known),
            _score(reset),
            None
            if self._has_gates
            else _score(self._as_is.evaluate(_without_u(parameters), at_step)),
            _score(self._shuffled.evaluate(parameters, at_step)),
            int(np.count_nonzero(was_right & ~is_right)),
            int(np.count_nonzero(is_right & ~was_right)),
        )


def symbols_at_most(config: Config, most: int) -> int:
    """How many symbols a pass may read: as many as these, fewer for a large network."""
    return max(1, min(most, _WORK // multiply_adds(config.symbols, config)))


def one_by_one(sequences: Sequences) -> Sequences:
    """Each scored symbol as a sequence of its own: what its input alone tells.

    Every state is the one after a single step from zero, in any cell.
    """
    counts = sequences.counted
    return Sequences(sequences.inputs[counts][:, None], sequences.targets[counts][:, None])


def with_shuffled_history(
    sequences: Sequences, generator: np.random.Generator, room: int
) -> Sequences:
    """For each scored symbol its sequence up to there, the inputs before it in random order.

    Of more symbols than there is room for, a sample.

    Args:
        sequences: (N, T) the sequences.
        generator: to draw the orders from.
        room: symbols in all, at most; at least one sequence is returned.
    """
    places = np.argwhere(sequences.counted)
    most = max(1, room // sequences.steps)
    if len(places) > most:
        places = places[np.sort(generator.choice(len(places), most, replace=False))]
    rows, at = places.T
    steps = np.arange(int(at.max()) + 1)
    # Before the symbol a random key below 1, from it on the place itself plus 1.
    keys = np.where(steps < at[:, None], generator.random((len(at), len(steps))), steps + 1)
    inputs = np.take_along_axis(sequences.inputs[rows, : len(steps)], keys.argsort(1), 1)
    targets = sequences.targets[rows, : len(steps)]
    return Sequences(inputs, targets, steps == at[:, None], at + 1)


def _some(sequences: Sequences, count: int, generator: np.random.Generator) -> Sequences:
    """So many of the sequences, in their order; all where there are not more.

    Of streams the first ones, which carry their state.
    """
    if len(sequences) <= count:
        return sequences
    if sequences.streams:
        return sequences.first(count)
    return sequences.rows(np.sort(generator.choice(len(sequences), count, replace=False)))


def _without_u(parameters: Parameters) -> Parameters:
    cut = parameters.copy()
    cut["U"][...] = 0
    return cut


def _score(evaluation: Evaluation) -> Score:
    return Score(evaluation.loss, evaluation.accuracy, evaluation.symbols)
