"""Parameters in a file that PyTorch's ``load_state_dict`` takes as it is."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.model.parameters import Parameters
from rnn_tui.storage.disk.durable import write_durably
from rnn_tui.storage.disk.errors import shown, unwritable
from rnn_tui.storage.disk.regular import require_regular
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


def write_parameters(
    path: str | os.PathLike[str],
    parameters: Parameters,
    config: Config,
    epoch: int,
    *,
    replace: bool = True,
) -> None:
    """Write parameters durably; a file of that name stays as it is until the new one is whole.

    Raises:
        FileExistsError: if there is a file of that name and ``replace`` is False.
        UnwritableFile: if it cannot be written.
    """
    metadata = {
        "format": FORMAT,
        "config": json.dumps(config.to_json()),
        "epoch": str(epoch),
        "parameters_sha256": parameters.sha256(),
    }
    data = encode(torch_tensors(parameters), metadata)
    write_durably(path, data, replace=replace, follow_links=True)


def write_beside(
    path: Path, parameters: Parameters, config: Config, epoch: int
) -> Path:  # fmt: skip
    """The same under this name or, if it is taken, the next free one (name-2, name-3).

    Returns:
        The name it was written under.

    Raises:
        UnwritableFile: if it cannot be written.
    """
    candidate, number = path, 1
    while True:
        try:
            write_parameters(candidate, parameters, config, epoch, replace=False)
        except FileExistsError:
            number += 1
            candidate = path.with_name(f"{path.stem}-{number}{path.suffix}")
        else:
            return candidate


def check_writable(path: str | os.PathLike[str]) -> None:
    """Find out before a long training whether a file could be written at its end.

    Raises:
        UnwritableFile: if its folder is missing or closed, or it is not a regular file.
    """
    target = Path(path)
    folder = target.parent
    try:
        if not folder.is_dir():
            raise FileNotFoundError(errno.ENOENT, f"no folder {shown(folder)}")
        require_regular(os.path.realpath(target))
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "permission denied")
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise unwritable(target, error) from error
