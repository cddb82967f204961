"""Copies of a network are whole and independent; one network belongs to one thread at a time."""

import copy
import pickle
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from rnn_tui import RNN, make_pairs

DUPLICATES = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda rnn: pickle.loads(pickle.dumps(rnn)),
}
LETTERS = ("w", "u", "v", "b_h", "b_o")

Problem = tuple[list[Any], list[Any]]
Duplicate = Callable[[RNN], RNN]


class Doubled(RNN):
    """A student's own network."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.calls = 0

    def backpropagation(self, x: Any, y: Any, y_hat: Any) -> Any:
        self.calls += 1
        return tuple(2 * gradient for gradient in super().backpropagation(x, y, y_hat))


@pytest.fixture
def problem(sequences: Callable[[int], Problem]) -> Problem:
    return sequences(3)


@pytest.mark.parametrize("duplicate", DUPLICATES.values(), ids=DUPLICATES)
@pytest.mark.parametrize("kind", [RNN, Doubled])
def test_a_copy_learns_as_the_original_does(
    kind: type[RNN], duplicate: Duplicate, problem: Problem
) -> None:
    original = kind(seed=0, learning_rate=0.1)
    original.train(2, *problem)
    same = duplicate(original)
    assert type(same) is kind
    losses = same.train(5, *problem)
    assert losses == original.train(5, *problem)
    assert losses[-1] < losses[0]
    assert all(np.array_equal(getattr(same, n), getattr(original, n)) for n in LETTERS)


@pytest.mark.parametrize("duplicate", DUPLICATES.values(), ids=DUPLICATES)
def test_a_copy_is_independent(duplicate: Duplicate, problem: Problem) -> None:
    original, (x, y) = RNN(seed=0, learning_rate=0.1), problem
    y_hat = original.feedforward(x[0])
    same = duplicate(original)
    assert same.a_h is not None and np.array_equal(same.a_h, original.a_h)  # type: ignore[arg-type]
    same.train(3, x, y)
    same.learning_rate, same.w = 0.5, np.zeros((10, 3))
    assert np.array_equal(original.feedforward(x[0]), y_hat)
    assert original.learning_rate == 0.1


def test_a_network_in_use_by_another_thread_says_so() -> None:
    inside, leave = threading.Event(), threading.Event()

    class Waiting(RNN):
        def feedforward(self, x: Any) -> Any:
            inside.set()
            leave.wait(10)
            return super().feedforward(x)

    rnn, (x, y) = Waiting(seed=0), make_pairs(seed=0)
    before = rnn.w.copy()
    training = threading.Thread(target=rnn.train, args=(1, [x], [y]))
    training.start()
    assert inside.wait(10)
    try:
        for call in (
            lambda: RNN.feedforward(rnn, x),
            lambda: rnn.backpropagation(x, y, y),
            lambda: rnn.train(1, [x], [y]),
        ):
            with pytest.raises(RuntimeError, match="in use by another thread"):
                call()
    finally:
        leave.set()
        training.join()
    assert not np.array_equal(rnn.w, before)
    rnn.feedforward(x)
