"""A panel with what the weights do to a gradient: eigenvalues of U, saturation, gates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual.content import Content

from ..drawing.figures import compact, percent, plain
from ..drawing.panel import MUTED, Panel


class GateOpening(NamedTuple):
    """How often a gate is at one of its ends, shares of 0..1."""

    name: str
    """'f'."""
    closed: float
    """Of its values below 0.05."""
    open: float
    """Of its values above 0.95."""


class Dynamics(NamedTuple):
    """What can be said of all the weights together; what is empty or None has no line."""

    spectral_radii: tuple[tuple[str, float], ...] = ()
    """'U' and the largest |λ| of it, or the same of the block of each gate."""
    saturated: float | None = None
    """Share (0..1) of the activations with |a| > 0.95."""
    inactive: float | None = None
    """Share (0..1) of the activations that ReLU has set to 0."""
    gates: tuple[GateOpening, ...] = ()


class Reading(NamedTuple):
    """A name, figures, and what they mean: in full, in short, or not at all."""

    name: str
    figures: str
    meanings: tuple[str, ...]


def readings(value: Dynamics, *, ascii: bool = False) -> list[Reading]:
    """What there is to read."""
    found = []
    gated = bool(value.gates)
    if radii := value.spectral_radii:
        figures = [compact(radius, 5, ascii=ascii) for _, radius in radii]
        if len(radii) > 1:
            figures = [f"{name} {text}" for (name, _), text in zip(radii, figures, strict=True)]
        name = "largest |λ|" + ("" if len(radii) > 1 else f" of {radii[0][0]}")
        found.append(Reading(name, "  ".join(figures), _meaning([r for _, r in radii], gated)))
    for name, share, meanings in (
        ("saturated", value.saturated, _SATURATED_GATED if gated else _SATURATED),
        ("inactive", value.inactive, _INACTIVE),
    ):
        if share is not None:
            found.append(Reading(name, percent(share, ascii=ascii).strip(), meanings))
    for name, shares, meanings in (
        ("gates closed", [(gate.name, gate.closed) for gate in value.gates], _CLOSED),
        ("gates open", [(gate.name, gate.open) for gate in value.gates], _OPEN),
    ):
        if shares:
            figures = [f"{gate} {percent(share, ascii=ascii)}" for gate, share in shares]
            found.append(Reading(name, "  ".join(figures), meanings))
    if ascii:
        return [Reading(plain(n), plain(f), tuple(map(plain, m))) for n, f, m in found]
    return found


_SATURATED = (
    "of the activations have |a| > 0.95: less than a tenth of the gradient passes there",
    "have |a| > 0.95: hardly any gradient passes there",
    "|a| > 0.95",
)
_SATURATED_GATED = ("of the activations have |a| > 0.95", "|a| > 0.95")
_INACTIVE = (
    "of the activations are 0, where ReLU lets no gradient pass",
    "are 0: no gradient passes there",
    "a = 0",
)
_CLOSED = (
    "of their values are below 0.05: next to nothing passes, and the gate hardly learns",
    "of their values are below 0.05",
    "below 0.05",
)
_OPEN = (
    "of their values are above 0.95: nearly all passes, and the gate hardly learns",
    "of their values are above 0.95",
    "above 0.95",
)


def _meaning(radii: Sequence[float], gated: bool) -> tuple[str, ...]:
    """Pascanu et al. 2013, section 2.1: exact for a linear network, where the slope is 1.

    A gated cell also carries its state past U, so that no eigenvalue tells alone.
    """
    if not all(map(math.isfinite, radii)):
        return ("the weights are not finite",)
    if gated:
        return (
            "they alone do not tell whether gradients fade: the gates carry the state past U",
            "the gates carry the state past U",
            "gates carry state",
        )
    if max(radii) == 0:
        return ("0: nothing comes from the step before", "0: no memory")
    if max(radii) > 1:
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
        text = "  ".join(f"{reading.name} {reading.figures}" for reading in found)
        return [Content.styled(text[:width], MUTED)]
    names = max((cell_len(reading.name) for reading in found), default=0)
    alone = [reading for reading in found if "  " not in reading.figures]
    several = [reading for reading in found if "  " in reading.figures]
    lines = []
    for reading in found:
        column = alone if reading in alone else several
        figures = max(cell_len(other.figures) for other in column)
        text = reading.figures.rjust(figures) if column is alone else reading.figures.ljust(figures)
        room = width - names - figures - 4
        meaning = next((words for words in reading.meanings if cell_len(words) <= room), "")
        line = Content.assemble(
            (reading.name.ljust(names), MUTED), "  ", (text, "bold"), "  ", (meaning, MUTED)
        )
        lines.append(line[:width])
    return lines[:height]


class DynamicsPanel(Panel[Dynamics]):
    """Shows `Dynamics`."""

    DEFAULT_CSS: ClassVar[str] = """
    DynamicsPanel { height: 4; }
    """
    BORDER_TITLE = "memory and saturation"
    EXPLANATION = (
        "A gradient that goes back one step is multiplied by U and by the slope of the "
        "activation, 1 − a² of tanh: the largest eigenvalue of U tells whether it can grow on the "
        "way, the saturated activations (|a| close to 1), or those that ReLU sets to 0, where it "
        "is stopped."
    )
    ABOUT_GATES = (
        "A gated cell also carries its state from step to step past U: as far as z (gru) or f "
        "(lstm) is open it is kept. So it has a memory even with U = 0, and its eigenvalues do "
        "not tell alone whether gradients fade. A gate at one of its ends hardly learns."
    )

    def draw(self, value: Dynamics, width: int, height: int) -> list[Content]:
        """The readings."""
        return dynamics_lines(value, width, height, ascii=self.ascii)
