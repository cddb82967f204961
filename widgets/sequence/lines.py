"""One sequence as lines: input, target, prediction and confidence under each other."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len, set_cell_size
from textual.content import Content

from ..drawing.blocks import BLOCKS, RAMP, glyphs
from ..drawing.panel import MUTED
from ..drawing.symbols import printable

NAMES = ("input", "target", "prediction", "confidence")
SHORT = ("in", "goal", "pred", "conf")
RIGHT, WRONG = "$text-success", "bold $text-error"
NARROW = 44
"""Below this many cells the rows have short names."""
SHOWN = ((), (2,), (1, 2), (0, 1, 2), (0, 1, 2, 3))
"""Which of them are shown in 0 to 4 lines: the prediction is the last to go."""


class SequenceView(NamedTuple):
    """One sequence and what the network makes of it."""

    index: int  # type: ignore[assignment]  # hides tuple.index
    """0-based."""
    count: int  # type: ignore[assignment]  # hides tuple.count
    input: tuple[str, ...]
    """(T,) symbols."""
    target: tuple[str, ...]
    """(T,) symbols, '' where nothing is scored."""
    prediction: tuple[str, ...]
    """(T,) symbols."""
    confidence: NDArray[np.float64]
    """(T,) probability of the predicted symbol, 0..1; NaN leaves a gap."""
    note: str = ""
    """One muted line, for example 'needs no memory: solvable with U = 0'."""
    widest: int = 1
    """Cells of the widest symbol there is: no cell changes its width with what is predicted."""

    @property
    def length(self) -> int:
        """T, the number of time steps."""
        return len(self.input)

    def mistakes(self) -> list[int]:
        """The time steps that are scored and wrong."""
        pairs = enumerate(zip(self.target, self.prediction, strict=True))
        return [t for t, (target, guess) in pairs if target and target != guess]

    def score(self) -> str:
        """'9 of 10': right ones of those that are scored, of fixed width for one T."""
        scored = sum(map(bool, self.target))
        return f"{scored - len(self.mistakes()):>{len(str(scored))}} of {scored}"


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
    widest = max(1, view.widest, *map(cell_len, shown))
    symbol = min(widest, max(1, width - labels - 2))
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
    """The rows, from step `start` on, that fit into `height` lines."""
    shape = geometry(view, width)
    steps = range(start, min(view.length, start + shape.steps))
    names = NAMES if width >= NARROW else SHORT
    dots = "~" if ascii else "…"
    left, right = dots if start > 0 else " ", dots if steps.stop < view.length else ""
    lines = []
    for kind in SHOWN[min(height, 4)]:
        name = (names[kind].ljust(shape.labels - 1), MUTED)
        if kind == 3:
            cells = _confidence(view, steps, shape.symbol, ascii)
            lines.append(Content.assemble(name, " ", *cells))
            continue
        cells = [_cell(view, kind, t, shape.symbol, ascii) for t in steps]
        line = Content.assemble(name, (left, MUTED), *cells, (right, MUTED))
        if kind == 2 and any(view.target):
            score, style = view.score(), WRONG if view.mistakes() else RIGHT
            gap = max(1, width - line.cell_length - len(score))
            line = Content.assemble(line, " " * gap, (score, style))
        lines.append(line)
    return lines


def _cell(view: SequenceView, kind: int, t: int, symbol: int, ascii: bool) -> tuple[str, str]:
    """Input, target or prediction at one step: `symbol` + 1 cells, and their style."""
    text, mark, style = (view.input, view.target, view.prediction)[kind][t], " ", ""
    if kind and not view.target[t]:
        text, style = text or ("." if ascii else "·"), MUTED
    elif kind == 2 and text == view.target[t]:
        style = RIGHT
    elif kind == 2:
        mark, style = "x" if ascii else "✗", WRONG
    return _pad(printable(text, ascii=ascii), symbol) + mark, style


def _confidence(
    view: SequenceView, steps: range, symbol: int, ascii: bool
) -> list[tuple[str, str]]:
    bars = glyphs(view.confidence, RAMP if ascii else BLOCKS)
    return [
        (_pad(bars[t], symbol) + " ", "$text-primary" if view.target[t] else MUTED) for t in steps
    ]


def _pad(text: str, cells: int) -> str:
    """Right-aligned, so that the glyph behind a wrong symbol touches it."""
    missing = cells - cell_len(text)
    return " " * missing + text if missing >= 0 else set_cell_size(text, cells)
