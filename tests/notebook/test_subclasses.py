"""A subclass with its own backpropagation is trained, or told what is wrong with it."""

from typing import Any

import numpy as np
import pytest

from rnn_tui import RNN, make_pairs

LETTERS = ("w", "u", "v", "b_h", "b_o")


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


def test_complex_gradients_are_refused() -> None:
    class Mine(RNN):
        def backpropagation(self, x, y, y_hat):
            return [g * 1j for g in super().backpropagation(x, y, y_hat)]

    x, y = make_pairs(seed=1)
    with pytest.raises(ValueError, match="dw of backpropagation must be an array of numbers"):
        Mine(seed=0).train(1, [x], [y])
