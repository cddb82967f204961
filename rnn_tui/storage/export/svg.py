"""A run as an SVG picture: the curves of one branch with its interventions."""

import math
from html import escape
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnn_tui.storage.curve.reader import Curve
from rnn_tui.timeline.run_state import RunState
from rnn_tui.training.config import Config

_WIDTH, _HEIGHT = 960, 480
_LEFT, _RIGHT, _TOP, _BOTTOM = 80, 24, 64, 56
_COLUMNS = _WIDTH - _LEFT - _RIGHT
_STYLE = "font-family='monospace' font-size='14' fill='#333'"
Floats = NDArray[np.float64]


class _Scale(NamedTuple):
    """Epochs to the right from 0, losses upwards from 0."""

    epochs: float
    loss: float

    def x(self, epoch: float) -> float:
        return _LEFT + _COLUMNS * epoch / self.epochs

    def y(self, loss: float) -> float:
        return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * loss / self.loss


def draw_run(run: RunState, curve: Curve) -> str:
    """The picture; any number of epochs, NaN and an empty curve included."""
    task = run.config.task
    epochs, loss = _finite(curve, curve.loss)
    valid_epochs, valid_loss = _finite(curve, curve.valid_loss)
    greatest = max(float(losses.max(initial=0.0)) for losses in (loss, valid_loss))
    top = max(greatest, task.chance or 0.0, 1e-9)
    scale = _Scale(float(curve.epochs.max(initial=1)), 1.05 * top)
    last = f" · epoch {int(epochs[-1]):,} · loss {loss[-1]:.4g} nats/symbol" if len(epochs) else ""
    title = _title(run.config) + last
    parts = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {_HEIGHT}'>",
        f"<title>{escape(title)}</title>",
        f"<rect width='{_WIDTH}' height='{_HEIGHT}' fill='#fff'/>",
        f"<text x='{_LEFT}' y='32' {_STYLE}>{escape(title)}</text>",
        *_axes(scale),
    ]
    if task.chance is not None:
        y, right = scale.y(task.chance), _WIDTH - _RIGHT
        parts.append(_line(_LEFT, y, right, y, "#999", "6 4"))
        parts.append(_text(right, y - 6, f"chance {task.chance_label}", "end"))
    branch = run.branches[int(curve.branch[-1]) if len(curve.branch) else 0]
    for change in branch.interventions[:200]:
        if change.position.epoch <= scale.epochs:
            x = scale.x(change.position.epoch)
            parts.append(_line(x, _TOP, x, _HEIGHT - _BOTTOM, "#c60", "3 3"))
    if len(valid_epochs):
        parts.append(_polyline(scale, valid_epochs, valid_loss, "#b30", "8 3"))
        x, y = scale.x(valid_epochs[-1]), scale.y(valid_loss[-1])
        parts.append(_text(x, y - 6, "validation", "end"))
    parts.append(_polyline(scale, epochs, loss, "#06c"))
    return "\n".join([*parts, "</svg>", ""])


def _title(config: Config) -> str:
    optimizer = f"{config.optimizer.name} lr {config.settings['lr']:g}"
    cell = f"{config.cell.name} {config.hidden}"
    return f"{config.task.title} · {cell} · {optimizer} · seed {config.seed}"


def _finite(curve: Curve, loss: Floats) -> tuple[Floats, Floats]:
    """The epochs that have a finite loss, and that loss."""
    finite = np.isfinite(loss)
    return curve.epochs[finite].astype(np.float64), loss[finite]


def _polyline(scale: _Scale, epochs: Floats, loss: Floats, colour: str, dashes: str = "") -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in _reduced(scale, epochs, loss))
    style = f"fill='none' stroke='{colour}' stroke-width='1.5'{_dashed(dashes)}"
    return f"<polyline points='{points}' {style}/>"


def _axes(scale: _Scale) -> list[str]:
    bottom = _HEIGHT - _BOTTOM
    losses, epochs = _ticks(scale.loss), _ticks(scale.epochs)
    return [
        _line(_LEFT, bottom, _WIDTH - _RIGHT, bottom, "#333"),
        _line(_LEFT, _TOP, _LEFT, bottom, "#333"),
        *(_text(_LEFT - 8, scale.y(tick) + 5, f"{tick:g}", "end") for tick in losses),
        *(_text(scale.x(tick), bottom + 22, f"{tick:,g}", "middle") for tick in epochs),
        _text(_WIDTH - _RIGHT, bottom + 44, "epoch", "end"),
    ]


def _ticks(end: float) -> list[float]:
    """Round numbers from 0 to the end, four to nine of them."""
    step = 10.0 ** math.floor(math.log10(end))
    step = next(step * part for part in (1, 0.5, 0.2) if end / (step * part) >= 3)
    return [step * index for index in range(int(end / step) + 1)]


def _reduced(scale: _Scale, epochs: Floats, loss: Floats) -> list[tuple[float, float]]:
    """At most four points for each column of the picture, so that no spike is lost."""
    columns = (_COLUMNS * epochs / scale.epochs).astype(np.int64)
    kept: list[int] = []
    for rows in np.split(np.arange(len(epochs)), np.flatnonzero(np.diff(columns)) + 1):
        if len(rows):
            low, high = rows[loss[rows].argmin()], rows[loss[rows].argmax()]
            kept += sorted({int(rows[0]), int(low), int(high), int(rows[-1])})
    return [(scale.x(float(epochs[i])), scale.y(float(loss[i]))) for i in kept]


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, dashes: str = "") -> str:
    ends = f"x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}'"
    return f"<line {ends} stroke='{colour}'{_dashed(dashes)}/>"


def _dashed(dashes: str) -> str:
    return f" stroke-dasharray='{dashes}'" if dashes else ""


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f"<text x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}' {_STYLE}>{escape(words)}</text>"
