"""Naming weights: a tensor, a gate's block, a row or one number: ``U``, ``U_n``, ``U[3, 4]``."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from rnn_tui.model.parameters import Parameters, Tensor

_ONE = re.compile(r"(\w+)\s*(?:\[\s*(\d{1,9})\s*(?:,\s*(\d{1,9})\s*)?\])?")
_COMMA = re.compile(r",(?![^\[]*\])")
"""A comma that is not between brackets."""


class Weights(NamedTuple):
    """Some weights of one tensor.

    Attributes:
        tensor: its name, or that of a gate's block, such as ``U`` or ``U_n``.
        where: index of one row or one number, in the engine's shape; empty for all of it.
    """

    tensor: str
    where: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"{self.tensor}{list(self.where) if self.where else ''}"


def parse_weights(text: str, tensors: Sequence[Tensor]) -> tuple[Weights, ...]:
    """The weights that a text names, such as ``U, b_h[0]``.

    Raises:
        ValueError: if it is not of that form, or there are no such weights.
    """
    return tuple(_parse_one(part.strip(), tensors) for part in _COMMA.split(text))


def format_weights(weights: Sequence[Weights]) -> str:
    """The inverse of `parse_weights`, each named once."""
    return ", ".join(dict.fromkeys(map(str, weights)))


def set_to_zero(parameters: Parameters, weights: Sequence[Weights]) -> None:
    """Set weights to zero in place."""
    for name, where in weights:
        parameters[name][where] = 0


def _names(tensors: Sequence[Tensor]) -> str:
    """What there is: every tensor, and the blocks of the gates."""
    text = ", ".join(tensor.name for tensor in tensors)
    divided = {tensor.name: tensor for tensor in tensors if tensor.gates}
    if not divided:
        return text
    blocks = [name for tensor in divided.values() for name in tensor.blocks]
    return f"{text}, and the blocks of the gates: {', '.join(blocks)}"


def _parse_one(text: str, tensors: Sequence[Tensor]) -> Weights:
    found = _ONE.fullmatch(text)
    if found is None:
        raise ValueError("write a name, a row or one number: U, U[3], U[3, 4]")
    name, *numbers = found.groups()
    where = tuple(int(number) for number in numbers if number is not None)
    shapes = {tensor.name: tensor.shape for tensor in tensors}
    for tensor in tensors:
        for block, columns in tensor.blocks.items():
            shapes[block] = (*tensor.shape[:-1], columns.stop - columns.start)
    if name not in shapes:
        raise ValueError(f"there is no {name[:9]}; there is {_names(tensors)}")
    shape = shapes[name]
    if len(where) > len(shape) or any(
        index >= size for index, size in zip(where, shape, strict=False)
    ):
        last = [f"0 to {size - 1}" for size in shape]
        what = f"rows {last[0]}, columns {last[1]}" if len(last) > 1 else f"numbers {last[0]}"
        raise ValueError(f"{name} has {what}")
    return Weights(name, where)
