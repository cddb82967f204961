"""A panel with all weights side by side as heat maps, and what they do to a gradient."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len
from textual.content import Content

from ..drawing.figures import compact, plain, shorten
from ..drawing.heat_map import Palette, heat_rows, scale, tile
from ..drawing.map_panel import MapPanel
from ..drawing.panel import MUTED, Line, Spans, fitting
from .dynamics import Dynamics, readings
from .norms import from_start, moved_text
from .tensor import TensorMap

GAP = 3
NARROWEST = 17
"""Cells of a column: 'norm  4.81 ▁▂▃▄▅▆'."""
LONGEST_TRACE = 12


class GlanceTensor(NamedTuple):
    """A tensor, or a gate's block of it, with its past."""

    map: TensorMap
    trace: NDArray[np.float64] | None = None
    """(n,) past norms, oldest first; None for none."""


class Glance(NamedTuple):
    """All weights at the epoch shown."""

    matrices: tuple[GlanceTensor, ...]
    """W, U and V: side by side."""
    biases: tuple[TensorMap, ...]
    """b_h and b_o: strips below the last matrix."""
    dynamics: Dynamics
    note: str = ""
    """What else there is to say in the last line."""


def column_widths(value: Glance, width: int) -> list[int]:
    """Share out the width: two cells an entry, but no column narrower than its figures."""
    count = len(value.matrices)
    room = max(count, width - GAP * (count - 1))
    wanted = [max(NARROWEST, 2 * tensor.map.rows.shape[1]) for tensor in value.matrices]
    if room <= count * NARROWEST:
        return [room // count] * count
    extra = room - count * NARROWEST
    over = [want - NARROWEST for want in wanted]
    if sum(over) <= extra:
        return [want + (extra - sum(over)) // count for want in wanted]
    return [NARROWEST + extra * more // sum(over) for more in over]


def glance_lines(value: Glance, width: int, height: int, palette: Palette) -> list[Spans]:
    """Titles, maps with the biases below the last, figures; what it all means in the last line."""
    widths = column_widths(value, width)
    below = min(3, max(0, height - 4))
    room = max(1, height - 2 - below)
    columns = []
    for index, (tensor, cells) in enumerate(zip(value.matrices, widths, strict=True)):
        biases = value.biases if index == len(widths) - 1 and room > len(value.biases) + 2 else ()
        columns.append(_column(tensor, biases, cells, room, below, palette))
    lines = [_beside(row, widths) for row in zip_longest(*columns, fillvalue=())]
    meaning = dynamics_line(value, width, ascii=palette.ascii)
    return [*lines, ((meaning, MUTED),)][:height]


def _column(
    tensor: GlanceTensor, biases: Sequence[TensorMap], width: int, room: int, below: int,
    palette: Palette,
) -> list[Spans]:  # fmt: skip
    rows = tensor.map.rows
    kept = room - (len(biases) + 1 if biases else 0)
    tiling = tile(rows.shape[0], rows.shape[1], width, kept)
    lines: list[Spans] = [((_title(tensor.map, width, kept, palette), "bold"),)]
    lines += heat_rows(rows, tiling, palette)
    if biases:
        lines.append(())
        lines += [_strip(bias, width, palette) for bias in biases]
    lines += [()] * (1 + room - len(lines))
    return lines + [((text[:width], MUTED),) for text in _figures(tensor, width, palette)[:below]]


def _title(value: TensorMap, width: int, height: int, palette: Palette) -> str:
    """'W  x→h, 10×3  ±2.31', or with what a cell stands for where it is a block."""
    shape = "×".join(map(str, value.rows.shape))
    tiling = tile(value.rows.shape[0], value.rows.shape[1], width, height)
    largest = f"±{compact(scale(value.rows), 4)}"
    if tiling.block_rows * tiling.block_columns > 1:
        cell = f"{tiling.block_rows}×{tiling.block_columns}"
        texts = [
            f"{value.name}  {value.role}, {shape}, each cell: largest of {cell}",
            f"{value.name}  {shape}, largest of {cell}", f"{value.name}, largest of {cell}",
            f"{value.name}, {cell} a cell", value.name,
        ]  # fmt: skip
    else:
        texts = [
            f"{value.name}  {value.role}, {shape}  {largest}", f"{value.name}  {shape}  {largest}",
            f"{value.name}  {largest}", value.name,
        ]  # fmt: skip
    return fitting(texts, width, ascii=palette.ascii)


def _strip(bias: TensorMap, width: int, palette: Palette) -> Spans:
    label = f"{bias.name:<5}"
    rows = bias.rows
    tiling = tile(1, rows.shape[1], max(1, width - len(label)), 1)
    return ((label, "bold"), *heat_rows(rows, tiling._replace(cell_height=1), palette)[0])


def _figures(tensor: GlanceTensor, width: int, palette: Palette) -> list[str]:
    norm, gradient = tensor.map.norm, tensor.map.gradient_norm
    ascii, cells = palette.ascii, min(LONGEST_TRACE, width - len("norm  12.34 "))
    trace = ""
    if tensor.trace is not None and cells > 2:
        trace = from_start(tensor.trace, cells, ascii=ascii)
    return [
        f"norm  {compact(norm, 5, ascii=ascii):<5} {trace}",
        f"grad  {compact(gradient, 5, ascii=ascii):<5}",
        f"moved {moved_text(tensor.map.update_ratio, ascii=ascii).strip():<7}",
    ]


def dynamics_line(value: Glance, width: int, *, ascii: bool = False) -> str:
    """'largest |λ| of U 3.1: may explode · saturated 62 %: |a| > 0.95', as much as fits."""
    found = readings(value.dynamics, ascii=ascii)
    note = [plain(value.note) if ascii else value.note] if value.note else []
    full = [f"{r.name} {r.figures}" + (f": {r.meanings[-1]}" if r.meanings else "") for r in found]
    short = [f"{r.name} {r.figures}" for r in found]
    between = " | " if ascii else " · "
    fewer = [short[:count] for count in range(len(short), 0, -1)]
    for parts in ([*full, *note], [*short, *note], *fewer):
        text = between.join(parts)
        if cell_len(text) <= width:
            return text
    return shorten(text, width, ascii=ascii)


def _beside(row: Sequence[Spans], widths: Sequence[int]) -> Spans:
    line: list[tuple[str, str]] = []
    for spans, width in zip(row, widths, strict=True):
        missing = width - sum(cell_len(text) for text, _ in spans)
        line += [*spans, (" " * (missing + GAP), "")]
    return tuple(line[:-1])


class WeightsGlance(MapPanel[Glance]):
    """Shows a `Glance`."""

    DEFAULT_CSS: ClassVar[str] = """
    WeightsGlance { height: 17; }
    """
    BORDER_TITLE = "weights"
    BORDER_SUBTITLE = "colour is the value"

    def draw(self, value: Glance, width: int, height: int) -> Sequence[Line]:
        """The maps."""
        return glance_lines(value, width, height, self.palette())

    def on_mount(self) -> None:
        """Say what the colours mean."""
        self.watch_ascii(self.ascii)

    def watch_ascii(self, ascii: bool) -> None:
        """The same in ASCII."""
        text = "- orange, + blue, 0 none" if ascii else "− orange, + blue, 0 none"
        self.entitle(Content(self.BORDER_TITLE), Content(text))
        super().watch_ascii(ascii)
