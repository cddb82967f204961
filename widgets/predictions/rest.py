"""How much is right: the bar of a sequence, and a line for all that are not shown."""

from __future__ import annotations

import numpy as np

from ..drawing.blocks import BLOCKS, RAMP
from ..drawing.figures import percent
from ..drawing.panel import MUTED
from .layout import Layout
from .pieces import BAR, LACKING, RIGHT, Pieces, add
from .places import Place
from .wall import Integers, Wall

SHORT = 5
"""Cells below which a bar or a row of groups says nothing."""


def bar_of(right: int, total: int, cells: int, ascii: bool) -> Pieces:
    """Full only when all are right, empty only when none is."""
    filled = right * cells // max(total, 1)
    if right and not filled:
        filled = 1
    full, empty = ("#", ".") if ascii else ("▆", "▁")
    return [(full * filled, BAR), (empty * (cells - filled), MUTED)]


def rest_row(wall: Wall, layout: Layout, lines: list[Place], width: int, ascii: bool) -> Pieces:
    """How what is not shown stands: a cell for each group, and the share that is right."""
    if layout.folded:
        right, total = ~wall.wrong[0], wall.length(0)
        mistakes, counted = (~right).astype(int), wall.asked()[0].astype(int)
        if layout.rows * layout.columns >= total:
            good, of = int(counted.sum() - mistakes.sum()), int(counted.sum())
            text = f" {good:>{len(f'{of:,}')},} of {of:,} right"
            bar = min(layout.columns, width - layout.labels - len(text))
            if bar < SHORT:
                return [(text.strip(), RIGHT if good == of else "")]
            return [(" " * layout.labels, ""), *bar_of(good, of, bar, ascii),
                    (text, RIGHT if good == of else "bold")]  # fmt: skip
        name = f"{'all':>{layout.labels - 2}}  "
    else:
        hidden = np.ones(len(wall.numbers), bool)
        hidden[[place.row for place in lines if place.kind == "says"]] = False
        mistakes, counted = wall.mistakes()[hidden], wall.counted()[hidden]
        name = f"  {np.count_nonzero(hidden):,} more  "
    wrong, of = int(mistakes.sum()), int(counted.sum())
    share = 1 - wrong / max(of, 1)
    text = (" all right" if wrong == 0 else f"{percent(share, ascii=ascii)} right").rjust(12)
    room = width - len(name) - len(text)
    if room < SHORT:
        return [(f"{name.strip()}:{text}"[:width], MUTED)]
    cells = min(room, len(mistakes))
    glyphs = _density(mistakes, counted, cells, ascii)
    return [(name, MUTED), *glyphs, (" " * (room - cells), ""), (text, RIGHT if not wrong else "")]


def _density(mistakes: Integers, counted: Integers, cells: int, ascii: bool) -> Pieces:
    """(m,) mistakes and scored symbols → a glyph for each of `cells` groups: how much is right.

    Only groups without a mistake reach the highest glyph.
    """
    starts = np.arange(cells) * len(mistakes) // cells
    wrong = np.add.reduceat(mistakes, starts)
    of = np.maximum(np.add.reduceat(counted, starts), 1)
    table = RAMP if ascii else BLOCKS[:-1]
    lower = ((1 - wrong / of) * (len(table) - 1)).astype(int)
    steps = np.where(wrong == 0, len(table) - 1, np.minimum(lower, len(table) - 2))
    pieces: Pieces = []
    for step, missing in zip(steps.tolist(), wrong.tolist(), strict=True):
        add(pieces, table[step], LACKING if missing else BAR)
    return pieces
