"""Which known mistakes explain their gradients: alone, with a scale, in pairs.

Each mistake of the reference on the way back is compared with theirs, allowing one more mistake in
each sum. Pairs are many, so that they are tried at sequences of a single step first: there only
those are left that may be theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from rnn_tui.check.expected import Expected
from rnn_tui.check.mistakes import mistake_of
from rnn_tui.check.problem import Numbers
from rnn_tui.check.reference.form import Mistakes
from rnn_tui.check.reference.gradients import Gradients

_NONE: Mistakes = frozenset()
_SCALED: Mistakes = frozenset(["mean-against-sum"])
_MOST_TOLD = 4
_NEARLY_AS_LIKELY = 0.6
"""How much more unlikely than the best explanation another one may be that is told too."""


class Explanation(NamedTuple):
    """Some mistakes, and which of their gradients they explain.

    Attributes:
        flags: on the way back.
        sums: by tensor that is explained, the mistake in its sum; empty for none.
        cost: how unlikely it is.
    """

    flags: tuple[str, ...]
    sums: dict[str, str]
    cost: float

    @property
    def explained(self) -> int:
        """How many of the gradients are exactly so."""
        return len(self.sums)


class Matching:
    """Compares their gradients at one problem with what mistakes make of the reference's.

    A gradient that a mistake does not change is compared only once: with another mistake besides,
    it is what it is with that one alone. Where gates are swapped, what changes one of them changes
    the other.

    Args:
        expected: the reference at the problem.
        from_any_state: the same from a start state that is not zero, which hides no mistake.
        gradients: theirs.
        names: of those that are to be explained.
        ever_filled: those that their code writes to at all, as far as it can be seen.
    """

    def __init__(
        self,
        expected: Expected,
        from_any_state: Expected,
        gradients: Mapping[str, Numbers],
        names: Sequence[str],
        ever_filled: frozenset[str],
    ) -> None:
        self._expected, self._gradients, self._ever_filled = expected, gradients, ever_filled
        self.names = sorted(names, key=lambda name: np.size(gradients[name]))
        self._from_any_state = from_any_state
        self._right = from_any_state.variants(_NONE)
        self._changed: dict[Mistakes, frozenset[str]] = {}
        self._known: dict[tuple[str, Mistakes, float], str | None] = {}

    def changed_by(self, mistake: Mistakes) -> frozenset[str]:
        """The gradients that are others with a mistake."""
        if mistake not in self._changed:
            own = self._from_any_state.variants(mistake)
            changed = {role for role in own if own.differs(role, self._right)}
            roles = {name: self._expected.roles_of(name) for name in self.names}
            self._changed[mistake] = frozenset(n for n in roles if changed & roles[n])
        return self._changed[mistake]

    def explained(
        self,
        mistakes: Sequence[Mistakes],
        least: int,
        first: Sequence[str] = (),
        scale: float = 1.0,
    ) -> dict[str, str] | None:
        """By tensor that some mistakes explain, the mistake in its sum; None where too few.

        Args:
            mistakes: made at once.
            least: how many have to be explained.
            first: which are to be compared first.
            scale: by which all are multiplied besides.
        """
        together = _NONE.union(*mistakes)
        changed = [(each, self.changed_by(each)) for each in mistakes]
        variants: Gradients | None = None
        found: dict[str, str] = {}
        left = len(self.names)
        for name in (*first, *(name for name in self.names if name not in first)):
            swapped = (names for each, names in changed if name in names and _is_swap(each))
            touched = frozenset([name]).union(*swapped)
            own = _NONE.union(*(each for each, names in changed if names & touched))
            key = name, own, scale
            if key not in self._known:
                variants = variants or self._expected.variants(together)
                self._known[key] = self._mistake_in_sum(variants, name, scale)
            left -= 1
            if (in_sum := self._known[key]) is not None:
                found[name] = in_sum
            elif len(found) + left < least:
                return None
        return found

    def _mistake_in_sum(self, variants: Gradients, name: str, scale: float) -> str | None:
        """With which it is exactly theirs; empty for none; None for no way."""
        gradient = self._gradients[name]
        if not np.isfinite(gradient).all():
            return None
        options = self._expected.options(name, variants)
        agreeing = [m for m, o in options.items() if self._expected.agrees(gradient, o, scale)]
        if "overwritten-not-added" in agreeing and name in self._ever_filled:
            agreeing = [m for m in agreeing if m != "gradient-missing"]  # zero overwrote it
        return next(iter(agreeing), None)


def explain(
    matching: Matching,
    at_one_step: Matching | None,
    mistakes: Sequence[Mistakes],
    scales: Sequence[float],
) -> list[Explanation]:
    """The explanations that explain most, the likeliest first; none where nothing is explained.

    Args:
        matching: at the main problem.
        at_one_step: at its first step alone, where their code takes that.
        mistakes: known ones on the way back, one by one.
        scales: of a mean that may have been taken for a sum besides.
    """
    total = len(matching.names)
    found = [_explanation((), matching.explained((), 0) or {})]
    singles = [each for each in mistakes if matching.changed_by(each)]
    for each in singles:
        sums = matching.explained((each,), found[0].explained, _left(matching, found[0]))
        _add(found, [each], sums)
    if found[0].explained < total:
        for each in (_NONE, *singles):
            for scale in scales:
                left = _left(matching, found[0])
                sums = matching.explained((each,), found[0].explained + 1, left, scale)
                _add(found, [each, _SCALED], sums)
    if found[0].explained < total:
        least = max(found[0].explained + 1, total - 1)
        for pair in _pairs(singles, at_one_step):
            _add(found, pair, matching.explained(pair, least, _left(matching, found[0])))
    if not found[0].sums or not all(map(_is_mistake, found)):
        return []  # what is left over is no mistake that is known
    found.sort(key=lambda each: each.cost)
    most = found[0].cost + _NEARLY_AS_LIKELY
    return [each for each in found if each.cost <= most][:_MOST_TOLD]


def _left(matching: Matching, best: Explanation) -> list[str]:
    return [name for name in matching.names if name not in best.sums]


def _pairs(
    singles: Sequence[Mistakes], at_one_step: Matching | None
) -> Iterator[tuple[Mistakes, Mistakes]]:
    """Two mistakes at once, which agree with theirs at the first step, but for one tensor."""
    least = 0 if at_one_step is None else len(at_one_step.names) - 1
    for pair in combinations(singles, 2):
        if _slopes_of(pair[0]) & _slopes_of(pair[1]):
            continue  # there is one slope to be mistaken
        if at_one_step is None or at_one_step.explained(pair, least) is not None:
            yield pair


def _slopes_of(mistakes: Mistakes) -> set[str]:
    """The gates whose slope is mistaken."""
    return {flag.partition("@")[2] for flag in mistakes if flag.startswith("slope")}


def _add(
    found: list[Explanation], mistakes: Sequence[Mistakes], sums: dict[str, str] | None
) -> None:
    """Add what explains as much as the best so far; what explains more takes their place."""
    if sums is None or len(sums) < found[0].explained:
        return
    if len(sums) > found[0].explained:
        found.clear()
    found.append(_explanation(mistakes, sums))


def _explanation(mistakes: Sequence[Mistakes], sums: dict[str, str]) -> Explanation:
    flags = [flag for each in mistakes for flag in sorted(each)]
    told = {mistake_of(flag).cause: mistake_of(flag).cost for flag in flags}
    used = [mistake_of(each) for each in dict.fromkeys(filter(None, sums.values()))]
    spread = sum(1 for each in sums.values() if each)
    cost = sum(told.values()) + 0.02 * len(flags)
    cost += sum(each.cost for each in used) + 0.2 * max(spread - 1, 0)
    return Explanation(tuple(flags), sums, cost)


def _is_swap(mistake: Mistakes) -> bool:
    return any("swapped" in flag for flag in mistake)


def _is_mistake(explanation: Explanation) -> bool:
    return bool(explanation.flags) or any(explanation.sums.values())
