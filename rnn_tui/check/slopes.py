"""Numerical differentiation of their own forward pass, along single numbers and directions.

A gradient g is compared by its measures g · d: along all numbers of a small tensor, along some
numbers and some random directions of a large one. So a wrong number is noticed wherever it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnn_tui.check.objective import Objective
from rnn_tui.check.problem import Numbers, Problem
from rnn_tui.check.theirs import Fault, Theirs

Real = NDArray[np.float64]

_COMPLEX_STEP = 1e-30
_REAL_STEP = {"float64": 3e-5, "float32": 2e-2}
_ALL_UP_TO, _SOME, _DIRECTIONS = 24, 10, 6
_SINGLE = 64


class Method(NamedTuple):
    """How their forward pass is differentiated.

    Attributes:
        name: in words.
        steps: to be taken along a direction.
        tolerance: the relative error up to which a gradient is right.
        rounding: relative rounding error of their loss.
    """

    name: str
    steps: NDArray[Any]
    tolerance: float
    rounding: float


def complex_step(dtype: str) -> Method:
    """Exact to rounding."""
    tolerance = 1e-5 if dtype == "float64" else 5e-3
    return Method("complex-step derivatives", np.array([1j * _COMPLEX_STEP]), tolerance, 0.0)


def central_differences(dtype: str) -> Method:
    """To either side by the same small step."""
    h = _REAL_STEP[dtype]
    tolerance = 3e-5 if dtype == "float64" else 1e-2
    steps = np.array([-h, h])
    return Method("central differences", steps, tolerance, float(np.finfo(dtype).eps))


class Measures:
    """Along which directions a tensor is compared.

    Attributes:
        places: (K,) flat indices of single numbers.
        directions: (M, size) random directions, each of length 1; empty for small tensors.

    Args:
        size: of the tensor.
        generator: drawn from.
        is_single: single numbers only, as they are needed where gradients are clipped one by one.
    """

    def __init__(
        self, size: int, generator: np.random.Generator, *, is_single: bool = False
    ) -> None:
        most = _SINGLE if is_single else _ALL_UP_TO
        self.size, self.places, self.directions = size, np.arange(size), np.zeros((0, size))
        if size > most:
            count = _SINGLE if is_single else _SOME
            self.places = np.sort(generator.choice(size, count, replace=False))
        if size > most and not is_single:
            signs = generator.choice([-1.0, 1.0], (_DIRECTIONS, size))
            self.directions = signs / np.sqrt(size)

    @property
    def count(self) -> int:
        """How many measures there are."""
        return len(self.places) + len(self.directions)

    def of(self, tensor: Numbers) -> Real:
        """The measures of an array: (count,)."""
        flat = np.asarray(tensor, dtype=np.float64).reshape(-1)
        # random directions stand for the whole tensor, single numbers for themselves
        weight = np.sqrt(self.size / max(len(self.directions), 1))
        with np.errstate(all="ignore"):
            return np.concatenate([flat[self.places], weight * (self.directions @ flat)])


class Slopes(NamedTuple):
    """Measures of the true gradient of one tensor, and how far each may be off by itself."""

    values: Real
    noise: Real


def measure(
    theirs: Theirs,
    objective: Objective,
    problem: Problem,
    name: str,
    measures: Measures,
    method: Method,
) -> Slopes:
    """Differentiate from where ``theirs`` stands.

    Raises:
        Fault: if their code fails.
    """
    values, noise = [], []
    weight = np.sqrt(measures.size / max(len(measures.directions), 1))
    for directions, scale in ((measures.places, 1.0), (measures.directions, weight)):
        count = theirs.at_once(len(method.steps))
        for start in range(0, len(directions), count):
            block = directions[start : start + count]
            along = theirs.along(name, block, method.steps)
            losses = objective.of(along.outputs, along.losses, problem)
            slopes = _slopes(losses.reshape(len(block), len(method.steps)), method)
            values.append(scale * slopes.values)
            noise.append(scale * slopes.noise)
    return Slopes(np.concatenate(values), np.concatenate(noise))


def _slopes(losses: Numbers, method: Method) -> Slopes:
    if np.iscomplexobj(method.steps):
        slopes = losses.imag[:, 0] / _COMPLEX_STEP
        return Slopes(slopes, np.zeros_like(slopes))
    h = float(method.steps[1])
    slopes = (losses[:, 1] - losses[:, 0]).real / (2 * h)
    return Slopes(slopes, 2 * method.rounding * np.abs(losses.real).max(axis=1) / h)


def choose_method(
    theirs: Theirs,
    objective: Objective,
    problem: Problem,
    names: Mapping[str, int],
    dtype: str,
) -> Method:
    """The complex step where their code takes complex numbers and uses them all the way.

    Args:
        theirs: standing at the problem.
        objective: to be differentiated.
        problem: at which.
        names: sizes of what is to be moved, by name.
        dtype: ``float64`` or ``float32``, of their arithmetic.
    """
    central, exact = central_differences(dtype), complex_step(dtype)
    if dtype == "float32":
        return central
    generator = np.random.default_rng(7)
    for name, size in names.items():
        probe = Measures(size, generator)
        probe.places = probe.places[:0]
        probe.directions = generator.normal(size=(1, size)) / np.sqrt(size)
        try:
            found = measure(theirs, objective, problem, name, probe, exact)
        except Fault as fault:
            if fault.kind in ("TimeLimit", "Ended"):
                raise
            return central
        known = measure(theirs, objective, problem, name, probe, central)
        allowed = 1e-4 * np.abs(known.values) + 10 * known.noise + 1e-9
        if not bool((np.abs(found.values - known.values) <= allowed).all()):
            return central
    return exact
