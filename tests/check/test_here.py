"""Checks in this process: `RNN.check`, and `assert_gradients_correct`."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from rnn_tui import RNN, make_pairs
from rnn_tui.check.second_call import are_same
from rnn_tui.check.theirs import Answer
from rnn_tui.testing import assert_gradients_correct


class Forgetful(RNN):
    """Without the term from step t + 1."""

    def backpropagation(self, x: Any, y: Any, y_hat: Any) -> Any:
        dw, dv, du = (np.zeros_like(each) for each in (self.w, self.v, self.u))
        db_h, db_o = np.zeros_like(self.b_h), np.zeros_like(self.b_o)
        for t in range(len(x)):
            ds_o = y_hat[t] - y[t]
            ds_h = (ds_o @ self.v) * (1 - self.a_h[t] ** 2)
            before = self.a_h[t - 1] if t else np.zeros(len(self.u))
            dv += np.outer(ds_o, self.a_h[t])
            dw += np.outer(ds_h, x[t])
            du += np.outer(before, ds_h)
            db_h, db_o = db_h + ds_h, db_o + ds_o
        return dw, dv, du, db_h, db_o


def test_a_subclass_is_told_what_is_missing() -> None:
    network = Forgetful(n_nodes=6, seed=0)
    before = copy.deepcopy(network)
    x, y = make_pairs(10, 3, 0)
    report = network.check(x, y)

    assert set(report.wrong) == {"w", "u", "b_h"}
    assert report.causes[0].cause == "carry-missing"
    assert " | ds_h = (ds_o @ self.v) * (1 - self.a_h[t] ** 2)" in str(report)
    assert [each.first_lag for each in report.tensors if each.verdict == "wrong"] == [1, 1, 1]
    assert (network.w == before.w).all()
    assert network.a_h is None


def test_the_class_itself_is_right() -> None:
    x, y = make_pairs(10, 3, 0)
    assert RNN(seed=0).check(x.argmax(axis=1), y).verdict == "right"


def test_a_check_wants_one_sequence_of_the_vocabulary() -> None:
    x, y = make_pairs(10, 3, 0)
    with pytest.raises(ValueError, match="time steps"):
        RNN(seed=0).check(x, y[:-1])
    with pytest.raises(ValueError, match="x"):
        RNN(vocab_size=4, seed=0).check(x, y)


def test_a_class_within_a_function_is_checked_too() -> None:
    class Local(RNN):
        pass

    class Wrong(Forgetful):
        pass

    assert_gradients_correct(Local)
    with pytest.raises(AssertionError, match="carry-missing"):
        assert_gradients_correct(Wrong)


def test_infinite_gradients_are_compared_without_a_warning_in_the_users_own_tests() -> None:
    def answer(last: float) -> Answer:
        return Answer(None, 0.0, {"Wh": np.array([np.inf, last])}, None, {}, [])

    assert are_same(answer(np.inf), answer(np.inf))
    assert are_same(answer(1.0), answer(1.0))


def test_an_assertion_says_which_gradient_is_wrong() -> None:
    with pytest.raises(AssertionError, match="carry-missing"):
        assert_gradients_correct(Forgetful)


def test_an_assertion_passes_what_is_right() -> None:
    assert_gradients_correct(RNN)


def test_an_assertion_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing was recognised"):
        assert_gradients_correct(make_pairs)
