"""From a snapshot to what each panel of the weights view shows: pure functions."""

from __future__ import annotations

from rnn_tui.session.lenses.weights import WeightsSeen, weights
from rnn_tui.session.snapshot import Snapshot
from widgets import Dynamics, GateOpening, TensorMap


def tensors(snapshot: Snapshot, gate: str = "") -> dict[str, TensorMap]:
    """Every tensor in the notebook's shape, by its name.

    Args:
        snapshot: the moment.
        gate: letter of the gate whose blocks are to be shown; the place of U says which it is.
            Empty for a cell without gates.
    """
    return tensors_of(snapshot.observation.see(weights), gate)


def tensors_of(seen: WeightsSeen, gate: str = "") -> dict[str, TensorMap]:
    """The same of what a lens saw."""
    found, blocks = {}, seen.blocks
    for block in blocks:
        if block.gate in ("", gate):
            found[block.tensor] = TensorMap(
                block.name, block.role, block.matrix,
                block.norm, block.gradient_norm, block.update_ratio,
            )  # fmt: skip
    gates = [block.gate for block in blocks if block.tensor == "U"]
    if gate:
        place = f"gate {gates.index(gate) + 1} of {len(gates)}"
        found["U"] = found["U"]._replace(place=place)
    return found


def dynamics(snapshot: Snapshot) -> Dynamics:
    """The largest eigenvalues, what is saturated, and how far the gates are open."""
    return dynamics_of(snapshot.observation.see(weights))


def dynamics_of(seen: WeightsSeen) -> Dynamics:
    """The same of what a lens saw."""
    return Dynamics(
        tuple(seen.spectral_radii.items()),
        seen.saturated,
        seen.inactive,
        tuple(GateOpening(*gate) for gate in seen.gates),
    )
