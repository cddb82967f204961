"""A sequence and its prediction, as plain values."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class SequenceView(NamedTuple):
    """One sequence and what the network makes of it."""

    index: int  # type: ignore[assignment]  # hides tuple.index
    """0-based."""
    count: int  # type: ignore[assignment]  # hides tuple.count
    input: tuple[str, ...]
    """(T,) symbols."""
    target: tuple[str, ...]
    """(T,) symbols, '' where nothing is scored."""
    prediction: tuple[str, ...]
    """(T,) symbols."""
    confidence: NDArray[np.float64]
    """(T,) probability of the predicted symbol, 0..1; NaN leaves a gap."""
    note: str = ""
    """One muted line, for example 'needs no memory: solvable with U = 0'."""

    @property
    def length(self) -> int:
        """T, the number of time steps."""
        return max(len(self.input), len(self.target), len(self.prediction))

    def mistakes(self) -> list[int]:
        """The time steps that are scored and wrong."""
        pairs = enumerate(zip(self.target, self.prediction, strict=False))
        return [t for t, (target, guess) in pairs if target and target != guess]

    def score(self) -> str:
        """'9 of 10': right ones of those that are scored, of fixed width for one T."""
        scored = sum(map(bool, self.target))
        return f"{scored - len(self.mistakes()):>{len(str(scored))}} of {scored}"
