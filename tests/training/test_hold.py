"""Held weights: zero, and kept at zero, while everything else is trained."""

from typing import Any

import numpy as np
import pytest

from rnn_tui.model.interruption import Interrupted
from rnn_tui.training.config import Config
from rnn_tui.training.journal import Position
from rnn_tui.training.trainer import State, Trainer
from tests.training.by_hand import assert_is_by_hand
from tests.training.trained import Interrupter, MakeConfig, journal_of, same, trained


def tensor(config: Config, state: State, name: str) -> Any:
    return Trainer(config).parameters_of(state)[name]


@pytest.mark.parametrize("batch", [1, 2])
@pytest.mark.parametrize("clip", [None, 0.1])
@pytest.mark.parametrize("hold", ["U", "U, b_h", "W[1], V[2]"])
def test_all_others_follow_the_gradient_clipped_without_those_held(
    small: MakeConfig, hold: str, clip: float | None, batch: int
) -> None:
    assert_is_by_hand(small(hold=hold, clip=clip, batch=batch), 3)


@pytest.mark.parametrize("options", [{}, {"clip": 0.1}, {"batch": 1}, {"dtype": "float32"}])
def test_they_are_zero_from_epoch_zero_on_and_stay_so(
    small: MakeConfig, options: dict[str, Any]
) -> None:
    config = small(hold="U, W[1]", **options)
    for state in trained(config, 20):
        assert not tensor(config, state, "U").any()
        assert not tensor(config, state, "W")[1].any()
        assert tensor(config, state, "W")[0].all() and tensor(config, state, "b_h").all()


def test_with_all_weights_held_nothing_is_learned(small: MakeConfig) -> None:
    states = trained(small(hold="W, U, V, b_h, b_o"), 3)
    assert not states[-1].parameters.any()
    assert states[3].training_loss == states[1].training_loss == pytest.approx(np.log(3))


@pytest.mark.parametrize("position", [Position(2), Position(2, 1)])
def test_they_are_zero_from_their_position_on_until_they_are_released(
    small: MakeConfig, position: Position
) -> None:
    config = small()
    journal = journal_of(config, (position, "hold", "U"), (Position(5), "hold", None))
    states, plain = trained(config, 6, journal), trained(config, 6)
    assert same(states[1], plain[1])
    assert tensor(config, states[1], "U").all()
    for state in states[3:6]:
        assert not tensor(config, state, "U").any()
    assert tensor(config, states[2], "U").any() == (position.update > 0)
    assert tensor(config, states[6], "U").all()


def test_released_they_go_on_from_zero_down_the_gradient(small: MakeConfig) -> None:
    config = small(batch=5)  # one update an epoch
    journal = journal_of(config, (Position(0), "hold", "U"), (Position(2), "hold", None))
    states = trained(config, 3, journal)
    by_zeroing = trained(config, 3, journal_of(config, (Position(2), "zero", "U")))
    assert not same(states[1], by_zeroing[1])
    trainer = Trainer(config)
    trainer.restore(states[2])
    assert same(trainer.advance(), states[3])


def test_interrupted_anywhere_they_are_held_with_the_same_bits(small: MakeConfig) -> None:
    config = small(batch=1, clip=0.5)
    journal = journal_of(
        config,
        (Position(0, 3), "hold", "U, b_o"),
        (Position(1, 2), "lr", 0.1),
        (Position(2), "hold", "W[0]"),
        (Position(2, 4), "hold", None),
    )
    straight = trained(config, 4, journal)
    for call in range(20):
        trainer, other, poll = Trainer(config), Trainer(config), Interrupter({call})
        trainer.journal = other.journal = journal
        while trainer.epoch < 4:
            try:
                trainer.advance(poll)
            except Interrupted:
                other.restore(trainer.state, trainer.partial())
                assert same(other.advance(), straight[other.epoch])
        assert same(trainer.state, straight[4])
