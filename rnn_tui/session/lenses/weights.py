"""The weights themselves, and what they do to a signal: eigenvalues, saturation, gates."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnn_tui.model.buffers import Array
from rnn_tui.model.cell import Quantity
from rnn_tui.session.lenses.lens import Scene

SATURATED = 0.95
CLOSED, OPEN = 0.05, 0.95
QUICK_EIGENVALUES = 64**3
"""Gates times nodes cubed: the eigenvalues of so much take some 5 ms."""


class Block(NamedTuple):
    """A tensor, or the block of one gate in it, at the epoch shown.

    Attributes:
        name: such as ``V``, or ``U_n``.
        tensor: the name of the tensor, such as ``U``.
        role: what that connects, such as ``x→h``; empty for a bias.
        gate: its letter; empty where the tensor has no gates.
        matrix: a float64 copy in the notebook's shape: W (H, I), U (H, H), V (O, H), b_h (H,),
            b_o (O,).
        norm: ‖P‖.
        gradient_norm: ‖∂L/∂P‖, summed over time, averaged over the sequences.
        update_ratio: ‖P_N − P_N−1‖ / ‖P_N‖; None at epoch 0, or where P is zero.
    """

    name: str
    tensor: str
    role: str
    gate: str
    matrix: NDArray[np.float64]
    norm: float
    gradient_norm: float
    update_ratio: float | None


class Gate(NamedTuple):
    """How far a gate is open, over the sequences evaluated.

    Attributes:
        name: its letter.
        closed: share (0 to 1) of its values below 0.05.
        open: share of its values above 0.95.
    """

    name: str
    closed: float
    open: float


class WeightsSeen(NamedTuple):
    """All weights at the epoch shown.

    Attributes:
        blocks: in the order of the tensors, the gates of each in the order of the cell.
        spectral_radii: largest |λ| of U, or of its block of each gate, by name; NaN where that
            is not finite; empty where that was not looked for.
        saturated: share of all activations with |a| > 0.95, over the sequences evaluated; None
            for ReLU, whose activations have no bound.
        inactive: share of all activations that ReLU has set to 0; None for another activation.
        gates: those that are a σ; empty for a cell without.
    """

    blocks: tuple[Block, ...]
    spectral_radii: Mapping[str, float]
    saturated: float | None
    inactive: float | None
    gates: tuple[Gate, ...]


def weights(scene: Scene) -> WeightsSeen:
    """A lens: every weight."""
    return scene.once("weights", lambda: _look(scene, True))


def glance(scene: Scene) -> WeightsSeen:
    """A lens: the same, without eigenvalues where they take longer than a frame may."""
    cell, hidden = scene.trainer.config.cell, scene.trainer.config.hidden
    is_quick = len(cell.gates) * hidden**3 <= QUICK_EIGENVALUES
    return scene.once("glance", lambda: _look(scene, is_quick))


def _look(scene: Scene, eigenvalues: bool) -> WeightsSeen:
    shares = scene.evaluator.shares(scene.parameters, _extremes, scene.at_step)
    blocks = tuple(_blocks(scene))
    of_state = [block for block in blocks if block.tensor == "U" and eigenvalues]
    return WeightsSeen(
        blocks,
        {block.name: _spectral_radius(block.matrix) for block in of_state},
        shares.get("saturated"),
        shares.get("inactive"),
        tuple(
            Gate(name, shares[f"{name} closed"], shares[f"{name} open"])
            for name in scene.trainer.config.cell.gates
            if f"{name} open" in shares
        ),
    )


def _blocks(scene: Scene) -> Iterator[Block]:
    state, now = scene.state, scene.parameters
    _, gradient = scene.evaluation_with_gradient()
    moved = None if state.previous is None else now.with_flat(state.parameters - state.previous)
    for tensor in now.layout.tensors:
        for name, gate in zip(tensor.parts, tensor.gates or ("",), strict=True):
            norm = _norm(now[name])
            yield Block(
                name, tensor.name, tensor.role, gate,
                np.array(now[name].T if tensor.transposed else now[name], np.float64),
                norm,
                _norm(gradient[name]),
                None if moved is None or norm == 0 else _norm(moved[name]) / norm,
            )  # fmt: skip


def _extremes(quantities: tuple[Quantity, ...]) -> dict[str, NDArray[np.bool_]]:
    """Where activations and gates are so far out that next to no gradient passes."""
    found: dict[str, NDArray[np.bool_]] = {}
    for quantity in quantities:
        name, value = quantity.name, quantity.value
        if quantity.function == "σ":
            found |= {f"{name} closed": value < CLOSED, f"{name} open": value > OPEN}
        elif quantity.function == "max":
            found["inactive"] = value == 0
        elif name == "a":
            found["saturated"] = np.abs(value) > SATURATED
    return found


def _norm(array: Array) -> float:
    return float(np.linalg.norm(array.astype(np.float64)))


def _spectral_radius(matrix: NDArray[np.float64]) -> float:
    if not np.isfinite(matrix).all():
        return float("nan")
    return float(np.abs(np.linalg.eigvals(matrix)).max())
