"""Where numbers become NaN or infinite: what is told, and what is there again."""

import numpy as np
import pytest

from rnn_tui.model.interruption import Interrupted
from rnn_tui.training.config import Config
from rnn_tui.training.journal import Position
from rnn_tui.training.trainer import Diverged, Trainer
from tests.training.trained import Interrupter, MakeConfig, journal_of, same, trained


@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("lr", [1e-12, 1.0, 100.0, 1e6])
def test_the_default_problem_diverges_at_no_learning_rate(lr: float, batch: int) -> None:
    for seed in range(3):
        for dtype in ("float64", "float32"):
            states = trained(Config.of(lr=lr, dtype=dtype, batch=batch, seed=seed), 10)
            assert all(np.isfinite(state.training_loss) for state in states[1:])


@pytest.mark.parametrize("batch", [1, 3])
def test_a_rate_that_grows_huge_inside_an_epoch_does_not_diverge_either(batch: int) -> None:
    for update in range(4):
        config = Config.of(init="scaled", batch=batch)
        states = trained(config, 5, journal_of(config, (Position(2, update), "lr", 1e6)))
        assert all(np.isfinite(state.training_loss) for state in states[1:])


def test_a_chaotic_network_in_float32_diverges_in_its_first_update() -> None:
    config = Config.of(init="normal", hidden=512, length=100, dtype="float32", sequences=2)
    trainer = Trainer(config)
    with pytest.raises(Diverged) as told:
        trainer.advance()
    assert (told.value.epoch, told.value.update) == (0, 0)
    assert told.value.tensor.startswith("gradient of ")
    assert told.value.tensor in str(told.value)
    assert same(trainer.state, Trainer(config).state)
    assert trainer.position == Position(0, 0)


def test_divergence_later_ends_at_the_last_finite_epoch_and_names_the_tensor(
    small: MakeConfig,
) -> None:
    config = small()
    trainer, straight = Trainer(config), trained(config, 4)
    trainer.advance()
    trainer.advance()
    trainer.journal = journal_of(config, (Position(2, 1), "lr", float("inf")))
    with pytest.raises(Diverged) as told:
        trainer.advance()
    assert (told.value.epoch, told.value.update) == (2, 1)
    assert told.value.tensor.split()[-1] in ("W", "U", "V", "b_h", "b_o")
    assert same(trainer.state, straight[2])
    assert trainer.position == Position(2, 0)
    trainer.journal = journal_of(config)
    assert same(trainer.advance(), straight[3])


def test_divergence_after_an_interruption_also_ends_at_the_last_finite_epoch(
    small: MakeConfig,
) -> None:
    trainer = Trainer(small())
    state = trainer.advance()
    with pytest.raises(Interrupted):
        trainer.advance(Interrupter({1}))
    trainer.journal = journal_of(trainer.config, (Position(1, 1), "lr", float("inf")))
    with pytest.raises(Diverged):
        trainer.advance()
    assert trainer.state is state
    assert trainer.partial() is None


@pytest.mark.parametrize("batch", [1, 2])
def test_logits_that_outgrow_exp_inside_an_epoch_change_no_bit_of_an_interrupted_run(
    batch: int,
) -> None:
    config = Config.of(sequences=5, length=3, hidden=3, batch=batch, init="scaled")
    journal = journal_of(config, (Position(1, 1), "lr", 1e4))
    straight = trained(config, 4, journal)
    for call in range(30):
        trainer, other = Trainer(config), Trainer(config)
        trainer.journal = other.journal = journal
        poll = Interrupter({call})
        for right in straight[1:]:
            try:
                state = trainer.advance(poll)
            except Interrupted:
                other.restore(trainer.state, trainer.partial())
                assert same(other.advance(), right)
                state = trainer.advance()
            assert same(state, right)


@pytest.mark.parametrize("batch", [1, 2])
def test_a_rate_lowered_while_logits_outgrow_exp_repeats_from_the_journal(batch: int) -> None:
    config = Config.of(sequences=5, length=3, hidden=3, batch=batch, init="scaled")
    raised = journal_of(config, (Position(1, 1), "lr", 1e4))
    for call in range(30):
        trainer, poll = Trainer(config), Interrupter({call})
        trainer.journal = raised
        while trainer.epoch < 4:
            try:
                trainer.advance(poll)
            except Interrupted:
                trainer.journal = raised.with_settings(trainer.position, config.settings)
        assert same(trainer.state, trained(config, 4, trainer.journal)[-1])


def test_looking_for_what_diverged_can_be_left_too(small: MakeConfig) -> None:
    config = small(batch=1)
    journal = journal_of(config, (Position(1, 3), "lr", float("inf")))
    for calls in ({9}, {9, 11}, {6, 7, 8, 9, 10, 11, 12}):
        trainer, poll = Trainer(config), Interrupter(set(calls))
        trainer.journal = journal
        state = trainer.advance(poll)
        told = None
        for _ in range(20):
            try:
                trainer.advance(poll)
            except Interrupted:
                assert trainer.state is state
            except Diverged as diverged:
                told = diverged
                break
        assert told is not None
        assert (told.epoch, told.update) == (1, 3)
        # The interrupted look went on instead of beginning again.
        assert poll.count + 1 == 5 + 5 + 4 + len(calls)
