"""Trains min-char-rnn's setting as rnn-tui does and as plain loops do, from the same weights."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from rnn_tui.model.interruption import Interrupted
from rnn_tui.tasks.text import Text
from rnn_tui.training.config import Config
from rnn_tui.training.journal import Position
from rnn_tui.training.trainer import Trainer
from tests.training.plain_char_model import Model, train

TEXT = Path(__file__).parents[1] / "data" / "genesis.txt"
SETTING = {
    "hidden": 100, "length": 25, "optimizer": "adagrad", "init": "small", "clip_value": 5.0,
}  # fmt: skip
"""Batch 1, the state carried: A. Karpathy's. Nine tenths of the text are trained on."""
UPDATES = 10_000


def config_of(rate: float, seed: int) -> Config:
    """A run of the setting."""
    return Config.of(task="text", text=Text().read(str(TEXT)), **SETTING, lr=rate, seed=seed)


def compare(rate: float, seed: int, updates: int = UPDATES) -> dict[str, float]:
    """Losses of both, nats per character, in the last part of so many updates.

    The last part begins where the last epoch does. Each loss is that of a chunk just before its
    update.
    """
    config = config_of(rate, seed)
    trainer = Trainer(config)
    start = trainer.parameters_of(trainer.state)
    weights = {name: np.array(start[name], np.float64) for name in start}
    ours = _ours(trainer, updates)
    model = Model(
        [weights["W"].T, weights["U"].T, weights["V"].T, weights["b_h"], weights["b_o"]],
        rate, float(SETTING["clip_value"]),
    )  # fmt: skip
    parts = trainer.dataset.training
    symbols = np.append(parts.inputs.reshape(-1), parts.targets[-1, -1])
    losses = list(islice(train(model, symbols, parts.steps), updates))
    plain = float(np.mean(losses[updates // len(parts) * len(parts) :]))
    return {"loss, rnn-tui": ours, "loss, plain": plain, "difference": abs(ours - plain)}


def _ours(trainer: Trainer, updates: int) -> float:
    """The mean loss of the last epoch's updates; the epoch is left half-way."""
    end = Position(*divmod(updates, trainer.updates_per_epoch))

    def stop() -> None:
        if trainer.position >= end:
            raise Interrupted

    try:
        while True:
            trainer.advance(stop)
    except Interrupted:
        partial: Any = trainer.partial()
        scored: int = trainer.position.update * trainer.dataset.training.steps
        return float(partial.terms[0]) / scored
