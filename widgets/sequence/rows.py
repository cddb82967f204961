"""What the rows of a sequence are made of: a name, a column of cells for each step, a text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len, set_cell_size

from ..drawing.blocks import BLOCKS, RAMP, glyphs
from ..drawing.heat_map import Palette, merged
from ..drawing.panel import MUTED, Spans
from ..drawing.symbols import printable
from .geometry import Geometry
from .states import Run
from .styles import CURSOR, RIGHT, WRONG
from .view import Floats, SequenceView

_SHORT = {"input": "in", "target": "goal", "prediction": "pred"}


class Rows:
    """Makes the rows of one sequence; every row has its cells at the same places.

    Args:
        view: what is shown.
        width: in cells.
        shape: the geometry at this width.
        shown: the steps that are shown.
        palette: how colours serve, and whether only ASCII characters.
        has_t: whether there is a row of the numbers of the steps.
    """

    def __init__(
        self,
        view: SequenceView,
        width: int,
        shape: Geometry,
        shown: range,
        palette: Palette,
        *,
        has_t: bool,
    ) -> None:
        self.view, self.width, self.shape, self.shown = view, width, shape, shown
        self.palette, self.ascii, self.has_t = palette, palette.ascii, has_t
        self.window = slice(shown.start, shown.stop)

    def rightness(self, t: int) -> str:
        """The style of what is said at a step."""
        if not self.view.is_asked(t):
            return MUTED
        return WRONG if self.view.is_wrong(t) else RIGHT

    def written(
        self,
        name: str,
        symbols: Sequence[str],
        styles: Sequence[str],
        marks: Sequence[str],
        texts: Sequence[Spans] = (),
    ) -> Spans:
        """A row of symbols, right-aligned so that the mark behind a symbol touches it."""
        shape = self.shape
        written = [pad(printable(symbol, ascii=self.ascii), shape.symbol) for symbol in symbols]
        if not shape.side_by_side:
            written = [symbol + mark for symbol, mark in zip(written, marks, strict=True)]
        return self.cells(name, written, styles, texts)

    def glyphs(
        self, name: str, drawn: Sequence[str], styles: Sequence[str], texts: Sequence[Spans] = ()
    ) -> Spans:
        """A row of one character a step, under the last cell of the symbols."""
        behind = "" if self.shape.side_by_side else " "
        padded = [glyph.rjust(self.shape.symbol) + behind for glyph in drawn]
        return self.cells(name, padded, styles, texts)

    def probabilities(self, name: str, values: Floats, styles: Sequence[str]) -> Spans:
        """A row of bars between 0 and 1."""
        drawn = glyphs(values[self.window], RAMP if self.ascii else BLOCKS)
        scale = ". 0  @ 1" if self.ascii else "▁ 0  █ 1"
        return self.glyphs(name, drawn, styles, [muted(scale)])

    def cells(
        self, name: str, texts: Sequence[str], styles: Sequence[str], beside: Sequence[Spans] = ()
    ) -> Spans:
        """A row of texts as wide as a symbol and its mark; the step looked at stands out."""
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
        return self.row(name, runs, beside)

    def row(self, name: str, runs: Iterable[Run], beside: Sequence[Spans] = ()) -> Spans:
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


def muted(text: str) -> Spans:
    """A text in the background."""
    return ((text, MUTED),)


def fitting(texts: Sequence[str], width: int, style: str = MUTED) -> Spans:
    """The first text that fits."""
    return next((((text, style),) for text in texts if cell_len(text) <= width), ())


def pad(text: str, cells: int) -> str:
    """Right-aligned, so that the glyph behind a wrong symbol touches it."""
    missing = cells - cell_len(text)
    return " " * missing + text if missing >= 0 else set_cell_size(text, cells)


def _left(text: str, cells: int) -> str:
    missing = cells - cell_len(text)
    return text + " " * missing if missing >= 0 else set_cell_size(text, cells)


def _clipped(line: Iterable[Run], width: int) -> Spans:
    runs = []
    for text, style in line:
        text = text if cell_len(text) <= width else set_cell_size(text, width)
        runs.append((text, style))
        width -= cell_len(text)
    return merged(runs)
