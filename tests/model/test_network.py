"""One loss and gradient, in whichever layout suits the size."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.model.batch import Batch
from rnn_tui.model.fast.stacked import stacked_layout
from rnn_tui.model.head import symbol_losses
from rnn_tui.model.network import layout_for, network_for
from rnn_tui.model.parameters import Parameters, draw
from rnn_tui.model.rnn import Unrolled, layout


class Trained:
    """A network with its parameters and their gradient."""

    def __init__(self, batch, symbols, hidden, dtype="float64", seed=0):
        self.network = network_for(batch, symbols, hidden, dtype)
        layout = self.network.layout
        self.parameters = draw(layout, "scaled", hidden, np.random.default_rng(seed), dtype)
        self.gradient = Parameters.zeros(layout, dtype)

    def run(self, batch):
        outputs = self.network.forward(self.parameters, batch)
        self.network.backward(self.parameters, batch, self.gradient)
        return outputs


def sequences(steps, batch, symbols, seed=0):
    tokens = np.random.default_rng(seed).integers(0, symbols, (2, batch, steps))
    return Batch.of_sequences(tokens[0], tokens[1], symbols)


def one_by_one(trained, batch, hidden):
    """Mean of the gradients and all losses, a sequence at a time, by the plain network."""
    dtype = trained.parameters.flat.dtype
    flat = Parameters.zeros(layout(batch.symbols, hidden), dtype)
    for name in flat:
        flat[name][...] = trained.parameters[name]
    mean, losses = dict.fromkeys(flat, 0.0), []
    for b in range(batch.size):
        single = Batch(batch.inputs[:, [b]], batch.targets[:, [b]], batch.symbols)
        network = Unrolled(batch.steps, 1, batch.symbols, hidden, dtype)
        gradient = Parameters.zeros(flat.layout, dtype)
        losses.append(symbol_losses(network.forward(flat, single), single.targets)[:, 0])
        network.backward(flat, single, gradient)
        mean = {name: mean[name] + gradient[name] / batch.size for name in mean}
    return mean, np.stack(losses, 1)


SIZES = {
    "steps": st.integers(1, 12),
    "size": st.integers(1, 5),
    "symbols": st.integers(2, 20),
    "hidden": st.integers(1, 24),
    "seed": st.integers(0, 2**32 - 1),
}


@settings(deadline=None)
@given(**SIZES, scale=st.sampled_from([1.0, 3.0, 1e4]))
def test_the_gradient_is_the_mean_of_those_of_single_sequences(
    steps, size, symbols, hidden, seed, scale
):
    trained = Trained(size, symbols, hidden, seed=seed)
    trained.parameters["V"][...] *= scale
    batch = sequences(steps, size, symbols, seed)
    outputs = trained.run(batch)
    gradient, losses = one_by_one(trained, batch, hidden)
    for name, right in gradient.items():
        largest = max(1.0, float(np.abs(right).max()))
        np.testing.assert_allclose(trained.gradient[name], right, rtol=1e-8, atol=1e-11 * largest)
    np.testing.assert_allclose(symbol_losses(outputs, batch.targets), losses, rtol=1e-9, atol=1e-9)


def test_a_smaller_last_mini_batch_is_averaged_over_its_own_sequences():
    trained, batch = Trained(5, 3, 6), sequences(4, 2, 3)
    trained.run(sequences(4, 5, 3, seed=1))
    trained.run(batch)
    for name, right in one_by_one(trained, batch, 6)[0].items():
        np.testing.assert_allclose(trained.gradient[name], right, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("size", [1, 2, 100])
def test_logits_of_any_size_are_taken_as_they_are(size, dtype):
    """Whether the exponentials are shifted is seen by no one: below, at, and far above."""
    batch = sequences(6, size, 3)
    for power in np.arange(-2, 7, 0.25):
        trained = Trained(size, 3, 4, dtype)
        trained.parameters["V"][...] *= 10**power
        outputs = trained.run(batch)
        gradient, losses = one_by_one(trained, batch, 4)
        tolerance = 1e-3 if dtype == "float32" else 1e-8
        for name, right in gradient.items():
            largest = max(1.0, float(np.abs(right).max()))
            np.testing.assert_allclose(
                trained.gradient[name], right, rtol=tolerance, atol=tolerance * largest
            )
        scale = max(1.0, float(np.abs(losses).max()))
        found = symbol_losses(outputs, batch.targets)
        np.testing.assert_allclose(found, losses, rtol=tolerance, atol=tolerance * scale)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("size", [1, 2, 100])
@pytest.mark.parametrize("tensor", ["V", "b_o"])
def test_exponentials_are_shifted_from_a_size_on_that_is_safe(tensor, size, dtype):
    batch, shifted, largest = sequences(6, size, 3), [], []
    for power in np.arange(0, 5, 0.125):
        trained = Trained(size, 3, 4, dtype)
        trained.parameters[tensor][...] *= 10**power
        outputs = trained.run(batch)
        shifted.append(bool(outputs.shifts.any()))
        largest.append(float(np.abs(outputs.logits).max()))
        assert np.isfinite(outputs.exp_sums).all() and (outputs.exp_sums > 0).all()
    assert all(later or not before for before, later in itertools.pairwise(shifted))
    assert not shifted[0] and shifted[-1]
    limit = 88 if dtype == "float32" else 709
    assert max(size for size, shift in zip(largest, shifted, strict=True) if not shift) < limit


@pytest.mark.parametrize("size", [1, 2])
def test_a_shift_is_forgotten_once_the_logits_are_small_again(size):
    trained, batch = Trained(size, 3, 4), sequences(6, size, 3)
    before = trained.run(batch).exp_sums.copy()
    trained.parameters["b_o"][...] += 1e4
    assert trained.run(batch).shifts.any()
    trained.parameters["b_o"][...] -= 1e4
    outputs = trained.run(batch)
    assert not outputs.shifts.any()
    np.testing.assert_allclose(outputs.exp_sums, before, rtol=1e-9)


def test_the_layout_is_that_of_the_network_that_is_chosen():
    sizes = itertools.product([1, 10, 1000], [3, 65, 200], [10, 32, 100])
    for batch, symbols, hidden in sizes:
        chosen = layout_for(batch, symbols, hidden)
        assert network_for(batch, symbols, hidden, "float32").layout == chosen
    assert layout_for(1, 3, 10) == stacked_layout(3, 10)
    assert layout_for(1, 3, 100) == layout(3, 100)


@pytest.mark.parametrize("size", [1, 2])
def test_a_weight_that_is_not_a_number_makes_a_gradient_that_is_none(size):
    trained = Trained(size, 3, 4)
    trained.parameters["V"][0, 0] = np.nan
    with np.errstate(all="ignore"):
        trained.run(sequences(6, size, 3))
    assert not trained.gradient.all_finite()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("hidden", [4, 200], ids=["stacked", "layered"])
@pytest.mark.parametrize("constant", [-800.0, -60.0, 60.0, 800.0])
def test_a_constant_added_to_all_logits_changes_nothing(constant, hidden, dtype):
    """Also where every exponential would be too small, or too large, without a shift."""
    batch, found = sequences(6, 2, 3), []
    for added in (0.0, constant):
        trained = Trained(2, 3, hidden, dtype)
        trained.parameters["b_o"][...] += added
        outputs = trained.run(batch)
        found.append((trained.gradient.flat.copy(), symbol_losses(outputs, batch.targets).copy()))
    tolerance = 1e-3 if dtype == "float32" else 1e-9
    for without, with_constant in zip(*found, strict=True):
        np.testing.assert_allclose(with_constant, without, rtol=tolerance, atol=tolerance)
