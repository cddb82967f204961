"""The strings of a sequence: the steps, what goes in, what is wanted, what the network says."""

from __future__ import annotations

from ..drawing.figures import chance
from ..drawing.panel import MUTED, Spans
from ..drawing.symbols import printable
from .rows import Rows, fitting
from .styles import RIGHT, WRONG

_STRIDES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000, 10**9)


def step_row(rows: Rows) -> Spans:
    """The numbers of the steps as far as there is room, and a mark over the one looked at."""
    shape, view, shown = rows.shape, rows.view, rows.shown
    digits = len(str(shown[-1]))
    stride = next(n for n in _STRIDES if n * shape.cell > digits)
    area = shape.area
    text, begins = " " * area, {t: _place_of(rows, t, digits) for t in shown}
    for t in shown:
        number = str(t)
        if t % stride == 0 and begins[t] + len(number) <= area:
            text = _put(text, begins[t], number)
    if view.step not in shown:
        return rows.row("t", [(text, MUTED)])
    number = str(view.step)
    if shape.lead and len(number) + 2 <= shape.cell:
        start, mark = begins[view.step] - 1, f"[{number}]"
    else:
        start, mark = _place_of(rows, view.step, 1), "v" if rows.ascii else "▾"
    start = max(0, start)
    text = _put(text, start, mark)[:area]
    end = start + len(mark)
    return rows.row("t", [(text[:start], MUTED), (mark, "bold"), (text[end:], MUTED)])


def _place_of(rows: Rows, t: int, digits: int) -> int:
    """Where the number of a step begins: it ends with the symbol where there is room."""
    shape = rows.shape
    column = (t - rows.shown.start) * shape.cell + shape.lead + shape.symbol - 1
    if shape.cell > digits:
        column -= min(len(str(t)) - 1, shape.lead + shape.symbol - 1)
    return column


def input_row(rows: Rows) -> Spans:
    """The symbols that go in."""
    count = len(rows.shown)
    symbols = rows.view.input[rows.window]
    return rows.written("input", symbols, [""] * count, [" "] * count)


def target_row(rows: Rows) -> Spans:
    """The symbols that are wanted; a point where nothing is scored."""
    dot = "." if rows.ascii else "·"
    written = [text or dot for text in rows.view.target[rows.window]]
    styles = ["" if rows.view.is_asked(t) else MUTED for t in rows.shown]
    return rows.written("target", written, styles, [" "] * len(written))


def prediction_row(rows: Rows) -> Spans:
    """The symbols said, with ✗ behind wrong ones, and how many are right."""
    view, cross = rows.view, "x" if rows.ascii else "✗"
    wrong = [view.is_wrong(t) for t in rows.shown]
    styles = [rows.rightness(t) for t in rows.shown]
    marks = [cross if is_wrong else " " for is_wrong in wrong]
    long, short = view.scores()
    style = WRONG if view.mistakes() else RIGHT
    texts: list[Spans] = [((long, style),), ((short, style),)] if long else []
    name = "prediction"
    return rows.written(name, view.prediction[rows.window], styles, marks, texts)


def marks_row(rows: Rows) -> Spans:
    """✗ under wrong symbols, where symbols stand side by side."""
    cross = "x" if rows.ascii else "✗"
    return rows.glyphs(
        "",
        [cross if rows.view.is_wrong(t) else " " for t in rows.shown],
        [WRONG] * len(rows.shown),
    )


def sure_row(rows: Rows) -> Spans:
    """How sure the network is of what it says, a bar for each step."""
    return rows.probabilities("sure", rows.view.confidence, [rows.rightness(t) for t in rows.shown])


def sentence_row(rows: Rows) -> Spans:
    """'t=3: target 2, says 1 with 57 %, 2 with 42 %', or what of it fits."""
    view = rows.view
    if not view.likely:
        return ()
    t = f"t={view.step:<{len(str(view.length - 1))}}"

    def named(symbol: str) -> str:
        return printable(symbol, ascii=rows.ascii)

    target = view.target[view.step]
    of_target = f"target {named(target)}" if target else "not scored"
    if target and not view.is_asked(view.step):
        of_target += " (nobody can know)"
    said = [f"{named(s)} with {chance(p, ascii=rows.ascii)}" for s, p in view.likely]
    return fitting(
        [
            f"{t}: {of_target}, says {', '.join(said)}",
            f"{t}: {of_target}, says {', '.join(said[:2])}",
            f"{t}: says {', '.join(said[:2])}",
            f"{t}: says {said[0]}",
        ],
        rows.width,
        "",
    )


def _put(text: str, start: int, over: str) -> str:
    """Put something over a text; of a number that it touches nothing else remains."""
    end = start + len(over)
    before, behind = text[:start], text[end:]
    if text[start : start + 1].isdigit():
        before = before.rstrip("0123456789").ljust(start)
    if text[end - 1 : end].isdigit():
        behind = behind.lstrip("0123456789").rjust(len(behind))
    return before + over + behind
