"""Symbols as lines: what is written or read, and below each how sure and what else is likely."""

from __future__ import annotations

from collections.abc import Sequence

from ..drawing.blocks import BLOCKS, RAMP, glyphs
from ..drawing.heat_map import merged
from ..drawing.panel import MUTED, Spans
from .layout import LABELS, Cells, blocks, columns, padded
from .value import Answered, Earlier, Floats, Likely, Written

GIVEN = "bold $text-primary"
RIGHT, WRONG = "$text-success", "bold $text-error"
BAR = "$text-primary 70%"
SHADES = ((0.3, ""), (0.1, "$foreground 75%"), (0.03, "$foreground 60%"), (0.01, "$foreground 45%"))
"""From which probability on another symbol has which style; below the last it is a point."""
WRITTEN_ROWS = 5
"""Of a line: the symbols, how probable each was, three others."""

ANSWERED_ROWS = 4
"""Of a line: input, prediction, how sure it is, at least one other."""

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
    return _folded(rows[:WRITTEN_ROWS], cells, width, height)


def answered_lines(value: Answered, width: int, height: int, *, ascii: bool = False) -> list[Spans]:
    """Input, target and prediction, in at most `height` lines of at most `width` cells."""
    cells, says = value.cells, value.predicted.symbols
    plain = [""] * len(value.input)
    styles, target = plain, []
    if value.target is not None:
        pairs = list(zip(value.target, says, strict=True))
        styles = ["" if not aim else RIGHT if aim == said else WRONG for aim, said in pairs]
        dot = "." if ascii else "·"
        aims = [aim or dot for aim in value.target]
        target = [("target", _symbols(aims, [MUTED] * len(aims), cells, ascii))]
    first = [
        ("input", _symbols(value.input, plain, cells, ascii)),
        ("predicts", _symbols(says, styles, cells, ascii)),
    ]
    likely = _likely_rows(value.predicted, cells, ascii)
    has_target = height >= answered_rows(value) - 2
    rows = [first[0], *(target if has_target else []), first[1], *likely]
    return _folded(rows, cells, width, height)


def answered_rows(value: Answered) -> int:
    """Rows of a line of it, all told."""
    others: int = value.predicted.shares.shape[1]
    return 3 + (value.target is not None) + others


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
    rows: list[Row] = [("sure", [(bar * cells.symbol + blank, BAR) for bar in bars])]
    for place in range(likely.shares.shape[1]):
        names = [others[place] for others in likely.others]
        found = _others(names, likely.shares[:, place], cells, ascii)
        rows.append(("or" if place == 0 else "", found))
    return rows


def _others(names: list[str], shares: Floats, cells: Cells, ascii: bool) -> list[Cell]:
    """Other symbols, each in the style of its probability."""
    found = []
    rare = padded("." if ascii else "·", cells, ascii), SHADES[-1][1]
    nothing = " " * cells.step, ""
    for name, share in zip(names, shares.tolist(), strict=True):
        style = next((style for least, style in SHADES if share >= least), None)
        if style is not None:
            found.append((padded(name, cells, ascii), style))
        else:
            found.append(rare if share >= 0 else nothing)  # NaN is neither
    return found


def _symbols(
    symbols: Sequence[str], styles: Sequence[str], cells: Cells, ascii: bool
) -> list[Cell]:
    texts = [padded(symbol, cells, ascii) for symbol in symbols]
    return list(zip(texts, styles, strict=True))


def _folded(rows: Sequence[Row], cells: Cells, width: int, height: int) -> list[Spans]:
    """Rows of n cells folded into blocks of lines; of a block that lacks room the first rows."""
    wide, count = columns(width, cells), len(rows[0][1])
    labels = LABELS if width >= LABELS + cells.step else 0
    lines: list[Spans] = []
    for number, shown in enumerate(blocks(height, len(rows))):
        start = number * wide
        if start >= count:
            break
        if lines:
            lines.append(())
        for label, found in rows[:shown]:
            part = merged(found[start : start + wide])
            lines.append(((label.ljust(LABELS)[:labels], MUTED), *part))
    return lines[:height]
