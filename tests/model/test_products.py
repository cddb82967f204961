"""Sums over time steps and sequences are the same in whichever form they are made."""

from collections.abc import Callable

import numpy as np
import pytest

from rnn_tui.model import products
from rnn_tui.model.batch import Batch
from rnn_tui.model.interruption import Interrupted
from rnn_tui.model.products import sum_by_input, sum_of_products


def random(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).standard_normal(shape)


def leaving_at(call: int) -> Callable[[], None]:
    calls = iter(range(call + 1))

    def at_step() -> None:
        if next(calls) == call:
            raise Interrupted

    return at_step


@pytest.mark.parametrize("rows", [0, 1, 15, 16, 17, 60])
def test_a_sum_of_products_is_the_same_in_one_piece_and_in_many(
    rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    left, right = random(rows, 8), random(rows, 4)
    whole, parts = np.full((8, 4), np.nan), np.full((8, 4), np.nan)
    sum_of_products(left, right, whole)
    monkeypatch.setattr(products, "_LONG", 16 * 8 * 4)
    sum_of_products(left, right, parts)
    np.testing.assert_allclose(whole, left.T @ right, atol=1e-12)
    np.testing.assert_allclose(parts, whole, atol=1e-12)


def test_a_long_sum_can_be_left_between_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(products, "_LONG", 1_000)
    rows, out, left = random(60, 8), np.zeros((8, 8)), 0
    for call in range(9):
        try:
            sum_of_products(rows, rows, out, leaving_at(call))
            break
        except Interrupted:
            left += 1
    assert left == 3
    np.testing.assert_allclose(out, rows.T @ rows, atol=1e-12)


@pytest.mark.parametrize("limit", [0, 1_000_000], ids=["sorted", "one-hot"])
@pytest.mark.parametrize(("T", "B", "V", "H"), [(5, 1, 3, 7), (6, 4, 20, 9), (1, 1, 2, 1)])
def test_the_rows_of_each_input_symbol_are_summed(
    T: int, B: int, V: int, H: int, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(products, "_SMALL_ONE_HOT", limit)
    rows, out = random(T * B, H), np.full((V, H), np.nan)
    inputs = np.random.default_rng(0).integers(0, V - 1, (T, B))  # one symbol does not occur
    sum_by_input(rows, Batch(inputs, inputs, (V, 2)), out)
    wanted = np.zeros((V, H))
    np.add.at(wanted, inputs.ravel(), rows)
    np.testing.assert_allclose(out, wanted, atol=1e-12)
