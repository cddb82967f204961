"""One sequence as lines: input, target, prediction and confidence under each other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from rich.cells import cell_len, set_cell_size
from textual.content import Content

from ..drawing.blocks import BLOCKS, RAMP, glyphs
from ..drawing.panel import MUTED
from .view import SequenceView

NAMES = ("input", "target", "prediction", "confidence")
SHORT = ("in", "goal", "pred", "conf")
RIGHT, WRONG = "$text-success", "bold $text-error"
NARROW = 44
"""Below this many cells the rows have short names."""


class Geometry(NamedTuple):
    """Where things are in a panel of one width, for one sequence; all in cells."""

    labels: int
    """Column of the first symbol; the cell before it is for the left ellipsis."""
    symbol: int
    """Width of a symbol, without the column of the glyph behind it."""
    steps: int
    """How many time steps fit."""


def geometry(view: SequenceView, width: int) -> Geometry:
    """How the panel is divided: names, symbols, and the score at the right end."""
    labels = 12 if width >= NARROW else 6
    shown = map(printable, (*view.input, *view.target, *view.prediction))
    symbol = max(1, min(max(map(cell_len, shown), default=1), max(1, width - labels - 2)))
    room = width - labels - len(view.score()) - 2
    return Geometry(labels, symbol, max(1, room // (symbol + 1)))


def window(view: SequenceView, steps: int, previous: int) -> int:
    """The first step shown: `previous` if the first mistake is then visible, else around it."""
    last = max(0, view.length - steps)
    mistakes = view.mistakes()
    first = mistakes[0] if mistakes else previous
    if not previous <= first < previous + steps:
        previous = first - steps // 2
    return min(max(previous, 0), last)


def sequence_title(view: SequenceView, start: int, steps: int, *, ascii: bool = False) -> Content:
    """'▲ ▼ sequence 3 of 10', and the part shown where it is not all of it."""
    up, down = ("^", "v") if ascii else ("▲", "▼")
    title = f"sequence {view.index + 1} of {view.count}"
    if steps < view.length:
        dash = "-" if ascii else "–"
        end = min(start + steps, view.length) - 1
        comma = ", " if ascii else " · "
        title += f"{comma}t = {start}{dash}{end} of {view.length}"
    return Content.assemble((f"{up} {down}", "$text-primary"), f" {title}")


def sequence_lines(
    view: SequenceView, width: int, height: int, start: int = 0, *, ascii: bool = False
) -> list[Content]:
    """The rows, from step `start` on, that fit into `height` lines.

    The prediction is the last to go, before it the target.
    """
    shape = geometry(view, width)
    end = min(view.length, start + shape.steps)
    names = NAMES if width >= NARROW else SHORT
    rows = [_row(view, kind, range(start, end), shape.symbol, ascii) for kind in range(4)]
    keep = {1: (2,), 2: (1, 2), 3: (0, 1, 2)}.get(height, (0, 1, 2, 3)) if height > 0 else ()
    return [
        _line(view, names[kind], rows[kind], shape, (start, end), width, kind, ascii)
        for kind in keep
    ]


def _line(
    view: SequenceView,
    name: str,
    cells: list[tuple[str, str]],
    shape: Geometry,
    shown: tuple[int, int],
    width: int,
    kind: int,
    ascii: bool,
) -> Content:
    dots = "~" if ascii else "…"
    left = dots if shown[0] > 0 and kind < 3 else " "
    right = dots if shown[1] < view.length and kind < 3 else ""
    line = Content.assemble(
        (name.ljust(shape.labels - 1), MUTED), (left, MUTED), *cells, (right, MUTED)
    )
    if kind == 2 and any(view.target):
        score = view.score()
        gap = width - line.cell_length - len(score)
        style = WRONG if view.mistakes() else RIGHT
        line = Content.assemble(line, " " * max(1, gap), (score, style))
    return line


def _row(
    view: SequenceView, kind: int, steps: range, symbol: int, ascii: bool
) -> list[tuple[str, str]]:
    """(text, style) of each time step; every text is `symbol` + 1 cells wide."""
    if kind == 3:
        confidence = np.asarray(view.confidence, dtype=np.float64)
        bars = glyphs(confidence, RAMP if ascii else BLOCKS)
        muted = "$text-primary"
        return [(_pad(bars[t] if t < len(bars) else "", symbol) + " ", muted) for t in steps]
    cells = []
    for t in steps:
        target, guess = _at(view.target, t), _at(view.prediction, t)
        mark, style = " ", ""
        if kind == 0:
            text = _at(view.input, t)
        elif not target or (kind == 2 and not guess):
            text, style = (guess if kind == 2 else "") or ("." if ascii else "·"), MUTED
        elif kind == 1:
            text = target
        else:
            text, style = guess, RIGHT
            if guess != target:
                mark, style = "x" if ascii else "✗", WRONG
        cells.append((_pad(printable(text, ascii=ascii), symbol) + mark, style))
    return cells


def _at(symbols: tuple[str, ...], t: int) -> str:
    return symbols[t] if t < len(symbols) else ""


def _pad(text: str, cells: int) -> str:
    """Right-aligned, so that the glyph behind a wrong symbol touches it."""
    missing = cells - cell_len(text)
    return " " * missing + text if missing >= 0 else set_cell_size(text, cells)


SPACES = {" ": ("␣", "_"), "\n": ("↵", "\\n"), "\t": ("⇥", "\\t"), "\r": ("␍", "\\r")}


def printable(symbol: str, *, ascii: bool = False) -> str:
    """The symbol with white space and control characters made visible."""
    return "".join(
        SPACES[c][ascii] if c in SPACES else c if c.isprintable() else "?" for c in symbol
    )
