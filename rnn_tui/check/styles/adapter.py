"""The adapter: one function of ours, filled in by them, for any network whatever."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from types import ModuleType
from typing import Any, ClassVar

import numpy as np

from rnn_tui.check.problem import Numbers, Problem, Result, Sizes
from rnn_tui.check.styles.behind import called_by, with_a_backward_pass
from rnn_tui.check.subject import Subject

TEMPLATE = '''"""Fill in, then: rnn-tui check THIS_FILE.py"""
import numpy as np

symbols = 4                                  # inputs and targets are whole numbers below this
rng = np.random.default_rng(0)
parameters = {"Wxh": rng.normal(size=(5, symbols))}      # every array that is trained, by name


def loss_and_gradients(parameters, inputs, targets):
    """parameters: arrays by name, as above. inputs, targets: lists of T symbols, one sequence.

    Return the loss of that sequence, and a dict of gradients with the names of the parameters.
    """
    raise NotImplementedError("call your forward and backward pass here")
'''


class AdapterSubject(Subject):
    """``loss_and_gradients(parameters, inputs, targets)`` in their module.

    A parameter named ``h0`` or ``c0`` is a start state.
    """

    def __init__(self, module: ModuleType, start: Mapping[str, Any]) -> None:
        super().__init__()
        self._function = module.loss_and_gradients
        self._start = {name: np.array(value) for name, value in start.items()}
        self._now = dict(self._start)
        symbols = _symbols(module, self._start)
        hidden = max((min(np.shape(p)) for p in self._start.values() if np.ndim(p) == 2), default=1)
        self.target, self.sizes = "loss_and_gradients", Sizes(symbols, hidden, symbols, symbols)
        self.functions = {"backward": [self._function], "forward": [self._function]}
        self._is_first = True
        self.took.append("loss_and_gradients: loss and gradients of one sequence")

    def parameters(self) -> dict[str, Numbers]:
        """As the file has them."""
        return {name: value.copy() for name, value in self._start.items()}

    def reset(self) -> None:
        """Nothing is kept between calls."""
        self._now = self.parameters()

    def assign(self, parameters: Mapping[str, Numbers]) -> None:
        """Handed to the function with the next call."""
        self._now.update((name, np.array(value)) for name, value in parameters.items())

    def call(self, problem: Problem, backward: bool) -> Result:
        """One sequence, as lists of symbols."""
        inputs, targets = problem.symbols[0].tolist(), problem.targets[0].tolist()
        loss, gradients = self._look_behind(inputs, targets)
        return Result(loss=loss, gradients={name: gradients[name] for name in gradients})

    def _look_behind(self, inputs: list[int], targets: list[int]) -> Any:
        """What their function returns; the first time, note what it calls."""
        if not self._is_first:
            return self._function(self._now, inputs, targets)
        self._is_first = False
        glue = self._function.__code__
        found, called = called_by(self._function, self._now, inputs, targets)
        self.functions["backward"] = list(with_a_backward_pass(glue, called))
        return found


class Adapter:
    """A file with ``loss_and_gradients`` and ``parameters``."""

    name: ClassVar[str] = "adapter"
    title: ClassVar[str] = "loss_and_gradients(parameters, inputs, targets), written for the check"

    def recognise(self, module: ModuleType, name: str | None) -> Subject | None:
        """By the function's name."""
        function = getattr(module, "loss_and_gradients", None)
        if not inspect.isfunction(function) or name not in (None, "loss_and_gradients"):
            return None
        start = getattr(module, "parameters", None)
        start = start() if callable(start) else start
        return AdapterSubject(module, start) if isinstance(start, Mapping) and start else None


def _symbols(module: ModuleType, parameters: Mapping[str, Numbers]) -> int:
    """As the file says, or else the smallest length of any axis but 1."""
    if isinstance(given := getattr(module, "symbols", None), int):
        return given
    lengths = [n for p in parameters.values() for n in np.shape(p) if n > 1]
    return min(lengths, default=2)
