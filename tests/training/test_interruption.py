"""Leaving training anywhere and going on with the same bits."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rnn_tui.training.trainer
from rnn_tui.model.interruption import Interrupted
from rnn_tui.training.config import Config
from rnn_tui.training.journal import Position
from rnn_tui.training.trainer import State, Trainer
from tests.training.trained import Interrupter, MakeConfig, same, trained


def advance_in_pieces(trainer: Trainer, poll: Interrupter) -> tuple[State, int]:
    """Finish the epoch, coming back after each interruption; how many there were."""
    for interruptions in range(1000):
        before, position = trainer.state, trainer.position
        try:
            return trainer.advance(poll, poll), interruptions
        except Interrupted:
            assert trainer.state is before
            assert trainer.position >= position
            partial = trainer.partial()
            assert (partial is None) == (trainer.update == 0)
            assert partial is None or partial.position == trainer.position
    raise AssertionError("it was interrupted for ever")


@pytest.mark.parametrize("batch", [1, 2])
@pytest.mark.parametrize("at_steps", [False, True], ids=["between updates", "at time steps"])
def test_interrupted_anywhere_it_goes_on_with_the_same_bits(
    small: MakeConfig, at_steps: bool, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if at_steps:
        monkeypatch.setattr(rnn_tui.training.trainer, "_LONG_UPDATE", 0)
    config = small(batch=batch)
    straight = trained(config, 4)

    @settings(max_examples=60, deadline=None)
    @given(calls=st.sets(st.integers(0, 80), max_size=40))
    def goes_on(calls: set[int]) -> None:
        trainer, poll, total = Trainer(config), Interrupter(calls), 0
        for right in straight[1:]:
            state, interruptions = advance_in_pieces(trainer, poll)
            assert same(state, right)
            total += interruptions
        assert total == len([call for call in calls if call <= poll.count])

    goes_on()


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_looking_at_what_is_done_amid_an_update_changes_nothing(
    small: MakeConfig, batch: int
) -> None:
    """As a checkpoint does within a long epoch; in each time step of it, one at a time."""
    config = small(batch=batch, bptt=2)
    _, right = trained(config, 1)
    count = Interrupter(())
    Trainer(config).advance(None, count)

    for call in range(count.count + 1):
        trainer, poll = Trainer(config), Interrupter({call})

        def look(trainer: Trainer = trainer, poll: Interrupter = poll) -> None:
            try:
                poll()
            except Interrupted:
                trainer.partial()

        assert same(trainer.advance(None, look), right)


def test_a_long_update_is_left_at_every_time_step(small: MakeConfig) -> None:
    trainer = Trainer(small(hidden=512, length=40, batch=5, sequences=5, init="scaled"))
    poll = Interrupter(set())
    trainer.advance(poll, poll)
    assert poll.count >= 2 * 39


@settings(max_examples=30, deadline=None)
@given(epochs=st.integers(0, 4), updates=st.integers(1, 2), batch=st.sampled_from([1, 2]))
def test_a_position_inside_an_epoch_is_restored_with_the_same_bits(
    epochs: int, updates: int, batch: int
) -> None:
    config = Config.of(sequences=5, length=3, hidden=3, batch=batch, lr=0.05)
    straight = trained(config, 5)
    trainer = Trainer(config)
    for _ in range(epochs):
        trainer.advance()
    with pytest.raises(Interrupted):
        trainer.advance(Interrupter({updates}))
    state, partial = trainer.state, trainer.partial()
    assert partial is not None
    assert partial.position == Position(epochs, updates)

    other = Trainer(config)
    other.advance()
    other.restore(state, partial)
    assert other.position == partial.position
    assert same(other.advance(), straight[epochs + 1])
    # And the one that was left has not been moved by it.
    assert same(trainer.advance(), straight[epochs + 1])


@settings(max_examples=30, deadline=None)
@given(to=st.lists(st.integers(0, 6), min_size=1, max_size=6))
def test_any_epoch_can_be_restored_and_trained_on_from(to: list[int]) -> None:
    config = Config.of(sequences=5, length=3, hidden=3, batch=2, lr=0.05)
    straight = trained(config, 7)
    trainer = Trainer(config)
    for epoch in to:
        trainer.restore(straight[epoch])
        assert trainer.epoch == epoch
        assert same(trainer.advance(), straight[epoch + 1])
