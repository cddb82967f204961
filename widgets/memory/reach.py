"""How far what was learned reaches: a bar for each time step or size, what is trained apart."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..drawing.axis import Axis, epoch_ticks
from ..drawing.blocks import bars
from ..drawing.figures import percent
from ..drawing.panel import MUTED, Spans, fitting

LABELS = 6
"""Cells of what stands left of the bars."""
WIDEST = 8
"""Cells of one bar at most."""
TICK_DISTANCE = 10
TRAINED, BEYOND = "$text-success", "$text-primary"


class Reach(NamedTuple):
    """Accuracy by size."""

    name: str
    """'t'."""
    what: str
    """'symbols right at step t'."""
    trained: int
    """The largest size that is trained on."""
    sizes: NDArray[np.intp]
    """(m,) ascending."""
    right: NDArray[np.intp]
    """(m,) how many are right."""
    asked: NDArray[np.intp]
    """(m,) of how many."""
    guessing: float
    """The share of guessing, 0..1; NaN if it is not known."""


class Bars(NamedTuple):
    """Where the bars are; a function of the sizes and the width alone."""

    starts: NDArray[np.intp]
    """(c,) the first of the m sizes that each column shows."""
    inside: int
    """Columns of what is trained."""
    wide: int
    """Cells of each column."""


def arrange(sizes: NDArray[np.intp], trained: int, width: int) -> Bars:
    """The columns for so many cells: one a size, or one for some neighbours."""
    count, inside = len(sizes), int(np.searchsorted(sizes, trained, side="right"))
    room = max(1, width - 1)
    if count <= room:
        return Bars(np.arange(count), inside, min(WIDEST, room // count))
    if room < 2 or not 0 < inside < count:
        return Bars(np.arange(room) * count // room, room if inside else 0, 1)
    left = min(max(1, round(room * inside / count)), room - 1)
    right = room - left
    return Bars(
        np.concatenate(
            [
                np.unique(np.arange(left) * inside // left),
                inside + np.unique(np.arange(right) * (count - inside) // right),
            ]
        ),
        len(np.unique(np.arange(left) * inside // left)),
        1,
    )


def reach_lines(reach: Reach, width: int, height: int, *, ascii: bool = False) -> list[Spans]:
    """The bars, the sizes below them, and a line between what is trained and what is not."""
    room = width - LABELS
    if min(room, height) < 1 or not len(reach.sizes):
        return []
    shape = arrange(reach.sizes, reach.trained, room)
    right, asked = (np.add.reduceat(each, shape.starts) for each in (reach.right, reach.asked))
    shares = right / np.maximum(asked, 1)
    rows = height - (1 if height > 1 else 0) - (1 if height > 5 else 0)
    drawn = bars(shares, rows, ascii=ascii)
    level = _row_of(reach.guessing, rows)
    lines = [
        _line(_label(row, rows, ascii), _widened(text, shape), shape, row == level, ascii)
        for row, text in enumerate(drawn)
    ]
    if height > 1:
        lines.append(((_axis(reach, shape, room), MUTED),))
    if height > 5:
        lines.append(_legend(reach, shape, ascii))
    return lines


def _row_of(guessing: float, rows: int) -> int | None:
    if rows < 3 or np.isnan(guessing):
        return None
    return min(rows - 1, int((1 - guessing) * rows))


def _label(row: int, rows: int, ascii: bool) -> str:
    if row == 0:
        return percent(1.0, ascii=ascii) + " "
    return (percent(0.0, ascii=ascii) + " ") if row == rows - 1 else " " * LABELS


def _widened(text: str, shape: Bars) -> str:
    """Each column as wide as it is, with a gap where there is room for one."""
    gap = " " if shape.wide >= 3 else ""
    return "".join(glyph * (shape.wide - len(gap)) + gap for glyph in text)


def _line(label: str, text: str, shape: Bars, is_level: bool, ascii: bool) -> Spans:
    cut = shape.inside * shape.wide
    rule = "." if ascii else "┄"
    spans = [(label, MUTED)]
    for part, style in ((text[:cut], TRAINED), (text[cut:], BEYOND)):
        if style == BEYOND and cut and part:
            spans.append((":" if ascii else "┊", "$text-warning"))
        spans += _ruled(part, style, rule) if is_level else [(part, style)]
    return tuple(span for span in spans if span[0])


def _ruled(text: str, style: str, rule: str) -> list[tuple[str, str]]:
    """With the line of guessing wherever there is no bar."""
    spans: list[tuple[str, str]] = []
    for character in text:
        piece = (rule, MUTED) if character == " " else (character, style)
        if spans and spans[-1][1] == piece[1]:
            spans[-1] = spans[-1][0] + piece[0], piece[1]
        else:
            spans.append(piece)
    return spans


def _axis(reach: Reach, shape: Bars, room: int) -> str:
    """The sizes below their columns, as far as there is room."""
    text = [" "] * (LABELS + room)
    text[: len(reach.name)] = reach.name
    first, last = int(reach.sizes[0]), int(reach.sizes[-1])
    wanted = {first, *epoch_ticks(Axis(first, max(last, first + 1)), room // TICK_DISTANCE)}
    for size in sorted(wanted):
        column = int(np.searchsorted(reach.sizes[shape.starts], size, side="right")) - 1
        at = LABELS + column * shape.wide + (0 < shape.inside <= column)
        written = str(size)
        around = text[at - 1 : at + len(written) + 1]
        if size <= last and at + len(written) <= len(text) and set(around) <= {" "}:
            text[at : at + len(written)] = written
    return "".join(text).rstrip()


def _legend(reach: Reach, shape: Bars, ascii: bool) -> Spans:
    cut, end = shape.inside * shape.wide, len(shape.starts) * shape.wide
    inside, beyond = "trained", "longer than any it was trained on"
    if not 0 < cut < end:
        return ()
    mark = ":" if ascii else "┊"
    inside = inside if len(inside) <= cut else ""
    room = end - cut - 1
    beyond = next((text for text in (beyond, "longer", "") if len(text) <= room), "")
    return (
        (" " * LABELS + inside.ljust(cut), TRAINED),
        (mark, "$text-warning"),
        (" " + beyond, BEYOND),
    )


def reach_title(reach: Reach, width: int, *, ascii: bool = False) -> str:
    """'how far? symbols right at step t; trained to t = 9', or what of it fits."""
    name, trained = "how far?", f"trained to {reach.name} = {reach.trained}"
    texts = (
        f"{name} {reach.what}; {trained}",
        f"{reach.what}; {trained}",
        f"{name} {trained}",
        name,
    )
    return fitting(texts, width, ascii=ascii)
