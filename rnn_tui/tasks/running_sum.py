"""The sum so far: y_t = (Σ_{i≤t} x_i) mod k, x uniform; k = 2 is parity.

It needs a state that is kept to the end: each input changes all later targets.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from rnn_tui.tasks.dataset import Sequences
from rnn_tui.tasks.task import Source
from rnn_tui.tasks.uniform import UniformNumbers


@dataclass(frozen=True)
class RunningSum(UniformNumbers):
    """Add up all symbols so far, modulo k."""

    name: ClassVar[str] = "running-sum"
    definition: ClassVar[str] = "y_t = (sum of all x up to t) mod k, x uniform; k = 2 is parity"
    needs_memory: ClassVar[bool] = True
    sources: ClassVar[tuple[Source, ...]] = (
        Source(
            "lowest loss without memory (an rnn with U = 0)",
            "1.0889 at k = 3, T = 10; rises to ln k with T",
            "y_t = x_t at the first step, independent of x_t after it",
            "derived",
        ),
    )
    advice: ClassVar[str] = (
        "Needs one number that is kept for ever: one input forgotten, and all later targets are "
        "wrong. k = 2 is parity. Look for: whether it holds beyond the length it was trained on "
        "(view 4), and that the order of the history makes no difference. Found by trial (200 "
        "sequences, 32 nodes, right on new ones): gru and lstm up to T 40; rnn parity up to T "
        "20, mod 3 not reliably."
    )
    suggested: ClassVar[Mapping[str, Any]] = {
        "length": 20, "sequences": 200, "cell": "gru", "hidden": 32, "init": "scaled",
        "optimizer": "adam", "lr": 0.01, "batch": 10, "valid": 1, "epochs": 40,
    }  # fmt: skip
    note: ClassVar[str] = "needs a memory that never ends: one lost symbol spoils all later targets"

    @property
    def title(self) -> str:
        """Such as ``running sum mod 3``."""
        return f"running sum mod {self.symbols}"

    def draw(self, generator: np.random.Generator, count: int) -> Sequences:
        """Sequences of length T."""
        inputs = self.draw_inputs(generator, count)
        return Sequences(inputs, np.cumsum(inputs, axis=1) % self.symbols)
