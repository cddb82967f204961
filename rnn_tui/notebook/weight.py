"""The weights as attributes of the notebook's class."""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike

from rnn_tui.model.buffers import Array
from rnn_tui.notebook.arguments import numbers


class Weight:
    """One weight in the notebook's shape: a live view, which can also be assigned to."""

    def __init__(self, tensor: str) -> None:
        self._tensor = tensor  # its name in the engine

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, rnn: Any, owner: type | None = None) -> Array:
        view: Array = rnn._parameters.notebook(self._tensor)
        return view

    def __set__(self, rnn: Any, value: ArrayLike) -> None:
        array, view = numbers(value, self._name), self.__get__(rnn)
        if array.shape != view.shape:
            raise ValueError(f"{self._name} must have shape {view.shape}, not {array.shape}")
        view[...] = array
