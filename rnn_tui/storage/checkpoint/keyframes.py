"""The states kept of a run's past in one file, so that a resumed run has its past at hand.

A state belongs to a run if the configuration is the same and so is every intervention before it;
the file may be of another run, or of a future that a crash has undone.
"""

from __future__ import annotations

import json
import math
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.model.parameters import Layout
from rnn_tui.storage.checkpoint.interventions import to_tables
from rnn_tui.storage.checkpoint.vectors import layout_of, optimizer_vectors, pack, unpack
from rnn_tui.storage.disk.durable import write_durably
from rnn_tui.storage.disk.errors import StoreError
from rnn_tui.storage.disk.tensors import encode, read
from rnn_tui.timeline.keyframes import Grid
from rnn_tui.timeline.run_state import BranchState, RunState
from rnn_tui.training.config import Config
from rnn_tui.training.trainer import State

FILE = "keyframes.safetensors"
_FORMAT = "rnn-tui keyframes 1"
_MAX_FILE = 1 << 32
Tensors = dict[str, NDArray[Any]]


def write_keyframes(folder: Path, run: RunState, grids: dict[int, Grid]) -> None:
    """Write the states of each branch, in the place of those written before.

    Args:
        folder: of the run.
        run: as it was when it had these states.
        grids: the states, by branch.

    Raises:
        UnwritableFile: if that is not possible.
        ValueError: if the run has more branches than the file can name.
    """
    layout = layout_of(run.config)
    tensors: Tensors = {}
    for branch in run.branches:
        columns = _columns(layout, grids.get(branch.number, Grid())) | _journal(layout, branch)
        tensors |= {f"{branch.number}.{name}": array for name, array in columns.items()}
    write_durably(folder / FILE, encode(tensors, _metadata(run.config)))


def read_keyframes(folder: Path, run: RunState) -> dict[int, Grid]:
    """The states of each branch up to its newest epoch.

    They only save time: a file that is missing, damaged, or of another run is the same as none.

    Args:
        folder: of the run.
        run: from its checkpoint; states that are not of its past are left out.
    """
    try:
        stored = read(folder / FILE, max_bytes=_MAX_FILE)
        if stored.metadata != _metadata(run.config):
            return {}
        return {
            branch.number: _grid(run.config, branch, stored.tensors)
            for branch in run.branches
            if f"{branch.number}.epochs" in stored.tensors
        }
    except (
        StoreError, ArithmeticError, IndexError, KeyError, MemoryError, TypeError, ValueError
    ):  # fmt: skip
        return {}


def _columns(layout: Layout, grid: Grid) -> Tensors:
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


def _metadata(config: Config) -> dict[str, str]:
    return {"format": _FORMAT, "config": json.dumps(config.to_json())}


def _journal(layout: Layout, branch: BranchState) -> Tensors:
    rows, values = to_tables(layout, branch.interventions)
    return {"interventions": rows, "values": values}


def _grid(config: Config, branch: BranchState, tensors: Tensors) -> Grid:
    layout = layout_of(config)
    stored = {
        name: tensors[f"{branch.number}.{name}"]
        for name in ("epochs", "curve", "parameters", "previous", "interventions", "values")
    }
    before = _first_difference(stored, _journal(layout, branch))
    epochs, curve, parameters, previous, *_ = stored.values()
    stride = int(tensors[f"{branch.number}.stride"][0])
    if optimizer_vectors(config) or len({len(epochs), len(curve), len(parameters)}) != 1:
        return Grid()
    states = [
        State(int(epoch), unpack(layout, now), unpack(layout, then), (), *map(float, point))
        for epoch, now, then, point in zip(epochs, parameters, previous, curve, strict=True)
        if epoch <= branch.newest.epoch and epoch < before
    ]
    return Grid(states, max(1, stride))


def _first_difference(one: Tensors, other: Tensors) -> float:
    """The epoch from which on two journals are not the same; infinity if they are."""
    for change, its_other in zip_longest(_changes(one), _changes(other)):
        if change != its_other:
            return min(found[1] for found in (change, its_other) if found is not None)
    return math.inf


def _changes(journal: Tensors) -> list[tuple[str, int]]:
    """Each intervention in words, in which NaN is NaN, and its epoch."""
    rows, values = journal["interventions"].tolist(), journal["values"].tolist()
    return [(f"{row} {value}", row[1]) for row, value in zip(rows, values, strict=True)]
