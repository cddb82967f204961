"""Several training curves in one SVG picture: of runs, or of the branches of runs."""

from collections.abc import Sequence
from typing import NamedTuple

from rnn_tui.storage.export.plot import (
    HEIGHT,
    LEFT,
    Floats,
    axes,
    level_line,
    line,
    opening,
    polyline,
    scale_for,
    text,
)

_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Those of Okabe and Ito that are seen on white: told apart by everybody."""
_DASHES = ("", "8 3", "2 3", "12 3 2 3", "16 5")
"""Not as many as colours, so that it takes 35 curves until two look the same."""
_ROW, _SAMPLE, _LONGEST = 22, 48, 96


class NamedCurve(NamedTuple):
    """A curve in the picture.

    Attributes:
        name: in the legend.
        epochs: (n,) ascending.
        loss: (n,) finite, nats per symbol.
    """

    name: str
    epochs: Floats
    loss: Floats


class Level(NamedTuple):
    """A loss to compare with.

    Attributes:
        name: beside its line.
        loss: nats per symbol.
    """

    name: str
    loss: float


def draw_curves(
    title: str, curves: Sequence[NamedCurve], level: Level | None, *, logarithmic: bool = False
) -> str:
    """The picture with a legend below it; the first curve lies above the others."""
    last = max(float(curve.epochs.max(initial=1)) for curve in curves)
    losses = [curve.loss for curve in curves]
    scale = scale_for(last, losses, level and level.loss, logarithmic=logarithmic)
    parts = [*opening(title, HEIGHT + _ROW * len(curves)), *axes(scale)]
    if level is not None:
        parts += level_line(scale, level.loss, level.name)
    looks = [(_COLOURS[n % len(_COLOURS)], _DASHES[n % len(_DASHES)]) for n in range(len(curves))]
    for curve, look in list(zip(curves, looks, strict=True))[::-1]:
        parts.append(polyline(scale, curve.epochs, curve.loss, *look))
    for number, (curve, look) in enumerate(zip(curves, looks, strict=True)):
        y = HEIGHT + _ROW * number + 4
        name = curve.name if len(curve.name) <= _LONGEST else f"{curve.name[: _LONGEST - 1]}…"
        parts.append(line(LEFT, y - 5, LEFT + _SAMPLE, y - 5, *look))
        parts.append(text(LEFT + _SAMPLE + 12, y, name, "start"))
    return "\n".join([*parts, "</svg>", ""])
