"""The way back through a sequence: the size of the gradient at each step."""

from __future__ import annotations

import math

import numpy as np

from ..drawing.blocks import BLOCKS, RAMP
from ..drawing.figures import compact
from ..drawing.panel import Spans
from .rows import Rows, fitting
from .view import Floats, SequenceView


def gradient_row(rows: Rows) -> Spans:
    """The size of ∂L/∂s at each step."""
    return _norms(rows, gradient_name(rows.view, rows.ascii), rows.view.gradient)


def last_row(rows: Rows) -> Spans:
    """The size of ∂L/∂s at each step, of the last output's loss alone."""
    assert rows.view.last_gradient is not None
    return _norms(rows, f"from t={rows.view.last}", rows.view.last_gradient)


def _norms(rows: Rows, name: str, norms: Floats) -> Spans:
    peak = float(np.max(norms, where=np.isfinite(norms), initial=0.0))
    drawn = logarithmic(norms[rows.window], peak, ascii=rows.ascii)
    styles = ["bold reverse $text-error" if glyph == "!" else "$text-primary" for glyph in drawn]
    figures = [f"{compact(peak, cells, ascii=rows.ascii):<{cells}}" for cells in (5, 4)]
    texts = [((f"{max_}{figure}", ""),) for max_ in ("max ", "") for figure in figures]
    if rows.shape.short:
        name = "grad" if name[0] in "|‖" else "from"
    return rows.glyphs(name, drawn, styles, texts)


def fading_row(rows: Rows) -> Spans:
    """What the gradient's bars mean, and how much of the last step's reaches the first."""
    view, norms = rows.view, rows.view.gradient
    with np.errstate(all="ignore"):
        ratio = float(norms[0] / norms[-1]) if len(norms) and norms[-1] else None
    figure = f"{compact(ratio, 6, ascii=rows.ascii):<6}"
    means, first = "each bar step doubles", f"first/last {figure}"
    texts = [f"back through time: {means}   {first}", f"{means}   {first}"]
    if view.length == 1:
        texts = []
    return fitting([*texts, f"back through time: {means}", means], rows.width)


def logarithmic(norms: Floats, peak: float, *, ascii: bool = False) -> list[str]:
    """(n,) sizes → a bar each: the largest has eight eighths, and each eighth less is half of it.

    What is smaller than the smallest bar is a point, what is not finite '!'.
    """
    table = RAMP[1:] if ascii else BLOCKS
    with np.errstate(all="ignore"):
        below = np.floor(np.log2(peak / norms) + 1e-9)
    drawn = []
    for norm, steps in zip(norms.tolist(), below.tolist(), strict=True):
        if not math.isfinite(norm):
            drawn.append("!")
        elif norm == 0 or not steps < len(table):
            drawn.append("." if ascii else "·")
        else:
            drawn.append(table[len(table) - 1 - max(0, int(steps))])
    return drawn


def gradient_name(view: SequenceView, ascii: bool) -> str:
    """'‖∂L/∂s_h‖', or in ASCII."""
    sums = "s" if view.gated else "s_h"
    return f"|dL/d{sums}|" if ascii else f"‖∂L/∂{sums}‖"
