"""Parameters in a file that PyTorch's ``load_state_dict`` takes as it is."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.model.parameters import Parameters
from rnn_tui.storage.disk.durable import write_durably
from rnn_tui.storage.disk.tensors import MAX_HEADER, encode
from rnn_tui.training.config import Config

FORMAT = "rnn-tui parameters 1"
_LONGEST_ALPHABETS = MAX_HEADER // 2
"""Characters of both alphabets: in the header each quotation mark becomes two."""
_MOST_SYMBOLS = _LONGEST_ALPHABETS // 4
"""Of which each takes four characters at least."""

TORCH_GATES = {"ifog": "ifgo"}
"""The order of the gates in PyTorch, where it is another one."""


def torch_tensors(parameters: Parameters) -> dict[str, NDArray[Any]]:
    """The tensors under the names and in the shapes of PyTorch.

    Those of ``nn.RNN``, ``nn.GRU`` or ``nn.LSTM``, and of ``nn.Linear``; the gates in PyTorch's
    order. PyTorch has two hidden biases; the second one is zeros.
    """
    W, U, b_h = (_in_torch_order(parameters, name) for name in ("W", "U", "b_h"))
    tensors = {
        "rnn.weight_ih_l0": W.T,
        "rnn.weight_hh_l0": U.T,
        "rnn.bias_ih_l0": b_h,
        "rnn.bias_hh_l0": np.zeros_like(b_h),
        "head.weight": parameters["V"].T,
        "head.bias": parameters["b_o"],
    }
    return {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}


def _in_torch_order(parameters: Parameters, name: str) -> NDArray[Any]:
    """A tensor with the blocks of its gates in PyTorch's order."""
    tensor = next(tensor for tensor in parameters.layout.tensors if tensor.name == name)
    order = TORCH_GATES.get(tensor.gates)
    if order is None:
        return parameters[name]
    blocks = [parameters[tensor.block_name(gate)] for gate in order]
    return np.concatenate(blocks, axis=-1)


def parameters_file(parameters: Parameters, config: Config, epoch: int) -> bytes:
    """The content of a file with the parameters of an epoch.

    Its metadata holds both alphabets, unless they are too long for the header of a file.
    """
    metadata = {
        "format": FORMAT,
        "config": json.dumps(config.to_json()),
        "epoch": str(epoch),
        "parameters_sha256": parameters.sha256(),
    }
    task = config.task
    if (
        sum(config.symbols) <= _MOST_SYMBOLS
        and (len(task.inputs), len(task.outputs)) == config.symbols
    ):
        alphabets = {"inputs": json.dumps(task.inputs), "outputs": json.dumps(task.outputs)}
        if sum(map(len, alphabets.values())) <= _LONGEST_ALPHABETS:
            metadata |= alphabets
            if task.end is not None:
                metadata["end"] = json.dumps(task.end)
    return encode(torch_tensors(parameters), metadata)


def write_parameters(path: Path, parameters: Parameters, config: Config, epoch: int) -> None:
    """Write parameters durably; a file of that name stays as it is until the new one is whole."""
    write_durably(path, parameters_file(parameters, config, epoch), follow_links=True)


def write_beside(path: Path, parameters: Parameters, config: Config, epoch: int) -> Path:
    """Write under this name or the next free one (name-2, name-3), and return that name."""
    content, candidate, number = parameters_file(parameters, config, epoch), path, 1
    while True:
        try:
            write_durably(candidate, content, replace=False)
        except FileExistsError:
            number += 1
            candidate = path.with_name(f"{path.stem}-{number}{path.suffix}")
        else:
            return candidate
