"""Hidden states as pictures: colours from − to +, two nodes in a character where colours serve."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from textual.color import Color

from ..drawing.heat_map import NEGATIVE, OPACITY, POSITIVE, STEPS, Palette, levels
from ..drawing.panel import MUTED

Run = tuple[str, str]
"""A text and its style."""
Levels = NDArray[np.int64]

SMALL, LESS, MORE = "·−═", "·▒█", 5
"""Without colours: from nothing to the largest, negative and positive; the level of the last."""
ASCII_SMALL, ASCII_LESS = ".-=", ".+#"


def nodes_in(rows: int, columns: int, palette: Palette) -> int:
    """How many nodes a picture of a state has room for."""
    return rows * columns * (1 if palette.shaded else 2)


def picture(
    states: NDArray[np.floating[Any]],
    bound: float,
    rows: int,
    columns: int,
    palette: Palette,
    ground: str,
) -> list[list[list[Run]]]:
    """(T, n) states → for each of `rows` lines, for each step, `columns` characters with styles.

    The nodes fill a picture line by line; those of a larger layer are evenly spread.

    Args:
        states: of the steps shown.
        bound: the magnitude that has the full colour.
        rows: lines.
        columns: characters of a step.
        palette: how colours serve.
        ground: the colour of the panel, such as '#121212'.
    """
    steps, count = states.shape
    room = nodes_in(rows, columns, palette)
    if count > room:
        states = states[:, np.linspace(0, count - 1, room).round().astype(int)]
        count = room
    height = rows if palette.shaded else 2 * rows
    graded = np.full((steps, height * columns), _NONE)
    graded[:, :count] = levels(states, bound)
    cells = graded.reshape(steps, height, columns).tolist()
    if palette.shaded:
        return [
            [[shade(level, palette) for level in step[row]] for step in cells]
            for row in range(rows)
        ]
    return [
        [
            [_halves(*pair, ground) for pair in zip(step[2 * row], step[2 * row + 1], strict=True)]
            for step in cells
        ]
        for row in range(rows)
    ]


_NONE = -99
"""The level of no node."""


def shade(level: int, palette: Palette) -> Run:
    """One character for a level: its sign, and how large it is, without a background."""
    if level == _NONE:
        return " ", ""
    if abs(level) > STEPS:
        return "?", palette.style(level)
    low, high = (ASCII_SMALL, ASCII_LESS) if palette.ascii else (SMALL, LESS)
    glyph = (low if level < 0 else high)[0 if abs(level) < 2 else 1 if abs(level) < MORE else 2]
    return glyph, palette.style(level)


def shades(bound: str, palette: Palette) -> tuple[Run, ...]:
    """What the characters mean: '═ −1 █ 1'."""
    (low, negative), (high, positive) = shade(-STEPS, palette), shade(STEPS, palette)
    minus = "-" if palette.ascii else "−"
    return (low, negative), (f" {minus}{bound} ", MUTED), (high, positive), (f" {bound}", MUTED)


@lru_cache(maxsize=4096)
def _halves(upper: int, lower: int, ground: str) -> Run:
    """'▀' with the colour of the upper node on that of the lower one."""
    if upper == _NONE:
        return " ", ""
    if lower == _NONE:
        return "▀", _colour(upper, ground)
    return "▀", f"{_colour(upper, ground)} on {_colour(lower, ground)}"


@lru_cache(maxsize=256)
def _colour(level: int, ground: str) -> str:
    if abs(level) > STEPS:
        return "#FF00FF"
    colour = Color.parse(NEGATIVE if level < 0 else POSITIVE)
    return Color.parse(ground).blend(colour, OPACITY[abs(level)] / 100).hex
