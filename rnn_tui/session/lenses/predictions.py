"""What is predicted for every sequence that is evaluated, and what of it is wrong."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnn_tui.model.batch import Mask, Tokens
from rnn_tui.session.lenses.lens import Scene
from rnn_tui.tasks.dataset import Sequences

Symbols = NDArray[np.unsignedinteger]


class Mistake(NamedTuple):
    """A scored symbol that is predicted wrong.

    Attributes:
        sequence: number of its sequence.
        step: its time step.
        place: how many mistakes there are before it, sequence after sequence.
        total: how many mistakes there are in all.
    """

    sequence: int
    step: int
    place: int
    total: int


class PredictionsSeen(NamedTuple):
    """The predictions for n sequences with the parameters shown.

    Attributes:
        numbers: (n,) which sequences, ascending: all that are evaluated, and the chosen one.
        chosen: place of the chosen one among them.
        sequences: those sequences; shared with the run, which never changes them.
        inputs: I names, what the input symbols look like.
        outputs: O names, what the output symbols look like.
        predictions: (n, T) most probable symbols, those of padding included.
        wrong: (n, T) which symbols are scored, can be known, and are predicted wrong.
        changed: (n, T) which are scored and were predicted differently with the parameters of the
            epoch before, none at epoch 0; None where it would take long to find out.
    """

    numbers: Tokens
    chosen: int
    sequences: Sequences
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    predictions: Symbols
    wrong: Mask
    changed: Mask | None


def predictions(scene: Scene) -> PredictionsSeen:
    """A lens: all sequences at once."""
    evaluator, dataset, index = scene.evaluator, scene.trainer.dataset, scene.sequence
    numbers, sequences, wrong = evaluator.numbers, evaluator.sample, mistakes(scene)
    symbols, changed = scene.evaluation().predictions, _changed(scene)
    chosen = int(np.searchsorted(numbers, index))
    if chosen == len(numbers) or numbers[chosen] != index:  # it is not in the sample
        own = np.zeros(sequences.steps, symbols.dtype)
        own[: dataset.training.length(index)] = scene.detail().prediction
        numbers = np.insert(numbers, chosen, index)
        sequences = dataset.training.rows(numbers)
        symbols = np.insert(symbols, chosen, own, 0)
        wrong, changed = _wrong(symbols, sequences), None
    return PredictionsSeen(
        numbers, chosen, sequences, dataset.inputs, dataset.outputs, symbols, wrong, changed
    )


def mistakes(scene: Scene) -> Mask:
    """(n, T) which symbols of the sequences evaluated are mistakes: see `PredictionsSeen`."""
    symbols = scene.evaluation().predictions
    return scene.once("mistakes", lambda: _wrong(symbols, scene.evaluator.sample))


def count_mistakes(scene: Scene) -> int:
    """How many symbols of the sequences evaluated are mistakes."""
    evaluation = scene.evaluation()
    if scene.evaluator.sample.knowable is None:
        return evaluation.symbols - evaluation.correct
    return int(np.count_nonzero(mistakes(scene)))


def next_mistake(scene: Scene, sequence: int, step: int) -> Mistake | None:
    """The first mistake after a time step of a sequence, round and round; None for none.

    Args:
        scene: of the state shown.
        sequence: number of a sequence, evaluated or not.
        step: a time step of it.
    """
    wrong, steps = mistakes(scene), scene.evaluator.sample.steps
    rows, times = np.nonzero(wrong)
    if not len(rows):
        return None
    places = scene.evaluator.numbers[rows] * steps + times
    after = int(np.searchsorted(places, sequence * steps + step, side="right")) % len(places)
    return Mistake(*divmod(int(places[after]), steps), after, len(places))


def worst_sequence(scene: Scene) -> tuple[Mistake, int] | None:
    """The first mistake of the first sequence with the most, and how many it has; None for none."""
    wrong = mistakes(scene)
    counts = wrong.sum(axis=1)
    worst = int(counts.argmax())
    if not counts[worst]:
        return None
    number, step = int(scene.evaluator.numbers[worst]), int(wrong[worst].argmax())
    place, total = int(counts[:worst].sum()), int(counts.sum())
    return Mistake(number, step, place, total), int(counts[worst])


def _wrong(symbols: Symbols, sequences: Sequences) -> Mask:
    """Which symbols are mistakes: not those that do not count, or that nobody can know."""
    wrong: Mask = (symbols != sequences.targets) & sequences.certain
    return wrong


def _changed(scene: Scene) -> Mask | None:
    """What the last epoch changed: a second pass, where that is quick whatever came before."""
    evaluator, previous, scored = (
        scene.evaluator,
        scene.state.previous,
        scene.evaluator.sample.scored,
    )
    if not evaluator.is_quick:
        return None
    if previous is None:
        return np.zeros(evaluator.sample.inputs.shape, np.bool_)

    def compare() -> Mask:
        before = evaluator.predictions(scene.parameters.with_flat(previous), scene.at_step)
        changed: Mask = before != scene.evaluation().predictions
        return changed if scored is None else changed & scored

    return scene.once("changed", compare)
