"""Reads what version 0.1.0 wrote: format 1, with interventions as tables of numbers.

A table has a row for each intervention: kind, epoch, update, tensor, row, column, −1 where there
is none; beside it stands the learning rate or the limit of clipping, NaN where there is none.
What comes out of here is what format 2 holds, not yet checked.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import count, islice, takewhile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.model.parameters import Tensor
from rnn_tui.storage.disk.checks import require
from rnn_tui.training.journal import ZERO
from rnn_tui.training.weights import Weights

Tensors = Mapping[str, NDArray[Any]]

_SETTINGS, _ZEROED = {0: "lr", 1: "clip"}, 2
_KEYFRAMES = ("epochs", "curve", "parameters", "previous", "stride", "interventions", "values")
_MOST = 80_000  # interventions that 0.1.0 wrote at most


def upgraded_description(
    values: dict[str, Any], stored: Tensors, tensors: Sequence[Tensor]
) -> dict[str, Any]:
    """The description of a checkpoint as format 2 has it."""
    rows = iter(_rows(stored["interventions"], stored["values"], tensors))
    branches = [
        {
            **branch,
            "changes": list(islice(rows, branch["own"])),
            "edits": {e: {"lr": rate, "clip": clip} for e, rate, clip in branch.get("edits", ())},
        }
        for branch in values["branches"]
    ]
    return {**values, "engine": 1, "branches": branches}


def upgraded_keyframes(
    stored: Tensors, tensors: Sequence[Tensor]
) -> tuple[list[dict[str, Any]], NDArray[Any]]:
    """What is described of each branch, and all vectors, as format 2 has them; see `keyframes`."""
    branches, vectors = [], []
    for number in takewhile(lambda n: f"{n}.epochs" in stored, count()):
        its = {name: stored[f"{number}.{name}"] for name in _KEYFRAMES}
        points = zip(its["epochs"].tolist(), its["curve"].tolist(), strict=True)
        states = [[epoch, *point] for epoch, point in points]
        rows = _rows(its["interventions"], its["values"], tensors)
        branches.append({"stride": int(its["stride"][0]), "states": states, "changes": rows})
        if states:
            pairs = np.stack([its["parameters"], its["previous"]], axis=1)
            vectors.append(pairs.reshape(-1, pairs.shape[-1]))
    return branches, np.concatenate(vectors)


def _rows(table: NDArray[Any], numbers: NDArray[Any], tensors: Sequence[Tensor]) -> list[list[Any]]:
    require(len(table) <= _MOST, f"it has more than {_MOST} changes")
    rows: list[list[Any]] = []
    pairs = zip(table.tolist(), numbers.tolist(), strict=True)
    for (kind, epoch, update, tensor, *index), number in pairs:
        if kind == _ZEROED:
            weights = Weights(tensors[tensor].name, tuple(i for i in index if i != -1))
            rows.append([epoch, update, ZERO, str(weights)])
        else:
            value = None if math.isnan(number) else number
            rows.append([epoch, update, _SETTINGS[kind], value])
    return rows
