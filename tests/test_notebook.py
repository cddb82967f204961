"""The notebook's class and helpers, as its reader uses them."""

import math
import subprocess
import sys
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from rnn_tui import RNN, make_pairs, num_to_label
from rnn_tui.model.head import Softmax
from rnn_tui.training.config import Config
from rnn_tui.training.trainer import Trainer

Pair = tuple[NDArray[np.int_], NDArray[np.int_]]
LETTERS = ("w", "u", "v", "b_h", "b_o")
GRADIENTS = ("w", "v", "u", "b_h", "b_o")  # the notebook returns them in this order

# The notebook's cells, with RNN for its RNN1 and RNN2.
CELLS = """
length = 50

x_num = [np.random.randint(0, 3) for i in range(length)]
y_num = [(x+1) % 3 for x in x_num]
x_str = ''.join([str(i) for i in x_num])
y_str = ''.join([str(i) for i in y_num])

size = 10
x, y = [], []
for i in range(size):
    xx, yy = make_pairs()
    x.append(xx)
    y.append(yy)

rnn1 = RNN()
pred_scores = rnn1.predict_scores(x)
pred = rnn1.predict(x)
loss = rnn1.total_loss(y, pred_scores)

loss0 = rnn1.total_loss(y[0], y[0])
loss1 = rnn1.total_loss(pred_scores[0], pred_scores[0])
assert loss0 == 0
assert loss1 == 0

rnn2 = RNN()
rnn2.train(1, x, y)
"""


def pairs(count: int = 10, length: int = 10, vocab: int = 3, seed: int = 0) -> list[Pair]:
    generator = np.random.default_rng(seed)
    return [make_pairs(length, vocab, generator) for _ in range(count)]


def sequences(count: int = 10, seed: int = 0) -> tuple[list[Any], list[Any]]:
    x, y = zip(*pairs(count, seed=seed), strict=True)
    return list(x), list(y)


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


# The notebook as it is.


def test_the_notebooks_cells_run() -> None:
    names: dict[str, Any] = {"np": np, "RNN": RNN, "make_pairs": make_pairs}
    exec(CELLS, names)
    assert len(names["pred"]) == 10
    assert names["pred"][0].shape == (10,)
    assert math.isfinite(names["loss"])
    assert names["loss"] > 0


def test_importing_the_package_loads_no_numpy() -> None:
    code = (
        "import sys, rnn_tui; assert 'numpy' not in sys.modules; "
        "assert {'RNN', 'make_pairs', 'num_to_label'} <= set(dir(rnn_tui)); "
        "from rnn_tui import RNN; assert 'numpy' in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    import rnn_tui

    with pytest.raises(AttributeError, match="RNN7"):
        _ = rnn_tui.RNN7


# Labels and pairs.


def test_labels_are_one_hot_integers() -> None:
    labels = num_to_label([2, 0, 1])
    assert labels.tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0]]
    assert labels.dtype == int
    assert num_to_label(np.array([4]), vocab=5).tolist() == [[0, 0, 0, 0, 1]]


@pytest.mark.parametrize(
    ("y", "told"),
    [
        ([3], "0 to 2"),
        ([-1], "0 to 2"),
        ([0.5], "whole numbers"),
        ([float("nan")], "NaN"),
        ([], "empty"),
        ([[0, 1]], "dimensions"),
        (["a"], "numbers"),
    ],
)
def test_what_is_no_symbol_gets_no_label(y: Any, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        num_to_label(y)


@given(length=st.integers(1, 30), vocab=st.integers(2, 20), seed=st.integers(0, 2**32))
def test_pairs_are_a_sequence_and_its_successor(length: int, vocab: int, seed: int) -> None:
    x, y = make_pairs(length, vocab, seed)
    assert x.shape == y.shape == (length, vocab)
    assert x.dtype == y.dtype == int
    assert (x.sum(axis=1) == 1).all()
    assert np.array_equal((x.argmax(axis=1) + 1) % vocab, y.argmax(axis=1))


def test_an_int_seeds_pairs_a_generator_is_drawn_from_and_none_is_fresh() -> None:
    assert np.array_equal(make_pairs(50, seed=1)[0], make_pairs(50, seed=1)[0])
    generator = np.random.default_rng(1)
    first, second = make_pairs(50, seed=generator)[0], make_pairs(50, seed=generator)[0]
    assert np.array_equal(first, make_pairs(50, seed=1)[0])
    assert not np.array_equal(first, second)
    assert not np.array_equal(make_pairs(50)[0], make_pairs(50)[0])


def test_the_global_generator_is_neither_used_nor_moved() -> None:
    def state() -> str:
        return repr(np.random.get_state())  # noqa: NPY002

    before = state()
    make_pairs()
    RNN().train(1, *sequences(2))
    assert state() == before


@pytest.mark.parametrize(
    "wrong", [{"length": 0}, {"length": 2.5}, {"vocab": 1}, {"vocab": "3"}, {"length": True}]
)
def test_pairs_of_a_senseless_size_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be a whole number, at least"):
        make_pairs(**wrong)


# Making a network.


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


# Predicting.


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


def test_predictions_are_the_most_probable_symbols_of_each_sequence() -> None:
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


def test_what_was_handed_out_is_not_changed_by_the_next_pass() -> None:
    rnn, (x, _) = RNN(seed=0), sequences(2)
    first = rnn.feedforward(x[0])
    hidden, kept = rnn.a_h, (first.copy(), rnn.a_h.copy())  # type: ignore[union-attr]
    rnn.feedforward(x[1])
    assert hidden is not None
    assert np.array_equal(first, kept[0])
    assert np.array_equal(hidden, kept[1])


# Loss.


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


# Backpropagation.


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
    rnn, ((x, y), (other, _)) = RNN(seed=0), pairs(2)
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


def test_gradients_handed_out_are_the_callers_own() -> None:
    rnn, (x, y) = RNN(seed=0), make_pairs(seed=0)
    y_hat = rnn.feedforward(x)
    first = rnn.backpropagation(x, y, y_hat)
    kept = [gradient.copy() for gradient in first]
    for gradient in rnn.backpropagation(x, y, np.full((10, 3), 1 / 3)):
        gradient[...] = 0
    assert all(np.array_equal(a, b) for a, b in zip(first, kept, strict=True))


# What cannot be.

GOOD = np.eye(3)[[0, 1, 2, 0]]


@pytest.mark.parametrize(
    ("x", "told"),
    [
        ([0, 1, 3], "0 to 2"),
        ([-1, 0], "0 to 2"),
        ([0.5, 1], "whole numbers"),
        ([0, float("nan")], "NaN"),
        ([], "empty"),
        (np.zeros((0, 3)), "empty"),
        (np.eye(4), r"\(T, 3\)"),
        (np.full((2, 3), 1 / 3), "one-hot"),
        (np.zeros((2, 3)), "one-hot"),
        (np.ones((2, 3)), "one-hot"),
        (GOOD * 2 - 1, "one-hot"),
        (GOOD * np.nan, "NaN"),
        (np.zeros((2, 2, 3)), "dimensions"),
        (1, "dimensions"),
        ("abc", "numbers"),
        (None, "must be an array of numbers"),
        ([[0, 1], [1]], "numbers"),
    ],
)
def test_what_is_no_input_is_refused_with_what_was_expected(x: Any, told: str) -> None:
    rnn = RNN(seed=0)
    for call in (
        lambda: rnn.feedforward(x),
        lambda: rnn.predict([x]),
        lambda: rnn.backpropagation(x, GOOD, GOOD),
        lambda: rnn.train(1, [x], [GOOD]),
    ):
        with pytest.raises(ValueError, match=told):
            call()


@pytest.mark.parametrize(
    ("y", "told"),
    [
        ([0, 1, 2, 3], "0 to 2"),
        ([0, 1, 2, -1], "0 to 2"),
        ([0, 1, 2, 0.5], "whole numbers"),
        ([0, 1, 2, float("nan")], "NaN"),
        (GOOD * np.nan, "NaN"),
        (-GOOD, "negative"),
        (np.eye(4), r"shape|\(T, 3\)"),
        (GOOD[:3], "shape|time steps"),
        ([], "empty"),
    ],
)
def test_what_is_no_target_is_refused_with_what_was_expected(y: Any, told: str) -> None:
    rnn = RNN(seed=0)
    y_hat = rnn.feedforward(GOOD)
    for call in (
        lambda: rnn.total_loss(y, y_hat),
        lambda: rnn.backpropagation(GOOD, y, y_hat),
        lambda: rnn.train(1, [GOOD], [y]),
    ):
        with pytest.raises(ValueError, match=told):
            call()


def test_predictions_of_the_wrong_shape_are_refused() -> None:
    rnn = RNN(seed=0)
    for y_hat in (GOOD[:3], np.eye(4), np.zeros((4, 3)) * np.nan):
        with pytest.raises(ValueError, match=r"shape|y_hat"):
            rnn.backpropagation(GOOD, GOOD, y_hat)
        with pytest.raises(ValueError, match=r"shape|y_hat"):
            rnn.total_loss(GOOD, y_hat)


def test_lists_that_do_not_go_together_are_refused() -> None:
    rnn, (x, y) = RNN(seed=0), sequences(3)
    with pytest.raises(ValueError, match="2 target sequences for 3"):
        rnn.total_loss(y[:2], rnn.predict_scores(x))
    with pytest.raises(ValueError, match="3 input sequences for 2"):
        rnn.train(1, x, y[:2])


@pytest.mark.parametrize("epochs", [-1, 1.5, "2", None])
def test_epochs_must_be_a_whole_number(epochs: Any) -> None:
    with pytest.raises(ValueError, match="epochs"):
        RNN().train(epochs, *sequences(1))


def test_a_refused_sequence_changes_no_weight() -> None:
    rnn, (x, y) = RNN(seed=0), sequences(2)
    before = rnn.w.copy()
    with pytest.raises(ValueError, match="0 to 2"):
        rnn.train(1, [*x, [7]], [*y, [1]])
    assert np.array_equal(rnn.w, before)


# Training.


def test_training_is_online_descent_along_the_gradients() -> None:
    rnn, plain, (x, y) = RNN(seed=0), RNN(seed=0), sequences(3)
    losses = rnn.train(2, x, y)
    for epoch in range(2):
        total = 0.0
        for xx, yy in zip(x, y, strict=True):
            y_hat = plain.feedforward(xx)
            total += plain.total_loss(yy, y_hat)
            for letter, gradient in zip(
                GRADIENTS, plain.backpropagation(xx, yy, y_hat), strict=True
            ):
                setattr(plain, letter, getattr(plain, letter) - plain.learning_rate * gradient)
        assert losses[epoch] == pytest.approx(total, rel=1e-12)
    assert all(np.allclose(getattr(rnn, n), getattr(plain, n), rtol=1e-12) for n in LETTERS)


def test_a_subclass_trains_with_its_own_backpropagation() -> None:
    class Mine(RNN):
        calls = 0

        def backpropagation(self, x, y, y_hat):
            self.calls += 1
            return tuple(2 * gradient for gradient in super().backpropagation(x, y, y_hat))

    x, y = make_pairs(seed=1)
    mine, plain = Mine(seed=0, learning_rate=0.001), RNN(seed=0, learning_rate=0.002)
    assert mine.train(3, [x], [y]) == pytest.approx(plain.train(3, [x], [y]), rel=1e-12)
    assert mine.calls == 3


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda dw, dv, du, db_h, db_o: None, "backpropagation returned None"),
        (lambda dw, dv, du, db_h, db_o: dw, "returned a ndarray; expected dw, dv, du, db_h, db_o"),
        (lambda dw, dv, du, db_h, db_o: (dw, dv, du, db_h), "returned 4 values; expected dw, dv"),
        (lambda *five: (*five, five[0]), "returned 6 values"),
        (
            lambda dw, dv, du, db_h, db_o: (dw, dv, du, db_h[0], db_o),
            r"db_h of .* \(10,\), not \(\)",
        ),
        (lambda dw, dv, du, db_h, db_o: (dw, dv, du[0], db_h, db_o), r"du of .* \(10, 10\)"),
        (lambda dw, dv, du, db_h, db_o: (dw.T, dv, du, db_h, db_o), r"dw of .* not \(3, 10\)"),
        (lambda dw, dv, du, db_h, db_o: (dw, dv, du * np.nan, db_h, db_o), "epoch 1: du holds NaN"),
        (lambda dw, dv, du, db_h, db_o: (dw, dv, None, db_h, db_o), "du of .* numbers"),
        (lambda dw, dv, du, db_h, db_o: (dw, dv, "du", db_h, db_o), "du of .* numbers"),
    ],
)
def test_a_subclass_is_told_what_its_gradients_lack_and_no_weight_changes(
    spoil: Any, told: str
) -> None:
    class Mine(RNN):
        def backpropagation(self, x, y, y_hat):
            return spoil(*super().backpropagation(x, y, y_hat))

    x, y = make_pairs(seed=1)
    mine = Mine(seed=0)
    before = [getattr(mine, letter).copy() for letter in LETTERS]
    with pytest.raises(ValueError, match=told):
        mine.train(1, [x], [y])
    assert all(
        np.array_equal(getattr(mine, n), old) for n, old in zip(LETTERS, before, strict=True)
    )


def test_a_subclass_may_return_any_iterable_of_gradients() -> None:
    class Clipped(RNN):
        def backpropagation(self, x, y, y_hat):
            return (np.clip(g, -1, 1) for g in super().backpropagation(x, y, y_hat))

    x, y = make_pairs(seed=1)
    assert len(Clipped(seed=0).train(2, [x], [y])) == 2


def test_a_subclass_whose_training_diverges_is_told_when_and_what_helps() -> None:
    class Mine(RNN):
        def backpropagation(self, x, y, y_hat):
            self.calls = getattr(self, "calls", 0) + 1
            own = super().backpropagation(x, y, y_hat)
            return [g * (np.inf if self.calls == 3 else 1) for g in own]

    x, y = make_pairs(seed=1)
    with pytest.raises(ValueError, match="epoch 3: dw holds NaN or infinity; lower learning_rate"):
        Mine(seed=0).train(9, [x], [y])


def test_a_subclass_is_told_what_its_predictions_lack() -> None:
    class Mine(RNN):
        def feedforward(self, x):
            return super().feedforward(x)[:-1]

    x, y = make_pairs(seed=1)
    with pytest.raises(
        ValueError, match=r"y_hat of feedforward must have shape \(10, 3\), not \(9, 3\)"
    ):
        Mine(seed=0).train(1, [x], [y])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((3, [], []), "x is empty"),
        ((1, None, None), "x must be a list of sequences, not a NoneType"),
        ((1, [[0, 1]], 5), "y must be a list of sequences, not a int"),
        ((np.zeros((500, 3)), [[0]], [[0]]), r"^epochs must be a whole number.{1,100}$"),
    ],
)
def test_what_cannot_be_trained_is_told_in_one_short_line(
    arguments: tuple[Any, ...], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        RNN(seed=0).train(*arguments)


def test_complex_gradients_are_refused() -> None:
    class Mine(RNN):
        def backpropagation(self, x, y, y_hat):
            return [g * 1j for g in super().backpropagation(x, y, y_hat)]

    x, y = make_pairs(seed=1)
    with pytest.raises(ValueError, match="dw of backpropagation must be an array of numbers"):
        Mine(seed=0).train(1, [x], [y])


def test_a_time_step_that_is_not_there_has_no_loss() -> None:
    with pytest.raises(ValueError, match="there is no time step 99"):
        RNN.loss(99, [[1, 0]], [[0.5, 0.5]])


@pytest.mark.parametrize("method", ["predict", "predict_scores", "train"])
def test_one_sequence_in_the_place_of_a_list_is_told(method: str) -> None:
    x, y = make_pairs(seed=1)
    arguments = (1, x, y) if method == "train" else (x,)
    with pytest.raises(ValueError, match="expected a list"):
        getattr(RNN(seed=0), method)(*arguments)


@pytest.mark.parametrize("seed", [0, 7])
def test_training_gives_the_trainers_parameters(seed: int) -> None:
    trainer = Trainer(Config.of(seed=seed))
    rnn = RNN(seed=seed)
    losses = rnn.train(50, list(trainer.sequences.inputs), list(trainer.sequences.targets))
    states = [trainer.advance() for _ in range(50)]
    state = states[-1]
    parameters = trainer.parameters_of(state)
    for letter, name in zip(LETTERS, ("W", "U", "V", "b_h", "b_o"), strict=True):
        # The trainer's kernel for single short sequences rounds differently in the last bits.
        assert np.allclose(getattr(rnn, letter), parameters.notebook(name), rtol=1e-9, atol=1e-12)
    assert losses[0] == pytest.approx(100 * states[0].training_loss, rel=1e-12)
    assert losses == pytest.approx([100 * state.training_loss for state in states], rel=1e-9)


def test_verbose_prints_a_line_an_epoch(capsys: pytest.CaptureFixture[str]) -> None:
    rnn = RNN(seed=0)
    assert rnn.train(0, *sequences(1)) == []
    rnn.train(2, *sequences(1), verbose=True)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["epoch 1", "epoch 2"]


def test_a_learning_rate_that_makes_weights_infinite_is_told_and_leaves_finite_ones() -> None:
    rnn = RNN(learning_rate=1e308, seed=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match="diverged"):
            rnn.train(50, *sequences(3))
    assert all(np.isfinite(getattr(rnn, letter)).all() for letter in LETTERS)


def epochs_to_learn(seed: int, learning_rate: float, most: int) -> float:
    """The first epoch, counted in tens, after which every prediction is right."""
    x, y = sequences(seed=seed + 1000)
    rnn = RNN(seed=seed, learning_rate=learning_rate)
    for epoch in range(10, most + 1, 10):
        rnn.train(10, x, y)
        if all(
            np.array_equal(found, yy.argmax(axis=1))
            for found, yy in zip(rnn.predict(x), y, strict=True)
        ):
            return epoch
    return math.inf


def test_nine_of_ten_networks_learn_the_problem_within_a_thousand_epochs() -> None:
    learned = [epochs_to_learn(seed, 0.001, 1000) for seed in range(10)]
    assert sum(epochs < math.inf for epochs in learned) >= 9, learned


@pytest.mark.soak
def test_eight_of_ten_learn_it_at_the_notebooks_own_learning_rate() -> None:
    learned = [epochs_to_learn(seed, 0.0001, 4000) for seed in range(10)]
    assert sum(epochs < math.inf for epochs in learned) >= 8, learned


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
