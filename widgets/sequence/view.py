"""What is shown of one sequence: the strings, and the inside of the network at each time step."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


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
    confidence: Floats
    """(T,) probability of the predicted symbol, 0..1; NaN leaves a gap."""
    step: int = 0
    """The time step looked at."""
    likely: tuple[tuple[str, float], ...] = ()
    """At that step: the most probable symbols with their probabilities, the first is predicted."""
    known: tuple[bool, ...] | None = None
    """(T,) which targets can be known: the others are no mistakes; None for all."""
    bars: tuple[tuple[str, Floats], ...] = ()
    """Probabilities to be drawn over t, each (T,) with what they are of: a symbol, or a role."""
    of_symbols: bool = True
    """Whether the bars are of symbols."""
    nodes: tuple[int, ...] = ()
    """(n,) numbers of the nodes whose state is shown."""
    hidden: int = 0
    """How many nodes there are."""
    states: Floats = np.empty((0, 0))
    """(T, n) their states a_h."""
    bound: float | None = 1.0
    """Largest magnitude a state can have; None if it has no bound."""
    memory: Floats | None = None
    """(T, n) their cell states c, of a cell that has them."""
    gradient: Floats = np.empty(0)
    """(T,) ‖∂L/∂s_t‖."""
    last_gradient: Floats | None = None
    """(T,) the same of the loss at the last scored step alone."""
    last: int | None = None
    """The last scored step."""
    gated: bool = False
    """Whether the cell has gates; s is then the sums of all of them."""
    rule: str = ""
    """How the targets are made: 'y_t = x_{t-d}, x uniform'."""
    note: str = ""
    """What the lower border says; '' for the keys."""
    widest: int = 1
    """Cells of the widest symbol there is: no cell changes its width with what is predicted."""

    @property
    def length(self) -> int:
        """T, the number of time steps."""
        return len(self.input)

    def is_asked(self, t: int) -> bool:
        """Whether a step is scored and can be known."""
        return bool(self.target[t]) and (self.known is None or self.known[t])

    def is_wrong(self, t: int) -> bool:
        """Whether a step is a mistake."""
        return self.is_asked(t) and self.target[t] != self.prediction[t]

    @property
    def scored(self) -> int:
        """How many steps are scored and can be known."""
        pairs = zip(self.target, self._known(), strict=True)
        return sum(bool(target) and known for target, known in pairs)

    def mistakes(self) -> list[int]:
        """The time steps that are mistakes."""
        steps = enumerate(zip(self.target, self.prediction, self._known(), strict=True))
        return [t for t, (goal, said, known) in steps if goal and known and goal != said]

    def _known(self) -> tuple[bool, ...]:
        return (True,) * self.length if self.known is None else self.known

    def scores(self) -> tuple[str, str]:
        """'1,343 of 2,000' and '1343/2000', of fixed width for one T: right of those scored."""
        scored = self.scored
        if not scored:
            return "", ""
        right, cells = scored - len(self.mistakes()), len(f"{scored:,}")
        return f"{right:>{cells},} of {scored:,}", f"{right:>{len(str(scored))}}/{scored}"
