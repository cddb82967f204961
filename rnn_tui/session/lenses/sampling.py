"""What the network writes, and what it answers to an input, with the parameters shown.

The lenses are values: what is asked for is part of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnn_tui.model.buffers import Array
from rnn_tui.model.interruption import polled
from rnn_tui.model.parameters import Parameters
from rnn_tui.model.sampling import Probabilities, Reader, read, softmax, write
from rnn_tui.session.lenses.lens import Scene
from rnn_tui.tasks.dataset import Sequences
from rnn_tui.tasks.symbols import Spelling
from rnn_tui.training.config import Config
from rnn_tui.training.evaluation import most_likely

OTHERS = 3
"""Of each step so many other symbols are told."""
MOST, LEAST = 800, 64
"""Symbols that are written at most, however small the network, and at least."""
_MICROSECONDS, _OF_A_STEP, _MULTIPLY_ADDS = 8_000, 15, 4_000
"""What writing may take, what the calls of a step cost, and how many are made in one."""
EPOCHS = (0, 1, 10, 100, 1_000, 10_000, 100_000, 1_000_000)
"""Whose texts are laid beside the present one, as far as they are past."""


class Passage(NamedTuple):
    """Symbols, and what might have stood in their places.

    Attributes:
        symbols: (n,) as they are written.
        given: how many of them were given, not drawn.
        sure: (n,) ŷ of each; NaN where nothing was predicted: at the beginning of a string.
        others: (n, k) the most probable other symbols, the most probable first; k is at most 3.
        shares: (n, k) their ŷ.
    """

    symbols: tuple[str, ...]
    given: int
    sure: Probabilities
    others: tuple[tuple[str, ...], ...]
    shares: Probabilities


class Answer(NamedTuple):
    """What the network predicts at each step of an input.

    Attributes:
        number: of the training sequence, from 0; None for an input that was typed.
        length: T, of which only the first n may be here.
        inputs: (n,) symbols.
        targets: (n,) symbols, empty where none is scored; None for an input that was typed.
        mistakes: (n,) whether the prediction is one: not of what nobody can know.
        predicted: of each step the most probable symbol, and the next ones.
    """

    number: int | None
    length: int
    inputs: tuple[str, ...]
    targets: tuple[str, ...] | None
    mistakes: tuple[bool, ...]
    predicted: Passage


class EarlierText(NamedTuple):
    """What the network wrote at an epoch that is past."""

    epoch: int
    symbols: tuple[str, ...]


@dataclass(frozen=True)
class Writing:
    """A lens: what the network writes; None where it cannot read what it says.

    It is a function of the parameters shown alone: each epoch draws with the same seed.

    Attributes:
        count: symbols, those given included.
        temperature: 0 for the most probable symbol at every step.
        seed: of what is drawn.
        typed: the input symbols to begin with; none for the first of the sequence shown.
    """

    count: int
    temperature: float = 1.0
    seed: int = 0
    typed: tuple[int, ...] = ()

    def __call__(self, scene: Scene) -> Passage | None:
        """Write, or remember what was written."""
        if not scene.spelling.can_be_written_on:
            return None
        start = self.start(scene)
        return scene.once((self, start), lambda: self._write(scene, start))

    def start(self, scene: Scene) -> tuple[int, ...]:
        """The symbols given."""
        return self.typed or (int(scene.trainer.dataset.training.inputs[scene.sequence, 0]),)

    def _write(self, scene: Scene, start: tuple[int, ...]) -> Passage:
        numbers, logits = [], []
        outputs = len(scene.spelling.alphabets.outputs)
        nothing = np.full(outputs, np.nan)
        for number, known in self.symbols(scene, scene.parameters, start):
            numbers.append(number)
            logits.append(nothing if known is None else known)
        drawn = _drawn(scene.spelling, numbers)
        return _passage(scene.spelling, numbers, len(start), drawn, softmax(np.stack(logits)))

    def symbols(
        self, scene: Scene, parameters: Parameters, start: tuple[int, ...]
    ) -> list[tuple[int, Array | None]]:
        """As many as are asked for, or as the network is quick; see `write`."""
        spelling, cell = scene.spelling, scene.trainer.config.cell
        count = max(1, min(self.count, affordable(scene.trainer.config)))  # also without room
        found = write(
            Reader(cell, parameters), start, spelling.written, spelling.end, self.temperature,
            np.random.default_rng(self.seed),
        )  # fmt: skip
        with np.errstate(all="ignore"):
            return list(islice(polled(found, scene.at_step), count))


@dataclass(frozen=True)
class Earlier:
    """A lens: what the network wrote in the past, as far as its parameters are kept.

    Attributes:
        writing: how it writes.
    """

    writing: Writing

    def __call__(self, scene: Scene) -> tuple[EarlierText, ...]:
        """A text for each of `EPOCHS`, of the newest state kept that is not after it."""
        if not scene.spelling.can_be_written_on:
            return ()
        start, here, timeline = self.writing.start(scene), scene.state, scene.navigator.timeline
        states = {s.epoch: s for s in map(timeline.nearest, EPOCHS) if s.epoch < here.epoch}
        found = []
        for epoch, state in sorted(states.items()):
            parameters = scene.trainer.parameters_of(state)

            def compute(parameters: Parameters = parameters) -> tuple[str, ...]:
                symbols = self.writing.symbols(scene, parameters, start)
                return tuple(scene.spelling.names[number] for number, _ in symbols)

            found.append(EarlierText(epoch, scene.of_state(state, (self, start), compute)))
        return tuple(found)


@dataclass(frozen=True)
class Reading:
    """A lens: what the network predicts at each step of an input.

    Attributes:
        most: symbols of it at most.
        typed: the input; none for the training sequence shown.
    """

    most: int
    typed: tuple[int, ...] = ()

    def __call__(self, scene: Scene) -> Answer:
        """Read, or remember what was read."""
        return scene.once((self, scene.sequence), lambda: self._read(scene))

    def _read(self, scene: Scene) -> Answer:
        spelling, config = scene.spelling, scene.trainer.config
        row = None if self.typed else scene.trainer.dataset.training.single(scene.sequence)
        symbols = [*self.typed] if row is None else row.inputs[0].tolist()
        shown = symbols[: max(1, self.most)]  # also where there is no room
        carried = None
        if row is not None:
            scene.evaluation()  # everybody wants it, and it leaves the states of all chunks
            carried = scene.evaluator.state_before(scene.parameters, scene.sequence, scene.at_step)
        y_hat = read(config.cell, scene.parameters, shown, scene.at_step, carried)
        predicted = y_hat.argmax(1)
        written = [spelling.written[symbol] for symbol in predicted.tolist()]
        return Answer(
            None if row is None else scene.sequence,
            len(symbols),
            tuple(spelling.names[symbol] for symbol in shown),
            None if row is None else _targets(row, spelling)[: len(shown)],
            _mistakes(row, predicted),
            _passage(spelling, written, 0, predicted, y_hat),
        )


def _targets(row: Sequences, spelling: Spelling) -> tuple[str, ...]:
    """Of a single sequence; empty where none is scored."""
    names = [spelling.alphabets.outputs[target] for target in row.targets[0].tolist()]
    scored = [True] * row.steps if row.scored is None else row.scored[0].tolist()
    return tuple(name if counts else "" for name, counts in zip(names, scored, strict=True))


def _mistakes(row: Sequences | None, predicted: NDArray[np.intp]) -> tuple[bool, ...]:
    """Of the first n predictions for a single sequence."""
    if row is None:
        return (False,) * len(predicted)
    wrong = predicted != row.targets[0, : len(predicted)]
    for counts in (row.scored, row.knowable):
        if counts is not None:
            wrong &= counts[0, : len(predicted)]
    return tuple(wrong.tolist())


def affordable(config: Config) -> int:
    """How many symbols a network may write in a frame."""
    _, outputs = config.symbols
    work = config.hidden * (config.hidden * config.gates + outputs) + 40 * outputs  # exp and sums
    count = _MICROSECONDS * _MULTIPLY_ADDS // (_OF_A_STEP * _MULTIPLY_ADDS + work)
    return min(max(count, LEAST), MOST)


def _drawn(spelling: Spelling, numbers: Sequence[int]) -> NDArray[np.intp]:
    """(n,) the output symbol that each is; −1 for an input symbol that is none."""
    places = {number: place for place, number in enumerate(spelling.written)}
    return np.array([places.get(number, -1) for number in numbers])


def _passage(
    spelling: Spelling,
    numbers: Sequence[int],
    given: int,
    drawn: NDArray[np.intp],
    y_hat: Probabilities,
) -> Passage:
    """Symbols with what might have stood in their places.

    Args:
        spelling: of their alphabet.
        numbers: (n,) places in it.
        given: how many were given.
        drawn: (n,) as output symbols; −1 for one that is none.
        y_hat: (n, O) what each was drawn from; NaN where from nothing.
    """
    rows, outputs = np.arange(len(drawn)), spelling.alphabets.outputs
    sure = np.where(drawn < 0, 0.0, y_hat[rows, drawn])
    sure[np.isnan(y_hat).any(1)] = np.nan
    left = y_hat.copy()
    left[rows[drawn >= 0], drawn[drawn >= 0]] = -1.0
    others = most_likely(left.T, min(OTHERS, len(outputs) - 1))
    return Passage(
        tuple(spelling.names[number] for number in numbers),
        given,
        sure,
        tuple(tuple(outputs[other] for other in row) for row in others.tolist()),
        np.take_along_axis(y_hat, others, 1),
    )
