"""The network's quantities by name, its safety at the edges of the numbers, and leaving a pass."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import DTypeLike

from rnn_tui.model import rnn
from rnn_tui.model.batch import Batch
from rnn_tui.model.head import symbol_losses
from rnn_tui.model.interruption import Interrupted
from rnn_tui.model.parameters import Parameters, draw
from rnn_tui.model.rnn import Unrolled, layout

DTYPES = ("float64", "float32")


def random_batch(T: int, B: int, k: int, seed: int = 0) -> Batch:
    inputs, targets = np.random.default_rng(seed).integers(0, k, (2, T, B))
    return Batch(inputs, targets, k)


def random_parameters(H: int, k: int, dtype: DTypeLike = "float64", seed: int = 0) -> Parameters:
    return draw(layout(k, H), "normal", H, np.random.default_rng(seed), dtype)


def unrolled_for(parameters: Parameters, batch: Batch) -> Unrolled:
    hidden = len(parameters["b_h"])
    return Unrolled(batch.steps, batch.size, batch.symbols, hidden, parameters.flat.dtype)


def whole_pass(parameters: Parameters, batch: Batch) -> tuple[Unrolled, Parameters]:
    network = unrolled_for(parameters, batch)
    gradient = Parameters.zeros(parameters.layout, parameters.flat.dtype)
    network.forward(parameters, batch)
    network.backward(parameters, batch, gradient)
    return network, gradient


def quantities(network: Unrolled) -> dict[str, Any]:
    """All of (T, B, …)."""
    head = network.head
    outputs = {"s_o": head.logits, "y_hat": head.y_hat, "ds_o": head.ds_o}
    hidden = {"s_h": network.s_h, "a_h": network.a_h, "ds_h": network.ds_h}
    return hidden | {name: np.moveaxis(array, 0, -1) for name, array in outputs.items()}


def test_every_quantity_of_the_equations_is_there_by_name() -> None:
    T, B, H, k = 6, 3, 5, 4
    p, batch = random_parameters(H, k), random_batch(T, B, k)
    network, gradient = whole_pass(p, batch)
    found, losses = quantities(network), symbol_losses(network.head, batch.targets)
    w, u, v = p.notebook("W"), p.notebook("U"), p.notebook("V")

    for b in range(B):
        a_h = np.zeros(H)
        for t in range(T):
            x = np.eye(k)[batch.inputs[t, b]]
            s_h = x @ w.T + a_h @ u + p["b_h"]
            a_h = np.tanh(s_h)
            s_o = a_h @ v.T + p["b_o"]
            y_hat = np.exp(s_o) / np.exp(s_o).sum()
            y = np.eye(k)[batch.targets[t, b]]
            assert np.allclose(found["s_h"][t, b], s_h, rtol=1e-12)
            assert np.allclose(found["a_h"][t, b], a_h, rtol=1e-12)
            assert np.allclose(found["s_o"][t, b], s_o, rtol=1e-12)
            assert np.allclose(found["y_hat"][t, b], y_hat, rtol=1e-12)
            assert np.allclose(found["ds_o"][t, b], y_hat - y, rtol=1e-12, atol=1e-15)
            assert losses[t, b] == pytest.approx(-np.log(y_hat[y == 1][0]), rel=1e-9)
    # ∂L/∂b_h is the sum of ∂L/∂s_h,t over every time step and sequence.
    assert np.allclose(network.ds_h.sum(axis=(0, 1)), gradient["b_h"], rtol=1e-12)


def test_a_sequence_in_a_batch_has_the_quantities_it_has_alone() -> None:
    p, batch = random_parameters(8, 5), random_batch(7, 4, 5)
    together, summed = whole_pass(p, batch)
    total = np.zeros_like(summed.flat)
    for b in range(batch.size):
        column = slice(b, b + 1)
        one, gradient = whole_pass(p, Batch(batch.inputs[:, column], batch.targets[:, column], 5))
        total += gradient.flat
        for name, array in quantities(one).items():
            among = quantities(together)[name][:, b]
            assert np.allclose(array[:, 0], among, rtol=1e-9, atol=1e-12), name
    assert np.allclose(total, summed.flat, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("B", [1, 3])
@pytest.mark.parametrize("together", [1, 2, 4, 7])
def test_the_results_are_the_same_however_many_steps_are_worked_on_together(
    together: int, B: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    p, batch = random_parameters(8, 5), random_batch(7, B, 5)
    network, gradient = whole_pass(p, batch)
    monkeypatch.setattr(rnn, "_NUMBERS_TOGETHER", together * B * 8)
    in_blocks, same = whole_pass(p, batch)
    for name, array in quantities(network).items():
        assert np.allclose(quantities(in_blocks)[name], array, rtol=1e-12, atol=1e-14), name
    assert np.allclose(same.flat, gradient.flat, rtol=1e-12, atol=1e-14)


def test_buffers_used_again_leave_no_trace_of_the_pass_before() -> None:
    first, second = random_batch(5, 2, 6, seed=1), random_batch(5, 2, 6, seed=2)
    p = random_parameters(4, 6)
    network = unrolled_for(p, first)
    gradients = []
    for batch in (second, first, second):
        gradient = Parameters.zeros(p.layout)
        for name in gradient:
            gradient[name][...] = np.nan
        network.forward(p, batch)
        network.backward(p, batch, gradient)
        gradients.append(gradient.flat)
    assert np.array_equal(gradients[0], gradients[2])
    assert not np.array_equal(gradients[0], gradients[1])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("T", "B", "H", "k"), [(1, 1, 1, 2), (1, 5, 3, 2), (9, 1, 1, 2), (1, 1, 4, 70), (4, 2, 1, 3)]
)
def test_the_smallest_sizes_work(T: int, B: int, H: int, k: int, dtype: str) -> None:
    network, gradient = whole_pass(random_parameters(H, k, dtype), random_batch(T, B, k))
    assert network.head.y_hat.shape == (k, T, B)
    assert np.allclose(network.head.y_hat.sum(axis=0), 1, rtol=1e-5)
    assert gradient.all_finite()
    assert gradient.flat.dtype == dtype


@pytest.mark.parametrize("size", [1e2, 1e5, 1e30, 1e37])
@pytest.mark.parametrize("dtype", DTYPES)
def test_huge_logits_give_finite_losses_and_no_warning(dtype: str, size: float) -> None:
    p, batch = random_parameters(4, 3, dtype), random_batch(6, 5, 3)
    p["V"][...] = 0
    p["b_o"][...] = np.array([size, 0, -size])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        network, gradient = whole_pass(p, batch)
        loss = symbol_losses(network.head, batch.targets)
    expected = np.array([0, size, 2 * size])[batch.targets]
    assert np.allclose(loss, expected, rtol=1e-6)
    assert np.isfinite(loss).all()
    assert gradient.all_finite()


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_saturated_hidden_layer_gives_finite_gradients_and_no_warning(dtype: str) -> None:
    p, batch = random_parameters(6, 3, dtype), random_batch(8, 2, 3)
    p.flat *= p.flat.dtype.type(1e6)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        network, gradient = whole_pass(p, batch)
        assert np.isfinite(symbol_losses(network.head, batch.targets)).all()
    assert np.abs(network.a_h).max() == 1
    assert gradient.all_finite()


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_loss_of_a_symbol_whose_probability_underflows_is_exact(dtype: str) -> None:
    p = random_parameters(2, 2, dtype)
    p["V"][...] = 0
    p["b_o"][...] = np.array([0, 5000])
    batch = Batch(np.zeros((3, 1), int), np.zeros((3, 1), int), 2)
    network, _ = whole_pass(p, batch)
    assert (network.head.y_hat[0] == 0).all()
    assert (symbol_losses(network.head, batch.targets) == 5000).all()


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_certain_and_right_prediction_has_no_loss_and_no_gradient(dtype: str) -> None:
    p = random_parameters(2, 2, dtype)
    p["V"][...] = 0
    p["b_o"][...] = np.array([0, 5000])
    ones = np.ones((3, 1), int)
    network, gradient = whole_pass(p, Batch(ones, ones, 2))
    assert (symbol_losses(network.head, ones) == 0).all()
    assert not gradient.flat.any()


def raising_at(call: int) -> Callable[[], None]:
    calls = iter(range(call + 1))

    def at_step() -> None:
        if next(calls) == call:
            raise Interrupted

    return at_step


def test_leaving_at_any_time_step_leaves_the_parameters_and_a_later_pass_alone() -> None:
    p, batch = random_parameters(4, 3), random_batch(6, 2, 3)
    before = p.flat.copy()
    _, right = whole_pass(p, batch)
    network, gradient = unrolled_for(p, batch), Parameters.zeros(p.layout)
    left = 0
    for call in range(100):
        at_step = raising_at(call)
        try:
            network.forward(p, batch, at_step)
            network.backward(p, batch, gradient, at_step)
            break
        except Interrupted:
            left += 1
            assert np.array_equal(p.flat, before)
    # Every step but the first, forwards and back, is such a place.
    assert left >= 2 * (batch.steps - 1)
    assert np.array_equal(gradient.flat, right.flat)


def test_being_watched_at_each_step_changes_no_bit() -> None:
    p, batch = random_parameters(5, 3), random_batch(9, 2, 3)
    _, alone = whole_pass(p, batch)
    network, watched = unrolled_for(p, batch), Parameters.zeros(p.layout)
    network.forward(p, batch, lambda: None)
    network.backward(p, batch, watched, lambda: None)
    assert np.array_equal(alone.flat, watched.flat)


@pytest.mark.parametrize("present", [[0], [3], [0, 3], [1, 2]])
def test_a_symbol_that_does_not_occur_has_no_gradient_in_its_row_of_w(present: list[int]) -> None:
    inputs = np.random.default_rng(0).choice(present, (7, 2))
    _, gradient = whole_pass(random_parameters(3, 4), Batch(inputs, inputs, 4))
    occurring = np.flatnonzero(np.abs(gradient["W"]).sum(axis=1))
    assert occurring.tolist() == present
