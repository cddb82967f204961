"""Making a network, its weights, what it predicts and at what loss."""

import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from rnn_tui import RNN, make_pairs
from rnn_tui.training.config import Config
from rnn_tui.training.trainer import Trainer

Sequences = Callable[..., tuple[list[Any], list[Any]]]

LETTERS = ("w", "u", "v", "b_h", "b_o")


def test_arguments_and_shapes_are_the_notebooks() -> None:
    rnn = RNN(7, 5, 0.01, 3)
    assert (rnn.n_nodes, rnn.vocab_size, rnn.learning_rate) == (7, 5, 0.01)
    assert [getattr(rnn, letter).shape for letter in LETTERS] == [
        (7, 5), (7, 7), (5, 7), (7,), (5,),
    ]  # fmt: skip
    assert all(getattr(rnn, letter).dtype == np.float64 for letter in LETTERS)
    default = RNN()
    assert (default.n_nodes, default.vocab_size, default.learning_rate) == (10, 3, 0.001)


@pytest.mark.parametrize(
    "wrong",
    [
        {"n_nodes": 0},
        {"n_nodes": 1.5},
        {"vocab_size": 1},
        {"learning_rate": 0},
        {"learning_rate": -1},
        {"learning_rate": float("nan")},
        {"learning_rate": float("inf")},
        {"learning_rate": "fast"},
        {"seed": -1},
        {"seed": 1.5},
        {"seed": "a"},
    ],
)
def test_senseless_networks_are_refused_by_name(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        RNN(**wrong)


@pytest.mark.parametrize("seed", [0, 1, 12345])
def test_a_seed_gives_the_weights_of_the_trainer_with_that_seed(seed: int) -> None:
    rnn = RNN(n_nodes=6, vocab_size=4, seed=seed)
    trainer = Trainer(Config.of(hidden=6, symbols=4, seed=seed))
    parameters = trainer.parameters_of(trainer.state)
    for letter, name in zip(LETTERS, ("W", "U", "V", "b_h", "b_o"), strict=True):
        assert np.array_equal(getattr(rnn, letter), parameters.notebook(name))


def test_without_a_seed_no_two_networks_are_alike() -> None:
    assert not np.array_equal(RNN().w, RNN().w)


def test_assigned_weights_are_copied_and_keep_their_shape() -> None:
    rnn, mine = RNN(seed=0), np.ones((10, 3))
    rnn.w = mine
    mine[...] = 7
    assert (rnn.w == 1).all()
    rnn.u -= 0.5 * rnn.u  # as the notebook's train does
    with pytest.raises(ValueError, match=r"w must have shape \(10, 3\), not \(3, 10\)"):
        rnn.w = np.ones((3, 10))
    with pytest.raises(ValueError, match="b_o"):
        rnn.b_o = [1, 2, float("nan")]


def test_feedforward_gives_probabilities_and_leaves_its_quantities_behind() -> None:
    rnn, (x, _) = RNN(6, 4, seed=0), make_pairs(8, 4, seed=0)
    y_hat = rnn.feedforward(x)
    assert y_hat.shape == (8, 4)
    assert np.allclose(y_hat.sum(axis=1), 1)
    assert rnn.s_h is not None and rnn.a_h is not None and rnn.s_o is not None
    assert rnn.s_h.shape == rnn.a_h.shape == (8, 6)
    assert np.array_equal(rnn.a_h, np.tanh(rnn.s_h))
    assert np.allclose(rnn.s_o, rnn.a_h @ rnn.v.T + rnn.b_o)
    assert rnn.y_hat is not None and np.array_equal(rnn.y_hat, y_hat)
    rnn.reset_mem()
    assert rnn.s_h is rnn.a_h is rnn.s_o is rnn.y_hat is None


def test_symbols_and_one_hot_labels_are_the_same_input() -> None:
    rnn, (x, y) = RNN(seed=0), make_pairs(seed=0)
    numbers, targets = x.argmax(axis=1), y.argmax(axis=1)
    y_hat = rnn.feedforward(x)
    assert np.array_equal(rnn.feedforward(numbers), y_hat)
    assert np.array_equal(rnn.feedforward(numbers.tolist()), y_hat)
    assert np.array_equal(rnn.feedforward(x.astype(bool)), y_hat)
    assert rnn.total_loss(targets, y_hat) == rnn.total_loss(y, y_hat)
    for one, other in zip(
        rnn.backpropagation(numbers, targets, y_hat), rnn.backpropagation(x, y, y_hat), strict=True
    ):
        assert np.array_equal(one, other)


def test_predictions_are_the_most_probable_symbols_of_each_sequence(sequences: Sequences) -> None:
    rnn, (x, _) = RNN(seed=0), sequences(4)
    scores = rnn.predict_scores(x)
    for xx, score, predicted in zip(x, scores, rnn.predict(x), strict=True):
        assert np.array_equal(score, rnn.feedforward(xx))
        assert np.array_equal(predicted, score.argmax(axis=1))
        assert np.array_equal(predicted, rnn.predict_single(xx))
        assert np.array_equal(predicted, rnn.score_to_num(score))


def test_sequences_of_different_lengths_go_together() -> None:
    rnn = RNN(seed=0)
    x, y = zip(*(make_pairs(length, seed=length) for length in (3, 10, 1)), strict=True)
    scores = rnn.predict_scores(x)
    assert [score.shape for score in scores] == [(3, 3), (10, 3), (1, 3)]
    each = [rnn.total_loss(yy, score) for yy, score in zip(y, scores, strict=True)]
    assert rnn.total_loss(y, scores) == pytest.approx(sum(each), rel=1e-12)
    assert len(rnn.train(2, x, y)) == 2


def test_what_was_handed_out_is_not_changed_by_the_next_pass(sequences: Sequences) -> None:
    rnn, (x, _) = RNN(seed=0), sequences(2)
    first = rnn.feedforward(x[0])
    hidden, kept = rnn.a_h, (first.copy(), rnn.a_h.copy())  # type: ignore[union-attr]
    rnn.feedforward(x[1])
    assert hidden is not None
    assert np.array_equal(first, kept[0])
    assert np.array_equal(hidden, kept[1])


def test_the_loss_is_that_of_the_notebook() -> None:
    y, y_hat = np.array([[0, 1, 0], [1, 0, 0]]), np.array([[0.2, 0.5, 0.3], [0.1, 0.1, 0.8]])
    assert RNN.loss(0, y, y_hat) == pytest.approx(-math.log(0.5))
    assert RNN.loss(1, y, y_hat) == pytest.approx(-math.log(0.1))
    assert RNN.loss(1, [1, 0], y_hat) == pytest.approx(-math.log(0.1))
    assert RNN().total_loss(y, y_hat) == pytest.approx(-math.log(0.5 * 0.1))


def test_soft_targets_have_their_cross_entropy() -> None:
    y, y_hat = np.array([[0.5, 0.25, 0.25]]), np.array([[0.25, 0.5, 0.25]])
    expected = 0.5 * math.log(4) + 0.25 * math.log(2) + 0.25 * math.log(4)
    assert RNN.loss(0, y, y_hat) == pytest.approx(expected)
    assert RNN().total_loss([y, y], [y_hat, y_hat]) == pytest.approx(2 * expected)


def test_equal_targets_and_predictions_have_no_loss_even_soft_ones() -> None:
    soft = RNN(seed=0).feedforward([0, 1, 2])
    assert RNN.loss(1, soft, soft) == 0
    assert RNN().total_loss(soft, soft) == 0
    assert RNN().total_loss([0, 1, 2], [0, 1, 2]) == 0


def test_a_prediction_of_nothing_for_the_right_symbol_has_a_finite_loss() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loss = RNN.loss(0, np.array([[1, 0]]), np.array([[0.0, 1.0]]))
    assert loss == pytest.approx(-math.log(5e-324))


def test_softmax_is_safe_for_any_finite_numbers() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert RNN.softmax([1e308, -1e308, 0]).tolist() == [1, 0, 0]
        assert RNN.softmax(np.full((2, 4), -1e308)).tolist() == [[0.25] * 4] * 2
