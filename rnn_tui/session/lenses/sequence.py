"""One training sequence under the parameters shown."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rnn_tui.session.lenses.lens import Scene


@dataclass(frozen=True, eq=False)
class SequenceSeen:
    """One training sequence under the parameters shown.

    Attributes:
        index: its number, from 0.
        count: how many there are.
        inputs, targets, predictions: (T,) symbols as they are written.
        scored: (T,) which targets count.
        confidence: (T,) probability of each predicted symbol.
        gradient_norms: (T,) ‖∂L/∂s_t‖ over all gates, of this sequence's loss.
    """

    index: int
    count: int
    inputs: tuple[str, ...]
    targets: tuple[str, ...]
    scored: NDArray[np.bool_]
    predictions: tuple[str, ...]
    confidence: NDArray[np.float64]
    gradient_norms: NDArray[np.float64]


def sequence(scene: Scene) -> SequenceSeen:
    """A lens: the sequence shown."""
    dataset, index, detail = scene.trainer.dataset, scene.sequence, scene.detail()
    training = dataset.training
    length = training.length(index)

    def written(symbols: NDArray[np.intp], alphabet: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(alphabet[symbol] for symbol in symbols[:length])

    scored = np.ones(length, bool) if training.scored is None else training.scored[index, :length]
    return SequenceSeen(
        index, len(training), written(training.inputs[index], dataset.inputs),
        written(training.targets[index], dataset.outputs), scored,
        written(detail.prediction, dataset.outputs), detail.confidence, detail.gradient_norms,
    )  # fmt: skip
