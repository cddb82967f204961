"""The loss chart as lines: a pure function of the curves, the size and the options."""

from __future__ import annotations

import numpy as np
from textual.content import Content

from ..drawing.canvas import Grid
from ..drawing.figures import compact
from ..drawing.panel import MUTED
from ..drawing.plot import BRAILLE_BLOCK, CHARACTER
from .accuracy import accuracy_strip
from .axes import epoch_axis, loss_axis, rules, whole_run
from .curves import LossCurves
from .frame import Frame, Window, frame
from .glyphs import ASCII, BITS, UNICODE, Glyphs, put_if_free
from .labels import labels
from .layers import PRESENT, cells, looks

HINT = "the loss of each epoch appears here: press space"


def loss_lines(
    value: LossCurves,
    width: int,
    height: int,
    *,
    logarithmic: bool = False,
    log_epochs: bool = False,
    window: Window | None = None,
    ascii: bool = False,
    dark: bool = True,
) -> list[Content]:
    """Draw the chart in `height` lines of `width` cells; say what will come when it is empty.

    Args:
        value: what to draw.
        width: of a line.
        height: lines.
        logarithmic: the loss axis.
        log_epochs: the epoch axis, of epoch + 1.
        window: the epochs to be seen; None for all.
        ascii: without any other character.
        dark: the background, for the colours of branches.
    """
    if width < 1 or height < 1:
        return []
    if not value.drawable and value.untrained is None:
        above = [Content()] * ((height - 1) // 2)
        return [*above, Content.styled(HINT, MUTED).center(width)]
    with np.errstate(all="ignore"):
        shape = frame(
            value,
            width,
            height,
            logarithmic=logarithmic,
            ascii=ascii,
            log_epochs=log_epochs,
            window=window,
        )
        grid, glyphs = Grid(width, height), ASCII if ascii else UNICODE
        layers = looks(value, dark=dark)
        if value.drawable:
            for cell in cells(layers, shape, len(value.ghosts)):
                grid.put(cell.row, shape.left + cell.column, cell.character, cell.style)
        _untrained(grid, shape, value, glyphs)
        labels(grid, shape, value, layers, glyphs)
        rules(grid, shape, value, glyphs)
        if shape.left:
            loss_axis(grid, shape, value, glyphs)
        if shape.height < height:
            epoch_axis(grid, shape, value, glyphs)
        whole_run(grid, shape, glyphs)
        accuracy_strip(grid, shape, value, ascii)
    return grid.lines()


def _untrained(grid: Grid, shape: Frame, value: LossCurves, glyphs: Glyphs) -> None:
    """A dot where the untrained network is, with its name, and what to do about it."""
    if value.untrained is None or any(len(curve.epochs) for curve in value.curves):
        return
    dot = shape.heights(np.array([value.untrained]))[0]
    if np.isfinite(dot):
        row, character = shape.height - 1 - int(dot) // shape.dots[1], "*"
        if shape.dots != CHARACTER:
            character = chr(BRAILLE_BLOCK + sum(BITS[int(dot) % shape.dots[1]]))
        grid.put(row, shape.left, character, f"bold {PRESENT}")
        put_if_free(grid, row, shape.left + 1, f" untrained {compact(value.untrained, 5)} ", MUTED)
    column = shape.left + (shape.width - len(HINT)) // 2
    for row in range(shape.height // 2, shape.height - 1):
        is_level = any(shape.row(level.value) == row for level in value.levels)
        if not is_level and put_if_free(grid, row, column, HINT, MUTED):
            return
