"""The negative control: a gradient that is known to be wrong must fail in the same run."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnn_tui.check.comparing import Compared, Comparison, compare
from rnn_tui.check.expected import Expected
from rnn_tui.check.identify import Known
from rnn_tui.check.slopes import Slopes

_CARRY_MISSING = {"rnn": "carry-missing", "gru": "carry-missing", "lstm": "cell-carry-missing"}


def control_fails(
    known: Known | None, comparison: Comparison, compared: Mapping[str, Compared]
) -> bool:
    """Whether a wrong gradient is called wrong by the measurements just made.

    Of a known network it is the gradient without the term from step t + 1; of any other, the
    measured one with a hundredth of it left out.
    """
    if not compared:
        return False
    expected = None if known is None else Expected.of(known, comparison)
    if known is None or expected is None or comparison.is_shortened:
        return _hundredth(comparison, compared)
    spoilt = expected.variants(frozenset([_CARRY_MISSING[known.form.cell]]))
    carried = [
        name
        for name in compared
        if name in known.layout and any(p.role[0] in "WUE" for p in known.layout[name])
    ]
    if not carried:
        return _hundredth(comparison, compared)
    return any(
        _is_caught(comparison, compared, expected.options(n, spoilt)[""], n) for n in carried
    )


def _is_caught(
    comparison: Comparison, compared: Mapping[str, Compared], spoilt: np.ndarray, name: str
) -> bool:
    measured = comparison.measures(name, spoilt.size).of(spoilt)
    return compare(measured, compared[name].numeric, comparison.method.tolerance).verdict == "wrong"


def _hundredth(comparison: Comparison, compared: Mapping[str, Compared]) -> bool:
    """Whether the numbers are exact enough to notice one part in a hundred."""
    for each in compared.values():
        slopes: Slopes = each.numeric
        if compare(0.97 * slopes.values, slopes, comparison.method.tolerance).verdict == "wrong":
            return True
    return False
