"""Online training as in the notebook."""

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from rnn_tui import RNN
from rnn_tui.training.config import Config
from rnn_tui.training.trainer import Trainer

Sequences = Callable[..., tuple[list[Any], list[Any]]]

LETTERS = ("w", "u", "v", "b_h", "b_o")
GRADIENTS = ("w", "v", "u", "b_h", "b_o")  # the notebook returns them in this order


def test_training_is_online_descent_along_the_gradients(sequences: Sequences) -> None:
    rnn, plain, (x, y) = RNN(seed=0), RNN(seed=0), sequences(3)
    losses = rnn.train(2, x, y)
    for epoch in range(2):
        total = 0.0
        for xx, yy in zip(x, y, strict=True):
            y_hat = plain.feedforward(xx)
            total += plain.total_loss(yy, y_hat)
            for letter, gradient in zip(
                GRADIENTS, plain.backpropagation(xx, yy, y_hat), strict=True
            ):
                setattr(plain, letter, getattr(plain, letter) - plain.learning_rate * gradient)
        assert losses[epoch] == pytest.approx(total, rel=1e-12)
    assert all(np.allclose(getattr(rnn, n), getattr(plain, n), rtol=1e-12) for n in LETTERS)


@pytest.mark.parametrize("seed", [0, 7])
def test_training_gives_the_trainers_parameters(seed: int) -> None:
    trainer = Trainer(Config.of(seed=seed))
    rnn = RNN(seed=seed)
    losses = rnn.train(
        50, list(trainer.dataset.training.inputs), list(trainer.dataset.training.targets)
    )
    states = [trainer.advance() for _ in range(50)]
    state = states[-1]
    parameters = trainer.parameters_of(state)
    for letter, name in zip(LETTERS, ("W", "U", "V", "b_h", "b_o"), strict=True):
        # The trainer's kernel for single short sequences rounds differently in the last bits.
        assert np.allclose(getattr(rnn, letter), parameters.notebook(name), rtol=1e-9, atol=1e-12)
    assert losses[0] == pytest.approx(100 * states[0].training_loss, rel=1e-12)
    assert losses == pytest.approx([100 * state.training_loss for state in states], rel=1e-9)


def test_verbose_prints_a_line_an_epoch(
    capsys: pytest.CaptureFixture[str], sequences: Sequences
) -> None:
    rnn = RNN(seed=0)
    assert rnn.train(0, *sequences(1)) == []
    rnn.train(2, *sequences(1), verbose=True)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["epoch 1", "epoch 2"]


def test_a_learning_rate_that_makes_weights_infinite_is_told_and_leaves_finite_ones(
    sequences: Sequences,
) -> None:
    rnn = RNN(learning_rate=1e308, seed=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match="diverged"):
            rnn.train(50, *sequences(3))
    assert all(np.isfinite(getattr(rnn, letter)).all() for letter in LETTERS)


def epochs_to_learn(sequences: Sequences, seed: int, learning_rate: float, most: int) -> float:
    """The first epoch, counted in tens, after which every prediction is right."""
    x, y = sequences(seed=seed + 1000)
    rnn = RNN(seed=seed, learning_rate=learning_rate)
    for epoch in range(10, most + 1, 10):
        rnn.train(10, x, y)
        if all(
            np.array_equal(found, yy.argmax(axis=1))
            for found, yy in zip(rnn.predict(x), y, strict=True)
        ):
            return epoch
    return math.inf


@pytest.mark.soak
def test_nine_of_ten_networks_learn_the_problem_within_a_thousand_epochs(
    sequences: Sequences,
) -> None:
    learned = [epochs_to_learn(sequences, seed, 0.001, 1000) for seed in range(10)]
    assert sum(epochs < math.inf for epochs in learned) >= 9, learned


@pytest.mark.soak
def test_eight_of_ten_learn_it_at_the_notebooks_own_learning_rate(sequences: Sequences) -> None:
    learned = [epochs_to_learn(sequences, seed, 0.0001, 4000) for seed in range(10)]
    assert sum(epochs < math.inf for epochs in learned) >= 8, learned
