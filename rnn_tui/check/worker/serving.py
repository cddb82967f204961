"""What the worker is asked for: load and recognise, run once, run along many directions."""

from __future__ import annotations

import copy
import inspect
import os
import random
import sys
import warnings
from collections.abc import Callable, Mapping
from dataclasses import fields
from types import CodeType
from typing import Any

import numpy.random
from numpy import array, array_equal, asarray, errstate, isrealobj, ndarray, shape, stack
from numpy.exceptions import ComplexWarning

from rnn_tui.check.problem import Problem, Result
from rnn_tui.check.subject import Subject
from rnn_tui.check.worker.choosing import choose
from rnn_tui.check.worker.loading import load, loop_at_top, names_defined, needs_torch

_seed_numpy, _seed_python = numpy.random.seed, random.seed


class Service:
    """Answers requests; holds the subject between them.

    Args:
        subject: where it is not to be loaded.

    Attributes:
        path: of their file, for faults.
    """

    def __init__(self, subject: Subject | None = None) -> None:
        self.path = ""
        self._subject = subject
        self._base: tuple[Problem, dict[str, Any]] | None = None

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """One request; exceptions are theirs, or those of a style."""
        return getattr(self, f"_{request['do']}")(**request["with"])  # type: ignore[no-any-return]

    def _load(self, target: str, path: str, name: str | None, style: str | None) -> dict[str, Any]:
        self.path = path
        _seed(0)
        loaded = load(target)
        self.path = loaded.path
        loop = loop_at_top(loaded.source)
        chosen = choose(loaded.module, name, style)
        if chosen is None:
            parts = (name or "").split("/")
            has_name = all(hasattr(loaded.module, part.partition(".")[0]) for part in parts)
            torch = needs_torch(loaded.source)
            names = names_defined(loaded.module)
            return {"nothing": {
                "loop": loop, "needs_torch": torch, "has_name": has_name, "names": names,
            }}  # fmt: skip
        self._subject = chosen.subject
        if loaded.endless is not None:
            left = f"left out: the loop without an end at line {loaded.endless}"
            chosen.subject.took.append(left)
        return {
            "subject": describe(chosen.subject, self.path) | {"style": chosen.style},
            "fault": None if chosen.error is None else self._fault(chosen.error),
            "complaint": chosen.complaint,
            "loop": loop,
        }

    def _fault(self, error: BaseException) -> dict[str, Any]:
        from rnn_tui.check.worker.faults import fault_of

        return fault_of(error, self.path)

    def _run(
        self,
        problem: dict[str, Any],
        parameters: dict[str, Any],
        backward: bool,
        seed: int,
        again: bool,
    ) -> dict[str, Any]:
        subject = self._known()
        given = Problem(**problem)
        handed = copy.deepcopy(given)
        _seed(seed)
        with errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if not again:
                subject.reset()
            subject.assign(parameters)
            result = subject.call(handed, backward)
        return _plain(result) | {"changed": _differences(given, handed)}

    def _base_at(self, problem: dict[str, Any], parameters: dict[str, Any]) -> dict[str, Any]:
        self._base = Problem(**problem), parameters
        return {}

    def _along(self, name: str, directions: Any, steps: Any, seed: int) -> dict[str, Any]:
        """Outputs and losses at base + step · direction.

        ``directions`` is (K,) flat indices or (K, size) numbers; ``steps`` is (S,).
        """
        assert self._base is not None
        problem, parameters = self._base
        base, outputs, losses = _place(problem, parameters, name), [], []
        for direction in directions:
            for step in steps:
                moved = base.astype(asarray(base + step).dtype)
                if shape(direction):
                    moved += step * direction.reshape(moved.shape)
                else:
                    moved.reshape(-1)[int(direction)] += step
                result = self._forward(problem, parameters, name, moved, seed)
                if result.outputs is not None:
                    outputs.append(asarray(result.outputs))
                if result.loss is not None:
                    losses.append(_scalar(result.loss))
        return {
            "outputs": stack(outputs) if outputs else None,
            "losses": array(losses) if losses else None,
        }

    def _forward(
        self, problem: Problem, parameters: dict[str, Any], name: str, moved: Any, seed: int
    ) -> Result:
        handed = copy.deepcopy(problem)
        if name in parameters:
            parameters = {**parameters, name: moved}
        elif name == "x":
            object.__setattr__(handed, "x", moved)
        else:
            handed.states[name] = moved
        _seed(seed)
        with errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if not isrealobj(moved):
                warnings.simplefilter("error", ComplexWarning)
            return self._known().run(handed, parameters, backward=False)

    def _known(self) -> Subject:
        assert self._subject is not None
        return self._subject


def _seed(seed: int) -> None:
    _seed_numpy(seed)
    _seed_python(seed)
    torch = sys.modules.get("torch")
    if torch is not None and hasattr(torch, "manual_seed"):
        torch.manual_seed(seed)


def _place(problem: Problem, parameters: Mapping[str, Any], name: str) -> ndarray[Any, Any]:
    if name in parameters:
        return asarray(parameters[name])
    return asarray(problem.x if name == "x" else problem.states[name])


def _scalar(loss: Any) -> complex:
    value = asarray(loss)
    return complex(value.reshape(-1).sum())


def _plain(result: Result) -> dict[str, Any]:
    return {
        "outputs": None if result.outputs is None else asarray(result.outputs),
        "loss": None if result.loss is None else _scalar(result.loss),
        "gradients": {name: asarray(value) for name, value in result.gradients.items()},
        "hidden": None if result.hidden is None else asarray(result.hidden),
        "end": {name: asarray(value) for name, value in result.end.items()},
    }


def _differences(given: Problem, handed: Problem) -> list[str]:
    """Names of the problem's arrays that their code has changed."""
    names = [each.name for each in fields(Problem) if each.name != "states"]
    changed = [n for n in names if not array_equal(getattr(given, n), getattr(handed, n))]
    states = given.states
    return changed + [n for n in states if not array_equal(states[n], handed.states[n])]


def describe(subject: Subject, path: str = "") -> dict[str, Any]:
    """Everything that the style has set, as plain values: a `Description`.

    Args:
        subject: made by a style.
        path: of their file: what stands in another is told without a line.
    """
    names = (
        "target", "took", "inputs", "targets", "loss", "outputs", "at_last_step", "has_batch",
        "batch", "steps", "own_names", "roles", "cell", "updates_inside",
        "truncation",
    )  # fmt: skip
    plain = {name: getattr(subject, name) for name in names}
    return plain | {
        "states": list(subject.states),
        "sizes": list(subject.sizes),
        "parameters": {name: asarray(value) for name, value in subject.parameters().items()},
        "functions": {
            what: [_function(each, path) for each in functions]
            for what, functions in subject.functions.items()
        },
    }


def _function(function: Callable[..., object] | CodeType, path: str) -> dict[str, Any]:
    """Name, first line and source lines; of code in another file its name and the file's."""
    if isinstance(function, CodeType):
        name = function.co_qualname
        if path and function.co_filename != path:
            name = f"{name} in {os.path.basename(function.co_filename)}"
            return {"name": name, "line": 0, "source": []}
    else:
        name = getattr(function, "__qualname__", getattr(function, "__name__", "?"))
    try:
        lines, first = inspect.getsourcelines(function)
    except (OSError, TypeError):
        lines, first = [], 0
    return {"name": str(name), "line": first, "source": lines}
