"""The states kept of a run's past in one file, so that a resumed run has its past at hand.

A state belongs to a run if the configuration is the same and so is every intervention before it;
the file may be of another run, or of a future that a crash has undone.
"""

import json
import math
from collections.abc import Iterator
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from rnn_tui.storage.checkpoint.changes import to_rows
from rnn_tui.storage.checkpoint.checkpoint import WRONG_TYPE
from rnn_tui.storage.checkpoint.description import from_text, to_text
from rnn_tui.storage.checkpoint.format_1 import upgraded_keyframes
from rnn_tui.storage.checkpoint.vectors import optimizer_vectors, pack, unpack
from rnn_tui.storage.disk.checks import InvalidValue, require, whole
from rnn_tui.storage.disk.durable import write_durably
from rnn_tui.storage.disk.errors import StoreError
from rnn_tui.storage.disk.names import KEYFRAMES
from rnn_tui.storage.disk.tensors import Stored, encode, read
from rnn_tui.timeline.keyframes import Grid
from rnn_tui.timeline.run_state import BranchState, RunState
from rnn_tui.training.config import Config
from rnn_tui.training.optimizers.optimizer import Vector
from rnn_tui.training.trainer import State

FILE = KEYFRAMES
_FORMAT, _FORMAT_1 = "rnn-tui keyframes 2", "rnn-tui keyframes 1"
_MAX_FILE = 1 << 32


def write_keyframes(folder: Path, run: RunState, grids: dict[int, Grid]) -> None:
    """Write the states of each branch, which the run had as it is given."""
    branches: list[dict[str, Any]] = []
    vectors: list[Vector] = []
    for branch in run.branches:
        grid = grids.get(branch.number, Grid())
        states = []
        for state in grid:
            if state.previous is not None:
                point = state.training_loss, state.training_accuracy
                states.append([state.epoch, *point, state.valid_loss, state.valid_accuracy])
                vectors += [state.parameters, state.previous, *state.optimizer]
        changes = to_rows(branch.interventions)
        branches.append({"stride": grid.stride, "states": states, "changes": changes})
    description = to_text({"config": run.config.to_json(), "branches": branches})
    tensors = {"description": description, "vectors": pack(run.config, vectors)}
    write_durably(folder / FILE, encode(tensors, {"format": _FORMAT}))


def read_keyframes(folder: Path, run: RunState) -> dict[int, Grid]:
    """The states of each branch up to its newest epoch; those not of its past are left out.

    They only save time: a file that is missing, damaged, or of another run is the same as none.
    """
    try:
        config, branches, packed = _contents(read(folder / FILE, max_bytes=_MAX_FILE), run.config)
        if config != run.config:
            return {}
        vectors = unpack(config, packed)
        return {
            branch.number: _grid(run, branch, value, vectors)
            for branch, value in zip(run.branches, branches, strict=False)
        }
    except (StoreError, InvalidValue, MemoryError, RecursionError, *WRONG_TYPE):
        return {}


def _contents(stored: Stored, config: Config) -> tuple[Config, list[dict[str, Any]], NDArray[Any]]:
    """Configuration, what is described of each branch, and all vectors; not yet checked."""
    if stored.metadata["format"] == _FORMAT_1:
        its_own = Config.from_json(json.loads(stored.metadata["config"]))
        return its_own, *upgraded_keyframes(stored.tensors, config.tensors)
    require(stored.metadata["format"] == _FORMAT, "it is of another format")
    values = from_text(stored.tensors["description"])
    return Config.from_json(values["config"]), values["branches"], stored.tensors["vectors"]


def _grid(
    run: RunState, branch: BranchState, value: dict[str, Any], vectors: Iterator[Vector]
) -> Grid:
    end = _first_difference(value["changes"], to_rows(branch.interventions))
    remembered = optimizer_vectors(run.config)
    states: list[State] = []
    for epoch, *curve in value["states"]:
        # In ascending order: navigation would train on forever from a state that is too late.
        whole(epoch, "the epoch of a state", states[-1].epoch + 1 if states else 1)
        parameters, previous, *optimizer = islice(vectors, 2 + remembered)
        states.append(State(epoch, parameters, previous, tuple(optimizer), *map(float, curve)))
    kept = (state for state in states if state.epoch <= branch.newest.epoch and state.epoch < end)
    return Grid(kept, whole(value["stride"], "the distance of states", 1))


def _first_difference(rows: list[Any], others: list[Any]) -> float:
    """The epoch from which on two journals are not the same; infinity if they are."""
    for row, other in zip_longest(rows, others):
        if row != other:
            return float(min(found[0] for found in (row, other) if found is not None))
    return math.inf
