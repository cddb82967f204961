"""The norms of all tensors, of their gradients and of what the last epoch changed."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnn_tui.session.lenses.lens import Scene

TRACE_POINTS = 24


class TensorNorms(NamedTuple):
    """One tensor at the epoch shown.

    Attributes:
        name: its letter, such as ``W``.
        role: what it connects, such as ``x→h``; empty for a bias.
        shape: rows and columns, or how many numbers.
        norm: ‖P‖.
        trace: (n,) norms at epochs spread over the past, the oldest first.
        gradient_norm: ‖∂L/∂P‖, summed over time, averaged over the sequences.
        update_ratio: ‖P_N − P_N−1‖ / ‖P_N‖; None at epoch 0, or where P is zero.
    """

    name: str
    role: str
    shape: tuple[int, ...]
    norm: float
    trace: NDArray[np.float64]
    gradient_norm: float
    update_ratio: float | None


def norms(scene: Scene) -> tuple[TensorNorms, ...]:
    """A lens: the norms of every tensor."""
    state, parameters = scene.state, scene.parameters
    _, gradient = scene.evaluation_with_gradient()
    now, of_gradient = parameters.norms(), gradient.norms()
    spread = scene.navigator.timeline.spread(state.epoch, TRACE_POINTS)
    past = [
        scene.of_state(kept, "norms", scene.trainer.parameters_of(kept).norms) for kept in spread
    ]
    moved: dict[str, float] | None = None
    if state.previous is not None:
        moved = parameters.with_flat(state.parameters - state.previous).norms()
    return tuple(
        TensorNorms(
            tensor.name,
            tensor.role,
            tensor.shape,
            now[tensor.name],
            np.array([kept[tensor.name] for kept in past]),
            of_gradient[tensor.name],
            _ratio(moved, now, tensor.name),
        )
        for tensor in parameters.layout.tensors
    )


def _ratio(moved: dict[str, float] | None, norms: dict[str, float], name: str) -> float | None:
    """‖ΔP‖ / ‖P‖; None where nothing has moved yet, or P is zero."""
    return None if moved is None or norms[name] == 0 else moved[name] / norms[name]
