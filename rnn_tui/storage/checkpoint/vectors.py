"""Flat vectors as they are stored: tensor after tensor, no padding, whatever the layout in use."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.model.buffers import Array
from rnn_tui.model.parameters import Layout, Parameters
from rnn_tui.storage.disk.checks import require
from rnn_tui.training.config import Config
from rnn_tui.training.optimizers.optimizer import Vector


def optimizer_vectors(config: Config) -> int:
    """How many vectors the optimizer of this configuration remembers."""
    return len(config.optimizer.start(np.zeros(1, config.dtype)))


def pack(config: Config, vectors: Sequence[Vector]) -> NDArray[Any]:
    """(n, P) a row for each vector: its tensors in the notebook's shapes, C order."""
    layout = config.layout
    packed = np.empty((len(vectors), packed_size(layout)), config.dtype)
    for row, vector in zip(packed, vectors, strict=True):
        parameters = Parameters(layout, vector)
        np.concatenate([parameters.notebook(t.name).ravel() for t in layout.tensors], out=row)
    return packed


def unpack(config: Config, packed: NDArray[Any]) -> Iterator[Vector]:
    """The inverse of `pack`, one vector after another, their padding zeros."""
    layout, size = config.layout, packed_size(config.layout)
    require(
        packed.ndim == 2 and packed.shape[1] == size,
        f"its vectors have the shape {packed.shape}, expected {size} numbers each",
    )
    require(packed.dtype == config.dtype, f"its vectors are {packed.dtype}, not {config.dtype}")
    return (_flat(layout, row) for row in packed)


def carried_states(config: Config) -> int:
    """How many (B, H) states are carried along a text: of an lstm two."""
    if not config.task.carry:
        return 0
    return len(config.cell.unroll(1, 1, 1, config.dtype).carry())


def unpack_carried(config: Config, packed: NDArray[Any] | None) -> list[Array]:
    """The (B, H) states in (n, B, H); none where nothing is stored."""
    if packed is None:
        return []
    shape = config.batch_size, config.hidden
    require(packed.shape[1:] == shape, f"its carried states are {packed.shape[1:]}, not {shape}")
    require(packed.dtype == config.dtype, f"its carried states are {packed.dtype}")
    return list(packed)


def packed_size(layout: Layout) -> int:
    """P, how many numbers its tensors have."""
    return sum(math.prod(tensor.shape) for tensor in layout.tensors)


def _flat(layout: Layout, row: Vector) -> Vector:
    parameters, end = Parameters.zeros(layout, row.dtype), 0
    for tensor in layout.tensors:
        view = parameters.notebook(tensor.name)
        begin, end = end, end + view.size
        view[...] = row[begin:end].reshape(view.shape)
    return parameters.flat
