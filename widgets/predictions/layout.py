"""How a wall is divided: a function of sizes alone, so that nothing moves while it learns."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple

from .wall import Wall, widest

Head = Literal["row", "title", "none"]
WIDEST_SYMBOL = 16
"""Cells; of a wider symbol the beginning is shown."""
LONGEST_BAR, SHORTEST_BAR = 20, 5
IN_TITLE = 13
"""Column under the first cell behind 'predictions' in the title."""
SAYS = 5
"""Cells of 'says ', behind the number where a row has two lines."""
HEAD_FROM = 6
"""Lines from which on one says which column is which time step, also where rows lack room."""


class Shape(NamedTuple):
    """What the layout of a wall depends on: nothing that training changes."""

    sequences: int
    steps: int
    number: int
    """Digits of the largest number of a sequence."""
    scored: int
    """Digits of the largest number of scored symbols."""
    symbol: int
    """Cells of the widest output symbol."""
    wider: int
    """Cells of the widest of all symbols."""


class Layout(NamedTuple):
    """Where things are; columns and widths in cells."""

    head: Head
    """Whether the time steps stand in a line of their own, in the title, or nowhere."""
    labels: int
    """Column of the first symbol; the one before it is free for an ellipsis."""
    symbol: int
    """Width of a symbol."""
    cell: int
    """From one step to the next; as wide as a symbol where they stand side by side."""
    columns: int
    """Steps in a line."""
    rows: int
    """How many sequences are shown; of a single one that is folded, how many lines of it."""
    folded: bool = False
    paired: bool = False
    """The input stands above the prediction."""
    marked: bool = False
    """Under symbols side by side stand the marks: of the chosen one, of all where folded."""
    rest: bool = False
    """The last line says how what is not shown stands."""
    bar: int = 0
    digits: int = 0
    """Width of the number of symbols that are right, with a blank before it."""

    @property
    def is_dense(self) -> bool:
        """Whether symbols stand side by side, without a column for a glyph between them."""
        return self.cell == self.symbol

    def start(self, steps: int, step: int) -> int:
        """The first step shown of a sequence of so many, when one of them is looked at.

        A window moves by half its width, when the step comes near its edge.
        """
        return _window(steps, self.columns, step)

    def first_line(self, steps: int, step: int) -> int:
        """The first line shown of a folded sequence."""
        return _window(-(-steps // self.columns), self.rows, step // self.columns)


def _window(count: int, room: int, place: int) -> int:
    half = max(1, room // 2)
    start = (place - room // 4) // half * half
    return min(max(start, 0), max(0, count - room))


def shape_of(wall: Wall, *, ascii: bool = False) -> Shape:
    """What the layout depends on."""
    symbol = widest(wall.output_symbols, ascii)
    return Shape(
        len(wall.numbers),
        wall.steps,
        len(str(int(wall.numbers[-1]) + 1)),
        len(str(int(wall.counted().max()))),
        symbol,
        max(symbol, widest(wall.input_symbols, ascii)),
    )


@lru_cache(maxsize=32)
def arrange(shape: Shape, width: int, height: int) -> Layout:
    """The layout in so many cells and lines, at least one of each."""
    labels, count = shape.number + (4 if width >= 30 else 3), shape.scored + 1
    room = max(2, width - labels - count)
    symbol = min(shape.symbol, max(1, room - 2), WIDEST_SYMBOL)
    if shape.sequences == 1 and shape.steps * (symbol + 1) > room:
        return _fold(shape, width, height)
    wider = min(shape.wider, max(1, room - 2), WIDEST_SYMBOL)
    if 2 * shape.sequences < height and shape.steps * (wider + 1) <= room - SAYS:
        layout = Layout("row", labels + SAYS, wider, wider + 1, shape.steps, shape.sequences)
        return _fill(layout._replace(paired=True, digits=count), width)
    if shape.steps * (symbol + 1) <= room:
        layout = Layout("none", labels, symbol, symbol + 1, shape.steps, 1)
    elif symbol > 1:
        layout = Layout("none", labels, symbol, symbol + 1, max(1, (room - 1) // (symbol + 1)), 1)
    else:
        columns = shape.steps if shape.steps <= room else max(1, room - 1)
        layout = Layout("none", labels, 1, 1, columns, 1, marked=height >= 4)
    return _fill(_stack(layout._replace(digits=count), shape, width, height), width)


def _stack(layout: Layout, shape: Shape, width: int, height: int) -> Layout:
    """With as many sequences under each other as fit, and what can be said above and below."""
    lines = shape.sequences + layout.marked
    if lines <= height:
        layout = layout._replace(rows=shape.sequences)
        if lines < height:
            return layout._replace(head="row")
        labels = max(layout.labels, IN_TITLE)
        whole = labels + shape.steps * layout.cell + layout.digits
        if layout.columns == shape.steps and not layout.is_dense and whole <= width:
            return layout._replace(head="title", labels=labels)
        return layout
    head, rest = height >= HEAD_FROM, height > 1
    return layout._replace(
        head="row" if head else "none",
        rest=rest,
        rows=max(1, height - layout.marked - head - rest),
    )


def _fill(layout: Layout, width: int) -> Layout:
    """With a bar in what is left at the right, and more air between the symbols."""
    spare = width - layout.labels - layout.columns * layout.cell - layout.digits
    if not layout.is_dense and spare >= layout.columns + LONGEST_BAR // 2 + 2:
        layout, spare = layout._replace(cell=layout.cell + 1), spare - layout.columns
    bar = min(spare - 2, LONGEST_BAR)
    return layout._replace(bar=bar if bar >= SHORTEST_BAR else 0)


def _fold(shape: Shape, width: int, height: int) -> Layout:
    """One long sequence over several lines, like text, each with the number of its first step."""
    labels = len(str(shape.steps - 1)) + 2
    room = max(1, width - labels)
    symbol = min(shape.symbol, max(1, room - 1), WIDEST_SYMBOL)
    cell = 1 if symbol == 1 else symbol + 1
    columns = max(1, room // cell)
    columns -= columns % (10 if columns >= 10 else 5 if columns >= 5 else 1)
    lines = -(-shape.steps // columns)
    marked = cell == 1 and 2 * lines <= height
    rest = height > lines * (1 + marked) or (lines > height and height >= 3)
    rows = min(lines, height - (rest and lines >= height))
    return Layout("none", labels, symbol, cell, min(columns, shape.steps), rows,
                  folded=True, marked=marked, rest=rest)  # fmt: skip
