"""One sequence as lines, a column of cells for each time step: what goes in, on, out and back."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from rich.cells import cell_len, set_cell_size
from textual.content import Content

from ..drawing.blocks import BLOCKS, RAMP, bars, glyphs
from ..drawing.figures import chance, compact
from ..drawing.heat_map import NEGATIVE, POSITIVE, Palette, levels, merged
from ..drawing.panel import MUTED, Spans
from ..drawing.symbols import printable
from .geometry import Geometry
from .states import Run, nodes_in, picture, shade, shades
from .styles import CURSOR, RIGHT, WRONG
from .view import Floats, SequenceView

FEW_ROWS = 4
"""Lines of a picture of the states, unless each node can have a line of its own."""

SMALL = ("prediction", "target", "input", "marks", "sure", "gradient", "states", "t", "sentence")
"""What is shown in few lines, the most important first."""
SMALL_ORDER = ("t", "input", "target", "prediction", "marks", "sure", "states", "gradient",
               "sentence")  # fmt: skip

OPTIONAL = ("sentence", "fading", "last", "goes_in", "comes_out", "above", "memory", "between")
"""What is shown besides where there is room, the most important first."""


class Plan(NamedTuple):
    """Which rows a panel has, from the top down; a function of sizes alone, so nothing jumps."""

    rows: tuple[str, ...]
    states: int = 0
    """Lines of the states."""
    by_node: bool = False
    """Whether each node has a line of its own."""
    memory: int = 0
    """Lines of the cell states."""
    bar: int = 1
    """Lines of each bar."""


def plan(view: SequenceView, shape: Geometry, height: int, palette: Palette) -> Plan:
    """The rows that fit into `height` lines."""
    marks = ("marks",) if shape.side_by_side else ()
    has_states, bars = bool(view.nodes), len(view.bars)
    full = 5 + has_states + bars + len(marks)
    if height < full or not bars:
        absent = {"marks"} - {*marks} | ({"states"} if not has_states else set())
        kept = [row for row in SMALL if row not in absent][:height]
        rows = tuple(row for row in SMALL_ORDER if row in kept)
        return Plan(rows, int("states" in rows))
    spare, nodes, states = height - full, len(view.nodes), int(has_states)
    needed = max(states, math.ceil(nodes / nodes_in(1, shape.picture, palette)))
    by_node = nodes > needed and spare + states >= nodes
    lines = nodes if by_node else min(needed, FEW_ROWS, states + spare)
    spare -= lines - states
    lacking = {"last": view.last_gradient is None, "memory": view.memory is None}
    optional = [row for row in OPTIONAL if not lacking.get(row)]
    extra = set(optional[: max(0, spare)])
    spare -= len(extra)
    memory = int("memory" in extra)
    if memory:
        memory += max(0, min(needed - 1, FEW_ROWS - 1, spare))
        spare -= memory - 1
    if not by_node:
        more = max(0, min(needed - lines, spare))
        lines, spare = lines + more, spare - more
    bar = 2 if spare >= bars > 0 else 1
    order = [
        "t", "input", "goes_in", *["states"] * lines, *["memory"] * memory, "comes_out",
        *(f"bar {k}" for k in range(bars) for _ in range(bar)),
        "target", "prediction", *marks, "between", "fading", "gradient", "last", "above",
        "sentence",
    ]  # fmt: skip
    left_out = set(OPTIONAL) - extra
    return Plan(tuple(row for row in order if row not in left_out), lines, by_node, memory, bar)


def sequence_title(
    view: SequenceView, start: int, steps: int, width: int, *, ascii: bool = False
) -> Content:
    """'▲ ▼ sequence 3 of 10', and the part shown where it is not all of it, as far as it fits."""
    up, down = ("^", "v") if ascii else ("▲", "▼")
    number, of = f"sequence {view.index + 1}", f" of {view.count}"
    titles = [*(f"{number}{of}: {rule}" for rule in rules(view.rule)), number + of, number]
    if steps < view.length:
        dash, comma = ("-", ", ") if ascii else ("–", " · ")
        part = f"{comma}t = {start}{dash}{min(start + steps, view.length) - 1}"
        whole = f"{part} of {view.length}"
        titles = [number + of + whole, number + whole, number + part, *titles]
    title = next((text for text in titles if len(text) + 4 <= width), number)
    return Content.assemble((f"{up} {down}", "$text-primary"), f" {title}")


def rules(definition: str) -> list[str]:
    """A definition of the targets, then what of it tells them alone, if that is a formula.

    >>> rules("y_t = x_t, x uniform; y_0 is not scored")
    ['y_t = x_t, x uniform; y_0 is not scored', 'y_t = x_t, x uniform', 'y_t = x_t']
    """
    if not definition.startswith("y_t = "):
        return [definition] if definition else []
    clause = definition.partition("; ")[0]
    return list(dict.fromkeys([definition, clause, clause.partition(", ")[0]]))


def sequence_subtitle(view: SequenceView, width: int, rows: Sequence[str], ascii: bool) -> str:
    """The note, or the scale of the gradient and the keys, whole parts as far as they fit.

    That a point is not scored is said before all others.
    """
    if view.note:
        return view.note
    parts = [("up/down" if ascii else "↑↓") + " sequence", "< > step"]
    if "gradient" in rows and "fading" not in rows:
        times = "x" if ascii else "×"
        parts.insert(0, f"{_gradient_name(view, ascii)}: {times}2 a bar step")
    if "" in view.target:
        parts.append(". is not scored" if ascii else "· is not scored")
    between = ", " if ascii else "  "
    while parts and cell_len(between.join(parts)) > width:
        parts.pop(0)
    return between.join(parts)


def sequence_lines(
    view: SequenceView,
    width: int,
    height: int,
    shape: Geometry,
    start: int,
    palette: Palette,
    ground: str = "#121212",
) -> list[Spans]:
    """The rows, from step `start` on, that fit into `height` lines.

    Args:
        view: what is shown.
        width: in cells.
        height: in lines.
        shape: the geometry at this width.
        start: the first step shown.
        palette: how colours serve, and whether only ASCII characters.
        ground: the colour of the panel.
    """
    rows = _Rows(view, width, shape, range(start, min(view.length, start + shape.steps)), palette)
    return list(rows.lines(plan(view, shape, height, palette), ground))


class _Rows:
    """Makes the lines of one sequence; every row has its cells at the same places."""

    def __init__(
        self, view: SequenceView, width: int, shape: Geometry, shown: range, palette: Palette
    ) -> None:
        self.view, self.width, self.shape, self.shown = view, width, shape, shown
        self.palette, self.ascii = palette, palette.ascii
        self.window = slice(shown.start, shown.stop)
        self.has_t = False

    def lines(self, plan: Plan, ground: str) -> Iterator[Spans]:
        """All of them, from the top down."""
        self.has_t = "t" in plan.rows
        several = {
            "states": iter(self._states(plan, ground)),
            "memory": iter(self._memory(plan, ground)),
        }
        for row in plan.rows:
            if row.startswith("bar ") and row not in several:
                several[row] = iter(self._bars(int(row[4:]), plan.bar))
            yield next(several[row]) if row in several else getattr(self, f"_{row}")()

    # The strings.

    def _t(self) -> Spans:
        """The numbers of the steps as far as there is room, and a mark over the one looked at."""
        shape, view, shown = self.shape, self.view, self.shown
        digits = len(str(shown[-1]))
        stride = next(n for n in _STRIDES if n * shape.cell > digits)
        area = shape.area
        text, begins = " " * area, {t: self._place_of(t, digits) for t in shown}
        for t in shown:
            number = str(t)
            if t % stride == 0 and begins[t] + len(number) <= area:
                text = _put(text, begins[t], number)
        if view.step not in shown:
            return self._row("t", [(text, MUTED)])
        number = str(view.step)
        if shape.lead and len(number) + 2 <= shape.cell:
            start, mark = begins[view.step] - 1, f"[{number}]"
        else:
            start, mark = self._place_of(view.step, 1), "v" if self.ascii else "▾"
        start = max(0, start)
        text = _put(text, start, mark)[:area]
        end = start + len(mark)
        return self._row("t", [(text[:start], MUTED), (mark, "bold"), (text[end:], MUTED)])

    def _place_of(self, t: int, digits: int) -> int:
        """Where the number of a step begins: it ends with the symbol where there is room."""
        shape = self.shape
        column = (t - self.shown.start) * shape.cell + shape.lead + shape.symbol - 1
        if shape.cell > digits:
            column -= min(len(str(t)) - 1, shape.lead + shape.symbol - 1)
        return column

    def _input(self) -> Spans:
        count = len(self.shown)
        symbols = self.view.input[self.window]
        return self._written("input", symbols, [""] * count, [" "] * count)

    def _target(self) -> Spans:
        dot = "." if self.ascii else "·"
        written = [text or dot for text in self.view.target[self.window]]
        styles = ["" if self.view.is_asked(t) else MUTED for t in self.shown]
        return self._written("target", written, styles, [" "] * len(written))

    def _prediction(self) -> Spans:
        view, cross = self.view, "x" if self.ascii else "✗"
        wrong = [view.is_wrong(t) for t in self.shown]
        styles = [self._rightness(t) for t in self.shown]
        marks = [cross if is_wrong else " " for is_wrong in wrong]
        long, short = view.scores()
        style = WRONG if view.mistakes() else RIGHT
        texts: list[Spans] = [((long, style),), ((short, style),)] if long else []
        name = "prediction"
        return self._written(name, view.prediction[self.window], styles, marks, texts)

    def _marks(self) -> Spans:
        cross = "x" if self.ascii else "✗"
        return self._glyphs(
            "",
            [cross if self.view.is_wrong(t) else " " for t in self.shown],
            [WRONG] * len(self.shown),
        )

    def _sure(self) -> Spans:
        return self._probabilities(
            "sure", self.view.confidence, [self._rightness(t) for t in self.shown]
        )

    # The inside.

    def _states(self, plan: Plan, ground: str) -> list[Spans]:
        view = self.view
        if not plan.states:
            return []
        states = view.states[self.window]
        if view.bound is not None:
            bound = view.bound
            scale = self._scale(("-" if self.ascii else "−") + compact(bound, 1), compact(bound, 1))
            if self.palette.shaded and not plan.by_node:
                scale = shades(compact(bound, 1), self.palette)
        else:
            bound = float(np.max(states, where=np.isfinite(states), initial=0.0))
            scale = self._scale("0", f"{compact(bound, 4):<4}")
        if plan.by_node:
            return self._by_node(states, bound, scale)
        room = nodes_in(plan.states, self.shape.picture, self.palette)
        part = f" {room}/{view.hidden}" if room < view.hidden else ",t"
        return self._pictures(f"a_h{part}", states, bound, plan.states, scale, ground)

    def _scale(self, low: str, high: str) -> Spans:
        """'−1…1' in the colours of its ends."""
        ends = [self.palette.colour and colour for colour in (NEGATIVE, POSITIVE)]
        negative, positive = (colour or MUTED for colour in ends)
        dots = " to " if self.ascii else "…"
        return (low, negative if low != "0" else MUTED), (dots, MUTED), (high, positive)

    def _memory(self, plan: Plan, ground: str) -> list[Spans]:
        if not plan.memory or self.view.memory is None:
            return []
        memory = self.view.memory
        bound = float(np.max(np.abs(memory), where=np.isfinite(memory), initial=0.0))
        most = f"{compact(bound, 4):<4}"
        scale = self._scale(("-" if self.ascii else "−") + most.rstrip(), most)
        return self._pictures("c_t", memory[self.window], bound, plan.memory, scale, ground)

    def _pictures(
        self, name: str, states: Floats, bound: float, rows: int, scale: Spans, ground: str
    ) -> list[Spans]:
        drawn = picture(states, bound, rows, self.shape.picture, self.palette, ground)
        gap = " " * (self.shape.cell - self.shape.picture)
        last = " " * (self.shape.last - self.shape.picture)
        lines = []
        for row, cells in enumerate(drawn):
            runs: list[Run] = []
            for cell in cells:
                runs += cell
                if gap:
                    runs.append((gap, ""))
            if gap:
                runs[-1] = last, ""
            lines.append(self._row("", runs) if row else self._row(name, runs, [scale]))
        return lines

    def _by_node(self, states: Floats, bound: float, scale: Spans) -> list[Spans]:
        """A line for each node: its sign on its colour."""
        shape, arrow = self.shape, "->" if self.ascii else "→"
        graded = levels(states, bound).T.tolist()
        looks = {level: self._look(level) for level in {level for row in graded for level in row}}
        gap, last = (" " * (cells - shape.picture) for cells in (shape.cell, shape.last))
        gaps = [*[(gap, "")] * (len(self.shown) - 1), (last, "")]
        beside: dict[int, Sequence[Spans]] = {0: [scale]}
        beside.setdefault(
            len(graded) // 2, [_muted(f"U carries it on {arrow}"), _muted(f"U {arrow}")]
        )
        return [
            self._row(
                f"a_h {node}" if shape.short else f"a_h {node:>4}",
                [run for level, gap in zip(line, gaps, strict=True) for run in (looks[level], gap)],
                beside.get(row, ()),
            )
            for row, (node, line) in enumerate(zip(self.view.nodes, graded, strict=True))
        ]

    def _look(self, level: int) -> Run:
        """A node's cell."""
        width = self.shape.picture
        if width == 1 and self.palette.shaded:
            return shade(level, self.palette)
        return self.palette.glyph(level)[:width].center(width), self.palette.style(level)

    def _bars(self, number: int, lines: int) -> list[Spans]:
        """One bar a step, of one symbol or role, named in its last line."""
        view = self.view
        of, values = view.bars[number]
        shown = printable(of, ascii=self.ascii)
        hat = "p" if self.ascii else "ŷ"
        named = self.view.of_symbols and not self.shape.short
        name = f"{hat}_t {_pad(shown, 4)}" if named else f"{hat} {shown}"
        styles = [self._bar_style(of, t) for t in self.shown]
        drawn = bars(values[self.window], lines, ascii=self.ascii)
        low, high = (".", "@" if lines == 1 else "#") if self.ascii else ("▁", "█")
        scale = [_muted(f"{low} 0  {high} 1")] if number == 0 else []
        *above, last = [
            self._glyphs("", row, styles, scale if k == 0 and lines > 1 else ())
            for k, row in enumerate(drawn)
        ]
        last = self._glyphs(name, drawn[-1], styles, scale if lines == 1 else ())
        return [*above, last]

    def _bar_style(self, of: str, t: int) -> str:
        """The target's bar is green; that of a symbol said in its place is red."""
        view = self.view
        target, said = view.target[t], view.prediction[t]
        if not view.is_asked(t):
            return MUTED
        if not view.of_symbols:
            return self._rightness(t) if of == "says" else RIGHT if of == "target" else MUTED
        return RIGHT if of == target else WRONG if of == said else MUTED

    def _goes_in(self) -> Spans:
        return self._arrows("W", "x_t W goes in")

    def _comes_out(self) -> Spans:
        return self._arrows("V", "a_h,t V comes out")

    def _arrows(self, name: str, meaning: str) -> Spans:
        down = "v" if self.ascii else "↓"
        texts = [_muted(meaning)]
        return self._glyphs(f"  {name} {down}", [down] * len(self.shown), [MUTED] * len(self.shown),
                            texts)  # fmt: skip

    # The way back.

    def _gradient(self) -> Spans:
        return self._norms(_gradient_name(self.view, self.ascii), self.view.gradient)

    def _last(self) -> Spans:
        assert self.view.last_gradient is not None
        return self._norms(f"from t={self.view.last}", self.view.last_gradient)

    def _norms(self, name: str, norms: Floats) -> Spans:
        peak = float(np.max(norms, where=np.isfinite(norms), initial=0.0))
        drawn = logarithmic(norms[self.window], peak, ascii=self.ascii)
        styles = [
            "bold reverse $text-error" if glyph == "!" else "$text-primary" for glyph in drawn
        ]
        figures = [f"{compact(peak, cells, ascii=self.ascii):<{cells}}" for cells in (5, 4)]
        texts = [((f"{max_}{figure}", ""),) for max_ in ("max ", "") for figure in figures]
        if self.shape.short:
            name = "grad" if name[0] in "|‖" else "from"
        return self._glyphs(name, drawn, styles, texts)

    def _fading(self) -> Spans:
        """What the gradient's bars mean, and how much of the last step's reaches the first."""
        view, norms = self.view, self.view.gradient
        with np.errstate(all="ignore"):
            ratio = float(norms[0] / norms[-1]) if len(norms) and norms[-1] else None
        figure = f"{compact(ratio, 6, ascii=self.ascii):<6}"
        means, first = "each bar step doubles", f"first/last {figure}"
        texts = [f"back through time: {means}   {first}", f"{means}   {first}"]
        if view.length == 1:
            texts = []
        return _fitting([*texts, f"back through time: {means}", means], self.width)

    def _sentence(self) -> Spans:
        """'t=3: target 2, says 1 with 57 %, 2 with 42 %', or what of it fits."""
        view = self.view
        if not view.likely:
            return ()
        t = f"t={view.step:<{len(str(view.length - 1))}}"

        def named(symbol: str) -> str:
            return printable(symbol, ascii=self.ascii)

        target = view.target[view.step]
        of_target = f"target {named(target)}" if target else "not scored"
        if target and not view.is_asked(view.step):
            of_target += " (nobody can know)"
        said = [f"{named(s)} with {chance(p, ascii=self.ascii)}" for s, p in view.likely]
        return _fitting(
            [
                f"{t}: {of_target}, says {', '.join(said)}",
                f"{t}: {of_target}, says {', '.join(said[:2])}",
                f"{t}: says {', '.join(said[:2])}",
                f"{t}: says {said[0]}",
            ],
            self.width,
            "",
        )

    def _above(self) -> Spans:
        return ()

    def _between(self) -> Spans:
        return ()

    # What they are made of.

    def _rightness(self, t: int) -> str:
        if not self.view.is_asked(t):
            return MUTED
        return WRONG if self.view.is_wrong(t) else RIGHT

    def _written(
        self,
        name: str,
        symbols: Sequence[str],
        styles: Sequence[str],
        marks: Sequence[str],
        texts: Sequence[Spans] = (),
    ) -> Spans:
        """A row of symbols, right-aligned so that the mark behind a symbol touches it."""
        shape = self.shape
        written = [_pad(printable(symbol, ascii=self.ascii), shape.symbol) for symbol in symbols]
        if not shape.side_by_side:
            written = [symbol + mark for symbol, mark in zip(written, marks, strict=True)]
        return self._cells(name, written, styles, texts)

    def _glyphs(
        self, name: str, drawn: Sequence[str], styles: Sequence[str], texts: Sequence[Spans] = ()
    ) -> Spans:
        """A row of one character a step, under the last cell of the symbols."""
        behind = "" if self.shape.side_by_side else " "
        padded = [glyph.rjust(self.shape.symbol) + behind for glyph in drawn]
        return self._cells(name, padded, styles, texts)

    def _probabilities(self, name: str, values: Floats, styles: Sequence[str]) -> Spans:
        drawn = glyphs(values[self.window], RAMP if self.ascii else BLOCKS)
        scale = ". 0  @ 1" if self.ascii else "▁ 0  █ 1"
        return self._glyphs(name, drawn, styles, [_muted(scale)])

    def _cells(
        self, name: str, texts: Sequence[str], styles: Sequence[str], beside: Sequence[Spans] = ()
    ) -> Spans:
        shape, looked_at = self.shape, self.view.step - self.shown.start
        lead, gap = " " * shape.lead, " " * (shape.cell - shape.lead - len(texts[0]))
        if shape.symbol > 1 or not "".join(texts).isascii():
            gap = " " * (shape.cell - shape.lead - cell_len(texts[0]))
        runs = [(f"{lead}{text}{gap}", style) for text, style in zip(texts, styles, strict=True)]
        runs[-1] = lead + texts[-1], styles[-1]
        if 0 <= looked_at < len(runs):
            mark = "reverse" if name == "input" and not self.has_t else CURSOR
            text, style = lead + texts[looked_at], f"{styles[looked_at]} {mark}".strip()
            behind = gap if looked_at < len(runs) - 1 else ""
            runs[looked_at : looked_at + 1] = [(text, style), (behind, "")]
        return self._row(name, runs, beside)

    def _row(self, name: str, runs: Iterable[Run], beside: Sequence[Spans] = ()) -> Spans:
        """Name, left ellipsis, cells, right ellipsis, and the first text beside them that fits."""
        shape = self.shape
        named = _SHORT.get(name, name) if shape.short else name
        dots = "~" if self.ascii else "…"
        with_dots = name in ("input", "target", "prediction")
        left = dots if with_dots and self.shown.start > 0 else " "
        right = dots if with_dots and self.shown.stop < self.view.length else ""
        label = _left(named, shape.labels - 1) + left
        if shape.lead:  # all steps are shown
            label = _left(named, shape.labels)
        line = [(label, MUTED), *runs, (right, MUTED)]
        used = shape.labels + shape.area + len(right)
        if used > self.width:
            return _clipped(line, self.width)
        for spans in beside:
            wanted = sum(cell_len(text) for text, _ in spans)
            if used + 1 + wanted <= self.width:
                return merged([*line, (" " * (self.width - used - wanted), ""), *spans])
        return merged(line)


_SHORT = {"input": "in", "target": "goal", "prediction": "pred"}
_STRIDES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000, 10**9)


def _put(text: str, start: int, over: str) -> str:
    """Put something over a text; of a number that it touches nothing else remains."""
    end = start + len(over)
    before, behind = text[:start], text[end:]
    if text[start : start + 1].isdigit():
        before = before.rstrip("0123456789").ljust(start)
    if text[end - 1 : end].isdigit():
        behind = behind.lstrip("0123456789").rjust(len(behind))
    return before + over + behind


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


def _gradient_name(view: SequenceView, ascii: bool) -> str:
    sums = "s" if view.gated else "s_h"
    return f"|dL/d{sums}|" if ascii else f"‖∂L/∂{sums}‖"


def _muted(text: str) -> Spans:
    return ((text, MUTED),)


def _fitting(texts: Sequence[str], width: int, style: str = MUTED) -> Spans:
    """The first text that fits."""
    return next((((text, style),) for text in texts if cell_len(text) <= width), ())


def _clipped(line: Iterable[Run], width: int) -> Spans:
    runs = []
    for text, style in line:
        text = text if cell_len(text) <= width else set_cell_size(text, width)
        runs.append((text, style))
        width -= cell_len(text)
    return merged(runs)


def _left(text: str, cells: int) -> str:
    missing = cells - cell_len(text)
    return text + " " * missing if missing >= 0 else set_cell_size(text, cells)


def _pad(text: str, cells: int) -> str:
    """Right-aligned, so that the glyph behind a wrong symbol touches it."""
    missing = cells - cell_len(text)
    return " " * missing + text if missing >= 0 else set_cell_size(text, cells)
