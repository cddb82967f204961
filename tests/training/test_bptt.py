"""Training with truncated BPTT, and changing that while training."""

from typing import Any

import numpy as np
import pytest

from rnn_tui.model.interruption import Interrupted
from rnn_tui.training.config import Config
from rnn_tui.training.journal import Position
from rnn_tui.training.trainer import Trainer
from tests.training.by_hand import assert_is_by_hand
from tests.training.trained import Interrupter, journal_of, trained

SIZES: dict[str, dict[str, Any]] = {
    "one after another": {"sequences": 4, "length": 7, "hidden": 4},
    "mini-batches": {"sequences": 5, "length": 7, "hidden": 4, "batch": 2},
    "too large for the fast kernel": {"sequences": 2, "length": 7, "hidden": 90, "init": "scaled"},
}
every_size = pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)


@every_size
@pytest.mark.parametrize("K", [1, 3, 6])
def test_training_is_that_of_plain_loops(size: dict[str, Any], K: int) -> None:
    assert_is_by_hand(Config.of(**size, bptt=K, lr=0.05), 3)


@every_size
def test_as_many_steps_as_a_sequence_has_train_with_the_same_bits(size: dict[str, Any]) -> None:
    whole, seven, six = (trained(Config.of(**size, bptt=K), 3)[-1] for K in (None, 7, 6))
    assert np.array_equal(whole.parameters, seven.parameters)
    assert not np.array_equal(whole.parameters, six.parameters)


@every_size
def test_a_change_counts_from_the_next_update_on(size: dict[str, Any]) -> None:
    config = Config.of(**size, lr=0.05)
    journal = journal_of(config, (Position(1, 1), "bptt", 2), (Position(2, 1), "bptt", None))
    changed = trained(config, 3, journal)
    whole, truncated = trained(config, 1), Trainer(config.with_options(bptt=2))
    assert np.array_equal(changed[1].parameters, whole[1].parameters)
    plain = Trainer(config)
    plain.restore(whole[1])
    with pytest.raises(Interrupted):
        plain.advance(Interrupter([1]))  # after the first update
    partial = plain.partial()
    assert partial is not None
    truncated.restore(whole[1], partial)
    assert np.array_equal(truncated.advance().parameters, changed[2].parameters)


def test_an_epoch_left_half_way_continues_with_the_same_bits() -> None:
    config = Config.of(sequences=3, length=6, hidden=4, cell="lstm", bptt=2)
    trainer = Trainer(config)
    for _ in range(2):
        with pytest.raises(Interrupted):
            trainer.advance(Interrupter([1]))
        trainer.restore(trainer.state, trainer.partial())
    assert np.array_equal(trainer.advance().parameters, trained(config, 1)[-1].parameters)


def test_a_long_step_back_can_be_left() -> None:
    """A truncated update may take many times as long as its forward pass."""
    trainer = Trainer(Config.of(sequences=1, length=9, hidden=8, cell="gru", bptt=5))
    polls = Interrupter([])
    trainer.advance(None, polls)
    assert polls.count + 1 == 9 + 5
