"""Parameters in a file that PyTorch's ``load_state_dict`` takes as it is."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.model.parameters import Parameters
from rnn_tui.storage.disk.durable import write_durably
from rnn_tui.storage.disk.tensors import encode
from rnn_tui.training.config import Config

FORMAT = "rnn-tui parameters 1"


def torch_tensors(parameters: Parameters) -> dict[str, NDArray[Any]]:
    """The tensors under the names and in the shapes of ``nn.RNN`` and ``nn.Linear``.

    PyTorch has two hidden biases; the second one is zeros.
    """
    tensors = {
        "rnn.weight_ih_l0": parameters["W"].T,
        "rnn.weight_hh_l0": parameters["U"].T,
        "rnn.bias_ih_l0": parameters["b_h"],
        "rnn.bias_hh_l0": np.zeros_like(parameters["b_h"]),
        "head.weight": parameters["V"].T,
        "head.bias": parameters["b_o"],
    }
    return {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}


def parameters_file(parameters: Parameters, config: Config, epoch: int) -> bytes:
    """The content of a file with the parameters of an epoch."""
    metadata = {
        "format": FORMAT,
        "config": json.dumps(config.to_json()),
        "epoch": str(epoch),
        "parameters_sha256": parameters.sha256(),
    }
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
