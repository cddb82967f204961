"""The wall as lines: a row for each sequence, ✗ where it is wrong, and how the rest stands."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from ..drawing.panel import MUTED, Spans
from .head import head_row
from .layout import Layout
from .pieces import CHANGED, CHOSEN, CURSOR, RIGHT, WRONG, Pieces, add, cells_of, clipped, ellipsis
from .places import Place, layout_of, places
from .rest import bar_of, rest_row
from .wall import Wall, cross, written


def wall_lines(wall: Wall, width: int, height: int, *, ascii: bool = False) -> list[Spans]:
    """The rows, in at most `height` lines of at most `width` cells."""
    if min(width, height) < 1:
        return []
    layout = layout_of(wall, width, height, ascii=ascii)
    counted, mistakes, lines = wall.counted(), wall.mistakes(), places(wall, layout)
    drawn: list[Pieces] = []
    for place in lines:
        if place.kind == "head":
            drawn.append(head_row(wall, layout, place.start, width))
        elif place.kind == "in":
            drawn.append(_inputs(wall, layout, place, ascii))
        elif place.kind == "marks":
            drawn.append(_marks(wall, layout, place, ascii))
        elif place.kind == "rest":
            drawn.append(rest_row(wall, layout, lines, width, ascii))
        else:
            pieces = _label(wall, layout, place, ascii)
            pieces += _predictions(wall, layout, place, ascii)
            if not layout.folded:
                total, wrong = int(counted[place.row]), int(mistakes[place.row])
                pieces += _score(layout, total - wrong, total, width - cells_of(pieces), ascii)
            drawn.append(pieces)
    return [clipped(pieces, width) for pieces in drawn]


def _label(wall: Wall, layout: Layout, place: Place, ascii: bool) -> Pieces:
    """The mark and the number of a sequence; of a folded one, of the line's first step."""
    if layout.folded:
        here = place.start <= wall.step < place.start + layout.columns
        number = f"{place.start:>{layout.labels - 2}}  "
        return [(number, CHOSEN if here else MUTED)]
    is_chosen = place.row == wall.chosen
    number, style = str(int(wall.numbers[place.row]) + 1), CHOSEN if is_chosen else MUTED
    mark = (">" if ascii else "▸") if is_chosen else " "
    digits = len(str(int(wall.numbers[-1]) + 1))
    dots = ellipsis(ascii) if place.start else " "
    if layout.paired:
        return [
            (f"{mark} {number:>{digits}}", style),
            (" says".ljust(layout.labels - digits - 2), MUTED),
        ]
    return [(f"{mark} {number:>{digits}}".ljust(layout.labels - 1), style), (dots, MUTED)]


def _predictions(wall: Wall, layout: Layout, place: Place, ascii: bool) -> Pieces:
    """The predicted symbols of one line, `layout.cell` cells each."""
    row, start, stop = place.row, place.start, _stop(wall, layout, place)
    texts = _padded(wall.output_symbols, layout.symbol, ascii)
    mark, dot = cross(wall.output_symbols, ascii), ("." if ascii else "·").rjust(layout.symbol)
    wrong = wall.wrong[row, start:stop].tolist()
    count = stop - start
    changed = [False] * count if wall.changed is None else wall.changed[row, start:stop].tolist()
    scored = [True] * count if wall.scored is None else wall.scored[row, start:stop].tolist()
    known = [True] * count if wall.known is None else wall.known[row, start:stop].tolist()
    cursor = wall.step - start if row == wall.chosen else -1
    has_marks = layout.marked and (layout.folded or row == wall.chosen)
    gap = " " * (layout.cell - layout.symbol - 1)
    pieces: Pieces = []
    for t, symbol in enumerate(wall.predictions[row, start:stop].tolist()):
        if not scored[t]:
            text, style, tail = dot, MUTED, " "
        elif not known[t]:
            text, style, tail = texts[symbol], MUTED, " "
        elif not wrong[t]:
            text, style, tail = texts[symbol], RIGHT, " "
        elif layout.is_dense and not has_marks:
            text, style, tail = mark, WRONG, ""
        else:
            text, style, tail = texts[symbol], WRONG, mark
        attributes = (CHANGED if changed[t] else "") + (CURSOR if t == cursor else "")
        add(pieces, text, style + attributes)
        if not layout.is_dense:
            add(pieces, tail + gap, style)
    missing = layout.columns - count
    if missing > 0:
        add(pieces, " " * (missing * layout.cell), "")
    if not layout.folded and layout.columns < wall.steps:
        add(pieces, ellipsis(ascii) if stop < wall.length(row) else " ", MUTED)
    return pieces


def _inputs(wall: Wall, layout: Layout, place: Place, ascii: bool) -> Pieces:
    """The input symbols above the predicted ones."""
    texts = _padded(wall.input_symbols, layout.symbol, ascii)
    gap = " " * (layout.cell - layout.symbol)
    symbols = wall.inputs[place.row, place.start : _stop(wall, layout, place)].tolist()
    name = "in".rjust(layout.labels - 2) + "  "
    return [(name + "".join(texts[symbol] + gap for symbol in symbols), MUTED)]


def _marks(wall: Wall, layout: Layout, place: Place, ascii: bool) -> Pieces:
    """A cross under each symbol that is wrong, where they stand side by side."""
    wrong = wall.wrong[place.row, place.start : _stop(wall, layout, place)].tolist()
    mark = cross(wall.output_symbols, ascii)
    text = "".join(mark if is_wrong else " " for is_wrong in wrong)
    return [(" " * layout.labels, ""), (text, WRONG)]


def _score(layout: Layout, right: int, total: int, room: int, ascii: bool) -> Pieces:
    """The bar and the number of symbols that are right, at the right end of `room` cells."""
    pieces: Pieces = [(" " * (room - layout.bar - layout.digits), "")]
    if layout.bar:
        pieces += bar_of(right, total, layout.bar, ascii)
    count = str(right) if total else "-" if ascii else "–"
    pieces.append((count.rjust(layout.digits), RIGHT if right == total else "bold"))
    return pieces


def _stop(wall: Wall, layout: Layout, place: Place) -> int:
    """Behind the last step of a line."""
    return max(place.start, min(place.start + layout.columns, wall.length(place.row)))


def _padded(symbols: tuple[str, ...], cells: int, ascii: bool) -> list[str]:
    """Right-aligned, so that the glyph behind a wrong symbol touches it."""
    texts = written(symbols, ascii)
    widths = map(cell_len, texts)
    return [
        " " * (cells - width) + text if width <= cells else set_cell_size(text, cells)
        for text, width in zip(texts, widths, strict=True)
    ]
