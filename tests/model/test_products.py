"""Products over time steps and sequences are the same in whichever form they are made."""

import numpy as np
import pytest

from rnn_tui.model import products
from rnn_tui.model.batch import Batch
from rnn_tui.model.interruption import Interrupted
from rnn_tui.model.network import layout
from rnn_tui.model.parameters import Parameters, draw
from rnn_tui.model.products import Recurrence, RowProducts, Sums
from rnn_tui.model.rnn import Unrolled

SIZES = [
    (5, 1, 3, 7), (6, 4, 20, 9), (12, 100, 3, 32), (10, 32, 65, 128), (3, 16, 5, 256),
    (2, 64, 65, 256), (3, 70, 65, 256), (14, 32, 65, 128),
]  # fmt: skip


@pytest.fixture(params=["packed", "unpacked"], autouse=True)
def _blas(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where BLAS has kernels for small matrices, and as where it has none."""
    limit = 1_000_000 if request.param == "unpacked" else 0
    monkeypatch.setattr(products, "_unpacked", lambda: limit)
    return


def random(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).standard_normal(shape).astype(np.float32)


def close(found: np.ndarray, wanted: np.ndarray) -> None:
    np.testing.assert_allclose(found, wanted, rtol=1e-3, atol=1e-3 * np.abs(wanted).max())


@pytest.mark.parametrize(
    ("T", "B", "V", "H"), [*SIZES, (7, 13, 4, 8), (1, 1, 2, 3), (2, 1009, 3, 4)]
)
def test_rows_times_a_matrix(T: int, B: int, V: int, H: int) -> None:
    left, matrix, out = random(T, B, H), random(H, V), np.empty((T, B, V), np.float32)
    RowProducts.of(left, out).by(matrix)
    close(out, left.astype(np.float64) @ matrix)


@pytest.mark.parametrize(
    ("T", "B", "V", "H"), [*SIZES, (7, 13, 4, 8), (1, 1, 2, 3), (2, 1009, 3, 4)]
)
def test_rows_times_a_matrix_symbol_by_symbol(T: int, B: int, V: int, H: int) -> None:
    """Of some time steps of an array (V, T, B), from it and into it."""
    some, by_symbol = slice(T // 2, T), np.zeros((V, T, B), np.float32)
    steps, left, matrix = by_symbol.transpose(1, 2, 0)[some], random(T, B, H)[some], random(V, H)
    RowProducts.of(left, steps).by(matrix.T)
    close(steps, left.astype(np.float64) @ matrix.T)
    assert not by_symbol[:, : T // 2].any()

    back = np.empty_like(left)
    RowProducts.of(steps, back).by(matrix)
    close(back, steps.astype(np.float64) @ matrix)


@pytest.mark.parametrize(("T", "B", "V", "H"), SIZES)
def test_sums_over_all_rows(T: int, B: int, V: int, H: int) -> None:
    sums = Sums(T, B, V, H, np.float32)
    left, rows = random(T * B, H), random(T * B, V)
    recurrent, outputs = np.ones((H, H), np.float32), np.ones((H, V), np.float32)
    sums.of_products(left, left, recurrent)
    sums.of_products(left, rows, outputs)
    close(recurrent, left.astype(np.float64).T @ left)
    sums.of_products(left[:-B], left[B:], recurrent)
    close(recurrent, left[:-B].astype(np.float64).T @ left[B:])
    close(outputs, left.astype(np.float64).T @ rows)


@pytest.mark.parametrize(("T", "B", "V", "H"), SIZES)
def test_sums_of_the_rows_of_each_input_symbol(T: int, B: int, V: int, H: int) -> None:
    rng, rows, out = np.random.default_rng(0), random(T * B, H), np.ones((V, H), np.float32)
    inputs = rng.integers(0, V - 1, (T, B))  # one symbol does not occur
    Sums(T, B, V, H, np.float32).by_input(rows, Batch(inputs, inputs, V), out)
    wanted = np.zeros((V, H))
    np.add.at(wanted, inputs.ravel(), rows.astype(np.float64))
    close(out, wanted)


@pytest.mark.parametrize(("B", "H"), [(1, 5), (3, 8), (16, 256), (8, 384), (64, 256)])
def test_the_same_matrix_again_and_again(B: int, H: int) -> None:
    recurrence, rows = Recurrence(B, H, np.float32), random(B, H)
    wanted = rows.astype(np.float64) @ random(H, H).T
    matrix = recurrence.matrix(random(H, H).T)
    if B == 1:
        rows, wanted = rows[0], wanted[0]
    recurrence.times(rows)(matrix, recurrence.product)
    close(recurrence.product, wanted)


@pytest.mark.parametrize(("T", "B", "V", "H"), SIZES)
def test_a_network_of_any_size_has_the_gradients_of_its_sequences(
    T: int, B: int, V: int, H: int
) -> None:
    """The mini-batch in float32 against one sequence at a time in float64."""
    tokens = np.random.default_rng(1).integers(0, V, (2, T, B))
    exact = draw(layout(V, H), "scaled", H, np.random.default_rng(2), np.float64)
    rounded = draw(layout(V, H), "scaled", H, np.random.default_rng(2), np.float32)

    def gradient(parameters: Parameters, which: slice) -> Parameters:
        batch = Batch(tokens[0][:, which], tokens[1][:, which], V)
        found = Parameters.zeros(parameters.layout, parameters.flat.dtype)
        network = Unrolled(T, batch.size, V, H, parameters.flat.dtype)
        network.forward(parameters, batch)
        network.blame_outputs(batch)
        network.backward(parameters, batch, found)
        return found

    together = gradient(rounded, slice(None))
    single = sum(gradient(exact, slice(b, b + 1)).flat for b in range(B))
    wanted = exact.with_flat(single)
    for name in together:
        close(together[name], wanted[name])


def test_a_long_sum_can_be_left_half_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(products, "_LONG", 1_000)
    sums, rows, out = Sums(20, 3, 4, 8, np.float64), random(60, 8), np.zeros((8, 8))
    calls = []
    sums.of_products(rows, rows, out, lambda: calls.append(1))
    close(out, rows.T @ rows)
    assert len(calls) > 1

    def leave() -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        sums.of_products(rows, rows, out, leave)


def test_what_is_called_between_pieces_may_return_anything() -> None:
    called = []
    pieces = products.polled(range(3), lambda: called.append(1) or False)  # type: ignore[func-returns-value]
    assert list(pieces) == [0, 1, 2] and len(called) == 3


@pytest.mark.parametrize(("T", "B", "V", "H"), [(400, 500, 3, 100), (400, 1000, 3, 128)])
def test_a_sum_over_very_many_rows_takes_little_memory_and_is_polled(
    T: int, B: int, V: int, H: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def counted(shape: tuple[int, ...], dtype: str) -> np.ndarray:
        made.append(int(np.prod(shape)))
        return np.zeros(shape, dtype)

    monkeypatch.setattr(products, "buffer", counted)
    sums, calls = Sums(T, B, V, H, np.float32), []
    assert sum(made) <= 2 * products._MOST_TO_SUM
    rows = np.zeros((T * B, H), np.float32)
    sums.of_products(rows, rows, np.zeros((H, H), np.float32), lambda: calls.append(1))
    assert len(calls) * products._LONG >= len(rows) * H * H
