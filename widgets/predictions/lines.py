"""The wall as lines: a row for each sequence, ✗ where it is wrong, and how the rest stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

import numpy as np
from rich.cells import cell_len, set_cell_size
from textual.content import Content

from ..drawing.blocks import BLOCKS, RAMP
from ..drawing.figures import percent
from ..drawing.panel import MUTED, Spans
from .layout import IN_TITLE, Layout, arrange, shape_of
from .wall import Integers, Wall, cross, shown, written

RIGHT, WRONG, CHOSEN = "$text-success", "bold $text-error", "bold $text-primary"
BAR, LACKING = "$text-success 70%", "$text-error 70%"
CHANGED, CURSOR = " underline", " reverse"
NAMES = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

Kind = Literal["head", "in", "says", "marks", "rest"]
Pieces = list[tuple[str, str]]


class Place(NamedTuple):
    """What stands in a line."""

    kind: Kind
    row: int
    """Which of the n sequences."""
    start: int
    """Its first step shown."""


def layout_of(wall: Wall, width: int, height: int, *, ascii: bool = False) -> Layout:
    """How a wall is divided at this size."""
    return arrange(shape_of(wall, ascii=ascii), width, height)


def places(wall: Wall, layout: Layout) -> list[Place]:
    """What stands in each line."""
    found: list[Place] = []
    start = layout.start(wall.steps, wall.step)
    if layout.head == "row":
        found.append(Place("head", wall.chosen, start))
    if layout.folded:
        first = layout.first_line(wall.steps, wall.step)
        for line in range(first, first + layout.rows):
            found.append(Place("says", 0, line * layout.columns))
            if layout.marked:
                found.append(Place("marks", 0, line * layout.columns))
    else:
        for row in shown(wall, layout.rows):
            if layout.paired:
                found.append(Place("in", row, start))
            found.append(Place("says", row, start))
            if layout.marked and row == wall.chosen:
                found.append(Place("marks", row, start))
    if layout.rest:
        found.append(Place("rest", 0, 0))
    return found


def at(wall: Wall, layout: Layout, x: int, y: int) -> tuple[int, int | None] | None:
    """Row and step under a cell; no step beside the symbols, None beside the rows."""
    lines = places(wall, layout)
    if not 0 <= y < len(lines) or lines[y].kind in ("head", "rest"):
        return None
    place, column = lines[y], (x - layout.labels) // layout.cell
    step = place.start + column
    is_symbol = 0 <= column < layout.columns and step < wall.length(place.row)
    return place.row, step if is_symbol else None


def wall_lines(wall: Wall, width: int, height: int, *, ascii: bool = False) -> list[Spans]:
    """The rows, in at most `height` lines of at most `width` cells."""
    if min(width, height) < 1:
        return []
    layout = layout_of(wall, width, height, ascii=ascii)
    counted, mistakes, lines = wall.counted(), wall.mistakes(), places(wall, layout)
    drawn: list[Pieces] = []
    for place in lines:
        if place.kind == "head":
            drawn.append(_head(wall, layout, place.start, width))
        elif place.kind == "in":
            drawn.append(_inputs(wall, layout, place, ascii))
        elif place.kind == "marks":
            drawn.append(_marks(wall, layout, place, ascii))
        elif place.kind == "rest":
            drawn.append(_rest(wall, layout, lines, width, ascii))
        else:
            pieces = _label(wall, layout, place, ascii)
            pieces += _predictions(wall, layout, place, ascii)
            if not layout.folded:
                total, wrong = int(counted[place.row]), int(mistakes[place.row])
                pieces += _score(layout, total - wrong, total, width - _cells(pieces), ascii)
            drawn.append(pieces)
    return [_clipped(pieces, width) for pieces in drawn]


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
    dots = _dots(ascii) if place.start else " "
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
        _add(pieces, text, style + attributes)
        if not layout.is_dense:
            _add(pieces, tail + gap, style)
    missing = layout.columns - count
    if missing > 0:
        _add(pieces, " " * (missing * layout.cell), "")
    if not layout.folded and layout.columns < wall.steps:
        _add(pieces, _dots(ascii) if stop < wall.length(row) else " ", MUTED)
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
        pieces += _bar(right, total, layout.bar, ascii)
    count = str(right) if total else "-" if ascii else "–"
    pieces.append((count.rjust(layout.digits), RIGHT if right == total else "bold"))
    return pieces


def _bar(right: int, total: int, cells: int, ascii: bool) -> Pieces:
    """Full only when all are right, empty only when none is."""
    filled = right * cells // max(total, 1)
    if right and not filled:
        filled = 1
    full, empty = ("#", ".") if ascii else ("▆", "▁")
    return [(full * filled, BAR), (empty * (cells - filled), MUTED)]


def _head(wall: Wall, layout: Layout, start: int, width: int) -> Pieces:
    """The numbers of the time steps over their columns, the one looked at in bold."""
    line = [*" " * width]
    line[layout.labels - 3 : layout.labels - 2] = "t"
    if layout.bar and layout.bar + layout.digits > 6:
        line[width - 5 :] = "right"
    stop = start + layout.columns
    own = _write(line, layout, start, wall.step) if start <= wall.step < stop else None
    every = _every(layout.cell, stop - 1)
    for step in range(-(-start // every) * every, stop, every):
        if step != wall.step:
            _write(line, layout, start, step)
    if own is None:
        return [("".join(line), MUTED)]
    first, last = own
    return [
        ("".join(line[:first]), MUTED),
        ("".join(line[first:last]), CHOSEN),
        ("".join(line[last:]), MUTED),
    ]


def _write(line: list[str], layout: Layout, start: int, step: int) -> tuple[int, int] | None:
    """Write the number of a step over its column, unless it would touch another one."""
    text = str(step)
    last = layout.labels + (step - start) * layout.cell + layout.symbol
    first = last - len(text)
    around = line[max(first - 1, 0) : last + 1]
    if first < 0 or last > len(line) or any(character != " " for character in around):
        return None
    line[first:last] = text
    return first, last


def _every(cell: int, last: int) -> int:
    """Every how many steps there is room for a number of so many digits."""
    digits = len(str(max(last, 0))) + 1
    steps: Iterable[int] = (k * 10**n for n in range(9) for k in (1, 2, 5))
    return next(step for step in steps if step * cell >= digits)


def _rest(wall: Wall, layout: Layout, lines: list[Place], width: int, ascii: bool) -> Pieces:
    """How what is not shown stands: a cell for each group, and the share that is right."""
    if layout.folded:
        right, total = ~wall.wrong[0], wall.length(0)
        mistakes, counted = (~right).astype(int), wall.asked()[0].astype(int)
        if layout.rows * layout.columns >= total:
            good, of = int(counted.sum() - mistakes.sum()), int(counted.sum())
            text = f" {good:>{len(str(of))}} of {of} right"
            bar = min(layout.columns, width - layout.labels - len(text))
            if bar < SHORT:
                return [(text.strip(), RIGHT if good == of else "")]
            return [(" " * layout.labels, ""), *_bar(good, of, bar, ascii),
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


SHORT = 5
"""Cells below which a bar or a row of groups says nothing."""


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
        _add(pieces, table[step], LACKING if missing else BAR)
    return pieces


def wall_title(wall: Wall, layout: Layout, width: int, *, ascii: bool = False) -> Content:
    """What is shown: 'predictions: all ten at once', or without what does not fit."""
    if layout.head == "title":
        digits = _head(wall, layout._replace(bar=0), 0, width)
        steps = [
            (t, s if s == CHOSEN else f"not bold {s}") for t, s in _behind(digits, IN_TITLE - 1)
        ]
        return Content.assemble(("predictions", ""), *steps).rstrip()
    for text in _titles(wall, layout, ascii):
        if len(text) <= width:
            return Content(text)
    return Content("predictions"[: max(width, 0)])


def _titles(wall: Wall, layout: Layout, ascii: bool) -> list[str]:
    """Titles, the longest first."""
    count, steps, dash = len(wall.numbers), wall.steps, "-" if ascii else "–"
    if layout.folded:
        lines = -(-steps // layout.columns)
        if layout.rows >= lines:
            return [f"predictions: all {steps:,} symbols"]
        start = layout.first_line(steps, wall.step) * layout.columns
        stop = min(start + layout.rows * layout.columns, steps) - 1
        return [f"predictions: t {start}{dash}{stop} of {steps:,}"]
    if layout.rows >= count:
        number = NAMES[count] if count < len(NAMES) else f"{count:,}"
        titles = ["predictions" if count == 1 else f"predictions: all {number} at once"]
    else:
        sample = f" sampled from {wall.total:,}" if count < wall.total else ""
        own = int(wall.numbers[wall.chosen]) + 1
        some = f"predictions: {layout.rows} of {count:,}"
        titles = [f"{some}{sample}"] if sample else []
        if layout.rows > 1:
            titles = [
                f"predictions: {own} and the worst {layout.rows - 1} of {count:,}{sample}",
                *titles,
                f"{some}, the worst",
            ]
        titles.append(some)
    if layout.columns < steps:
        start = layout.start(steps, wall.step)
        dot = "," if ascii else " ·"
        part = f"{dot} t {start}{dash}{start + layout.columns - 1} of {steps:,}"
        longer = [title + part for title in titles]
        return [longer[0], *titles] if layout.head == "row" else [*longer, *titles]
    return titles


def legend(wall: Wall, width: int, *, ascii: bool = False) -> Content:
    """What the glyphs mean and which keys there are, as far as it fits."""
    mark = cross(wall.output_symbols, ascii)
    arrows = "up down" if ascii else "↑↓"
    parts: list[tuple[str, ...]] = [(f"{mark} wrong",)]
    if wall.changed is not None:
        line = "_" if ascii else "▁"
        parts.append(
            (f"{line} changed in this epoch", f"{line} changed just now", f"{line} changed")
        )
    if len(wall.numbers) > 1:
        parts.append((f"{arrows} choose",))
    if wall.wrong.any():
        parts.append(("m next mistake", "m next"))
    text = ""
    for choices in parts:
        longer = [f"{text}  {choice}" if text else choice for choice in choices]
        text = next((line for line in longer if cell_len(line) <= width), text)
    return Content(text)


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


def _dots(ascii: bool) -> str:
    return "~" if ascii else "…"


def _add(pieces: Pieces, text: str, style: str) -> None:
    """Append, to the last piece where the style is the same."""
    if pieces and pieces[-1][1] == style:
        pieces[-1] = (pieces[-1][0] + text, style)
    else:
        pieces.append((text, style))


def _cells(pieces: Pieces) -> int:
    return sum(cell_len(text) for text, _ in pieces)


def _behind(pieces: Pieces, skip: int) -> Pieces:
    """Without the first characters."""
    kept: Pieces = []
    for text, style in pieces:
        kept.append((text[skip:], style))
        skip = max(0, skip - len(text))
    return [piece for piece in kept if piece[0]]


def _clipped(pieces: Pieces, width: int) -> Spans:
    """In at most so many cells."""
    left, kept = width, []
    for text, style in pieces:
        used = cell_len(text)
        if used > left:
            kept.append((set_cell_size(text, left), style))
            break
        kept.append((text, style))
        left -= used
    return tuple(piece for piece in kept if piece[0])
