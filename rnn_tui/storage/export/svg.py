"""A run as an SVG picture: the curves of one branch with its interventions."""

from rnn_tui.storage.curve.reader import Curve
from rnn_tui.storage.export.plot import (
    BOTTOM,
    HEIGHT,
    TOP,
    axes,
    finite,
    level_line,
    line,
    opening,
    polyline,
    scale_for,
    text,
)
from rnn_tui.timeline.run_state import RunState
from rnn_tui.training.config import Config


def draw_run(run: RunState, curve: Curve, *, logarithmic: bool = False) -> str:
    """The picture; any number of epochs, NaN and an empty curve included."""
    task = run.config.task
    epochs, loss = finite(curve.epochs, curve.loss)
    valid_epochs, valid_loss = finite(curve.epochs, curve.valid_loss)
    scale = scale_for(
        float(curve.epochs.max(initial=1)), (loss, valid_loss), task.chance, logarithmic=logarithmic
    )
    last = f" · epoch {int(epochs[-1]):,} · loss {loss[-1]:.4g} nats/symbol" if len(epochs) else ""
    parts = [*opening(_title(run.config) + last), *axes(scale)]
    if task.chance is not None:
        parts += level_line(scale, task.chance, f"chance {task.chance_label}")
    branch = run.branches[int(curve.branch[-1]) if len(curve.branch) else 0]
    for change in branch.interventions[:200]:
        if change.position.epoch <= scale.epochs:
            x = scale.x(change.position.epoch)
            parts.append(line(x, TOP, x, HEIGHT - BOTTOM, "#c60", "3 3"))
    if len(valid_epochs):
        parts.append(polyline(scale, valid_epochs, valid_loss, "#b30", "8 3"))
        x, y = scale.x(valid_epochs[-1]), scale.y(valid_loss[-1])
        parts.append(text(x, y - 6, "validation", "end"))
    parts.append(polyline(scale, epochs, loss, "#06c"))
    return "\n".join([*parts, "</svg>", ""])


def _title(config: Config) -> str:
    optimizer = f"{config.optimizer.name} lr {config.settings['lr']:g}"
    cell = f"{config.cell.name} {config.hidden}"
    return f"{config.task.title} · {cell} · {optimizer} · seed {config.seed}"
