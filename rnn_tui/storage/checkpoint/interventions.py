"""Interventions as two plain tables, so that a journal of any length is small and quick to read.

One row each: kind, epoch, update, tensor, row, column (−1 where there is none) as int64, and
beside it the rate or the clip as float64, NaN where there is none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.model.parameters import Layout
from rnn_tui.storage.disk.checks import MAX_EPOCH, InvalidValue, require
from rnn_tui.training.config import LEARNING_RATES
from rnn_tui.training.journal import (
    ClipChange,
    Intervention,
    Position,
    RateChange,
    ZeroedWeights,
)

MOST = 80_000
"""Interventions of a run that are stored; each takes about 250 bytes of memory."""
_RATE, _CLIP, _ZEROED = range(3)
_COLUMNS = 6


def to_tables(
    layout: Layout, interventions: Sequence[Intervention]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """(n, 6) and (n,).

    Raises:
        ValueError: for a tensor that the layout does not have.
    """
    names = [tensor.name for tensor in layout.tensors]
    rows = np.full((len(interventions), _COLUMNS), -1, np.int64)
    values = np.full(len(interventions), np.nan)
    for row, change in enumerate(interventions):
        rows[row, 1:3] = change.position
        match change:
            case RateChange(_, rate):
                rows[row, 0], values[row] = _RATE, rate
            case ClipChange(_, clip):
                rows[row, 0], values[row] = _CLIP, math.nan if clip is None else clip
            case ZeroedWeights(_, tensor, index):
                rows[row, 0], rows[row, 3] = _ZEROED, names.index(tensor)
                rows[row, 4 : 4 + len(index)] = index
    return rows, values


def from_tables(
    layout: Layout, updates: int, rows: NDArray[Any], values: NDArray[Any]
) -> tuple[Intervention, ...]:
    """The inverse of `to_tables`, trusting nothing.

    Args:
        layout: of the run's network.
        updates: of an epoch.
        rows: the first table.
        values: the second table.

    Raises:
        InvalidValue: what is wrong, the first thing found.
    """
    require(
        rows.dtype == np.int64 and rows.ndim == 2 and rows.shape[1] == _COLUMNS
        and values.dtype == np.float64 and values.shape == (len(rows),),
        "its interventions are not tables of the right shape",
    )  # fmt: skip
    require(len(rows) <= MOST, f"it has more than {MOST} interventions")
    pairs = zip(rows.tolist(), values.tolist(), strict=True)
    return tuple(_intervention(layout, updates, row, value) for row, value in pairs)


def require_order(interventions: Sequence[Intervention]) -> None:
    """Positions may repeat, but not go back.

    Raises:
        InvalidValue: if one does.
    """
    positions = [change.position for change in interventions]
    for before, after in pairwise(positions):
        require(
            before <= after,
            f"an intervention at epoch {after.epoch} comes after one at epoch {before.epoch}",
        )


def is_rate(value: float) -> bool:
    """Whether this is a learning rate that can be set."""
    low, high = LEARNING_RATES
    return low <= value <= high


def is_clip(value: float | None) -> bool:
    """Whether this is a largest norm that can be set, or none."""
    return value is None or 0 < value < math.inf


def _intervention(layout: Layout, updates: int, row: list[int], value: float) -> Intervention:
    kind, epoch, update, tensor, *index = row
    require(
        0 <= epoch <= MAX_EPOCH and 0 <= update <= updates,
        f"an intervention is at epoch {epoch}, update {update}, which cannot be",
    )
    position = Position(epoch, update)
    if kind == _ZEROED:
        return _zeroed(layout, position, tensor, index)
    require([tensor, *index] == [-1, -1, -1], f"an intervention at epoch {epoch} is senseless")
    if kind == _RATE:
        require(is_rate(value), f"the learning rate from epoch {epoch} on is {value}")
        return RateChange(position, value)
    if kind == _CLIP:
        clip = None if math.isnan(value) else value
        require(is_clip(clip), f"the clipping from epoch {epoch} on is {value}")
        return ClipChange(position, clip)
    raise InvalidValue(f"an intervention at epoch {epoch} is of no known kind")


def _zeroed(layout: Layout, position: Position, tensor: int, index: list[int]) -> ZeroedWeights:
    require(
        0 <= tensor < len(layout.tensors),
        f"weights zeroed at epoch {position.epoch} are of no tensor",
    )
    name, shape = layout.tensors[tensor].name, layout.tensors[tensor].shape
    kept = [number for number in index if number != -1]
    sound = index[: len(kept)] == kept and len(kept) <= len(shape)
    require(
        sound and all(0 <= i < size for i, size in zip(kept, shape, strict=False)),
        f"weights zeroed at epoch {position.epoch} are outside {name}",
    )
    return ZeroedWeights(position, name, tuple(kept))
