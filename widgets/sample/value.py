"""The values of the panels that show what a network writes and answers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .layout import Cells

Floats = NDArray[np.float64]


class Likely(NamedTuple):
    """Symbols, and what might have stood in their places."""

    symbols: tuple[str, ...]
    """(n,)"""
    sure: Floats
    """(n,) the probability of each, 0..1; NaN leaves a gap."""
    others: tuple[tuple[str, ...], ...]
    """(n, k) the most probable other symbols, the most probable first."""
    shares: Floats
    """(n, k) their probabilities."""


class Written(NamedTuple):
    """What a network writes."""

    text: Likely
    given: int
    """How many symbols were given to it."""
    cells: Cells
    temperature: float
    seed: int


class Answered(NamedTuple):
    """What a network predicts at each step of an input."""

    input: tuple[str, ...]
    """(n,) symbols."""
    target: tuple[str, ...] | None
    """(n,) symbols, '' where nothing is scored; None where no targets are known."""
    mistakes: tuple[bool, ...]
    """(n,) whether the prediction is one."""
    predicted: Likely
    cells: Cells
    title: str
    """Whose input it is."""
    length: int
    """Symbols of the input; there may be fewer here."""


class Earlier(NamedTuple):
    """What a network wrote in the past."""

    texts: tuple[tuple[int, tuple[str, ...]], ...]
    """Each with its epoch."""
    cells: Cells
