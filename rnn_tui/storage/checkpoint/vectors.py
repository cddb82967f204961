"""Flat vectors as they are stored: tensor after tensor, no padding, whatever the layout in use."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.model.network import layout_for
from rnn_tui.model.parameters import Layout, Parameters
from rnn_tui.storage.disk.checks import require
from rnn_tui.training.config import Config
from rnn_tui.training.optimizers.optimizer import Vector
from rnn_tui.training.optimizers.sgd import SGD


def layout_of(config: Config) -> Layout:
    """The layout that a `Trainer` of this configuration uses, without making one."""
    batch = min(config.batch, config.task.sequences)
    return layout_for(batch, config.task.symbols, config.hidden)


def updates_per_epoch(config: Config) -> int:
    """How many updates an epoch has."""
    return -(-config.task.sequences // config.batch)


def optimizer_vectors(config: Config) -> int:
    """How many vectors the optimizer of this configuration remembers."""
    return len(SGD(np.zeros(1, config.dtype)).state)


def packed_size(layout: Layout) -> int:
    """How many numbers its tensors have."""
    return sum(math.prod(tensor.shape) for tensor in layout.tensors)


def pack(layout: Layout, flat: Vector) -> Vector:
    """The tensors one after another, each in the notebook's shape, C order; a copy.

    Raises:
        ValueError: if the vector has not the layout's length.
    """
    parameters = Parameters(layout, flat)
    return np.concatenate([parameters.notebook(t.name).reshape(-1) for t in layout.tensors])


def pack_all(layout: Layout, vectors: Sequence[Vector], dtype: str) -> NDArray[Any]:
    """Flat vectors as the rows of one tensor; see `pack`."""
    packed = np.empty((len(vectors), packed_size(layout)), dtype)
    for row, vector in zip(packed, vectors, strict=True):
        row[...] = pack(layout, vector)
    return packed


def unpack(layout: Layout, packed: Vector) -> Vector:
    """The inverse of `pack`: a flat vector in this layout, its padding zeros.

    Raises:
        ValueError: if it has not as many numbers as the tensors.
    """
    if packed.shape != (packed_size(layout),):
        raise ValueError(f"expected {packed_size(layout)} numbers, got shape {packed.shape}")
    parameters = Parameters.zeros(layout, packed.dtype)
    end = 0
    for tensor in layout.tensors:
        view = parameters.notebook(tensor.name)
        begin, end = end, end + view.size
        view[...] = packed[begin:end].reshape(view.shape)
    return parameters.flat


def unpack_all(layout: Layout, packed: NDArray[Any], dtype: str) -> Iterator[Vector]:
    """The inverse of `pack_all`, one vector after another.

    Raises:
        InvalidValue: if the tensor is of another shape or type.
    """
    size = packed_size(layout)
    require(
        packed.ndim == 2 and packed.shape[1] == size,
        f"its vectors have the shape {packed.shape}, expected {size} numbers each",
    )
    require(packed.dtype == dtype, f"its vectors are {packed.dtype}, not {dtype}")
    return (unpack(layout, row) for row in packed)
