"""Flat vectors as they are stored: tensor after tensor, no padding, whatever the layout in use."""

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


def pack(config: Config, vectors: Sequence[Vector]) -> NDArray[Any]:
    """(n, P) a row for each vector: its tensors in the notebook's shapes, C order."""
    layout = layout_of(config)
    packed = np.empty((len(vectors), packed_size(layout)), config.dtype)
    for row, vector in zip(packed, vectors, strict=True):
        parameters = Parameters(layout, vector)
        np.concatenate([parameters.notebook(t.name).ravel() for t in layout.tensors], out=row)
    return packed


def unpack(config: Config, packed: NDArray[Any]) -> Iterator[Vector]:
    """The inverse of `pack`, one vector after another, their padding zeros."""
    layout, size = layout_of(config), packed_size(layout_of(config))
    require(
        packed.ndim == 2 and packed.shape[1] == size,
        f"its vectors have the shape {packed.shape}, expected {size} numbers each",
    )
    require(packed.dtype == config.dtype, f"its vectors are {packed.dtype}, not {config.dtype}")
    return (_flat(layout, row) for row in packed)


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
