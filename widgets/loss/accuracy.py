"""The strip below the chart: the training accuracy."""

from __future__ import annotations

import numpy as np
from rich.cells import set_cell_size

from ..drawing.blocks import bars
from ..drawing.canvas import Grid
from ..drawing.figures import percent
from ..drawing.panel import MUTED
from .curves import LossCurves
from .frame import TICK_WIDTH, Frame
from .glyphs import ACCURACY, put_if_free


def accuracy_strip(grid: Grid, shape: Frame, value: LossCurves, ascii: bool) -> None:
    """The training accuracy of each column of epochs, full only where all was right."""
    if not shape.accuracy or value.accuracy is None or not value.curves:
        return
    rows = shape.accuracy
    if shape.left:
        grid.put(rows[-1], 0, set_cell_size("right".rjust(TICK_WIDTH), TICK_WIDTH), MUTED)
    of_column = _by_column(value.curves[0].epochs, value.accuracy, shape)
    if not len(of_column):
        return
    below = 1 - 1 / (8 * len(rows))  # the full block is for what is right without exception
    fractions = np.where(of_column < 1, of_column * below, of_column)
    for row, text in zip(rows, bars(fractions, len(rows), ascii=ascii), strict=True):
        grid.put(row, shape.left, text, ACCURACY)
    known = value.accuracy[np.isfinite(value.accuracy)]
    if len(known):
        first, last = (percent(accuracy, ascii=ascii).strip() for accuracy in known[[0, -1]])
        if len(rows) > 1 and shape.left:
            grid.put(rows[0], 0, last.rjust(TICK_WIDTH), MUTED)
        column = shape.left + len(of_column)
        text = f" {first.removesuffix(' %')} {'>' if ascii else '→'} {last}"
        texts = (f"{text} in training", text, f" {last}")
        for text in texts:
            if put_if_free(grid, rows[-1], column, text, MUTED):
                break


def _by_column(epochs: np.ndarray, values: np.ndarray, shape: Frame) -> np.ndarray:
    """(n,) values → one for each column up to the last epoch seen: their mean, else the last."""
    keep = np.isfinite(values) & (epochs <= shape.epochs.high)
    epochs, values = epochs[keep], values[keep]
    before = values[epochs < shape.epochs.low][-1:]
    inside = epochs >= shape.epochs.low
    epochs, values = epochs[inside], values[inside]
    if not len(epochs):
        return np.empty(0)
    columns = np.rint(shape.epochs.fraction(epochs) * (shape.width * shape.dots[0] - 1))
    columns = columns.astype(np.int64) // shape.dots[0]
    count = columns[-1] + 1
    counts = np.bincount(columns, minlength=count)
    sums = np.bincount(columns, weights=values, minlength=count)
    filled = np.maximum.accumulate(np.where(counts > 0, np.arange(count), -1))
    means = sums / np.maximum(counts, 1)
    start = before[0] if len(before) else np.nan
    return np.where(filled >= 0, means[filled], start)
