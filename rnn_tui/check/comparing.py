"""Their gradient against numerical differentiation of their own forward pass."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from rnn_tui.check.objective import Objective, objectives_for
from rnn_tui.check.precision import dtype_of
from rnn_tui.check.problem import Numbers, Problem
from rnn_tui.check.report import Verdict
from rnn_tui.check.slopes import (
    Measures,
    Method,
    Real,
    Slopes,
    choose_method,
    measure,
)
from rnn_tui.check.theirs import Answer, Description, Progress, Theirs


class Compared(NamedTuple):
    """One gradient at one problem.

    Attributes:
        error: relative; infinite where theirs is not finite.
        verdict: what that means.
        numeric: measures of the true gradient.
        size: of the larger of the two.
    """

    error: float
    verdict: Verdict
    numeric: Slopes
    size: float


class Comparison:
    """Compares gradients of one subject, always in the same way.

    Args:
        theirs: to be run.
        parameters: weights at which it is run.
        problem: the main one.
        answer: what came of it.

    Attributes:
        objective: whose gradient theirs is taken to be.
        method: of differentiation.
        dtype: of their arithmetic: ``float64`` or ``float32``.
        names: of what they give a gradient for and we can move.
        clipped_at: the limit to which their code clips every number, or None.
        is_shortened: whether their code scales all gradients down together.
    """

    clipped_at: float | None = None
    is_shortened = False

    def __init__(
        self,
        theirs: Theirs,
        parameters: Mapping[str, Numbers],
        problem: Problem,
        answer: Answer,
    ) -> None:
        self._theirs, self.parameters, self.problem = theirs, dict(parameters), problem
        self.dtype = dtype_of(theirs, parameters, problem, answer)
        self.names = {
            name: int(np.size(gradient))
            for name, gradient in answer.gradients.items()
            if _is_movable(theirs.is_, name, parameters) and _has_shape(self, name, gradient)
        }
        self.method: Method
        self.objective: Objective
        self._measures: dict[str, Measures] = {}

    def prepare(self, answer: Answer, progress: Progress) -> dict[str, Compared]:
        """Choose the objective and the method, and compare at the main problem."""
        best: dict[str, Compared] = {}
        fewest = np.inf
        for objective in objectives_for(self._theirs.is_.loss, answer.outputs):
            self._theirs.stand_at(self.problem, self.parameters)
            method = choose_method(self._theirs, objective, self.problem, self.names, self.dtype)
            found = self._at(objective, method, self.problem, answer, progress)
            wrong = sum(each.verdict == "wrong" for each in found.values())
            if wrong < fewest:
                fewest, best = wrong, found
                self.objective, self.method = objective, method
        return best

    def at(self, problem: Problem, answer: Answer) -> dict[str, Compared]:
        """Compare at another problem, of another length perhaps."""
        self._theirs.stand_at(problem, self.parameters)
        return self._at(self.objective, self.method, problem, answer, _silent)

    def measures(self, name: str, size: int) -> Measures:
        """Along which directions a tensor is compared; ``x`` changes its size with the length."""
        kept = self._measures.get(name)
        if kept is None or kept.size != size:
            is_single = self.clipped_at is not None
            kept = Measures(size, np.random.default_rng(5), is_single=is_single)
            self._measures[name] = kept
        return kept

    def _at(
        self,
        objective: Objective,
        method: Method,
        problem: Problem,
        answer: Answer,
        progress: Progress,
    ) -> dict[str, Compared]:
        numeric, given = {}, {}
        for k, name in enumerate(self.names):
            progress("differentiating", k / len(self.names))
            gradient = answer.gradients.get(name)
            if gradient is None:
                continue
            measures = self.measures(name, int(np.size(gradient)))
            slopes = measure(self._theirs, objective, problem, name, measures, method)
            numeric[name], given[name] = self._clipped(slopes), measures.of(gradient)
        scale = _common_scale(numeric, given) if self.is_shortened else 1.0
        tolerance = method.tolerance
        return {n: compare(scale * given[n], numeric[n], tolerance) for n in numeric}

    def forget_measures(self) -> None:
        """After clipping has been found: choose anew what is compared."""
        self._measures.clear()

    def _clipped(self, slopes: Slopes) -> Slopes:
        if self.clipped_at is None:
            return slopes
        limit = self.clipped_at
        return Slopes(np.clip(slopes.values, -limit, limit), slopes.noise)


def _common_scale(numeric: Mapping[str, Slopes], given: Mapping[str, Real]) -> float:
    """By how much theirs are all too short: of those that point the right way, or of all."""
    ratios = []
    for name, slopes in numeric.items():
        own, true = given[name], slopes.values
        lengths = float(np.linalg.norm(own) * np.linalg.norm(true))
        if lengths and float(own @ true) > (1 - 1e-8) * lengths:
            ratios.append(float(np.linalg.norm(true) / np.linalg.norm(own)))
    if ratios:
        return float(np.median(ratios))
    own = np.concatenate([*given.values()])
    true = np.concatenate([each.values for each in numeric.values()])
    return float(np.linalg.norm(true) / max(float(np.linalg.norm(own)), 1e-300))


def compare(theirs: Real, numeric: Slopes, tolerance: float) -> Compared:
    """The relative error of all measures of a tensor together."""
    values, noise = numeric.values, 3 * float(np.linalg.norm(numeric.noise))
    if not np.isfinite(values).all():
        return Compared(0.0, "unclear", numeric, 0.0)
    if not np.isfinite(theirs).all():
        return Compared(np.inf, "wrong", numeric, np.inf)
    size = max(float(np.linalg.norm(theirs)), float(np.linalg.norm(values)))
    off = float(np.linalg.norm(theirs - values))
    error = off / size if size else 0.0
    if max(off - noise, 0.0) > tolerance * size:
        return Compared(error, "wrong", numeric, size)
    return Compared(error, "right" if size > noise else "unclear", numeric, size)


def _is_movable(of: Description, name: str, parameters: Mapping[str, Numbers]) -> bool:
    return name in parameters or name in of.states or (name == "x" and of.inputs == "vectors")


def _has_shape(comparison: Comparison, name: str, gradient: Numbers) -> bool:
    if name in comparison.parameters:
        return bool(np.shape(gradient) == np.shape(comparison.parameters[name]))
    problem = comparison.problem
    own = problem.x if name == "x" else problem.states[name]
    return bool(np.shape(gradient) == np.shape(own))


def _silent(what: str, share: float) -> None:
    pass
