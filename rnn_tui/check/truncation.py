"""Truncated backpropagation through time: right up to a lag, and nothing from beyond."""

from __future__ import annotations

from collections.abc import Mapping

from rnn_tui.check.comparing import Compared, Comparison
from rnn_tui.check.expected import Expected
from rnn_tui.check.identify import Known
from rnn_tui.check.theirs import Answer, Description


def find_truncation(
    of: Description,
    known: Known | None,
    comparison: Comparison,
    answer: Answer,
    compared: Mapping[str, Compared],
) -> int | None:
    """The last lag that their gradients have; None where that does not explain them.

    Nothing from later steps at all (lag 0) is truncation only where their code says so.
    """
    if known is None or all(each.verdict != "wrong" for each in compared.values()):
        return None
    expected = Expected.of(known, comparison)
    if expected is None:
        return None
    first = 0 if of.truncation == 0 else 1
    for lag in range(first, comparison.problem.steps - 1):
        roles = expected.up_to(lag)
        names = [name for name in compared if name not in of.states]
        if all(expected.matches(answer, names, roles).values()):
            return lag
    return None
