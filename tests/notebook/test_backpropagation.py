"""The notebook's gradients, whatever was computed before."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from rnn_tui import RNN, make_pairs, num_to_label
from rnn_tui.model.head import Softmax

LETTERS = ("w", "u", "v", "b_h", "b_o")
GRADIENTS = ("w", "v", "u", "b_h", "b_o")  # the notebook returns them in this order


def notebook_gradients(rnn: RNN, x: Any, y: Any, y_hat: Any) -> dict[str, NDArray[np.float64]]:
    """The notebook's formulas, one time step after another."""
    a_h, previous = [], np.zeros(rnn.n_nodes)
    for t in range(len(x)):
        previous = np.tanh(x[t] @ rnn.w.T + previous @ rnn.u + rnn.b_h)
        a_h.append(previous)
    d = {letter: np.zeros_like(getattr(rnn, letter)) for letter in LETTERS}
    ds_next = np.zeros(rnn.n_nodes)
    for t in reversed(range(len(x))):
        ds_o = y_hat[t] - y[t]
        ds_h = (ds_o @ rnn.v + ds_next @ rnn.u.T) * (1 - a_h[t] ** 2)
        d["v"] += np.outer(ds_o, a_h[t])
        d["b_o"] += ds_o
        d["w"] += np.outer(ds_h, x[t])
        d["u"] += np.outer(a_h[t - 1] if t else np.zeros(rnn.n_nodes), ds_h)
        d["b_h"] += ds_h
        ds_next = ds_h
    return d


def assert_gradients_are_right(rnn: RNN, x: Any, y: Any, y_hat: Any, found: Any) -> None:
    right = notebook_gradients(rnn, x, y, y_hat)
    for letter, gradient in zip(GRADIENTS, found, strict=True):
        assert gradient.shape == getattr(rnn, letter).shape
        assert np.allclose(gradient, right[letter], rtol=1e-9, atol=1e-12), letter


@settings(max_examples=50, deadline=None)
@given(T=st.integers(1, 8), H=st.integers(1, 8), k=st.integers(2, 6), seed=st.integers(0, 2**32))
def test_the_gradients_are_those_of_the_formulas(T: int, H: int, k: int, seed: int) -> None:
    rnn, (x, y) = RNN(H, k, seed=seed), make_pairs(T, k, seed)
    y_hat = rnn.feedforward(x)
    assert_gradients_are_right(rnn, x, y, y_hat, rnn.backpropagation(x, y, y_hat))


def test_soft_targets_are_followed_too() -> None:
    rnn, (x, _) = RNN(seed=0), make_pairs(seed=0)
    y = np.random.default_rng(0).dirichlet(np.ones(3), 10)
    y_hat = rnn.feedforward(x)
    assert_gradients_are_right(rnn, x, y, y_hat, rnn.backpropagation(x, y, y_hat))


def test_the_predictions_handed_in_are_used() -> None:
    rnn, (x, y) = RNN(seed=0), make_pairs(seed=0)
    rnn.feedforward(x)
    own = np.random.default_rng(0).dirichlet(np.ones(3), 10)
    assert_gradients_are_right(rnn, x, y, own, rnn.backpropagation(x, y, own))


def test_a_network_that_has_seen_nothing_can_backpropagate() -> None:
    rnn, (x, y) = RNN(seed=0), make_pairs(seed=0)
    own = np.full((10, 3), 1 / 3)
    assert_gradients_are_right(rnn, x, y, own, rnn.backpropagation(x, y, own))


def test_a_pass_over_another_sequence_since_does_not_matter() -> None:
    rnn, (x, y), (other, _) = RNN(seed=0), make_pairs(seed=0), make_pairs(seed=1)
    y_hat = rnn.feedforward(x)
    rnn.feedforward(other)
    assert_gradients_are_right(rnn, x, y, y_hat, rnn.backpropagation(x, y, y_hat))


def test_a_pass_over_a_sequence_of_another_length_since_does_not_matter() -> None:
    rnn, (x, y), (other, _) = RNN(seed=0), make_pairs(10, seed=0), make_pairs(4, seed=1)
    y_hat = rnn.feedforward(x)
    rnn.feedforward(other)
    assert_gradients_are_right(rnn, x, y, y_hat, rnn.backpropagation(x, y, y_hat))


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("in_place", [True, False], ids=["in place", "assigned"])
def test_changed_weights_count_at_once(letter: str, in_place: bool) -> None:
    rnn, (x, y) = RNN(seed=0), make_pairs(seed=0)
    y_hat = rnn.feedforward(x)
    if in_place:
        getattr(rnn, letter)[0] += 0.5
    else:
        setattr(rnn, letter, getattr(rnn, letter) * 0.5)
    assert_gradients_are_right(rnn, x, y, y_hat, rnn.backpropagation(x, y, y_hat))
    assert not np.array_equal(rnn.feedforward(x), y_hat)


def test_gradients_handed_out_are_the_callers_own() -> None:
    rnn, (x, y) = RNN(seed=0), make_pairs(seed=0)
    y_hat = rnn.feedforward(x)
    first = rnn.backpropagation(x, y, y_hat)
    kept = [gradient.copy() for gradient in first]
    for gradient in rnn.backpropagation(x, y, np.full((10, 3), 1 / 3)):
        gradient[...] = 0
    assert all(np.array_equal(a, b) for a, b in zip(first, kept, strict=True))


def test_a_pass_that_was_left_half_way_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with ctrl+c in a notebook."""

    def leave(*_: object) -> None:
        raise KeyboardInterrupt

    rnn, x, other = (
        RNN(n_nodes=5, vocab_size=3, seed=1),
        num_to_label([0, 1, 2]),
        num_to_label([2, 2, 0]),
    )
    expected = rnn.feedforward(x).copy()
    with monkeypatch.context() as patched:
        patched.setattr(Softmax, "forward", leave)
        with pytest.raises(KeyboardInterrupt):
            rnn.feedforward(other)
    gradient = rnn.backpropagation(x, x, rnn.feedforward(x))
    fresh = RNN(n_nodes=5, vocab_size=3, seed=1)
    wanted = fresh.backpropagation(x, x, expected)
    for found, right in zip(gradient, wanted, strict=True):
        assert np.array_equal(found, right)
