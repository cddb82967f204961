"""Curves and axes as elements of an SVG picture."""

import math
from collections.abc import Iterable
from html import escape
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnn_tui.storage.disk.errors import printable

WIDTH, HEIGHT = 960, 480
LEFT, RIGHT, TOP, BOTTOM = 80, 24, 64, 56
"""What lies around the plot."""
_COLUMNS = WIDTH - LEFT - RIGHT
_STYLE = "font-family='monospace' font-size='14' fill='#333'"
_DECADES = 12
"""A logarithmic axis shows no more than this many."""
Floats = NDArray[np.float64]


class Scale(NamedTuple):
    """Epochs to the right from 0, losses upwards.

    Attributes:
        epochs: the last epoch.
        high: the largest loss.
        low: the smallest; above 0 on a logarithmic axis, to which it makes this one.
    """

    epochs: float
    high: float
    low: float = 0.0

    def x(self, epoch: float) -> float:
        """The place of an epoch, in units of the picture."""
        return LEFT + _COLUMNS * epoch / self.epochs

    def y(self, loss: float) -> float:
        """The place of a loss; what is below a logarithmic axis lies at its end."""
        part = loss / self.high
        if self.low > 0:
            part = math.log(max(loss, self.low) / self.low) / math.log(self.high / self.low)
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * part


def scale_for(
    last: float, losses: Iterable[Floats], level: float | None, *, logarithmic: bool
) -> Scale:
    """The scale on which everything is seen.

    Args:
        last: the last epoch, at least 1.
        losses: finite ones, of each curve.
        level: a loss that is to be seen, too.
        logarithmic: the loss axis.
    """
    numbers = np.concatenate([*losses, [level or 0.0]])
    top = 1.05 * max(float(numbers.max()), 1e-9)
    if not logarithmic:
        return Scale(last, top)
    least = float(numbers.min(where=numbers > 0, initial=top))
    return Scale(last, top, max(least, top * 10.0**-_DECADES) / 1.05)


def opening(title: str, height: int = HEIGHT) -> list[str]:
    """The first elements: size, title and a white ground."""
    return [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {height}'>",
        f"<title>{escape(printable(title))}</title>",
        f"<rect width='{WIDTH}' height='{height}' fill='#fff'/>",
        f"<text x='{LEFT}' y='32' {_STYLE}>{escape(printable(title))}</text>",
    ]


def axes(scale: Scale) -> list[str]:
    """Both axes with their numbers."""
    bottom, losses = HEIGHT - BOTTOM, _ticks(scale.high)
    if scale.low > 0:
        losses = _powers(scale.low, scale.high)
    return [
        line(LEFT, bottom, WIDTH - RIGHT, bottom, "#333"),
        line(LEFT, TOP, LEFT, bottom, "#333"),
        *(text(LEFT - 8, scale.y(tick) + 5, f"{tick:g}", "end") for tick in losses),
        *(text(scale.x(t), bottom + 22, f"{t:,g}", "middle") for t in _ticks(scale.epochs)),
        text(WIDTH - RIGHT, bottom + 44, "epoch", "end"),
    ]


def level_line(scale: Scale, loss: float, words: str) -> list[str]:
    """A loss to compare with, and its name."""
    y, right = scale.y(loss), WIDTH - RIGHT
    return [line(LEFT, y, right, y, "#999", "6 4"), text(right, y - 6, words, "end")]


def _ticks(end: float) -> list[float]:
    """Round numbers from 0 to the end, four to nine of them."""
    step = 10.0 ** math.floor(math.log10(end))
    step = next(step * part for part in (1, 0.5, 0.2) if end / (step * part) >= 3)
    return [step * index for index in range(int(end / step) + 1)]


def _powers(low: float, high: float) -> list[float]:
    """Powers of ten, with 2 and 5 between them where those are few."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    factors = (1,) if high / low > 1e3 else (1, 2, 5)
    numbers = [factor * 10.0**power for power in powers for factor in factors]
    return [number for number in numbers if low <= number <= high]


def polyline(scale: Scale, epochs: Floats, loss: Floats, colour: str, dashes: str = "") -> str:
    """A curve, of finite losses."""
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in _reduced(scale, epochs, loss))
    style = f"fill='none' stroke='{colour}' stroke-width='1.5'{_dashed(dashes)}"
    return f"<polyline points='{points}' {style}/>"


def _reduced(scale: Scale, epochs: Floats, loss: Floats) -> list[tuple[float, float]]:
    """At most four points for each column of the picture, so that no spike is lost."""
    columns = (_COLUMNS * epochs / scale.epochs).astype(np.int64)
    kept: list[int] = []
    for rows in np.split(np.arange(len(epochs)), np.flatnonzero(np.diff(columns)) + 1):
        if len(rows):
            low, high = rows[loss[rows].argmin()], rows[loss[rows].argmax()]
            kept += sorted({int(rows[0]), int(low), int(high), int(rows[-1])})
    return [(scale.x(float(epochs[i])), scale.y(float(loss[i]))) for i in kept]


def line(x1: float, y1: float, x2: float, y2: float, colour: str, dashes: str = "") -> str:
    """A thin line."""
    ends = f"x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}'"
    return f"<line {ends} stroke='{colour}'{_dashed(dashes)}/>"


def _dashed(dashes: str) -> str:
    return f" stroke-dasharray='{dashes}'" if dashes else ""


def text(x: float, y: float, words: str, anchor: str) -> str:
    """Words, of which nothing is taken for SVG."""
    shown = escape(printable(words))
    return f"<text x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}' {_STYLE}>{shown}</text>"


def finite(epochs: NDArray[np.int64], loss: Floats) -> tuple[Floats, Floats]:
    """The epochs that have a finite loss, and that loss."""
    known = np.isfinite(loss)
    return epochs[known].astype(np.float64), loss[known]
