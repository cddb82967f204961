"""From a snapshot to what each panel of the weights view shows: pure functions."""

from __future__ import annotations

from rnn_tui.session.lenses.norms import norms
from rnn_tui.session.lenses.weights import weights
from rnn_tui.session.snapshot import Snapshot
from widgets import Dynamics, TensorMap


def tensors(snapshot: Snapshot) -> list[TensorMap]:
    """Every tensor in the notebook's shape."""
    matrices = snapshot.observation.see(weights).matrices
    return [
        TensorMap(
            tensor.name,
            tensor.role,
            matrices[tensor.name],
            tensor.norm,
            tensor.gradient_norm,
            tensor.update_ratio,
        )
        for tensor in snapshot.observation.see(norms)
    ]


def dynamics(snapshot: Snapshot) -> Dynamics:
    """The largest eigenvalue of U, and how many nodes are saturated."""
    seen = snapshot.observation.see(weights)
    return Dynamics(seen.spectral_radius, seen.saturated)
