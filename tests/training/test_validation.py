"""The validation set: further sequences, evaluated after each epoch."""

import math

import numpy as np
import pytest

from rnn_tui.training.config import Config
from rnn_tui.training.evaluation import Evaluator
from rnn_tui.training.trainer import Diverged, Trainer


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_it_is_evaluated_with_the_parameters_of_each_epoch(cell: str) -> None:
    config = Config.of(task="echo", valid=0.5, cell=cell, hidden=4, batch=3)
    trainer, data = Trainer(config), config.task.dataset(config.seed, 0.5)
    assert data.validation is not None and len(data.validation) == 5
    evaluator = Evaluator(data.validation, config.symbols, config)
    for _ in range(3):
        state = trainer.advance()
        wanted = evaluator.evaluate(trainer.parameters_of(state))
        assert (state.valid_loss, state.valid_accuracy) == (wanted.loss, wanted.accuracy)


def test_it_changes_neither_the_training_set_nor_what_is_learned() -> None:
    plain, validated = Trainer(Config.of()), Trainer(Config.of(valid=2.0))
    for _ in range(3):
        one, other = plain.advance(), validated.advance()
        assert np.array_equal(one.parameters, other.parameters)
    assert math.isnan(one.valid_loss) and other.valid_loss > 0


def test_of_more_than_a_hundred_thousand_symbols_the_first_count() -> None:
    config = Config.of(sequences=120, length=1000, valid=1.0, hidden=20, init="scaled")
    trainer = Trainer(config)
    validation = trainer.dataset.validation
    assert validation is not None and len(validation) == 120
    first = Evaluator(validation.rows(slice(100)), config.symbols, config)
    parameters = trainer.parameters_of(trainer.state)
    wanted = first.evaluate(parameters)
    assert wanted.symbols == 100_000
    assert trainer.validate(parameters) == (wanted.loss, wanted.accuracy)


def trained(trainer: Trainer) -> None:
    for _ in range(3):
        trainer.advance()


@pytest.mark.parametrize("optimizer", ["rmsprop", "adagrad", "adam"])
def test_an_optimizer_whose_memory_overflows_has_diverged(optimizer: str) -> None:
    trainer = Trainer(
        Config.of(optimizer=optimizer, hidden=60, length=30, dtype="float32", activation="relu")
    )
    with pytest.raises(Diverged, match="the optimizer's memory of W is no longer finite"):
        trained(trainer)
    assert np.isfinite(trainer.state.parameters).all()
    assert all(np.isfinite(vector).all() for vector in trainer.state.optimizer)
