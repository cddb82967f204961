"""The deterministic machine: it learns, repeats to the bit, and can be left anywhere."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rnn_tui.training.batches
import rnn_tui.training.trainer
from rnn_tui.model.batch import Batch
from rnn_tui.model.head import symbol_losses
from rnn_tui.model.interruption import Interrupted
from rnn_tui.model.parameters import Parameters
from rnn_tui.model.rnn import Unrolled, layout
from rnn_tui.training.config import Config
from rnn_tui.training.journal import Journal, Position, ZeroedWeights
from rnn_tui.training.optimizers.clipping import clip_to_norm
from rnn_tui.training.trainer import Diverged, State, Trainer

MakeConfig = Callable[..., Config]


def same(one: State, other: State) -> bool:
    return (
        one.epoch == other.epoch
        and np.array_equal(one.parameters, other.parameters)
        and np.array_equal([one.training_loss], [other.training_loss], equal_nan=True)
        and np.array_equal([one.training_accuracy], [other.training_accuracy], equal_nan=True)
        and (one.previous is None) == (other.previous is None)
        and (one.previous is None or np.array_equal(one.previous, other.previous))
    )


def trained(config: Config, epochs: int, journal: Journal | None = None) -> list[State]:
    trainer = Trainer(config)
    if journal is not None:
        trainer.journal = journal
    return [trainer.state, *(trainer.advance() for _ in range(epochs))]


def tensors(trainer: Trainer, state: State) -> list[Any]:
    parameters = trainer.parameters_of(state)
    return [parameters[name] for name in parameters]


def by_hand(config: Config, epochs: int) -> tuple[list[Any], float]:
    """The same training as plain loops: every sequence of a mini-batch alone."""
    trainer = Trainer(config)
    inputs, targets, alphabet = trainer.sequences
    symbols, losses = len(alphabet), []
    p = Parameters.zeros(layout(symbols, config.hidden))
    for name, tensor in zip(p, tensors(trainer, trainer.state), strict=True):
        p[name][...] = tensor
    for _ in range(epochs):
        losses = []
        for start in range(0, config.sequences, config.batch):
            rows = range(start, min(start + config.batch, config.sequences))
            mean = np.zeros_like(p.flat)
            for row in rows:
                batch = Batch(inputs[row][:, None], targets[row][:, None], symbols)
                network = Unrolled(config.length, 1, symbols, config.hidden)
                gradient = Parameters.zeros(p.layout)
                network.forward(p, batch)
                losses.append(symbol_losses(network.head, batch.targets).sum())
                network.backward(p, batch, gradient)
                mean += gradient.flat / len(rows)
            norm = np.linalg.norm(mean)
            if config.clip is not None and norm > config.clip:
                mean *= config.clip / norm
            p.flat -= config.lr * mean
    return [p[name] for name in p], float(np.sum(losses)) / inputs.size


def assert_is_by_hand(config: Config, epochs: int) -> None:
    right, loss = by_hand(config, epochs)
    trainer = Trainer(config)
    for _ in range(epochs):
        trainer.advance()
    for found, expected in zip(tensors(trainer, trainer.state), right, strict=True):
        assert np.allclose(found, expected, rtol=1e-9, atol=1e-12)
    assert trainer.state.training_loss == pytest.approx(loss, rel=1e-9)


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
    assert step <= 3 * config.lr * clip * (1 + 1e-9)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("size", [1e-3, 1.0, 1e15, 1e25, 1e37])
def test_clipping_keeps_the_direction_whatever_the_size(size: float, dtype: str) -> None:
    gradient = np.array([3, -4, 0], dtype) * np.array(size, dtype)
    clip_to_norm(gradient, 0.5)
    expected = [3 * size, -4 * size, 0] if 5 * size <= 0.5 else [0.3, -0.4, 0]
    assert np.allclose(gradient, expected, rtol=1e-5)


def test_a_rate_holds_from_its_update_on(small: MakeConfig) -> None:
    config = small()
    journal = Journal(config.lr).with_rate(Position(1, 2), 0.2).with_rate(Position(3), 0.01)
    whole = trained(config, 5, journal)
    plain = trained(config, 5)
    assert same(whole[1], plain[1])
    assert not same(whole[2], plain[2])
    trainer = Trainer(config)
    trainer.advance()
    stop = iter([None, None, Interrupted()])

    def between() -> None:
        error = next(stop)
        if error is not None:
            raise error

    with pytest.raises(Interrupted):
        trainer.advance(between)
    trainer.journal = Journal(0.2)
    assert same(trainer.advance(), whole[2])
    trainer.advance()
    trainer.journal = Journal(0.01)
    assert same(trainer.advance(), whole[4])


# Leaving and going on.


class Interrupter:
    """Raises at the calls numbered."""

    def __init__(self, calls: set[int]) -> None:
        self.calls, self.count = calls, -1

    def __call__(self) -> None:
        self.count += 1
        if self.count in self.calls:
            raise Interrupted


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


# Divergence.


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
        journal = Journal(0.001).with_rate(Position(2, update), 1e6)
        states = trained(Config.of(init="scaled", batch=batch), 5, journal)
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
    trainer.journal = Journal(config.lr).with_rate(Position(2, 1), float("inf"))
    with pytest.raises(Diverged) as told:
        trainer.advance()
    assert (told.value.epoch, told.value.update) == (2, 1)
    assert told.value.tensor.split()[-1] in ("W", "U", "V", "b_h", "b_o")
    assert same(trainer.state, straight[2])
    assert trainer.position == Position(2, 0)
    trainer.journal = Journal(config.lr)
    assert same(trainer.advance(), straight[3])


def test_divergence_after_an_interruption_also_ends_at_the_last_finite_epoch(
    small: MakeConfig,
) -> None:
    trainer = Trainer(small())
    state = trainer.advance()
    with pytest.raises(Interrupted):
        trainer.advance(Interrupter({1}))
    trainer.journal = Journal(0.05).with_rate(Position(1, 1), float("inf"))
    with pytest.raises(Diverged):
        trainer.advance()
    assert trainer.state is state
    assert trainer.partial() is None


@pytest.mark.parametrize("batch", [1, 2])
def test_logits_that_outgrow_exp_inside_an_epoch_change_no_bit_of_an_interrupted_run(
    batch: int,
) -> None:
    config = Config.of(sequences=5, length=3, hidden=3, batch=batch, init="scaled")
    journal = Journal(0.001).with_rate(Position(1, 1), 1e4)
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
    raised = Journal(0.001).with_rate(Position(1, 1), 1e4)
    for call in range(30):
        trainer, poll = Trainer(config), Interrupter({call})
        trainer.journal = raised
        while trainer.epoch < 4:
            try:
                trainer.advance(poll)
            except Interrupted:
                trainer.journal = raised.with_rate(trainer.position, 0.001)
        assert same(trainer.state, trained(config, 4, trainer.journal)[-1])


def test_looking_for_what_diverged_can_be_left_too(small: MakeConfig) -> None:
    config = small(batch=1)
    journal = Journal(0.05).with_rate(Position(1, 3), float("inf"))
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


# Weights set to zero.


def test_weights_are_zero_at_their_epoch_and_train_on(small: MakeConfig) -> None:
    config = small()
    changes = (ZeroedWeights(Position(2), "U"), ZeroedWeights(Position(2), "W", (1,)))
    states, plain = trained(config, 4, Journal(config.lr, changes)), trained(config, 4)
    trainer = Trainer(config)
    zeroed = trainer.parameters_of(states[2])
    assert same(states[1], plain[1])
    assert not zeroed["U"].any() and not zeroed["W"][1].any() and zeroed["W"][0].all()
    assert np.array_equal(zeroed["V"], trainer.parameters_of(plain[2])["V"])
    assert states[2].training_loss == plain[2].training_loss
    trainer.restore(states[2])
    assert same(trainer.advance(), states[3])
    assert trainer.parameters_of(states[3])["U"].any()


def test_weights_zeroed_at_epoch_zero_are_so_from_the_first_update_on(small: MakeConfig) -> None:
    config, trainer = small(), Trainer(small())
    edited = trainer.parameters_of(trainer.state).copy()
    edited["V"][...] = 0
    trainer.restore(replace(trainer.state, parameters=edited.flat))
    right = trainer.advance()
    state = trained(config, 1, Journal(config.lr, (ZeroedWeights(Position(0), "V"),)))[1]
    assert np.array_equal(state.parameters, right.parameters)
    assert state.training_loss == right.training_loss
