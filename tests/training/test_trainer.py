"""The deterministic machine: it learns, and repeats to the bit."""

from typing import Any

import numpy as np
import pytest

import rnn_tui.training.batches
from rnn_tui.model.interruption import Interrupted
from rnn_tui.training.config import Config
from rnn_tui.training.journal import Journal, Position
from rnn_tui.training.trainer import Trainer
from tests.training.by_hand import assert_is_by_hand
from tests.training.trained import Interrupter, MakeConfig, journal_of, same, trained


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_it_learns_the_notebooks_problem(dtype: str) -> None:
    states = trained(Config.of(lr=0.01, dtype=dtype), 200)
    assert states[-1].training_accuracy == 1
    assert states[-1].training_loss < 0.1 < 1 < states[1].training_loss


def test_epoch_zero_has_no_training_loss_and_no_previous_parameters() -> None:
    state = Trainer(Config()).state
    assert state.epoch == 0
    assert np.isnan(state.training_loss)
    assert state.previous is None


@pytest.mark.parametrize(
    "options", [{}, {"batch": 1}, {"batch": 100}, {"dtype": "float32"}, {"clip": 0.5}]
)
def test_the_same_configuration_gives_the_same_bits(
    small: MakeConfig, options: dict[str, Any]
) -> None:
    first, second = (trained(small(**options), 10) for _ in range(2))
    assert all(same(*pair) for pair in zip(first, second, strict=True))


@pytest.mark.parametrize(
    "options",
    [
        {"batch": 1},
        {"batch": 2},
        {"batch": 4},
        {"batch": 50},
        {"batch": 1, "hidden": 80},
        {"batch": 1, "symbols": 30},
        {"batch": 2, "symbols": 30},
        {"batch": 1, "length": 1},
    ],
)
def test_an_update_follows_the_mean_gradient_of_its_mini_batch(
    small: MakeConfig, options: dict[str, Any]
) -> None:
    assert_is_by_hand(small(**options), 3)


def test_the_last_smaller_mini_batch_is_averaged_over_its_own_sequences(
    small: MakeConfig,
) -> None:
    config = small(sequences=5, batch=3)
    assert Trainer(config).updates_per_epoch == 2
    assert_is_by_hand(config, 2)


@pytest.mark.parametrize("clip", [0.1, 1.0, 1e6])
def test_a_gradient_is_clipped_to_its_limit(small: MakeConfig, clip: float) -> None:
    config = small(clip=clip)
    assert_is_by_hand(config, 3)
    states = trained(config, 1)
    step = np.linalg.norm(states[1].parameters - states[0].parameters)
    assert step <= 3 * 0.05 * clip * (1 + 1e-9)


def test_a_rate_holds_from_its_update_on(small: MakeConfig) -> None:
    config = small()
    journal = journal_of(config, (Position(1, 2), "lr", 0.2), (Position(3), "lr", 0.01))
    whole, plain = trained(config, 5, journal), trained(config, 5)
    assert same(whole[1], plain[1])
    assert not same(whole[2], plain[2])
    trainer = Trainer(config)
    trainer.advance()
    with pytest.raises(Interrupted):
        trainer.advance(Interrupter({2}))
    trainer.journal = Journal({**config.settings, "lr": 0.2})
    assert same(trainer.advance(), whole[2])
    trainer.advance()
    trainer.journal = Journal({**config.settings, "lr": 0.01})
    assert same(trainer.advance(), whole[4])


def test_states_are_never_written_to(small: MakeConfig) -> None:
    trainer = Trainer(small())
    state = trainer.advance()
    kept = state.parameters.copy()
    for _ in range(3):
        trainer.advance()
    trainer.restore(state)
    trainer.advance()
    assert np.array_equal(state.parameters, kept)


def test_too_many_sequences_to_prepare_are_batched_as_they_come(
    small: MakeConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = trained(small(), 3)
    monkeypatch.setattr(rnn_tui.training.batches, "_PREPARE_AT_MOST", 0)
    assert same(trained(small(), 3)[-1], prepared[-1])
