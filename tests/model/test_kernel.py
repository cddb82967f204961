"""One loss and gradient, in whichever layout suits the size."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.model.batch import Batch
from rnn_tui.model.fast.kernel import Kernel
from rnn_tui.model.head import symbol_losses
from rnn_tui.model.network import layout
from rnn_tui.model.parameters import Parameters, draw
from rnn_tui.model.rnn import Unrolled


def kernel_of(steps, batch, symbols, hidden, dtype="float64", seed=0, scale=1.0):
    kernel = Kernel(steps, batch, symbols, hidden, dtype)
    drawn = draw(kernel.layout, "scaled", hidden, np.random.default_rng(seed), dtype)
    kernel.parameters.flat[...] = scale * drawn.flat
    return kernel


def gradients(kernel, batch):
    outputs = kernel.forward(batch)
    kernel.backward(batch)
    return outputs


def sequences(steps, batch, symbols, seed=0):
    tokens = np.random.default_rng(seed).integers(0, symbols, (2, batch, steps))
    return Batch.of_sequences(tokens[0], tokens[1], symbols)


def one_by_one(kernel, batch, hidden):
    """Mean of the gradients and all losses, a sequence at a time, always shifted."""
    flat = Parameters.zeros(layout(batch.symbols, hidden), kernel.parameters.flat.dtype)
    for name in flat:
        flat[name][...] = kernel.parameters[name]
    mean, losses = dict.fromkeys(flat, 0.0), []
    for b in range(batch.size):
        single = Batch(batch.inputs[:, [b]], batch.targets[:, [b]], batch.symbols)
        network = Unrolled(batch.steps, 1, batch.symbols, hidden, flat.flat.dtype)
        gradient = Parameters.zeros(flat.layout, flat.flat.dtype)
        network.forward(flat, single)
        network.blame_outputs(single)
        network.backward(flat, single, gradient)
        losses.append(network.loss(single)[:, 0])
        mean = {name: mean[name] + gradient[name] / batch.size for name in mean}
    return mean, np.stack(losses, 1)


def losses_of(outputs, batch):
    shifts = outputs.shifts if outputs.shifted else 0.0
    return symbol_losses(outputs.logits, outputs.exp_sums, shifts, batch.targets)


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
    kernel = kernel_of(steps, size, symbols, hidden, seed=seed)
    kernel.parameters["V"][...] *= scale
    batch = sequences(steps, size, symbols, seed)
    outputs = gradients(kernel, batch)
    gradient, losses = one_by_one(kernel, batch, hidden)
    for name, right in gradient.items():
        largest = max(1.0, float(np.abs(right).max()))
        np.testing.assert_allclose(kernel.gradient[name], right, rtol=1e-8, atol=1e-11 * largest)
    np.testing.assert_allclose(losses_of(outputs, batch), losses, rtol=1e-9, atol=1e-9)


def test_a_smaller_last_mini_batch_is_averaged_over_its_own_sequences():
    kernel, batch = kernel_of(4, 5, 3, 6), sequences(4, 2, 3)
    gradients(kernel, sequences(4, 5, 3, seed=1))
    gradients(kernel, batch)
    for name, right in one_by_one(kernel, batch, 6)[0].items():
        np.testing.assert_allclose(kernel.gradient[name], right, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("size", [1, 2, 100])
def test_logits_of_any_size_are_taken_as_they_are(size, dtype):
    """Whether the exponentials are shifted is seen by no one: below, at, and far above."""
    batch = sequences(6, size, 3)
    for power in np.arange(-2, 7, 0.25):
        kernel = kernel_of(6, size, 3, 4, dtype)
        kernel.parameters["V"][...] *= 10**power
        outputs = gradients(kernel, batch)
        gradient, losses = one_by_one(kernel, batch, 4)
        tolerance = 1e-3 if dtype == "float32" else 1e-8
        for name, right in gradient.items():
            largest = max(1.0, float(np.abs(right).max()))
            np.testing.assert_allclose(
                kernel.gradient[name], right, rtol=tolerance, atol=tolerance * largest
            )
        scale = max(1.0, float(np.abs(losses).max()))
        found = losses_of(outputs, batch)
        np.testing.assert_allclose(found, losses, rtol=tolerance, atol=tolerance * scale)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("size", [1, 2, 100])
@pytest.mark.parametrize("tensor", ["V", "b_o"])
def test_exponentials_are_shifted_from_a_size_on_that_is_safe(tensor, size, dtype):
    batch, shifted, largest = sequences(6, size, 3), [], []
    for power in np.arange(0, 5, 0.125):
        kernel = kernel_of(6, size, 3, 4, dtype)
        kernel.parameters[tensor][...] *= 10**power
        outputs = gradients(kernel, batch)
        shifted.append(outputs.shifted)
        largest.append(float(np.abs(outputs.logits).max()))
        assert np.isfinite(outputs.exp_sums).all() and (outputs.exp_sums > 0).all()
    assert all(later or not before for before, later in pairwise(shifted))
    assert not shifted[0] and shifted[-1]
    limit = 88 if dtype == "float32" else 709
    assert max(size for size, shift in zip(largest, shifted, strict=True) if not shift) < limit


@pytest.mark.parametrize("size", [1, 2])
def test_a_weight_that_is_not_a_number_makes_a_gradient_that_is_none(size):
    kernel = kernel_of(6, size, 3, 4)
    kernel.parameters["V"][0, 0] = np.nan
    with np.errstate(all="ignore"):
        gradients(kernel, sequences(6, size, 3))
    assert not kernel.gradient.all_finite()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("hidden", [4, 200], ids=["stacked", "layered"])
@pytest.mark.parametrize("constant", [-800.0, -60.0, 60.0, 800.0])
def test_a_constant_added_to_all_logits_changes_nothing(constant, hidden, dtype):
    """Also where every exponential would be too small, or too large, without a shift."""
    batch, found = sequences(6, 2, 3), []
    for added in (0.0, constant):
        kernel = kernel_of(6, 2, 3, hidden, dtype)
        kernel.parameters["b_o"][...] += added
        outputs = gradients(kernel, batch)
        found.append((kernel.gradient.flat.copy(), losses_of(outputs, batch).copy()))
    tolerance = 1e-3 if dtype == "float32" else 1e-9
    for without, with_constant in zip(*found, strict=True):
        np.testing.assert_allclose(with_constant, without, rtol=tolerance, atol=tolerance)
