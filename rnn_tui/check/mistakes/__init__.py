"""The mistakes that are known: their slugs, what they are in a sentence, what should stand there.

The reference makes finer ones than are told: a slope taken of the sum and one taken of the value
that is activated already are both ``slope-of-wrong-value``.
"""

from __future__ import annotations

from rnn_tui.check.mistakes.carry import CARRY
from rnn_tui.check.mistakes.gates import GATES
from rnn_tui.check.mistakes.mistake import Mistake
from rnn_tui.check.mistakes.output import OUTPUT
from rnn_tui.check.mistakes.program import PROGRAM
from rnn_tui.check.mistakes.slope import SLOPE
from rnn_tui.check.mistakes.sums import SUMS

MISTAKES = CARRY | SLOPE | SUMS | OUTPUT | GATES | PROGRAM


def in_own_loop(mistake: Mistake) -> Mistake:
    """The same where every step's loss is carried back in a loop of its own."""
    if mistake.cause != "carry-after-slope":
        return mistake
    return mistake._replace(
        cause="slope-missing-in-carry",
        title="the slope of the activation is missing in what is carried to the step before",
        place="carry-out",
    )


def mistake_of(flag: str) -> Mistake:
    """The mistake that a flag of the reference stands for: ``slope-missing@f``, ``…:if``."""
    for name in (flag, flag.partition("@")[0], flag.partition(":")[0]):
        if name in MISTAKES:
            return MISTAKES[name]
    return MISTAKES[flag.partition("@")[0].partition(":")[0]]


__all__ = ["MISTAKES", "Mistake", "in_own_loop", "mistake_of"]
