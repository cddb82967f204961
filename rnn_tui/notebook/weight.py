"""The weights as attributes of the notebook's class."""

from __future__ import annotations

from typing import Protocol

from numpy.typing import ArrayLike

from rnn_tui.model.buffers import Array
from rnn_tui.model.parameters import Parameters
from rnn_tui.notebook.arguments import numbers


class HasParameters(Protocol):
    """The notebook's class."""

    _parameters: Parameters


class Weight:
    """One weight in the notebook's shape: a live view, which can also be assigned to.

    Args:
        tensor: its name in the engine.
    """

    def __init__(self, tensor: str) -> None:
        self._tensor = tensor

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, rnn: HasParameters, owner: type | None = None) -> Array:
        return rnn._parameters.notebook(self._tensor)

    def __set__(self, rnn: HasParameters, value: ArrayLike) -> None:
        array, view = numbers(value, self._name), rnn._parameters.notebook(self._tensor)
        if array.shape != view.shape:
            raise ValueError(f"{self._name} must have shape {view.shape}, not {array.shape}")
        view[...] = array
