"""One loss and gradient, in whichever layout suits the size."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import DTypeLike

from rnn_tui.model.batch import Batch
from rnn_tui.model.cell import Cell
from rnn_tui.model.cells.rnn import Elman
from rnn_tui.model.fast.stacked import Stacked, is_faster, stacked_layout
from rnn_tui.model.head import Outputs, symbol_losses
from rnn_tui.model.network import layout_for, network_for, plain_layout
from rnn_tui.model.parameters import Parameters, draw
from rnn_tui.model.unrolled import Unrolled
from tests.model.networks import VARIANTS, Named, Numbers

THREE = (3, 3)


class Trained:
    """A network with its parameters and their gradient."""

    def __init__(
        self,
        size: int,
        symbols: tuple[int, int] = THREE,
        hidden: int = 4,
        dtype: DTypeLike = "float64",
        seed: int = 0,
        cell: Cell | None = None,
    ) -> None:
        self.cell, self.hidden = cell or Elman(), hidden
        self.network = network_for(self.cell, size, symbols, hidden, dtype)
        layout, rng = self.network.layout, np.random.default_rng(seed)
        self.parameters = draw(layout, "scaled", hidden, rng, dtype)
        self.gradient = Parameters.zeros(layout, dtype)

    def run(self, batch: Batch) -> Outputs:
        outputs = self.network.forward(self.parameters, batch)
        self.network.backward(self.parameters, batch, self.gradient)
        return outputs

    def one_by_one(self, batch: Batch) -> tuple[Named, Numbers]:
        """Mean of the gradients and all losses, a sequence at a time, by the plain network."""
        dtype = self.parameters.flat.dtype
        layout = plain_layout(self.cell, batch.symbols, self.hidden)
        plain, gradient = Parameters.zeros(layout, dtype), Parameters.zeros(layout, dtype)
        for name in plain:
            plain[name][...] = self.parameters[name]
        mean: Named = {name: np.zeros_like(plain[name]) for name in plain}
        network = Unrolled(self.cell, batch.steps, 1, batch.symbols, self.hidden, dtype)
        losses = []
        for b in range(batch.size):
            part = (slice(None), slice(b, b + 1))
            scored = None if batch.scored is None else batch.scored[part]
            single = Batch(batch.inputs[part], batch.targets[part], batch.symbols, scored)
            losses.append(symbol_losses(network.forward(plain, single), single)[:, 0])
            network.backward(plain, single, gradient)
            for name, array in mean.items():
                array += gradient[name] / batch.size
        return mean, np.stack(losses, 1)


def sequences(
    steps: int,
    size: int,
    symbols: tuple[int, int] = THREE,
    seed: int = 0,
    is_masked: bool = False,
) -> Batch:
    rng = np.random.default_rng(seed)
    inputs, targets = (rng.integers(0, count, (steps, size)) for count in symbols)
    return Batch(inputs, targets, symbols, rng.random((steps, size)) < 0.5 if is_masked else None)


@settings(deadline=None)
@given(
    steps=st.integers(1, 12), size=st.integers(1, 5), symbols=st.tuples(*[st.integers(2, 20)] * 2),
    hidden=st.integers(1, 24), is_masked=st.booleans(), scale=st.sampled_from([1.0, 3.0, 1e4]),
    seed=st.integers(0, 2**32 - 1), cell=st.sampled_from(list(VARIANTS.values())),
)  # fmt: skip
def test_the_gradient_is_the_mean_of_those_of_single_sequences(
    steps: int, size: int, symbols: tuple[int, int], hidden: int, is_masked: bool, scale: float,
    seed: int, cell: Cell,
) -> None:  # fmt: skip
    trained = Trained(size, symbols, hidden, seed=seed, cell=cell)
    trained.parameters["V"][...] *= scale
    batch = sequences(steps, size, symbols, seed, is_masked)
    outputs = trained.run(batch)
    gradient, losses = trained.one_by_one(batch)
    for name, right in gradient.items():
        largest = max(1.0, float(np.abs(right).max()))
        np.testing.assert_allclose(trained.gradient[name], right, rtol=1e-8, atol=1e-11 * largest)
    np.testing.assert_allclose(symbol_losses(outputs, batch), losses, rtol=1e-9, atol=1e-9)


def test_a_smaller_last_mini_batch_is_averaged_over_its_own_sequences(cell: Cell) -> None:
    trained, batch = Trained(5, hidden=6, cell=cell), sequences(4, 2)
    trained.run(sequences(4, 5, seed=1))
    trained.run(batch)
    for name, right in trained.one_by_one(batch)[0].items():
        np.testing.assert_allclose(trained.gradient[name], right, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("size", [1, 2, 100])
def test_logits_of_any_size_are_taken_as_they_are(size: int, dtype: str) -> None:
    """Whether the exponentials are shifted is seen by no one: below, at, and far above."""
    batch = sequences(6, size)
    for power in np.arange(-2, 7, 0.25):
        trained = Trained(size, dtype=dtype)
        trained.parameters["V"][...] *= 10**power
        outputs = trained.run(batch)
        gradient, losses = trained.one_by_one(batch)
        tolerance = 1e-3 if dtype == "float32" else 1e-8
        for name, right in gradient.items():
            largest = max(1.0, float(np.abs(right).max()))
            np.testing.assert_allclose(
                trained.gradient[name], right, rtol=tolerance, atol=tolerance * largest
            )
        scale = max(1.0, float(np.abs(losses).max()))
        found = symbol_losses(outputs, batch)
        np.testing.assert_allclose(found, losses, rtol=tolerance, atol=tolerance * scale)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("size", [1, 2, 100])
@pytest.mark.parametrize("tensor", ["V", "b_o"])
def test_exponentials_are_shifted_from_a_size_on_that_is_safe(
    tensor: str, size: int, dtype: str
) -> None:
    batch, shifted, largest = sequences(6, size), [], []
    for power in np.arange(0, 5, 0.125):
        trained = Trained(size, dtype=dtype)
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
def test_a_shift_is_forgotten_once_the_logits_are_small_again(size: int) -> None:
    trained, batch = Trained(size), sequences(6, size)
    before = trained.run(batch).exp_sums.copy()
    trained.parameters["b_o"][...] += 1e4
    assert trained.run(batch).shifts.any()
    trained.parameters["b_o"][...] -= 1e4
    outputs = trained.run(batch)
    assert not outputs.shifts.any()
    np.testing.assert_allclose(outputs.exp_sums, before, rtol=1e-9)


@pytest.mark.parametrize("symbols", [(3, 3), (2, 65), (200, 2)])
@pytest.mark.parametrize("size", [1, 10, 1000])
def test_the_layout_is_that_of_the_network_that_is_chosen(
    cell: Cell, size: int, symbols: tuple[int, int]
) -> None:
    for hidden in (10, 32, 100):
        layout = layout_for(cell, size, symbols, hidden)
        network = network_for(cell, size, symbols, hidden, "float32")
        is_small = is_faster(cell, size, symbols, hidden)
        made = stacked_layout if is_small else plain_layout
        assert network.layout == layout == made(cell, symbols, hidden)
        outputs = network.forward(Parameters.zeros(layout, "float32"), sequences(1, size, symbols))
        assert isinstance(outputs, Stacked) is is_small


@pytest.mark.parametrize("size", [1, 2])
def test_a_weight_that_is_not_a_number_makes_a_gradient_that_is_none(size: int) -> None:
    trained = Trained(size)
    trained.parameters["V"][0, 0] = np.nan
    with np.errstate(all="ignore"):
        trained.run(sequences(6, size))
    assert not trained.gradient.all_finite()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("hidden", [4, 200], ids=["stacked", "layered"])
@pytest.mark.parametrize("constant", [-800.0, -60.0, 60.0, 800.0])
def test_a_constant_added_to_all_logits_changes_nothing(
    constant: float, hidden: int, dtype: str
) -> None:
    """Also where every exponential would be too small, or too large, without a shift."""
    batch, found = sequences(6, 2), []
    for added in (0.0, constant):
        trained = Trained(2, hidden=hidden, dtype=dtype)
        trained.parameters["b_o"][...] += added
        outputs = trained.run(batch)
        found.append((trained.gradient.flat.copy(), symbol_losses(outputs, batch).copy()))
    tolerance = 1e-3 if dtype == "float32" else 1e-9
    for without, with_constant in zip(*found, strict=True):
        np.testing.assert_allclose(with_constant, without, rtol=tolerance, atol=tolerance)
