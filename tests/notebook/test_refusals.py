"""What cannot be is refused with what was expected."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from rnn_tui import RNN, make_pairs, num_to_label

Sequences = Callable[..., tuple[list[Any], list[Any]]]

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


def test_lists_that_do_not_go_together_are_refused(sequences: Sequences) -> None:
    rnn, (x, y) = RNN(seed=0), sequences(3)
    with pytest.raises(ValueError, match="2 target sequences for 3"):
        rnn.total_loss(y[:2], rnn.predict_scores(x))
    with pytest.raises(ValueError, match="3 input sequences for 2"):
        rnn.train(1, x, y[:2])


@pytest.mark.parametrize("epochs", [-1, 1.5, "2", None])
def test_epochs_must_be_a_whole_number(epochs: Any, sequences: Sequences) -> None:
    with pytest.raises(ValueError, match="epochs"):
        RNN().train(epochs, *sequences(1))


def test_a_refused_sequence_changes_no_weight(sequences: Sequences) -> None:
    rnn, (x, y) = RNN(seed=0), sequences(2)
    before = rnn.w.copy()
    with pytest.raises(ValueError, match="0 to 2"):
        rnn.train(1, [*x, [7]], [*y, [1]])
    assert np.array_equal(rnn.w, before)


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


def test_a_time_step_that_is_not_there_has_no_loss() -> None:
    with pytest.raises(ValueError, match="there is no time step 99"):
        RNN.loss(99, [[1, 0]], [[0.5, 0.5]])


@pytest.mark.parametrize("method", ["predict", "predict_scores", "train"])
def test_one_sequence_in_the_place_of_a_list_is_told(method: str) -> None:
    x, y = make_pairs(seed=1)
    arguments = (1, x, y) if method == "train" else (x,)
    with pytest.raises(ValueError, match="expected a list"):
        getattr(RNN(seed=0), method)(*arguments)


NUMBERS = "must be an array of numbers"
AWKWARD: dict[str, Any] = {
    "strings": ["0", "1", "2"],
    "bytes": np.array([b"0", b"1"]),
    "times": np.array([0, 1, 2], "timedelta64[s]"),
    "dates": np.array(["2026-11-26"], "datetime64[D]"),
    "records": np.zeros(3, [("symbol", int)]),
    "ragged": [[0, 1, 2], [0]],
    "objects": np.array([0, 1, None]),
    "nested objects": np.array([[0, 1], [2]], dtype=object),
    "more than 64 bits": [0, 10**400],
    "complex": [0j, 1j],
    "masked": np.ma.array([0, 1, 2], mask=[0, 1, 0]),
    "masked rows": [np.ma.array([1, 0, 0], mask=[0, 1, 0])] * 2,
    "a dictionary": {0: 1},
    "a generator": (symbol for symbol in (0, 1)),
}


@pytest.mark.parametrize("kind", AWKWARD)
def test_what_only_resembles_numbers_is_refused_everywhere(kind: str) -> None:
    rnn, wrong = RNN(seed=0), AWKWARD[kind]
    for call in (
        lambda: num_to_label(wrong),
        lambda: rnn.feedforward(wrong),
        lambda: rnn.predict([wrong]),
        lambda: rnn.predict_scores([wrong]),
        lambda: rnn.backpropagation(wrong, GOOD, GOOD),
        lambda: rnn.backpropagation(GOOD, wrong, GOOD),
        lambda: rnn.backpropagation(GOOD, GOOD, wrong),
        lambda: rnn.train(1, [GOOD], [wrong]),
        lambda: rnn.train(1, [wrong], [GOOD]),
        lambda: rnn.softmax(wrong),
        lambda: rnn.tanh(wrong),
        lambda: rnn.score_to_num(wrong),
        lambda: setattr(rnn, "b_o", wrong),
    ):
        with pytest.raises(ValueError, match=NUMBERS):
            call()


@pytest.mark.parametrize(
    "one", [GOOD, np.eye(4), np.array([[1, 1, 0], [0, 0, 1]]), np.zeros((2, 3)), np.ones((4, 3))]
)
def test_an_array_of_rows_of_zeros_and_ones_is_no_list_of_sequences(one: Any) -> None:
    rnn = RNN(seed=0)
    for call in (
        lambda: rnn.predict(one),
        lambda: rnn.predict_scores(one),
        lambda: rnn.train(1, one, [GOOD]),
        lambda: rnn.train(1, [GOOD], one),
    ):
        with pytest.raises(ValueError, match=r"is one sequence; expected a list of them"):
            call()


def test_an_array_of_symbols_is_a_list_of_sequences() -> None:
    rnn, symbols = RNN(seed=0), np.array([[0, 1, 2, 0], [1, 0, 1, 1]])
    assert [found.shape for found in rnn.predict(symbols)] == [(4,), (4,)]


@pytest.mark.parametrize(
    "wrong", [None, 5, "012", b"012", {"x": GOOD}, {0, 1}, np.array(3), iter([GOOD])]
)
def test_what_is_no_list_is_no_list_of_sequences(wrong: Any) -> None:
    rnn = RNN(seed=0)
    for call in (lambda: rnn.predict(wrong), lambda: rnn.train(1, wrong, [GOOD])):
        with pytest.raises(ValueError, match="x must be a list of sequences"):
            call()
    with pytest.raises(ValueError, match="y must be a list of sequences"):
        rnn.total_loss(wrong, [GOOD])


@pytest.mark.parametrize("learning_rate", ["0.1", 10**400, None, [0.1], 1j, np.nan, np.array("1")])
def test_a_learning_rate_that_is_no_number_is_refused(learning_rate: Any) -> None:
    rnn = RNN(seed=0)
    with pytest.raises(ValueError, match="learning_rate must be a number above 0"):
        rnn.learning_rate = learning_rate
    assert rnn.learning_rate == 0.001


@pytest.mark.parametrize("vocab", [None, 0, "3", 2.5])
def test_labels_of_no_vocabulary_are_refused(vocab: Any) -> None:
    with pytest.raises(ValueError, match="vocab must be a whole number, at least 1"):
        num_to_label([0], vocab)


@pytest.mark.parametrize("size", [10**9, 10**400], ids=["large", "huge"])
def test_what_fits_no_memory_is_refused(size: int) -> None:
    for call in (
        lambda: RNN(n_nodes=size),
        lambda: RNN(vocab_size=size),
        lambda: make_pairs(length=size),
        lambda: num_to_label([0, 1], vocab=size),
    ):
        with pytest.raises(ValueError, match="more than 8 GiB"):
            call()


@pytest.mark.parametrize("seed", [1.5, -1, "a", True, [1]])
def test_a_seed_that_is_none_is_told(seed: Any) -> None:
    for make in (make_pairs, RNN):
        with pytest.raises(ValueError, match="seed must be a whole number, at least 0, not"):
            make(seed=seed)


@pytest.mark.parametrize("letter", ["w", "u", "v", "b_h", "b_o"])
def test_weights_too_large_to_calculate_with_are_told(letter: str) -> None:
    rnn = RNN(seed=0)
    setattr(rnn, letter, np.full_like(getattr(rnn, letter), 1e308))
    for weights in ("v", "b_o"):  # for ŷ to become NaN the output layer has to be large as well
        setattr(rnn, weights, np.where(getattr(rnn, weights) > 0, 1e308, -1e308))
    for call in (
        lambda: rnn.feedforward([0, 1, 2]),
        lambda: rnn.predict([[0, 1, 2]]),
        lambda: rnn.backpropagation([0, 1, 2], [1, 2, 0], np.full((3, 3), 1 / 3)),
        lambda: rnn.train(1, [[0, 1, 2]], [[1, 2, 0]]),
    ):
        with pytest.raises(ValueError, match="the weights are too large"):
            call()


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda rnn: rnn.softmax([]), "x is empty"),
        (lambda rnn: rnn.loss(0, [[1, 0]], [[0.2, 0.3, 0.5]]), r"y\[t\] has shape \(2,\)"),
        (lambda rnn: rnn.backpropagation(GOOD[:3], GOOD, GOOD), "x has 3 time steps, y has 4"),
        (lambda rnn: rnn.total_loss(GOOD[:3], GOOD), r"y has shape \(3, 3\), y_hat has .*\(4, 3\)"),
        (lambda rnn: rnn.total_loss(np.eye(4), np.eye(4)), r"y_hat must have shape \(T, 3\)"),
        (lambda rnn: rnn.total_loss(np.zeros((0, 3)), GOOD), "y is empty"),
    ],
)
def test_shapes_that_do_not_go_together_are_told(call: Callable[[RNN], Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        call(RNN(seed=0))


def test_a_weight_that_became_infinite_in_place_is_told() -> None:
    rnn = RNN(seed=0)
    rnn.u[0, 0] = np.inf
    with pytest.raises(ValueError, match="a weight is NaN or infinite"):
        rnn.feedforward(GOOD)


def test_a_gradient_that_is_not_finite_is_told() -> None:
    rnn = RNN(seed=0)
    rnn.v = np.full((3, 10), 1e300)
    with pytest.raises(ValueError, match="the gradient is not finite"):
        rnn.backpropagation(GOOD, GOOD, np.full((4, 3), 1e300))
