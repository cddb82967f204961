"""The states kept of a run's past in one file, so that a resumed run has its past at hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.model.parameters import Layout
from rnn_tui.storage.files import StoreError, write_durably
from rnn_tui.storage.tensors import encode, read
from rnn_tui.storage.vectors import layout_of, optimizer_vectors, pack, unpack
from rnn_tui.training.config import Config
from rnn_tui.training.grid import Grid
from rnn_tui.training.trainer import State

FILE = "keyframes.safetensors"
_FORMAT = "rnn-tui keyframes 1"
_MAX_FILE = 1 << 32


def write_keyframes(folder: Path, config: Config, grids: dict[int, Grid]) -> None:
    """Write the states of each branch, in the place of those written before.

    Raises:
        UnwritableFile: if that is not possible.
    """
    layout = layout_of(config)
    tensors: dict[str, NDArray[Any]] = {}
    for number, grid in grids.items():
        for name, array in _columns(layout, grid).items():
            tensors[f"{number}.{name}"] = array
    write_durably(folder / FILE, encode(tensors, {"format": _FORMAT}))


def read_keyframes(folder: Path, config: Config, newest: dict[int, int]) -> dict[int, Grid]:
    """The states of each branch up to its newest epoch.

    They only save time: a file that is missing, damaged, or of another run is the same as none.

    Args:
        folder: of the run.
        config: of the run.
        newest: the newest epoch of each branch; states after it are left out.
    """
    try:
        stored = read(folder / FILE, max_bytes=_MAX_FILE)
        if stored.metadata.get("format") != _FORMAT:
            return {}
        layout = layout_of(config)
        return {
            number: _grid(layout, config, number, stored.tensors, last)
            for number, last in newest.items()
            if f"{number}.epochs" in stored.tensors
        }
    except (StoreError, KeyError, ValueError, MemoryError):
        return {}


def remove_keyframes(folder: Path) -> None:
    """Forget them."""
    (folder / FILE).unlink(missing_ok=True)


def _columns(layout: Layout, grid: Grid) -> dict[str, NDArray[Any]]:
    states = [state for state in grid if state.previous is not None]
    numbers = [[state.training_loss, state.training_accuracy] for state in states]
    return {
        "epochs": np.array([state.epoch for state in states], np.int64),
        "stride": np.array([grid.stride], np.int64),
        "curve": np.array(numbers, np.float64).reshape(len(states), 2),
        "parameters": _stack(layout, [state.parameters for state in states]),
        "previous": _stack(layout, [s.previous for s in states if s.previous is not None]),
    }


def _stack(layout: Layout, vectors: list[NDArray[Any]]) -> NDArray[Any]:
    if not vectors:
        return np.empty((0, 0))
    return np.stack([pack(layout, vector) for vector in vectors])


def _grid(
    layout: Layout, config: Config, number: int, tensors: dict[str, NDArray[Any]], last: int
) -> Grid:
    epochs, curve, parameters, previous = (
        tensors[f"{number}.{name}"] for name in ("epochs", "curve", "parameters", "previous")
    )
    stride = int(tensors[f"{number}.stride"][0])
    if optimizer_vectors(config) or len({len(epochs), len(curve), len(parameters)}) != 1:
        return Grid()
    states = [
        State(int(epoch), unpack(layout, now), unpack(layout, before), (), *map(float, point))
        for epoch, now, before, point in zip(epochs, parameters, previous, curve, strict=True)
        if epoch <= last
    ]
    return Grid(states, max(1, stride))
