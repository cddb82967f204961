"""What the border of the wall says: what is shown, and what its glyphs mean."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content

from .head import head_row
from .layout import IN_TITLE, Layout
from .pieces import CHOSEN, Pieces
from .places import has_ends_aligned
from .wall import Wall, cross

NAMES = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def wall_title(wall: Wall, layout: Layout, width: int, *, ascii: bool = False) -> Content:
    """What is shown: 'predictions: all ten at once', or without what does not fit."""
    if layout.head == "title":
        digits = head_row(wall, layout._replace(bar=0), 0, width)
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
        return [f"predictions: t {start:,}{dash}{stop:,} of {steps:,}"]
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
                f"predictions: {own:,} and the worst {layout.rows - 1} of {count:,}{sample}",
                *titles,
                f"{some}, the worst",
            ]
        titles.append(some)
    if layout.columns < steps and not has_ends_aligned(wall, layout):
        start = layout.start(steps, wall.step)
        dot = "," if ascii else " ·"
        part = f"{dot} t {start:,}{dash}{start + layout.columns - 1:,} of {steps:,}"
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


def _behind(pieces: Pieces, skip: int) -> Pieces:
    """Without the first characters."""
    kept: Pieces = []
    for text, style in pieces:
        kept.append((text[skip:], style))
        skip = max(0, skip - len(text))
    return [piece for piece in kept if piece[0]]
