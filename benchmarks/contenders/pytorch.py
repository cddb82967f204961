"""PyTorch eager on one thread: nn.RNN, nn.GRU or nn.LSTM, Linear, cross-entropy, SGD."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.contenders.contender import Skipped, Weights, Work


class PyTorch:
    """As its tutorials write it. Inputs are one-hot, made beforehand: nn.RNN wants vectors."""

    name = "PyTorch eager"

    def __init__(self, work: Work) -> None:
        try:
            import torch
        except ImportError:
            raise Skipped("PyTorch is not installed") from None
        torch.set_num_threads(1)
        c = work.row.config
        dtype = getattr(torch, c.dtype)
        self._cross_entropy = torch.nn.functional.cross_entropy
        self._cell = c.cell.name
        kind = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}[self._cell]
        self._rnn = kind(c.symbols[0], c.hidden, dtype=dtype)
        self._head = torch.nn.Linear(c.hidden, c.symbols[0], dtype=dtype)
        rnn, head, first = self._rnn, self._head, self._reordered(work.weights)
        with torch.no_grad():
            for place, value in (
                (rnn.weight_ih_l0, first["W"].T), (rnn.weight_hh_l0, first["U"].T),
                (rnn.bias_ih_l0, first["b_h"]), (head.weight, first["V"].T),
                (head.bias, first["b_o"]),
            ):  # fmt: skip
                place.copy_(torch.from_numpy(np.ascontiguousarray(value)))
            rnn.bias_hh_l0.zero_()
        rnn.bias_hh_l0.requires_grad_(False)  # one hidden bias, as everybody else has
        trained = [p for p in (*rnn.parameters(), *head.parameters()) if p.requires_grad]
        self._optimizer = torch.optim.SGD(trained, lr=work.rate)
        self._size = c.batch
        one_hot = np.eye(c.symbols[0], dtype=c.dtype)
        self._batches = [
            (torch.from_numpy(one_hot[x]), torch.from_numpy(y.reshape(-1)))
            for x, y in zip(work.inputs, work.targets, strict=True)
        ]
        self._losses: list[Any] = []

    def epoch(self) -> None:
        self._losses = []
        for x, y in self._batches:
            self._optimizer.zero_grad()
            hidden, _ = self._rnn(x)
            logits = self._head(hidden).flatten(0, 1)
            loss = self._cross_entropy(logits, y, reduction="sum") / self._size
            loss.backward()
            self._optimizer.step()
            self._losses.append(loss.detach())

    def losses(self) -> NDArray[np.float64]:
        return np.array([float(loss) for loss in self._losses])

    def weights(self) -> Weights:
        rnn, head = self._rnn, self._head
        weights = {
            "W": rnn.weight_ih_l0.detach().numpy().T.copy(),
            "U": rnn.weight_hh_l0.detach().numpy().T.copy(),
            "V": head.weight.detach().numpy().T.copy(),
            "b_h": rnn.bias_ih_l0.detach().numpy().copy(),
            "b_o": head.bias.detach().numpy().copy(),
        }
        return self._reordered(weights)

    def _reordered(self, weights: Weights) -> Weights:
        """The LSTM's gates from our order i f o g to PyTorch's i f g o, or back."""
        if self._cell != "lstm":
            return weights
        found = dict(weights)
        for name in ("W", "U", "b_h"):
            i, f, third, fourth = np.split(weights[name], 4, axis=-1)
            found[name] = np.concatenate([i, f, fourth, third], axis=-1)
        return found
