"""PyTorch's figures, kept in tests/data.

See `data/make_pytorch_gradients.py` and `data/make_pytorch_truncation.py`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnn_tui.model.cells import CELLS
from rnn_tui.model.network import plain_layout
from rnn_tui.model.parameters import Parameters

Figures = dict[str, NDArray[Any]]
TENSORS = ("W", "U", "b_h", "V", "b_o")


def _cases() -> dict[str, Figures]:
    found: dict[str, Figures] = defaultdict(dict)
    for file in ("pytorch_gradients.npz", "pytorch_truncation.npz"):
        with np.load(Path(__file__).parent / "data" / file) as arrays:
            for name in arrays:
                case, key = name.split("/", 1)
                found[case][key] = arrays[name]
    return found


CASES = _cases()


@dataclass
class Case:
    """One of `CASES` as the engine has it."""

    name: str

    def __post_init__(self) -> None:
        self.figures = CASES[self.name]
        kind, *words = self.name.split("-")
        self.cell = CELLS[kind](*words[:1]) if kind == "rnn" else CELLS[kind]()
        self.symbols = self.figures["W"].shape[1], self.figures["V"].shape[1]
        self.hidden = len(self.figures["V"])

    def parameters(self, prefix: str = "") -> Parameters:
        """PyTorch's parameters; with the prefix ``d`` their gradients, with ``2/d`` at K = 2."""
        made = Parameters.zeros(plain_layout(self.cell, self.symbols, self.hidden))
        for tensor in made.layout.tensors:
            figure = self.figures[prefix + tensor.name]
            if not tensor.gates:
                made[tensor.name][...] = figure.reshape(tensor.shape)
                continue
            for gate, block in zip(str(self.figures["gates"]), figure, strict=True):
                made[tensor.block_name(gate)][...] = block
        return made
