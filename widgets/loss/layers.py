"""The curves of the chart one over the other, so that none is hidden by another.

Each is drawn by itself. Where two share a cell, the dots of both are in it. Its colour is that of
the one in front; but where one of this run would not be seen for several columns, the colours of
all that lie there alternate from column to column. Another run's curve stays behind.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..drawing.plot import BRAILLE_BLOCK, CHARACTER, Cells, draw, envelope
from .curves import Curve, LossCurves
from .frame import Frame

Flags = NDArray[np.bool_]

PRESENT = "$text-primary"
VALIDATION = "$text-success"
GHOST = "$foreground 50%"
BRANCHES_ON_DARK = ("#D2EE3A", "#F07FC0", "#1F8A5B", "#D8ECF8", "#C8402F", "#3F6FF0")
BRANCHES_ON_LIGHT = ("#009BCA", "#99367E", "#B25B55", "#005BC6", "#473800", "#023B2E")
"""Hues of Okabe and Ito, moved apart so that they differ under deuteranopia too, from each other
and from the present curve, the marks and the axis."""
DASHES = ("111100", "1110", "10", "11111010", "1100", "111110", "11101010")
"""Of branches that are not the present one, which is solid: cells that are drawn and left out, in
turn; first those of the branch that has the present curve's usual colour."""
SAMPLE = max(map(len, DASHES))
"""Cells in which each of them is seen to be another one."""
GHOST_DASHES = ("100", "11000", "1000")
ASCII_BRANCHES, ASCII_GHOSTS = "*x.%=&@", ",;'"


class Stroke(NamedTuple):
    """What a curve is drawn with."""

    style: str
    dash: str
    glyph: str
    """Its character in ASCII."""
    hue: int = 0
    """Which of the colours of branches it has: that of its band too."""


class Look(NamedTuple):
    """How one curve is told from the others: its `Stroke`, field by field."""

    curve: Curve
    style: str
    dash: str
    glyph: str
    hue: int = 0

    @property
    def colour(self) -> str:
        """Its style, whether or not it is the present one."""
        return self.style.removeprefix("bold ")


class Cell(NamedTuple):
    """One cell of the plot with a curve in it."""

    row: int
    column: int
    character: str
    style: str


def looks(value: LossCurves, *, dark: bool = True) -> list[Look]:
    """Every curve with its colour, dashes and glyph, those in front first.

    A branch has its colour whichever is the present one: that is solid, and bold beside others.
    """
    found = []
    for place, curve in enumerate(value.curves):
        number = place if curve.hue is None else curve.hue
        drawn = stroke(number, is_present=place == 0, dark=dark)
        if len(value.curves) == 1:
            drawn = drawn._replace(style=colour(drawn.hue, dark=dark))
        found.append(Look(curve, *drawn))
    if value.validation is not None:
        found.insert(1, Look(value.validation, VALIDATION, "110", "o"))
    for place, curve in enumerate(value.ghosts):
        hue = place % len(GHOST_DASHES)
        found.append(Look(curve, GHOST, GHOST_DASHES[hue], ASCII_GHOSTS[hue]))
    return found


def stroke(number: int, *, is_present: bool, dark: bool = True) -> Stroke:
    """That of a branch, by its number, beside others."""
    hue = _hue(number)
    style, dash = colour(hue, dark=dark), _dash(number)
    if is_present:
        style, dash = f"bold {style}", "1"
    return Stroke(style, dash, ASCII_BRANCHES[hue], hue)


def colour(hue: int, *, dark: bool = True) -> str:
    """That of a branch's curve; there are as many as `DASHES`."""
    return (PRESENT, *(BRANCHES_ON_DARK if dark else BRANCHES_ON_LIGHT))[hue]


def _hue(number: int) -> int:
    """The first branch's colour is its own; the others share theirs where there are many."""
    return 0 if number == 0 else 1 + (number - 1) % (len(DASHES) - 1)


def _dash(number: int) -> str:
    """Other dashes for each branch that has the same colour."""
    turn = max(0, number - 1) // (len(DASHES) - 1)
    return DASHES[(_hue(number) + turn) % len(DASHES)]


def cells(layers: list[Look], shape: Frame, ghosts: int) -> list[Cell]:
    """The cells of all curves; the last so many are ghosts, which may leave the top."""
    drawn = [
        _dots(look.curve, shape, may_leave=number >= len(layers) - ghosts)
        for number, look in enumerate(layers)
    ]
    owners = _owners(drawn, [look.dash for look in layers], len(layers) - ghosts)
    dots = np.bitwise_or.reduce(drawn)
    found = []
    for row, column in np.argwhere(owners >= 0).tolist():
        look = layers[owners[row, column]]
        is_ascii = shape.dots == CHARACTER
        character = look.glyph if is_ascii else chr(BRAILLE_BLOCK + int(dots[row, column]))
        found.append(Cell(row, column, character, look.style))
    return found


def _dots(curve: Curve, shape: Frame, *, may_leave: bool) -> Cells:
    """One curve by itself."""
    seen = curve.within(*shape.epochs[:2])
    low, high = seen.low, seen.high
    if may_leave:
        high = np.where(low > shape.losses.high, np.nan, high)
    x = shape.epochs.fraction(seen.epochs) * (shape.width * shape.dots[0] - 1)
    runs = envelope(x, low, high, shape.heights)
    is_ascii = shape.dots == CHARACTER
    return draw(runs, shape.width, shape.height, ascii=is_ascii).copy()


def _owners(drawn: list[Cells], dashes: list[str], own: int) -> NDArray[np.intp]:
    """(rows, columns) whose colour each cell has, −1 where there is no curve.

    The first `own` curves are of this run: none of them is hidden.

    Takes the gaps of dashes out of `drawn`, except where a curve is hidden, ends or is steep: no
    spike is lost.
    """
    there = [layer > 0 for layer in drawn]
    owners = np.full(there[0].shape, -1, np.intp)
    hidden = []
    for number, (layer, dash) in enumerate(zip(there, dashes, strict=True)):
        alone = layer & (owners < 0)
        seen: Flags = np.logical_or.reduce(alone, axis=0)
        whole: NDArray[np.intp] = layer.sum(axis=0)
        hidden.append((whole > 0) & ~seen)
        goes_on = np.zeros(len(seen), bool)
        goes_on[1:-1] = (whole[:-2] > 0) & (whole[2:] > 0)
        is_on = np.array([dash[x % len(dash)] == "1" for x in range(len(seen))])
        gap = ~is_on & goes_on & (whole == 1) & seen
        drawn[number][:, gap] = 0
        owners[alone & ~gap] = number
    _alternate(owners, there[:own], np.array(hidden)[:own])
    return owners


def _alternate(owners: NDArray[np.intp], there: list[Flags], hidden: Flags) -> None:
    """Give cells to the curves that would not be seen in their columns, in turn."""
    since = 0
    for x in np.flatnonzero(hidden.any(axis=0)).tolist():
        since = since + 1 if x and hidden[:, x - 1].any() else 0
        unseen = np.flatnonzero(hidden[:, x])
        turn = since % (1 + len(unseen))
        if turn:
            number = int(unseen[turn - 1])
            owners[there[number][:, x], x] = number


def sample(look: Look | Stroke, *, ascii: bool) -> str:
    """A piece of the curve, to stand beside its name: `SAMPLE` cells at most."""
    character = look.glyph if ascii else "─"
    dashes = (look.dash * SAMPLE)[:SAMPLE]
    return "".join(character if on == "1" else " " for on in dashes).rstrip()
