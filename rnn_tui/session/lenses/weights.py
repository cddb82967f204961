"""The weights themselves, and what they do to a signal: eigenvalues of U, saturated nodes."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnn_tui.session.lenses.lens import Scene

SATURATED = 0.95


class WeightsSeen(NamedTuple):
    """All tensors at the epoch shown.

    Attributes:
        matrices: by name, float64 copies in the notebook's shapes: W (H, V), U (H, H), V (V, H),
            b_h (H,), b_o (V,).
        spectral_radius: largest |λ| of U; NaN where U is not finite.
        saturated: share of all activations with |a_h| > 0.95, over the sequences evaluated.
    """

    matrices: dict[str, NDArray[np.float64]]
    spectral_radius: float
    saturated: float


def weights(scene: Scene) -> WeightsSeen:
    """A lens: every weight."""
    parameters = scene.parameters

    def look() -> WeightsSeen:
        matrices = {name: np.array(parameters.notebook(name), np.float64) for name in parameters}
        share = scene.evaluator.saturated(parameters, SATURATED, scene.at_step)
        return WeightsSeen(matrices, _spectral_radius(matrices["U"]), share)

    return scene.once("weights", look)


def _spectral_radius(matrix: NDArray[np.float64]) -> float:
    if not np.isfinite(matrix).all():
        return float("nan")
    return float(np.abs(np.linalg.eigvals(matrix)).max())
