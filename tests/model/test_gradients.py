"""Backward passes against numerical differentiation of the forward passes, for every cell.

The derivatives are complex steps: Squire & Trapp, *Using complex variables to estimate
derivatives of real functions*, 1998. They do not round, however small the step.
"""

import itertools

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rnn_tui.model.cell import Cell
from rnn_tui.model.head import symbol_losses
from rnn_tui.model.parameters import Parameters
from tests.model.networks import VARIANTS, Numbers, Problem, assert_close, assert_gradients_close

STEP = 1e-30


class Slopes:
    """The derivative of a problem's loss along any direction."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.network = problem.unrolled(dtype=np.complex128)

    def along(self, direction: Numbers) -> float:
        problem = self.problem
        moved = problem.parameters.with_flat(problem.parameters.flat + 1j * STEP * direction)
        outputs = self.network.forward(moved, problem.batch, None, problem.carried)
        return float(symbol_losses(outputs, problem.batch).sum().imag) / STEP


@pytest.mark.parametrize("is_carried", [False, True], ids=["from-zeros", "carried"])
@pytest.mark.parametrize("is_masked", [False, True], ids=["all-scored", "masked"])
@pytest.mark.parametrize("B", [1, 3])
@pytest.mark.parametrize("symbols", [(3, 4), (4, 2)])
def test_the_gradient_of_every_parameter_is_the_derivative_of_the_loss(
    cell: Cell, symbols: tuple[int, int], B: int, is_masked: bool, is_carried: bool
) -> None:
    problem = Problem(cell, 5, B, *symbols, 3, is_masked, is_carried)
    problem.parameters.flat *= 2  # far from where gates are all alike
    _, found = problem.run()
    slopes, right = Slopes(problem), Parameters.zeros(problem.parameters.layout)
    right.flat[...] = [slopes.along(axis) for axis in np.eye(right.flat.size)]
    assert_gradients_close(found, right, 1e-12)


SIZES = st.tuples(
    st.integers(1, 30), st.integers(1, 8), st.integers(2, 8), st.integers(2, 8), st.integers(1, 32),
    st.booleans(), st.booleans(), st.sampled_from(["scaled", "normal", "small"]),
)  # fmt: skip
# Normal weights give gradients of 10⁷: so long a product that its 8th digit is rounding.
LARGEST = (30, 8, 8, 8, 32, True, True, "normal")
SMALLEST = (1, 1, 2, 2, 1, False, False, "scaled")


def test_gradients_of_any_size_agree_with_the_derivative_along_a_random_direction(
    cell: Cell, effort: int
) -> None:
    @settings(max_examples=15 * effort, deadline=None)
    @given(sizes=SIZES, seed=st.integers(0, 2**32 - 1))
    @example(sizes=LARGEST, seed=0)
    @example(sizes=SMALLEST, seed=0)
    def agree(sizes: tuple[int, ...], seed: int) -> None:
        problem = Problem(cell, *sizes, seed=seed)  # type: ignore[arg-type]
        before = problem.parameters.flat.copy()
        _, found = problem.run()
        assert np.array_equal(problem.parameters.flat, before)
        slopes, rng = Slopes(problem), np.random.default_rng(seed)
        for name in found:  # in which only this tensor changes
            direction = Parameters.zeros(found.layout)
            direction[name][...] = rng.standard_normal(direction[name].shape)
            slope = slopes.along(direction.flat)
            terms = found[name] * direction[name]
            digits = 1e-6 if sizes[-1] == "normal" else 1e-10
            tolerance = digits * max(1e-3, float(np.linalg.norm(terms)))
            assert float(terms.sum()) == pytest.approx(slope, rel=0, abs=tolerance), name

    agree()


def test_gradients_in_float32_are_those_in_float64_to_rounding(cell: Cell, effort: int) -> None:
    @settings(max_examples=25 * effort, deadline=None)
    @given(sizes=SIZES.filter(lambda sizes: sizes[-1] != "normal"), seed=st.integers(0, 2**32 - 1))
    @example(sizes=(*LARGEST[:-1], "scaled"), seed=0)
    def agree(sizes: tuple[int, ...], seed: int) -> None:
        single, double = (
            Problem(cell, *sizes, dtype=dtype, seed=seed)  # type: ignore[arg-type, misc]
            for dtype in ("float32", "float64")
        )
        _, found = single.run()
        _, right = double.run()
        assert found.flat.dtype == np.float32
        assert_gradients_close(found, right, 1e-4)

    agree()


def test_every_cell_takes_part() -> None:
    assert set(VARIANTS) >= {"rnn-tanh", "rnn-relu", "gru", "lstm"}
    assert len(set(VARIANTS.values())) == len(VARIANTS)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_derivative_of_relu_where_it_bends_is_that_of_the_left(dtype: str) -> None:
    """As in PyTorch: s = 0 gives a slope of 0."""
    problem = Problem(VARIANTS["rnn-relu"], dtype=dtype)
    for name in ("W", "U", "b_h"):
        problem.parameters[name][...] = 0
    _, gradient = problem.run()
    assert not any(gradient[name].any() for name in ("W", "U", "b_h", "V"))
    assert gradient["b_o"].any()


def test_the_loss_of_the_complex_network_is_that_of_the_real_one(cell: Cell) -> None:
    """Without this the derivatives above would be of something else."""
    for is_masked, is_carried in itertools.product((False, True), repeat=2):
        problem = Problem(cell, is_masked=is_masked, is_carried=is_carried)
        network, _ = problem.run()
        complex_one = problem.unrolled(dtype=np.complex128)
        outputs = complex_one.forward(
            problem.parameters.with_flat(problem.parameters.flat + 0j),
            problem.batch, None, problem.carried,
        )  # fmt: skip
        found = symbol_losses(outputs, problem.batch)
        assert_close(found.real, symbol_losses(network.head, problem.batch), 1e-14)
