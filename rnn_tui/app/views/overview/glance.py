"""From a snapshot to the weights at a glance, and to the problem in words: pure functions."""

from __future__ import annotations

from rnn_tui.app.suggestions import suggestion
from rnn_tui.app.views.weights.present import dynamics_of, tensors_of
from rnn_tui.session.lenses import norms as norms_lens
from rnn_tui.session.lenses import weights as weights_lens
from rnn_tui.session.snapshot import Snapshot
from rnn_tui.training.config import Config
from widgets import Glance, GlanceTensor, Problem

INITS = {
    "normal": "all weights begin as N(0, 1)",
    "scaled": "all weights begin between ±1/√H",
    "small": "weights begin as N(0, 0.01²), biases at 0",
}


def weights(snapshot: Snapshot) -> Glance:
    """W, U, V side by side; of a cell with gates the last gate's blocks, which others gate.

    A trace is of a whole tensor, so blocks have none.
    """
    seen = snapshot.observation.see(weights_lens.glance)
    gates = [block.gate for block in seen.blocks if block.tensor == "U"]
    maps = tensors_of(seen, gates[-1])
    traces = {v.name: v.trace for v in snapshot.observation.see(norms_lens.norms)}
    return Glance(
        tuple(GlanceTensor(maps[name], traces.get(maps[name].name)) for name in ("W", "U", "V")),
        (maps["b_h"], maps["b_o"]),
        dynamics_of(seen),
        "" if seen.spectral_radii else "2 shows |λ| of U",
    )


def problem(snapshot: Snapshot) -> Problem:
    """The task, how training goes on, and what to try next."""
    task, config = snapshot.task, snapshot.config
    levels = []
    if task.chance is not None:
        levels.append(f"guessing {task.chance_label}")
    if task.optimum is not None:
        levels.append(f"best possible {task.optimum:.3g}")
    facts = (
        task.definition,
        task.note,
        ", ".join(levels),
        INITS[config.init],
        batches(config),
    )
    advice = suggestion(snapshot)
    return Problem(task.title, tuple(filter(None, facts)), f"next: {advice}" if advice else "")


def batches(config: Config) -> str:
    """How many updates there are, and of how many sequences each is."""
    updates = config.updates_per_epoch
    times = "1 update" if updates == 1 else f"{updates:,} updates"
    if config.batch == 1:
        return f"online: one update a sequence, {times} an epoch"
    return f"{config.batch} sequences an update, {times} an epoch"
