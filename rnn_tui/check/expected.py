"""What their gradients would be with a known mistake: the reference's, laid out as theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from rnn_tui.check.comparing import Comparison
from rnn_tui.check.identify import Known
from rnn_tui.check.layout import put_together
from rnn_tui.check.objective import BINARY, SQUARED, THEIRS, UPSTREAM
from rnn_tui.check.problem import Numbers, Problem
from rnn_tui.check.reference.form import Mistakes, Real
from rnn_tui.check.reference.gradients import Gradients
from rnn_tui.check.reference.network import gradients, run, truncated
from rnn_tui.check.reference.sums import Variants
from rnn_tui.check.theirs import Answer

_LOSSES = {SQUARED.name: "squared", BINARY.name: "binary"}
_SAME = {"float64": 2e-5, "float32": 1e-2}


class Expected:
    """The reference at one problem.

    Args:
        known: what their network is.
        comparison: weights, clipping.
        problem: the sequences.
        loss: short name of the loss.
        has_own_loops: whether each step's loss is carried back in a loop of its own.
    """

    def __init__(
        self,
        known: Known,
        comparison: Comparison,
        problem: Problem,
        loss: str,
        has_own_loops: bool = False,
    ) -> None:
        self._known, self._comparison, self._loss = known, comparison, loss
        self._problem = problem
        self._has_own_loops = has_own_loops
        self.roles = known.roles(comparison.parameters)
        self.trace = run(known.form, self.roles, problem)
        self._factor = known.factor if comparison.objective is THEIRS else 1.0
        self._tolerance = _SAME[comparison.dtype]

    @classmethod
    def of(
        cls,
        known: Known,
        comparison: Comparison,
        has_own_loops: bool = False,
        problem: Problem | None = None,
    ) -> Expected | None:
        """At the main problem, or another one; None for a loss that the reference does not have."""
        objective = comparison.objective
        loss = known.loss
        if objective is UPSTREAM:
            loss = "upstream"
        elif objective is not THEIRS:
            loss = _LOSSES.get(objective.name, "cross-entropy")
        if loss is None:
            return None
        return cls(known, comparison, problem or comparison.problem, loss, has_own_loops)

    def variants(self, mistakes: Mistakes) -> Gradients:
        """By role, what comes of some mistakes on the way back and one in a sum."""
        return gradients(
            self._known.form, self.roles, self.trace, self._problem, self._loss,
            mistakes, has_own_loops=self._has_own_loops,
        )  # fmt: skip

    def truncated(self, reaches: Callable[[int], int]) -> Gradients:
        """By role, the right gradients where a step's loss is carried back to another one only."""
        return truncated(
            self._known.form, self.roles, self.trace, self._problem, self._loss, reaches
        )

    def roles_of(self, name: str) -> set[str]:
        """The roles that one of their arrays has."""
        return {piece.role for piece in self._known.layout.get(name, ())} or {name}

    def options(self, name: str, roles: Mapping[str, Variants]) -> dict[str, Real]:
        """What a gradient of theirs may be: by the mistake in its sum, the right one first."""
        pieces = self._known.layout.get(name)
        if pieces is None:
            return {m: self._factor * v for m, v in roles.get(name, {}).items()}
        like = self._comparison.parameters[name]
        mistakes = dict.fromkeys(m for piece in pieces for m in roles[piece.role])
        found: dict[str, Real] = {}
        for mistake in mistakes:
            own = {p.role: roles[p.role].get(mistake, roles[p.role][""]) for p in pieces}
            found[mistake] = self._factor * put_together(pieces, like, own)
        if len(pieces) > 1:
            for mistake, over in (("", np.sum), (":mean", np.mean)):  # over all gates in one array
                if f"bias-over-wrong-axis{mistake}" in found:
                    everywhere = np.full_like(found[""], over(found[""]))
                    found[f"bias-over-wrong-axis{mistake}:gates"] = everywhere
        return found

    def is_theirs(
        self, answer: Answer, names: Iterable[str], roles: Mapping[str, Variants]
    ) -> bool:
        """Whether their gradients are exactly these, without a mistake in a sum."""
        options = ((name, self.options(name, roles)) for name in names)
        return all(own and self.agrees(answer.gradients[n], own[""]) for n, own in options)

    def agrees(self, theirs: Numbers, expected: Real, scale: float = 1.0) -> bool:
        """Whether a gradient of theirs is this one, times a scale; clipped as theirs is."""
        if theirs.shape != expected.shape:
            return False
        expected = scale * expected
        if self._comparison.clipped_at is not None:
            limit = self._comparison.clipped_at
            expected = np.where(np.isfinite(expected), np.clip(expected, -limit, limit), np.nan)
        if self._comparison.is_shortened:
            expected = expected * _ratio(theirs, expected)
        off = theirs - expected
        return bool(np.vdot(off, off) <= self._tolerance**2 * np.vdot(theirs, theirs))


def _ratio(one: Numbers, other: Numbers) -> float:
    return float(np.linalg.norm(one) / max(float(np.linalg.norm(other)), 1e-300))
