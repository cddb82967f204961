"""A panel with one tensor as a heat map, its norm, its gradient's, and how far it moved."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from textual.content import Content

from ..drawing.figures import compact, plain
from ..drawing.heat_map import Matrix, Palette, Tiling, heat_rows, legend, tile
from ..drawing.map_panel import MapPanel
from ..drawing.panel import MUTED, Line, Spans


class TensorMap(NamedTuple):
    """One tensor of the network, or a gate's block of it, at the epoch shown."""

    name: str
    """'W', 'U_n'."""
    role: str
    """'x→h', '' for a bias."""
    matrix: Matrix
    """(rows, columns), or (n,) for a bias, which is shown as one row."""
    norm: float
    gradient_norm: float | None
    update_ratio: float | None
    """‖update of the last epoch‖ / ‖tensor‖; None is shown as –."""
    place: str = ""
    """Which of several it is: 'gate 3 of 4'."""

    @property
    def rows(self) -> Matrix:
        """(rows, columns), also of a bias."""
        return np.atleast_2d(self.matrix)


def tiling(value: TensorMap, width: int, height: int) -> Tiling:
    """How the map fits above its figures, to which it leaves what it does not need.

    A map that is too large however much it gets leaves two lines of four or more.
    """
    rows, columns = value.rows.shape
    below = len(figure_lines(value, width)) + 1
    reserved = min(below, height - rows) if rows <= height else 2 if height >= 4 else 0
    return tile(rows, columns, width, height - reserved)


def numbered_tiling(value: TensorMap, width: int, height: int) -> tuple[Tiling, int]:
    """How the map fits, and the cells at its left for the numbers of its rows.

    There are numbers, of the columns in a line above it, unless they would take the room of
    entries or of what stands below; then 0 cells.
    """
    whole, rows = tiling(value, width, height), value.rows.shape[0]
    left, below = len(str(rows - 1)) + 1, len(figure_lines(value, width)) + 1
    if width <= left or height < 2:
        return whole, 0
    inner = tiling(value, width - left, height - 1)
    spare, spared = (
        lines - shape.cell_height * math.ceil(rows / shape.block_rows)
        for shape, lines in ((inner, height - 1), (whole, height))
    )
    has_room = inner[:2] == whole[:2] and spare >= min(spared, below)
    return (inner, left) if has_room else (whole, 0)


def figure_lines(value: TensorMap, width: int, *, ascii: bool = False) -> tuple[str, ...]:
    """'norm 4.81  gradient 1.35  moved 0.28 %' in as few lines as the width allows."""
    moved = None if value.update_ratio is None else 100 * value.update_ratio
    parts = (
        f"norm {compact(value.norm, 5, ascii=ascii):<5}",
        f"gradient {compact(value.gradient_norm, 5, ascii=ascii):<5}",
        f"moved {compact(moved, 5, ascii=ascii):>5} %",
    )
    lines = [""]
    for part in parts:
        joined = f"{lines[-1]}  {part}" if lines[-1] else part
        if len(joined) <= width:
            lines[-1] = joined
        else:
            lines.append(part[:width])
    return tuple(line for line in lines if line)


def tensor_lines(value: TensorMap, width: int, height: int, palette: Palette) -> list[Line]:
    """The map, its scale and its figures, in at most `height` lines of at most `width` cells."""
    shape, left = numbered_tiling(value, width, height)
    lines: list[Line] = [*numbered(heat_rows(value.rows, shape, palette), value, shape, left)]
    figures = figure_lines(value, width, ascii=palette.ascii)
    spare = height - len(lines)
    if spare > len(figures) + 1:
        lines.append(())
    if spare > 1:
        lines.append(legend(value.rows, width, palette))
    return [*lines, *(((line, MUTED),) for line in figures)][:height]


def numbered(rows: list[Spans], value: TensorMap, shape: Tiling, left: int) -> list[Spans]:
    """The lines of a map with the numbers of its rows and columns, from 0; of blocks the first."""
    if not left:
        return rows
    columns = range(0, value.rows.shape[1], shape.block_columns)
    above = " " * left
    for place, column in enumerate(columns):
        number, end = str(column), left + (place + 1) * shape.cell_width
        start = end - shape.cell_width + (shape.cell_width - len(number)) // 2
        if start > len(above) or (start == len(above) and place == 0):
            above = above.ljust(start) + number
    middle = (shape.cell_height - 1) // 2
    lines: list[Spans] = [((above.ljust(left + len(columns) * shape.cell_width), MUTED),)]
    for line, spans in enumerate(rows):
        place, part = divmod(line, shape.cell_height)
        number = str(place * shape.block_rows) if part == middle else ""
        lines.append(((number.rjust(left - 1) + " ", MUTED), *spans))
    return lines


def tensor_title(value: TensorMap, width: int, *, ascii: bool = False) -> str:
    """'U_n  h→h  10 × 10  gate 3 of 3', or without what does not fit: the place goes last."""
    name, place, shape = value.name, value.place, " × ".join(map(str, value.matrix.shape))
    for parts in ((name, value.role, shape, place), (name, shape, place), (name, place)):
        text = "  ".join(filter(None, parts))
        if len(text) <= width:
            return plain(text) if ascii else text
    return value.name


class TensorPanel(MapPanel[TensorMap]):
    """Shows a `TensorMap`."""

    BORDER_TITLE = "weights"
    EXPLANATION = (
        "Every cell is one weight: + on blue is positive, − on orange negative, the stronger the "
        "colour the further from 0; below stand its norm ‖P‖, the norm of its gradient ‖∂L/∂P‖, "
        "and by how many percent of its norm the last epoch moved it."
    )

    def draw(self, value: TensorMap, width: int, height: int) -> Sequence[Line]:
        """The map."""
        return tensor_lines(value, width, height, self.palette())

    def redraw(self) -> None:
        """Say in the border which tensor it is, and how much a cell stands for; then draw."""
        if (value := self.value) is not None and min(self.size):
            room = self.outer_size.width - 6
            note = numbered_tiling(value, *self.size)[0].note(room, ascii=self.ascii)
            self.entitle(Content(tensor_title(value, room, ascii=self.ascii)), Content(note))
        super().redraw()

    def on_resize(self) -> None:
        """At another size a cell may stand for another number of entries."""
        self.redraw()
