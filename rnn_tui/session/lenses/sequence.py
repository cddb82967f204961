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
        confidence: (T,) probability of each predicted symbol.
        gradient_norms: (T,) ‖∂L/∂s_h,t‖ of this sequence's loss.
    """

    index: int
    count: int
    inputs: tuple[str, ...]
    targets: tuple[str, ...]
    predictions: tuple[str, ...]
    confidence: NDArray[np.float64]
    gradient_norms: NDArray[np.float64]


def sequence(scene: Scene) -> SequenceSeen:
    """A lens: the sequence shown."""
    inputs, targets, alphabet = scene.trainer.sequences
    index, detail = scene.sequence, scene.detail()

    def written(symbols: NDArray[np.intp]) -> tuple[str, ...]:
        return tuple(alphabet[symbol] for symbol in symbols)

    return SequenceSeen(
        index, len(inputs), written(inputs[index]), written(targets[index]),
        written(detail.prediction), detail.confidence, detail.gradient_norms,
    )  # fmt: skip
