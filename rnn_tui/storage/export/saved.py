"""Reading saved parameters again: a network with its alphabets, without the run it is from."""

import json
import os
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from rnn_tui.model.cell import Cell
from rnn_tui.model.network import plain_layout
from rnn_tui.model.parameters import Parameters
from rnn_tui.storage.disk.checks import InvalidValue, require
from rnn_tui.storage.disk.errors import DamagedFile, WrongTensors, shown
from rnn_tui.storage.disk.tensors import Stored, read
from rnn_tui.storage.export.pytorch import FORMAT, TORCH_GATES, torch_tensors
from rnn_tui.tasks.files.errors import DataError
from rnn_tui.tasks.symbols import Alphabets
from rnn_tui.tasks.task import End
from rnn_tui.training.config import ConfigError, cell_of

_SPELLING = {"inputs", "outputs"}
"""Metadata without which nobody knows what the symbols look like."""


class SavedNetwork(NamedTuple):
    """A trained network.

    Attributes:
        cell: its recurrent layer.
        parameters: of an epoch.
        alphabets: what its symbols look like.
    """

    cell: Cell
    parameters: Parameters
    alphabets: Alphabets


def read_parameters(path: str | os.PathLike[str]) -> SavedNetwork:
    """The network in a file that ``--save``, ctrl+s or ``rnn-tui export`` has written.

    Raises:
        DataError: if the file does not say what the symbols look like.
        StoreError: if it cannot be read, is damaged, or holds something else.
    """
    try:
        stored = read(path)
    except DamagedFile:
        if _is_of_others(path):
            raise _unspelled(path) from None
        raise
    if stored.metadata.get("format") != FORMAT:
        raise WrongTensors(
            f"cannot use {shown(path)}: it holds no saved parameters; name a file written by "
            "--save, or a run"
        )
    if not stored.metadata.keys() >= _SPELLING:
        raise _unspelled(path)
    try:
        return _network(stored)
    except (InvalidValue, ConfigError) as problem:
        raise WrongTensors(f"cannot use {shown(path)}: {problem}; use another file") from None


def _is_of_others(path: str | os.PathLike[str]) -> bool:
    """Whether a file that ``encode`` did not make is a sound one, but without alphabets."""
    try:
        with safe_open(path, "numpy") as file:
            return not (file.metadata() or {}).keys() >= _SPELLING
    except (OSError, SafetensorError):
        return False


def _unspelled(path: str | os.PathLike[str]) -> DataError:
    return DataError(
        f"{shown(path)} does not say what its symbols look like: it is of another tool or an older "
        "rnn-tui, or has too many; name the run instead, or save it again"
    )


def _network(stored: Stored) -> SavedNetwork:
    values = _json(stored.metadata, "config")
    require(isinstance(values, Mapping), "its configuration is no table of options by name")
    alphabets = Alphabets(
        _names(stored.metadata, "inputs"),
        _names(stored.metadata, "outputs"),
        _end(stored.metadata),
    )
    end = alphabets.end
    require(end is None or end.symbol in alphabets.outputs, "its end is no output symbol")
    cell, U = cell_of(values), stored.tensors.get("rnn.weight_hh_l0")
    require(U is not None and U.ndim == 2, "it has no rnn.weight_hh_l0")
    assert U is not None
    symbols = len(alphabets.inputs), len(alphabets.outputs)
    layout = plain_layout(cell, symbols, U.shape[1])
    parameters = Parameters.zeros(layout, U.dtype)
    wanted = {name: tensor.shape for name, tensor in torch_tensors(parameters).items()}
    found = {name: tensor.shape for name, tensor in stored.tensors.items()}
    require(found == wanted, "its tensors do not fit its alphabets and its cell")
    for tensor in layout.tensors:
        value = _from_torch(stored.tensors, tensor.name, tensor.gates)
        require(bool(np.isfinite(value).all()), f"its {tensor.name} is not finite")
        parameters[tensor.name][...] = value
    return SavedNetwork(cell, parameters, alphabets)


_TORCH_NAMES = {
    "W": "rnn.weight_ih_l0", "U": "rnn.weight_hh_l0", "V": "head.weight",
    "b_h": "rnn.bias_ih_l0", "b_o": "head.bias",
}  # fmt: skip


def _from_torch(tensors: Mapping[str, NDArray[Any]], name: str, gates: str) -> NDArray[Any]:
    """A tensor in the engine's shape, its gates in the engine's order."""
    value = tensors[_TORCH_NAMES[name]].T
    order = TORCH_GATES.get(gates)
    if order is None:
        return value
    blocks = np.split(value, len(gates), axis=-1)
    return np.concatenate([blocks[order.index(gate)] for gate in gates], axis=-1)


def _end(metadata: Mapping[str, str]) -> End | None:
    if "end" not in metadata:
        return None
    match _json(metadata, "end"):
        case [str(symbol), int(times)] if times >= 1:
            return End(symbol, times)
    raise InvalidValue("its end is no symbol with a number")


def _names(metadata: Mapping[str, str], key: str) -> tuple[str, ...]:
    names = _json(metadata, key)
    is_list = isinstance(names, list) and all(isinstance(name, str) for name in names)
    require(is_list and len({*names}) == len(names) > 0, f"its {key} are no list of symbols")
    return tuple(names)


def _json(metadata: Mapping[str, str], key: str) -> Any:
    try:
        return json.loads(metadata.get(key, ""))
    except (ValueError, RecursionError):
        raise InvalidValue(f"its {key} is not valid JSON") from None
