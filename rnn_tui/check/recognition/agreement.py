"""How well a way of calling their code fits: do its gradients follow its loss?

Only for choosing between ways of calling; the verdict is not made here.
"""

from __future__ import annotations

import copy
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np

from rnn_tui.check.objective import (
    BINARY,
    CROSS_ENTROPY,
    SCORES,
    SQUARED,
    THEIRS,
    UPSTREAM,
    Objective,
    objectives_for,
)
from rnn_tui.check.probing import make_problem
from rnn_tui.check.problem import Numbers, Problem, Result
from rnn_tui.check.subject import Subject

_CLOSE = 1e-4
_ROUNDED = 1e-10
_NAMES = {
    CROSS_ENTROPY: "probabilities",
    SCORES: "scores",
    SQUARED: "squared",
    BINARY: "binary",
}
_STEP = 1e-5


@dataclass(frozen=True)
class Fit:
    """What came of trying a way of calling.

    Attributes:
        agreeing: parameters whose gradient follows the loss along a random direction.
        given: parameters with a gradient of their shape.
        idle: parameters that have neither a gradient nor an effect.
        objective: what was taken for the loss: ``theirs``, ``upstream``, or of the outputs
            ``probabilities``, ``scores``, ``squared``, ``binary``.
        error: the exception of their code, where there was one.
        progress: how far into their code it came then: the line, for choosing between failures.
        is_separate: whether sequences and earlier steps do not feel what comes after or beside.
        is_recurrent: whether the last step feels the first.
        is_broadcast: whether outputs are compared with targets in another shape.
        feels_targets: whether other targets, where they are single numbers, give another loss.
    """

    agreeing: int = 0
    given: int = 0
    idle: tuple[str, ...] = ()
    objective: str | None = None
    error: Exception | None = None
    progress: int = 0
    is_separate: bool = True
    is_recurrent: bool = True
    is_broadcast: bool = False
    feels_targets: bool = True

    @property
    def score(self) -> tuple[bool, bool, bool, bool, int, bool, bool, int, int]:
        """For choosing: more is better; a loss of theirs is better than one supposed.

        What runs to its end has come further than any line.
        """
        runs = self.error is None
        works = runs and self.given > 0 and self.objective is not None
        has_loss = self.objective in ("theirs", "upstream")
        return (
            works, self.is_separate, self.is_recurrent, self.feels_targets, self.agreeing,
            not self.is_broadcast, has_loss, self.given, sys.maxsize if runs else self.progress,
        )  # fmt: skip


def try_out(subject: Subject, batch: int, steps: int) -> Fit:
    """Run a subject on a small problem, and compare its gradients with its loss."""
    generator = np.random.default_rng(5)
    rest = subject.parameters()
    problem = make_problem(subject, steps, generator, batch if subject.has_batch else None)
    point = {name: _drawn(value, generator) for name, value in rest.items()}
    try:
        with quiet():
            result = _run(subject, problem, point, True)
            return _fit(subject, problem, point, result, generator)
    except Exception as error:
        return Fit(error=error, progress=_line(error, subject))


@contextmanager
def quiet() -> Iterator[None]:
    """Without warnings of overflow, and of complex numbers made real."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _run(
    subject: Subject, problem: Problem, point: Mapping[str, Numbers], backward: bool
) -> Result:
    np.random.seed(0)  # noqa: NPY002  (their dropout draws from it)
    return subject.run(copy.deepcopy(problem), point, backward)


def _fit(
    subject: Subject,
    problem: Problem,
    point: dict[str, Numbers],
    result: Result,
    generator: np.random.Generator,
) -> Fit:
    gradients = {
        name: result.gradients[name]
        for name in point
        if name in result.gradients and np.shape(result.gradients[name]) == np.shape(point[name])
    }
    step = _step(point, result)
    directions = {name: generator.normal(size=np.shape(value)) for name, value in point.items()}
    claimed = {n: float(np.sum(np.real(g) * directions[n])) for n, g in gradients.items()}
    ends = {
        name: [_run(subject, problem, _moved(point, name, d, s), False) for s in (step, -step)]
        for name, d in directions.items()
    }
    best = Fit(given=len(gradients))
    for name, objective in _objectives(subject, problem, result).items():
        slopes = {}
        for parameter, (up, down) in ends.items():
            rise = _value(objective, up, problem) - _value(objective, down, problem)
            slopes[parameter] = rise / (2 * step)
        agreeing = sum(_agree(slopes[n], claimed[n], step) for n in gradients)
        idle = tuple(n for n in point if n not in gradients and slopes[n] == 0)
        if best.objective is None or agreeing > best.agreeing:
            best = Fit(agreeing, len(gradients), idle, name)
    separate, recurrent = _are_bound(subject, problem, point, result)
    return replace(
        best,
        is_separate=separate,
        is_recurrent=recurrent,
        is_broadcast=subject.is_broadcast,
        feels_targets=_feels_targets(subject, problem, point, result),
    )


def _feels_targets(
    subject: Subject, problem: Problem, point: Mapping[str, Numbers], result: Result
) -> bool:
    """Whether a loss of theirs differs with other targets; only asked of single numbers.

    In another form than theirs a comparison such as ``y == 1`` may always be false.
    """
    if subject.sizes.targets > 1 or subject.loss == "upstream" or result.loss is None:
        return True
    other = 1 - problem.y if subject.targets == "labels" else problem.y + 0.1
    changed = replace(problem, targets=1 - problem.targets, y=other)
    return bool(np.any(_run(subject, changed, point, True).loss != result.loss))


def _agree(slope: float, claimed: float, step: float) -> bool:
    tolerance = _CLOSE if step == _STEP else 0.02
    return slope != 0 and abs(slope - claimed) <= tolerance * (abs(slope) + abs(claimed))


def _objectives(subject: Subject, problem: Problem, result: Result) -> dict[str, Objective]:
    """The losses that the gradients may belong to."""
    if subject.loss != "upstream" and result.loss is not None:
        return {"theirs": THEIRS}
    if result.outputs is None:
        return {}
    if subject.loss == "upstream":
        fits = result.outputs.shape == problem.upstream.shape
        return {"upstream": UPSTREAM} if fits else {}
    if result.outputs.shape[2] != problem.y.shape[2]:
        return {}
    return {_NAMES[each]: each for each in objectives_for("targets", result.outputs)}


def _value(objective: Objective, result: Result, problem: Problem) -> float:
    outputs = None if result.outputs is None else result.outputs[None]
    losses = None if result.loss is None else np.array([result.loss])
    return float(np.real(objective.of(outputs, losses, problem)[0]))


def _are_bound(
    subject: Subject, problem: Problem, point: Mapping[str, Numbers], result: Result
) -> tuple[bool, bool]:
    """Whether a change of the last input stays in its place, and one of the first reaches far."""
    if result.outputs is None:
        is_exact = result.loss is not None and _step(point, result) == _STEP
        return _are_bound_in_loss(subject, problem, point) if is_exact else (True, True)
    last = _run(subject, _changed(subject, problem, (0, -1)), point, False).outputs
    first = _run(subject, _changed(subject, problem, (0, 0)), point, False).outputs
    if last is None or first is None:
        return True, True
    separate = np.array_equal(last[1:], result.outputs[1:])
    separate &= np.array_equal(last[0, :-1], result.outputs[0, :-1])
    return bool(separate), not np.array_equal(first[0, -1], result.outputs[0, -1])


def _are_bound_in_loss(
    subject: Subject, problem: Problem, point: Mapping[str, Numbers]
) -> tuple[bool, bool]:
    """The same where there is only a loss; neither where steps are taken for sequences.

    Sequences may act together in it, in the root of a mean square; steps of a recurrent network do.
    """

    def loss(*places: tuple[int, int]) -> float:
        changed = _changed(subject, problem, *places)
        return float(np.real(_run(subject, changed, point, False).loss))

    def act_together(one: tuple[int, int], other: tuple[int, int]) -> bool:
        base, both = loss(), loss(one, other)
        apart = both - loss(one) - loss(other) + base
        return abs(apart) > _ROUNDED * max(abs(base), abs(both - base))

    first = (0, 0)
    if problem.batch == 1 or problem.steps == 1:
        return True, problem.steps == 1 or act_together(first, (0, 1))
    is_turned = act_together(first, (1, 0)) and not act_together(first, (0, 1))
    return not is_turned, not is_turned


def _changed(subject: Subject, problem: Problem, *places: tuple[int, int]) -> Problem:
    """The problem with other inputs at these steps of these sequences."""
    symbols, x = problem.symbols.copy(), problem.x.copy()
    is_dense = subject.inputs == "vectors"
    for place in places:
        symbols[place] = (symbols[place] + 1) % subject.sizes.inputs
        x[place] = x[place] + 0.5 if is_dense else np.eye(x.shape[-1])[symbols[place]]
    return replace(problem, symbols=symbols, x=x)


def _drawn(value: Numbers, generator: np.random.Generator) -> Numbers:
    width = max(np.shape(value)[-1:] or (4,))
    scale = 0.8 / np.sqrt(max(width, 2))
    drawn = generator.normal(size=np.shape(value)) * scale
    return np.asarray(drawn, dtype=value.dtype)


def _step(point: Mapping[str, Numbers], result: Result) -> float:
    arrays = [*point.values(), *([] if result.outputs is None else [result.outputs])]
    exact = all(array.dtype.itemsize >= 8 for array in arrays)
    return _STEP if exact else 2e-2


def _moved(
    point: Mapping[str, Numbers], name: str, direction: Numbers, step: float
) -> dict[str, Numbers]:
    moved = np.asarray(point[name] + step * direction).astype(point[name].dtype)
    return {**point, name: moved}


def _line(error: Exception, subject: Subject) -> int:
    """The last line of their file that the exception passed through; 0 where it never got there."""
    module = getattr(subject, "module", None)
    trace, line = error.__traceback__, 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == getattr(module, "__file__", None):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
