"""The gradient check of a network as it is trained."""

from typing import Any

import numpy as np
import pytest

from rnn_tui.training.checking import check_network, first_sequences
from rnn_tui.training.config import Config
from rnn_tui.training.trainer import Trainer


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"batch": 4},
        {"cell": "rnn", "activation": "relu"},
        {"cell": "gru", "batch": 3},
        {"cell": "lstm"},
        {"task": "echo", "delay": 2},
    ],
    ids=str,
)
def test_every_network_is_right_at_the_start_and_after_some_epochs(
    options: dict[str, Any], dtype: str
) -> None:
    trainer = Trainer(Config.of(**options, dtype=dtype, hidden=6))
    config, training = trainer.config, trainer.dataset.training
    batch = first_sequences(training, config.symbols)
    for _ in range(2):
        check = check_network(config, trainer.parameters_of(trainer.state), batch)
        assert (check.verdict, check.dtype) == ("right", dtype)
        trainer.advance()


def test_the_first_sequences_are_some_thousand_symbols_and_one_at_least() -> None:
    training = Trainer(Config.of(length=30, sequences=50)).dataset.training
    batch = first_sequences(training, (3, 3))
    assert (batch.steps, batch.size) == (30, 33)
    assert (batch.inputs == training.inputs[:33].T).all()
    long = Trainer(Config.of(length=1500, sequences=2)).dataset.training
    assert first_sequences(long, (3, 3)).size == 1


def test_the_weights_shown_are_left_as_they_are() -> None:
    trainer = Trainer(Config.of(hidden=4))
    shown = trainer.parameters_of(trainer.state)
    before = shown.flat.copy()
    check_network(trainer.config, shown, first_sequences(trainer.dataset.training, (3, 3)))
    assert np.array_equal(shown.flat, before)
