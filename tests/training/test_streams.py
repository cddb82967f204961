"""Weights and sequences come from a seed, in streams of their own."""

import numpy as np

from rnn_tui.tasks.successor import Successor
from rnn_tui.training.config import Config
from rnn_tui.training.trainer import Trainer


def test_weights_and_sequences_come_from_independent_streams() -> None:
    small, wide = Trainer(Config.of(hidden=2)), Trainer(Config.of(hidden=50, init="scaled"))
    assert np.array_equal(small.dataset.training.inputs, wide.dataset.training.inputs)
    few, many = Trainer(Config.of(sequences=3)), Trainer(Config.of(sequences=30, length=4))
    assert np.array_equal(few.state.parameters, many.state.parameters)


def test_another_seed_gives_other_weights_and_other_sequences() -> None:
    first, second = Trainer(Config.of(seed=0)), Trainer(Config.of(seed=1))
    assert not np.array_equal(first.dataset.training.inputs, second.dataset.training.inputs)
    assert not np.array_equal(first.state.parameters, second.state.parameters)


def test_the_streams_are_spawned_from_the_seed() -> None:
    weights, sequences = np.random.SeedSequence(42).spawn(2)
    trainer = Trainer(Config.of(seed=42))
    drawn = Successor().draw(np.random.default_rng(sequences), 10)
    assert np.array_equal(trainer.dataset.training.inputs, drawn.inputs)
    first_row_of_w = np.random.default_rng(weights).standard_normal(3)
    w = trainer.parameters_of(trainer.state).notebook("W")
    assert np.array_equal(w[0], first_row_of_w)
