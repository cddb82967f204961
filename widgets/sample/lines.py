"""Symbols as lines: what is written or read, and below each how sure and what else is likely."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..drawing.blocks import BLOCKS, RAMP, glyphs
from ..drawing.heat_map import merged
from ..drawing.panel import MUTED, Spans
from .layout import LABELS, Cells, blocks, columns, padded, room
from .value import Answered, Earlier, Likely, Written

GIVEN = "bold $text-primary"
RIGHT, WRONG = "$text-success", "bold $text-error"
BAR = "$text-primary 70%"
SHADES = ((0.3, ""), (0.1, "$foreground 75%"), (0.03, "$foreground 60%"), (0.01, "$foreground 45%"))
"""From which probability on another symbol has which style; below the last it is a point."""

ANSWERED_ROWS = 4
"""Of a line: input, prediction, how sure it is, at least one other."""
NUMBER = 6
"""Cells of a probability behind a symbol, with the blanks around."""

Cell = tuple[str, str]
"""Text and style."""
Row = tuple[str, Sequence[Cell]]
"""What a row is, and (n,) cells."""


def written_lines(value: Written, width: int, height: int, *, ascii: bool = False) -> list[Spans]:
    """What is written, in at most `height` lines of at most `width` cells."""
    text, cells = value.text, value.cells
    styles = [GIVEN if place < value.given else "" for place in range(len(text.symbols))]
    rows = [
        ("writes", _symbols(text.symbols, styles, cells, ascii)),
        *_likely_rows(text, cells, ascii),
    ]
    return _folded(rows, cells, width, height)


def written_rows(others: int) -> int:
    """Rows of a line of what is written: the symbols, how probable each was, and others."""
    return 2 + others


def answered_lines(value: Answered, width: int, height: int, *, ascii: bool = False) -> list[Spans]:
    """Input, target and prediction, in at most `height` lines of at most `width` cells.

    Where there is room for it, probabilities are numbers, else bars.
    """
    cells, likely, count = value.cells, value.predicted, len(value.input)
    others, has_target = likely.shares.shape[1], value.target is not None
    wide = Cells(cells.symbol, cells.symbol + NUMBER)
    least = 2 + has_target
    has_numbers = count <= room(width, height, wide, least + others, least)
    if has_numbers:
        cells = wide
    elif height <= ANSWERED_ROWS:
        has_target = False
    rows: list[Row] = [("input", _symbols(value.input, [""] * count, cells, ascii))]
    if has_target:
        aims = [aim or ("." if ascii else "·") for aim in value.target or ()]
        rows.append(("target", _symbols(aims, [MUTED] * count, cells, ascii)))
    verdicts = _verdicts(value) if has_target else [""] * count
    says = _symbols(likely.symbols, verdicts, cells, ascii)
    if has_numbers:
        marks = ["x" if ascii else "✗"] * count
        marks = [mark if wrong else " " for mark, wrong in zip(marks, value.mistakes, strict=True)]
        rows.append(("predicts", _numbered(says, likely.sure.tolist(), cells, marks)))
        rows += _other_rows(likely, cells, ascii, has_numbers=True)
    else:
        rows += [("predicts", says), *_likely_rows(likely, cells, ascii)]
    return _folded(rows, cells, width, height, 2 + has_target)


def _verdicts(value: Answered) -> list[str]:
    """The style of each prediction: whether it is right, a mistake, or neither."""
    targets = value.target or ("",) * len(value.input)
    steps = zip(value.mistakes, value.predicted.symbols, targets, strict=True)
    return [WRONG if mistake else RIGHT if said == aim else "" for mistake, said, aim in steps]


def earlier_lines(value: Earlier, width: int, height: int, *, ascii: bool = False) -> list[Spans]:
    """A line for each epoch: the first ones and the latest, if not all have room."""
    texts = value.texts
    if len(texts) > height:
        texts = (texts[0], *texts[len(texts) - height + 1 :])
    digits = max((len(f"{epoch:,}") for epoch, _ in value.texts), default=1)
    lines: list[Spans] = []
    for epoch, symbols in texts:
        label = f"{epoch:>{digits},}  "
        fit = max(0, (width - len(label)) // value.cells.step)
        line = "".join(padded(symbol, value.cells, ascii) for symbol in symbols[:fit])
        lines.append(((label, MUTED), (line, "")))
    return lines[:height]


def _likely_rows(likely: Likely, cells: Cells, ascii: bool) -> list[Row]:
    """How probable each symbol is, then the others, the most probable first."""
    bars = glyphs(likely.sure, RAMP if ascii else BLOCKS)
    blank = " " * (cells.step - cells.symbol)
    sure = [(bar * cells.symbol + blank, BAR) for bar in bars]
    return [("sure", sure), *_other_rows(likely, cells, ascii)]


def _other_rows(
    likely: Likely, cells: Cells, ascii: bool, *, has_numbers: bool = False
) -> list[Row]:
    """The other symbols, the most probable first."""
    rows: list[Row] = []
    for place in range(likely.shares.shape[1]):
        names = [others[place] for others in likely.others]
        shares = likely.shares[:, place].tolist()
        found = _others(names, shares, cells, ascii)
        if has_numbers:
            found = _numbered(found, shares, cells)
        rows.append(("or" if place == 0 else "", found))
    return rows


def _others(names: list[str], shares: list[float], cells: Cells, ascii: bool) -> list[Cell]:
    """Other symbols, each in the style of its probability."""
    found = []
    rare = padded("." if ascii else "·", cells, ascii), SHADES[-1][1]
    nothing = " " * cells.step, ""
    for name, share in zip(names, shares, strict=True):
        style = next((style for least, style in SHADES if share >= least), None)
        if style is not None:
            found.append((padded(name, cells, ascii), style))
        else:
            found.append(rare if share >= 0 else nothing)  # NaN is neither
    return found


def _numbered(
    found: list[Cell], shares: list[float], cells: Cells, marks: Sequence[str] = ()
) -> list[Cell]:
    """The same with a mark and the probability of each behind it, from 1 % on."""
    numbers = [
        f"{math.floor(100 * share + 1e-9)}%" if share >= SHADES[-1][0] else "" for share in shares
    ]
    blank, gap = cells.step - cells.symbol, " " * (cells.step - cells.symbol - 5)
    steps = zip(found, marks or [" "] * len(found), numbers, strict=True)
    return [
        (text[: len(text) - blank] + mark + number.ljust(4) + gap, style)
        for (text, style), mark, number in steps
    ]


def _symbols(
    symbols: Sequence[str], styles: Sequence[str], cells: Cells, ascii: bool
) -> list[Cell]:
    texts = [padded(symbol, cells, ascii) for symbol in symbols]
    return list(zip(texts, styles, strict=True))


def _folded(
    rows: Sequence[Row], cells: Cells, width: int, height: int, least: int = 1
) -> list[Spans]:
    """Rows of n cells folded into blocks of lines.

    Of a block that lacks room the first rows, if there are at least so many.
    """
    wide, count = columns(width, cells), len(rows[0][1])
    labels = LABELS if width >= LABELS + cells.step else 0
    lines: list[Spans] = []
    for number, shown in enumerate(blocks(height, len(rows), least)):
        start = number * wide
        if start >= count:
            break
        if lines:
            lines.append(())
        for label, found in rows[:shown]:
            part = merged(found[start : start + wide])
            lines.append(((label.ljust(LABELS)[:labels], MUTED), *part))
    return lines[:height]
