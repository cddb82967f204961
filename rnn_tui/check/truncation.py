"""Truncated backpropagation through time: right up to a lag, and nothing from beyond."""

from __future__ import annotations

from collections.abc import Mapping

from rnn_tui.check.comparing import Compared, Comparison
from rnn_tui.check.conditions import cut
from rnn_tui.check.expected import Expected
from rnn_tui.check.identify import Known
from rnn_tui.check.theirs import Answer, Theirs


def find_truncation(
    theirs: Theirs,
    known: Known | None,
    comparison: Comparison,
    answer: Answer,
    compared: Mapping[str, Compared],
) -> int | None:
    """The last lag that their gradients have; None where that does not explain them.

    A step that is left out of every sequence looks the same in sequences of one length; so shorter
    ones are tried too.
    Nothing from later steps at all (lag 0) is truncation only where their code says so.
    """
    of = theirs.is_
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
            return lag if _is_right_up_to(theirs, comparison, names, lag) else None
    return None


def _is_right_up_to(theirs: Theirs, comparison: Comparison, names: list[str], lag: int) -> bool:
    """Whether all is right in sequences that end there: no step is left out of every sequence."""
    if theirs.is_.steps is not None:
        return True
    problem = cut(comparison.problem, lag + 1)
    answer = theirs.run(problem, comparison.parameters)
    compared = comparison.at(problem, answer)
    return all(compared[name].verdict != "wrong" for name in names)
