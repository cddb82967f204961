"""The notebook's problem, for any k."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.tasks.successor import Successor
from rnn_tui.training.config import Config
from rnn_tui.training.trainer import Trainer


@given(
    k=st.integers(2, 300), T=st.integers(1, 40), N=st.integers(1, 20), seed=st.integers(0, 2**40)
)
def test_every_target_is_the_input_plus_one_modulo_k(k: int, T: int, N: int, seed: int) -> None:
    inputs, targets, alphabet = Successor(k, T, N).draw(np.random.default_rng(seed))
    assert inputs.shape == targets.shape == (N, T)
    assert alphabet == tuple(str(symbol) for symbol in range(k))
    for x, y in zip(inputs.ravel().tolist(), targets.ravel().tolist(), strict=True):
        assert 0 <= x < k
        assert y == (0 if x == k - 1 else x + 1)


@pytest.mark.parametrize("k", [2, 3, 10])
def test_every_symbol_is_equally_likely(k: int) -> None:
    inputs, _, _ = Successor(k, 100, 300).draw(np.random.default_rng(0))
    counts = np.bincount(inputs.ravel(), minlength=k)
    assert np.abs(counts / 30_000 - 1 / k).max() < 0.01


@given(k=st.integers(2, 1000))
def test_chance_is_ln_k_and_the_optimum_is_nothing(k: int) -> None:
    task = Successor(symbols=k)
    assert task.chance == pytest.approx(math.log(k), rel=1e-15)
    assert task.chance_label == f"ln {k}"
    assert task.optimum == 0
    assert task.title == f"successor mod {k}"


def test_the_same_generator_state_gives_the_same_sequences() -> None:
    first, second = (Successor().draw(np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(first.inputs, second.inputs)


def test_weights_and_sequences_come_from_independent_streams() -> None:
    small, wide = Trainer(Config.of(hidden=2)), Trainer(Config.of(hidden=50, init="scaled"))
    assert np.array_equal(small.sequences.inputs, wide.sequences.inputs)
    few, many = Trainer(Config.of(sequences=3)), Trainer(Config.of(sequences=30, length=4))
    assert np.array_equal(few.state.parameters, many.state.parameters)


def test_another_seed_gives_other_weights_and_other_sequences() -> None:
    first, second = Trainer(Config.of(seed=0)), Trainer(Config.of(seed=1))
    assert not np.array_equal(first.sequences.inputs, second.sequences.inputs)
    assert not np.array_equal(first.state.parameters, second.state.parameters)


def test_the_streams_are_spawned_from_the_seed() -> None:
    weights, sequences = np.random.SeedSequence(42).spawn(2)
    trainer = Trainer(Config.of(seed=42))
    drawn = Successor().draw(np.random.default_rng(sequences))
    assert np.array_equal(trainer.sequences.inputs, drawn.inputs)
    first_row_of_w = np.random.default_rng(weights).standard_normal(3)
    w = trainer.parameters_of(trainer.state).notebook("W")
    assert np.array_equal(w[0], first_row_of_w)
