"""The notebook's class: ``feedforward(x)`` and ``backpropagation(x, y, y_hat)``."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from types import ModuleType
from typing import Any, ClassVar

import numpy as np

from rnn_tui.check.keeping import KeptObject
from rnn_tui.check.problem import Numbers, Problem, Result, Sizes
from rnn_tui.check.subject import Subject

_NAMES = ("w", "v", "u", "b_h", "b_o")
_METHODS = ("feedforward", "backpropagation")


class NotebookSubject(Subject):
    """An object of the notebook's class, or of one written after it.

    Args:
        network: with ``w`` (H, V), ``u`` (H, H), ``v`` (V, H), ``b_h`` and ``b_o``.
    """

    def __init__(self, network: Any) -> None:
        super().__init__()
        self._kept = KeptObject(network)
        kind = type(network)
        self.target = kind.__name__
        hidden, symbols = np.shape(network.w)
        self.sizes = Sizes(symbols, hidden, symbols, symbols)
        self.roles = {"w": "W", "u": "U", "v": "V", "b_h": "b_h", "b_o": "b_o"}
        self.functions = {
            "forward": [kind.feedforward],
            "backward": [kind.backpropagation],
        }
        if hasattr(kind, "total_loss"):
            self.functions["loss"] = [kind.total_loss]
        else:
            self.loss = "targets"
        self.took.append("backpropagation(x, y, y_hat) returns dw, dv, du, db_h, db_o")

    def parameters(self) -> dict[str, Numbers]:
        """The five."""
        return {name: np.array(getattr(self._kept.pristine, name)) for name in _NAMES}

    def reset(self) -> None:
        """A copy of the object."""
        self._kept.reset()

    def assign(self, parameters: Mapping[str, Numbers]) -> None:
        """Attributes of the object."""
        for name, value in parameters.items():
            setattr(self._kept.now, name, np.array(value))

    def call(self, problem: Problem, backward: bool) -> Result:
        """One sequence of rows."""
        network, x, y = self._kept.now, problem.x[0], problem.y[0]
        y_hat = network.feedforward(x)
        result = Result(np.array(y_hat)[None])
        if self.loss == "theirs":
            result.loss = network.total_loss(y, y_hat)
        if backward:
            result.gradients = _by_name(network.backpropagation(x, y, y_hat), self.parameters())
        return result


class Notebook:
    """A class with the notebook's method names."""

    name: ClassVar[str] = "notebook"
    title: ClassVar[str] = "the notebook's class: feedforward(x), backpropagation(x, y, y_hat)"

    def recognise(self, module: ModuleType, name: str | None) -> Subject | None:
        """The last class of theirs with both methods; the seed's ``RNN2`` rather than ``RNN1``."""
        classes = [each for each in vars(module).values() if _is_one(each)]
        if name is not None:
            classes = [each for each in classes if each.__name__ == name]
        mine = [each for each in classes if each.__module__ == module.__name__]
        if not (mine or classes):
            return None
        network = (mine or classes)[-1]()
        has_all = all(hasattr(network, each) for each in _NAMES)
        return NotebookSubject(network) if has_all else None


def _is_one(value: Any) -> bool:
    return inspect.isclass(value) and all(callable(getattr(value, m, None)) for m in _METHODS)


def _by_name(returned: Any, parameters: Mapping[str, Numbers]) -> dict[str, Numbers]:
    if isinstance(returned, Mapping):
        return {str(key).removeprefix("d"): np.array(value) for key, value in returned.items()}
    values = [np.array(value) for value in returned]
    return dict(zip(parameters, values, strict=False))
