"""The inside of a sequence: states, cell states and probabilities, a column for each step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..drawing.blocks import bars
from ..drawing.figures import compact
from ..drawing.heat_map import NEGATIVE, POSITIVE, levels
from ..drawing.panel import MUTED, Spans
from ..drawing.symbols import printable
from .plan import Plan
from .rows import Rows, muted, pad
from .states import Run, nodes_in, picture, shade, shades
from .styles import RIGHT, WRONG
from .view import Floats


def state_rows(rows: Rows, plan: Plan, ground: str) -> list[Spans]:
    """The states a_h, a picture or a line for each node."""
    view = rows.view
    if not plan.states:
        return []
    states = view.states[rows.window]
    if view.bound is not None:
        bound = view.bound
        scale = _scale(rows, ("-" if rows.ascii else "−") + compact(bound, 1), compact(bound, 1))
        if rows.palette.shaded and not plan.by_node:
            scale = shades(compact(bound, 1), rows.palette)
    else:
        bound = float(np.max(states, where=np.isfinite(states), initial=0.0))
        scale = _scale(rows, "0", f"{compact(bound, 4):<4}")
    if plan.by_node:
        return _by_node(rows, states, bound, scale)
    room = nodes_in(plan.states, rows.shape.picture, rows.palette)
    part = f" {room}/{view.hidden}" if room < view.hidden else ",t"
    return _pictures(rows, f"a_h{part}", states, bound, plan.states, scale, ground)


def _scale(rows: Rows, low: str, high: str) -> Spans:
    """'−1…1' in the colours of its ends."""
    ends = [rows.palette.colour and colour for colour in (NEGATIVE, POSITIVE)]
    negative, positive = (colour or MUTED for colour in ends)
    dots = " to " if rows.ascii else "…"
    return (low, negative if low != "0" else MUTED), (dots, MUTED), (high, positive)


def memory_rows(rows: Rows, plan: Plan, ground: str) -> list[Spans]:
    """The cell states c_t of an LSTM."""
    if not plan.memory or rows.view.memory is None:
        return []
    memory = rows.view.memory
    bound = float(np.max(np.abs(memory), where=np.isfinite(memory), initial=0.0))
    most = f"{compact(bound, 4):<4}"
    scale = _scale(rows, ("-" if rows.ascii else "−") + most.rstrip(), most)
    return _pictures(rows, "c_t", memory[rows.window], bound, plan.memory, scale, ground)


def _pictures(
    rows: Rows, name: str, states: Floats, bound: float, lines: int, scale: Spans, ground: str
) -> list[Spans]:
    drawn = picture(states, bound, lines, rows.shape.picture, rows.palette, ground)
    gap = " " * (rows.shape.cell - rows.shape.picture)
    last = " " * (rows.shape.last - rows.shape.picture)
    drawn_lines = []
    for row, cells in enumerate(drawn):
        runs: list[Run] = []
        for cell in cells:
            runs += cell
            if gap:
                runs.append((gap, ""))
        if gap:
            runs[-1] = last, ""
        drawn_lines.append(rows.row("", runs) if row else rows.row(name, runs, [scale]))
    return drawn_lines


def _by_node(rows: Rows, states: Floats, bound: float, scale: Spans) -> list[Spans]:
    """A line for each node: its sign on its colour."""
    shape, arrow = rows.shape, "->" if rows.ascii else "→"
    graded = levels(states, bound).T.tolist()
    looks = {level: _look(rows, level) for level in {level for row in graded for level in row}}
    gap, last = (" " * (cells - shape.picture) for cells in (shape.cell, shape.last))
    gaps = [*[(gap, "")] * (len(rows.shown) - 1), (last, "")]
    beside: dict[int, Sequence[Spans]] = {0: [scale]}
    beside.setdefault(len(graded) // 2, [muted(f"U carries it on {arrow}"), muted(f"U {arrow}")])
    return [
        rows.row(
            f"a_h {node}" if shape.short else f"a_h {node:>4}",
            [run for level, gap in zip(line, gaps, strict=True) for run in (looks[level], gap)],
            beside.get(row, ()),
        )
        for row, (node, line) in enumerate(zip(rows.view.nodes, graded, strict=True))
    ]


def _look(rows: Rows, level: int) -> Run:
    """A node's cell."""
    width = rows.shape.picture
    if width == 1 and rows.palette.shaded:
        return shade(level, rows.palette)
    return rows.palette.glyph(level)[:width].center(width), rows.palette.style(level)


def bar_rows(rows: Rows, number: int, lines: int) -> list[Spans]:
    """One bar a step, of one symbol or role, named in its last line."""
    view = rows.view
    of, values = view.bars[number]
    shown = printable(of, ascii=rows.ascii)
    hat = "p" if rows.ascii else "ŷ"
    named = rows.view.of_symbols and not rows.shape.short
    name = f"{hat}_t {pad(shown, 4)}" if named else f"{hat} {shown}"
    styles = [_bar_style(rows, of, t) for t in rows.shown]
    drawn = bars(values[rows.window], lines, ascii=rows.ascii)
    low, high = (".", "@" if lines == 1 else "#") if rows.ascii else ("▁", "█")
    scale = [muted(f"{low} 0  {high} 1")] if number == 0 else []
    *above, last = [
        rows.glyphs("", row, styles, scale if k == 0 and lines > 1 else ())
        for k, row in enumerate(drawn)
    ]
    last = rows.glyphs(name, drawn[-1], styles, scale if lines == 1 else ())
    return [*above, last]


def _bar_style(rows: Rows, of: str, t: int) -> str:
    """The target's bar is green; that of a symbol said in its place is red."""
    view = rows.view
    target, said = view.target[t], view.prediction[t]
    if not view.is_asked(t):
        return MUTED
    if not view.of_symbols:
        return rows.rightness(t) if of == "says" else RIGHT if of == "target" else MUTED
    return RIGHT if of == target else WRONG if of == said else MUTED


def goes_in_row(rows: Rows) -> Spans:
    """Arrows from the input to the states."""
    return _arrows(rows, "W", "x_t W goes in")


def comes_out_row(rows: Rows) -> Spans:
    """Arrows from the states to the output."""
    return _arrows(rows, "V", "a_h,t V comes out")


def _arrows(rows: Rows, name: str, meaning: str) -> Spans:
    down = "v" if rows.ascii else "↓"
    texts = [muted(meaning)]
    return rows.glyphs(f"  {name} {down}", [down] * len(rows.shown), [MUTED] * len(rows.shown),
                        texts)  # fmt: skip
