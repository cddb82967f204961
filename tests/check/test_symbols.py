"""A mistake that concerns a single symbol is found, whichever it is."""

import pytest

from rnn_tui.check.here import check_code
from tests.amounts import few
from tests.check.loading import module_of

SOURCE = """
import numpy as np

class RNN:
    def __init__(self, input_size=13, hidden_size=5, output_size=13):
        rng = np.random.default_rng(0)
        self.Wx = rng.normal(0, 0.2, (hidden_size, input_size))
        self.Wh = rng.normal(0, 0.2, (hidden_size, hidden_size))
        self.Wy = rng.normal(0, 0.2, (output_size, hidden_size))

    def forward(self, inputs, targets):
        self.xs, self.hs, self.ps, loss = inputs, {-1: np.zeros(len(self.Wh))}, {}, 0.0
        for t, x in enumerate(inputs):
            self.hs[t] = np.tanh(self.Wx[:, x] + self.Wh @ self.hs[t - 1])
            e = np.exp(self.Wy @ self.hs[t])
            self.ps[t] = e / e.sum()
            loss -= np.log(self.ps[t][targets[t]])
        return loss

    def backward(self, targets):
        dWx, dWh, dWy = (np.zeros_like(w) for w in (self.Wx, self.Wh, self.Wy))
        carry = np.zeros(len(self.Wh))
        for t in reversed(range(len(targets))):
            do = self.ps[t].copy()
            do[targets[t]] -= 1
            TARGET
            dWy += np.outer(do, self.hs[t])
            da = (self.Wy.T @ do + carry) * (1 - self.hs[t] ** 2)
            dWx[:, self.xs[t]] += da
            dWh += np.outer(da, self.hs[t - 1])
            carry = self.Wh.T @ da
            INPUT
        return dWx, dWh, dWy
"""


def verdict(target: str = "", inputs: str = "") -> str:
    return check_code(module_of(SOURCE.replace("TARGET", target).replace("INPUT", inputs))).verdict


@pytest.mark.parametrize("symbol", few([4, *range(4), *range(5, 13)], 1))
def test_padding_that_the_loss_does_not_know_is_wrong(symbol: int) -> None:
    assert verdict(target=f"if targets[t] == {symbol}: do[:] = 0") == "wrong"


@pytest.mark.parametrize("symbol", few([12, *range(12)], 1))
def test_a_carry_that_a_symbol_cuts_is_wrong(symbol: int) -> None:
    assert verdict(inputs=f"if self.xs[t] == {symbol}: carry[:] = 0") == "wrong"


def test_without_such_a_line_it_is_right() -> None:
    assert verdict() == "right"
