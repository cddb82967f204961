"""A panel with what the weights do to a gradient: largest eigenvalue of U, saturated nodes."""

from __future__ import annotations

import math
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual.content import Content

from ..drawing.figures import compact, percent
from ..drawing.panel import MUTED, Panel


class Dynamics(NamedTuple):
    """What can be said of all the weights together; None leaves its line out."""

    spectral_radius: float | None
    """Largest |λ| of U."""
    saturated: float | None
    """Share (0..1) of the activations with |a| > 0.95."""


class Reading(NamedTuple):
    """A name, a figure, and what it means: in full, in short, or not at all."""

    name: str
    figure: str
    meanings: tuple[str, ...]


def readings(value: Dynamics, *, ascii: bool = False) -> list[Reading]:
    """What there is to read."""
    found = []
    if (radius := value.spectral_radius) is not None:
        name = "largest |lambda| of U" if ascii else "largest |λ| of U"
        found.append(Reading(name, compact(radius, 5, ascii=ascii), _meaning(radius)))
    if (share := value.saturated) is not None:
        saturated = (
            "of the activations have |a| > 0.95: less than a tenth of the gradient passes there",
            "have |a| > 0.95: hardly any gradient passes there",
            "|a| > 0.95",
        )
        found.append(Reading("saturated", percent(share, ascii=ascii).strip(), saturated))
    return found


def _meaning(radius: float) -> tuple[str, ...]:
    """Pascanu et al. 2013, section 2.1: exact for a linear network, where tanh′ = 1."""
    if not math.isfinite(radius):
        return ("the weights are not finite",)
    if radius > 1:
        return (
            "above 1: over many steps a gradient may explode, where few nodes are saturated",
            "above 1: gradients may explode",
            "may explode",
        )
    return (
        "at most 1: over many steps gradients usually fade, and early inputs with them",
        "at most 1: gradients usually fade",
        "fades",
    )


def dynamics_lines(
    value: Dynamics, width: int, height: int, *, ascii: bool = False
) -> list[Content]:
    """A line for each reading, the figures under each other; in one line where there is no more."""
    found = readings(value, ascii=ascii)
    if height == 1:
        text = "  ".join(f"{reading.name} {reading.figure}" for reading in found)
        return [Content.styled(text[:width], MUTED)]
    names = max((cell_len(reading.name) for reading in found), default=0)
    figures = max((len(reading.figure) for reading in found), default=0)
    lines = []
    for reading in found:
        name, figure = reading.name.ljust(names), reading.figure.rjust(figures)
        room = width - names - figures - 4
        meaning = next((text for text in reading.meanings if len(text) <= room), "")
        line = Content.assemble((name, MUTED), "  ", (figure, "bold"), "  ", (meaning, MUTED))
        lines.append(line[:width])
    return lines


class DynamicsPanel(Panel[Dynamics]):
    """Shows `Dynamics`."""

    DEFAULT_CSS: ClassVar[str] = """
    DynamicsPanel { height: 4; }
    """
    BORDER_TITLE = "memory and saturation"
    EXPLANATION = (
        "A gradient that goes back one step is multiplied by U and by 1 − a²: the largest "
        "eigenvalue of U tells whether it can grow on the way, the saturated activations (|a| "
        "close to 1) where it is stopped."
    )

    def draw(self, value: Dynamics, width: int, height: int) -> list[Content]:
        """The readings."""
        return dynamics_lines(value, width, height, ascii=self.ascii)
