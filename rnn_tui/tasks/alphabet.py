"""What the tasks share whose alphabets are given, not chosen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from rnn_tui.model.option import option
from rnn_tui.tasks.generated import Generated
from rnn_tui.tasks.task import End


@dataclass(frozen=True)
class GivenAlphabets(Generated):
    """Symbols that the definition of the task names; guessing takes each target for equally likely.

    Attributes:
        inputs: the input alphabet.
        outputs: the output alphabet.
        end: what ends a sequence; None if nothing does.
    """

    inputs: ClassVar[tuple[str, ...]]
    outputs: ClassVar[tuple[str, ...]]
    end: ClassVar[End | None] = None

    sequences: int = option(10, "Sequences to train on.", least=1)

    @property
    def sizes(self) -> tuple[int, int]:
        """How many symbols each alphabet has."""
        return len(self.inputs), len(self.outputs)

    @property
    def chance(self) -> float:
        """The natural logarithm of O, nats per scored symbol."""
        return math.log(len(self.outputs))

    @property
    def chance_label(self) -> str:
        """Such as ``ln 7``."""
        return f"ln {len(self.outputs)}"

    @property
    def optimum(self) -> float:
        """0 nats per scored symbol, unless a task says otherwise."""
        return 0.0

    def check(self) -> None:
        """Nothing: the options do not depend on each other."""
