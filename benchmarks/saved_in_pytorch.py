"""``python -m benchmarks.saved_in_pytorch``: what ``rnn-tui train --save`` writes, in PyTorch.

For each cell a network is trained and saved, the file loaded by ``load_state_dict(strict=True)``,
and the probabilities of both compared on sequences it was trained on.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import safetensors.torch
import torch

from rnn_tui.model.batch import Batch
from rnn_tui.model.unrolled import Unrolled
from rnn_tui.training.config import Config
from rnn_tui.training.trainer import Trainer

EPOCHS = 20
TOLERANCE = 1e-12
CELLS = (
    {"cell": "rnn"},
    {"cell": "rnn", "activation": "relu"},
    {"cell": "gru"},
    {"cell": "lstm"},
)
USUAL = {"task": "successor", "symbols": 5, "hidden": 12, "batch": 4, "init": "scaled", "lr": 0.01}


def layers(config: Config) -> Any:
    """The two layers under their names in the file."""
    (inputs, outputs), values = config.symbols, config.to_json()
    kind = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}[config.cell.name]
    options = {"nonlinearity": values["activation"]} if config.cell.name == "rnn" else {}
    return torch.nn.ModuleDict(
        {
            "rnn": kind(inputs, config.hidden, dtype=torch.float64, **options),
            "head": torch.nn.Linear(config.hidden, outputs, dtype=torch.float64),
        }
    )


def check(options: dict[str, str], path: Path) -> float:
    """The largest difference of a probability.

    Raises:
        ValueError: if the file does not hold what the trainer trained.
    """
    config = Config.of(**USUAL, **options)
    flags = [word for key, value in (USUAL | options).items() for word in (f"--{key}", str(value))]
    command = [sys.executable, "-m", "rnn_tui", "train", *flags, "--epochs", str(EPOCHS)]
    subprocess.run([*command, "--save", str(path)], check=True, capture_output=True)

    trainer = Trainer(config)
    for _ in range(EPOCHS):
        trainer.advance()
    parameters = trainer.parameters_of(trainer.state)
    with safetensors.safe_open(path, "np") as file:
        if file.metadata()["parameters_sha256"] != parameters.sha256():
            raise ValueError("the file holds other parameters than the trainer")

    sequences, (inputs, outputs) = trainer.dataset.training, config.symbols
    x, y = sequences.inputs[:8].T, sequences.targets[:8].T
    network = Unrolled(config.cell, len(x), x.shape[1], (inputs, outputs), config.hidden)
    ours = network.forward(parameters, Batch(x, y, (inputs, outputs))).y_hat.transpose(1, 2, 0)

    model = layers(config)
    model.load_state_dict(safetensors.torch.load_file(path), strict=True)
    with torch.no_grad():
        hidden, _ = model["rnn"](torch.from_numpy(np.eye(inputs)[x]))
        theirs = torch.softmax(model["head"](hidden), -1).numpy()
    return float(np.abs(ours - theirs).max())


def main() -> int:
    """Check each cell; 1 if one differs."""
    worst = 0.0
    with tempfile.TemporaryDirectory() as home:
        os.environ["RNN_TUI_HOME"] = home
        for options in CELLS:
            name = "-".join(options.values())
            difference = check(options, Path(home) / f"{name}.safetensors")
            print(f"{name:10} {difference:.1e}")
            worst = max(worst, difference)
    return int(worst > TOLERANCE)


if __name__ == "__main__":
    sys.exit(main())
