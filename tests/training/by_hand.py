"""Training again as plain loops over the notebook's equations, to compare with."""

import re
from typing import Any

import numpy as np
import pytest

from rnn_tui.training.config import Config
from rnn_tui.training.trainer import Trainer


def by_hand(config: Config, epochs: int) -> tuple[dict[str, Any], float]:
    """Weights by name, and the training loss: every sequence of a mini-batch alone."""
    trainer = Trainer(config)
    training = trainer.dataset.training
    inputs, targets = training.inputs, training.targets
    start = trainer.parameters_of(trainer.state)
    weights = {name: start[name].copy() for name in start}
    hold_at_zero(config, weights)
    for _ in range(epochs):
        losses = []
        for first in range(0, len(inputs), config.batch):
            rows = range(first, min(first + config.batch, len(inputs)))
            K: Any = config.settings["bptt"]
            passes = [loss_and_gradient(weights, inputs[row], targets[row], K=K) for row in rows]
            losses += [loss for loss, _, _ in passes]
            mean = {name: np.mean([part[name] for _, part, _ in passes], 0) for name in weights}
            hold_at_zero(config, mean)
            norm = np.sqrt(sum(float((part**2).sum()) for part in mean.values()))
            clip: Any = config.settings["clip"]
            factor = 1 if clip is None or norm <= clip else clip / norm
            for name, weight in weights.items():
                weight -= config.settings["lr"] * factor * mean[name]
    return weights, float(np.sum(losses)) / inputs.size


def hold_at_zero(config: Config, tensors: dict[str, Any]) -> None:
    """Set to zero what is held, written as ``U`` or ``U[1]``, one or two."""
    for name, row in re.findall(r"(\w+)(?:\[(\d+)\])?", str(config.settings["hold"] or "")):
        tensors[name][int(row) if row else ...] = 0


def forward(
    weights: dict[str, Any], inputs: Any, carried: Any = None
) -> tuple[list[Any], list[Any]]:
    """a_h from before the first step on, and ŷ of each step."""
    W, U, V, b_h, b_o = weights.values()
    a, outputs = [np.zeros(len(U)) if carried is None else carried], []
    for x in inputs:
        a.append(np.tanh(W[x] + a[-1] @ U + b_h))
        exp = np.exp(a[-1] @ V + b_o)
        outputs.append(exp / exp.sum())
    return a, outputs


def loss_and_gradient(
    weights: dict[str, Any],
    inputs: Any,
    targets: Any,
    carried: Any = None,
    K: int | None = None,
) -> tuple[float, dict[str, Any], Any]:
    """Of one sequence, and the state after it.

    The error of each output goes back alone, through K steps or all.
    """
    U, V, b_o = weights["U"], weights["V"], weights["b_o"]
    a, outputs = forward(weights, inputs, carried)
    gradient = {name: np.zeros_like(weight) for name, weight in weights.items()}
    for t, (output, y) in enumerate(zip(outputs, targets, strict=True)):
        of_output = output - np.eye(len(b_o))[y]
        gradient["V"] += np.outer(a[t + 1], of_output)
        gradient["b_o"] += of_output
        of_state = of_output @ V.T
        for k in range(t, -1 if K is None else max(-1, t - K), -1):
            of_sum = of_state * (1 - a[k + 1] ** 2)
            gradient["W"][inputs[k]] += of_sum
            gradient["U"] += np.outer(a[k], of_sum)
            gradient["b_h"] += of_sum
            of_state = of_sum @ U.T
    losses = [-np.log(output[y]) for output, y in zip(outputs, targets, strict=True)]
    return float(np.sum(losses)), gradient, a[-1]


def assert_is_by_hand(config: Config, epochs: int) -> None:
    """Whether the trainer does the same, to rounding."""
    expected, loss = by_hand(config, epochs)
    trainer = Trainer(config)
    for _ in range(epochs):
        trainer.advance()
    found = trainer.parameters_of(trainer.state)
    for name, weight in expected.items():
        assert np.allclose(found[name], weight, rtol=1e-9, atol=1e-12)
    assert trainer.state.training_loss == pytest.approx(loss, rel=1e-9)
