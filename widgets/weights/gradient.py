"""A panel with the size of the gradient at each time step: does it vanish or explode?"""

from __future__ import annotations

from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray
from textual.content import Content

from ..drawing.blocks import bars, reduce
from ..drawing.figures import compact
from ..drawing.panel import MUTED, Panel


class GradientThroughTime(NamedTuple):
    """The gradient of one sequence's loss with respect to s_t, the sums before the activation."""

    norms: NDArray[np.float64]
    """(T,) ‖∂L/∂s_t‖, over all gates of a cell that has some."""
    sequence: int
    """Index of the sequence, 0-based."""


def gradient_lines(
    norms: NDArray[np.float64], width: int, height: int, *, ascii: bool = False
) -> list[Content]:
    """What is shown, bars scaled to the largest norm, and the time axis below.

    One bar for each t, up to three cells wide where there is room, or the largest of several t
    where there are more than cells. Below three lines the caption goes, then the axis.
    """
    finite = norms[np.isfinite(norms)]
    if not len(finite):
        return [Content.styled("the gradient is not finite", "bold $text-error")]
    peak = float(finite.max())
    rows = max(1, height - (2 if height >= 3 else 1 if height == 2 else 0))
    with np.errstate(all="ignore"):
        heights = np.where(np.isposinf(norms), 1.0, norms / peak if peak > 0 else norms * 0.0)
    cell = min(3, max(1, width // len(norms)))
    shown = reduce(heights, width, peaks=True)
    drawn = [_widen(row, cell) for row in bars(shown, rows, ascii=ascii)]
    lines = [Content.styled(row, "$text-primary") for row in drawn]
    if height >= 3:
        lines.insert(0, _caption(norms, peak, width, ascii))
    if height >= 2:
        lines.append(_axis(len(norms), len(shown) * cell, width))
    return lines


def _widen(row: str, cell: int) -> str:
    """Each bar `cell` cells wide, the last of them a gap where there are two or more."""
    return "".join(glyph * max(1, cell - 1) + " " * (cell > 1) for glyph in row)


def _caption(norms: NDArray[np.float64], peak: float, width: int, ascii: bool) -> Content:
    """The name, the largest value, and first / last as a reading of vanishing."""
    name = "|dL/ds_t|" if ascii else "‖∂L/∂s_t‖"
    with np.errstate(all="ignore"):
        ratio = float(norms[0] / norms[-1]) if norms[-1] else None
    reading = f"first/last {compact(ratio, ascii=ascii):<7}"
    largest = f"max {compact(peak, ascii=ascii):<7}"
    for parts in ((name, largest, reading), (name, reading), (reading,)):
        gap = width - sum(map(len, parts))
        if gap >= 2 * len(parts) - 3:  # one before the last, which ends in a space
            break
    text = "  ".join(parts[:-1])
    return Content.assemble(
        (text, MUTED), " " * max(0, width - len(text) - len(parts[-1])), parts[-1]
    )


def _axis(count: int, drawn: int, width: int) -> Content:
    first, last = "t=0", f"{count - 1}"
    if count == 1:
        return Content.styled(first, MUTED)
    gap = max(1, drawn - len(first) - len(last))
    return Content.styled((first + " " * gap + last)[: max(width, 0)], MUTED)


class GradientPanel(Panel[GradientThroughTime]):
    """Shows a `GradientThroughTime`."""

    DEFAULT_CSS: ClassVar[str] = """
    GradientPanel { height: 8; }
    """
    BORDER_TITLE = "gradient through time"

    def draw(self, value: GradientThroughTime, width: int, height: int) -> list[Content]:
        """The bars."""
        return gradient_lines(value.norms, width, height, ascii=self.ascii)

    def redraw(self) -> None:
        """Draw the new gradient; say of which sequence it is."""
        sequence = "" if self.value is None else f"sequence {self.value.sequence + 1}"
        self.entitle(Content(self.BORDER_TITLE), Content(sequence))
        super().redraw()
