"""The gradients against numerical differentiation of the notebook's formulas, written anew."""

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from rnn_tui.model.batch import Batch
from rnn_tui.model.parameters import Parameters, draw
from rnn_tui.model.rnn import Unrolled, layout

Numbers = NDArray[Any]
Named = dict[str, Numbers]
SEEDS = st.integers(0, 2**32 - 1)
CHUNK = 256  # perturbed networks computed at a time


def notebook_loss(weights: Named, x: Numbers, y: Numbers) -> Numbers:
    """L of the notebook's formulas for one-hot (T, B, k), real or complex.

    Weights may have an axis in front: as many networks, as many losses.
    """
    W, U, V = weights["W"], weights["U"], weights["V"]
    b_h, b_o = weights["b_h"][..., np.newaxis, :], weights["b_o"][..., np.newaxis, :]
    total, a_h = np.zeros(1), np.zeros((1, U.shape[-1]))
    for t in range(len(x)):
        a_h = np.tanh(x[t] @ W + a_h @ U + b_h)
        s_o = a_h @ V + b_o
        exp = np.exp(s_o - s_o.real.max(axis=-1, keepdims=True))
        y_hat = exp / exp.sum(axis=-1, keepdims=True)
        total = total - (y[t] * np.log(y_hat)).sum(axis=(-1, -2))
    return total


def central_differences(weights: Named, x: Numbers, y: Numbers) -> Named:
    step = 1e-5

    def slope(moved: Callable[[complex], Named]) -> Numbers:
        up, down = notebook_loss(moved(step), x, y), notebook_loss(moved(-step), x, y)
        return (up - down) / (2 * step)

    return derivatives(weights, slope)


def complex_step(weights: Named, x: Numbers, y: Numbers) -> Named:
    """Squire & Trapp, *Using complex variables to estimate derivatives of real functions*, 1998."""
    step = 1e-30

    def slope(moved: Callable[[complex], Named]) -> Numbers:
        return notebook_loss(moved(1j * step), x, y).imag / step

    return derivatives(weights, slope)


def derivatives(weights: Named, slope: Callable[[Callable[[complex], Named]], Numbers]) -> Named:
    """The slope along every single weight, many networks at a time."""
    found = {}
    for name, tensor in weights.items():
        slopes = np.empty(tensor.size)
        for start in range(0, tensor.size, CHUNK):
            places = np.arange(start, min(start + CHUNK, tensor.size))

            def moved(step: complex, name: str = name, places: Numbers = places) -> Named:
                many = np.tile(weights[name].ravel() * (1 + 0 * step), (len(places), 1))
                many[np.arange(len(places)), places] += step
                return {**weights, name: many.reshape(-1, *weights[name].shape)}

            slopes[places] = slope(moved)
        found[name] = slopes.reshape(tensor.shape)
    return found


def by_backpropagation(network: Parameters, batch: Batch) -> Parameters:
    hidden = len(network["b_h"])
    unrolled = Unrolled(batch.steps, batch.size, batch.symbols, hidden, network.flat.dtype)
    gradient = Parameters.zeros(network.layout, network.flat.dtype)
    unrolled.forward(network, batch)
    unrolled.backward(network, batch, gradient)
    return gradient


def worst_error(gradient: Parameters, right: Named | Parameters, least: float = 1e-3) -> float:
    return max(
        float(
            np.linalg.norm(gradient[name].astype(float) - right[name])
            / max(np.linalg.norm(right[name]), least)
        )
        for name in right
    )


class Problem:
    """A random network with random sequences."""

    def __init__(self, init: str, T: int, B: int, H: int, k: int, seed: int) -> None:
        generator = np.random.default_rng(seed)
        self.network = draw(layout(k, H), init, H, generator, np.float64)
        inputs, targets = generator.integers(0, k, (2, T, B))
        self.batch = Batch(inputs, targets, k)
        self.x, self.y = np.eye(k)[inputs], np.eye(k)[targets]

    def error_against(self, derivative: Callable[[Named, Numbers, Numbers], Named]) -> float:
        weights = {name: self.network[name].copy() for name in self.network}
        right = derivative(weights, self.x, self.y)
        ours = by_backpropagation(self.network, self.batch)
        # The complex step does not round; the difference of two losses does.
        least = rounding(ours) if derivative is central_differences else 1e-3
        return worst_error(ours, right, least)

    def error_of_float32(self) -> float:
        single = self.network.with_flat(self.network.flat.astype(np.float32))
        right = by_backpropagation(self.network, self.batch)
        return worst_error(by_backpropagation(single, self.batch), right, rounding(right))


def rounding(gradient: Parameters) -> float:
    """The smallest norm of a tensor's gradient that an error of rounding is measured by.

    In a network of few hidden nodes or sequences the gradient of a tensor, or all of it, is a sum
    of terms of size 1 that can cancel by chance to almost nothing (a thousandth, in one of a
    thousand networks); its rounding does not.
    """
    return max(1e-2, 1e-2 * float(np.linalg.norm(gradient.flat)))


def problems(init: str, most_T: int, most_H: int) -> st.SearchStrategy[Problem]:
    return st.builds(
        Problem, st.just(init), st.integers(1, most_T), st.integers(1, 8), st.integers(1, most_H),
        st.integers(2, 8), SEEDS,
    )  # fmt: skip


LARGEST = Problem("scaled", T=30, B=8, H=32, k=8, seed=0)
LARGEST_NORMAL = Problem("normal", T=30, B=8, H=32, k=8, seed=0)
CANCELLING = (
    Problem("scaled", T=22, B=7, H=1, k=3, seed=266),
    Problem("scaled", T=1, B=2, H=2, k=2, seed=2908),
)
SMALLEST = Problem("scaled", T=1, B=1, H=1, k=2, seed=0)


def test_scaled_weights_agree_with_central_differences(effort: int) -> None:
    @settings(max_examples=25 * effort, deadline=None)
    @given(problem=problems("scaled", 30, 32))
    @example(problem=LARGEST)
    @example(problem=SMALLEST)
    @example(problem=CANCELLING[0])
    def agree(problem: Problem) -> None:
        assert problem.error_against(central_differences) < 1e-6

    agree()


def test_scaled_weights_agree_with_complex_step_derivatives(effort: int) -> None:
    @settings(max_examples=15 * effort, deadline=None)
    @given(problem=problems("scaled", 30, 32))
    @example(problem=LARGEST)
    @example(problem=SMALLEST)
    def agree(problem: Problem) -> None:
        assert problem.error_against(complex_step) < 1e-9

    agree()


def test_scaled_weights_agree_in_float32(effort: int) -> None:
    @settings(max_examples=100 * effort, deadline=None)
    @given(problem=problems("scaled", 30, 32))
    @example(problem=LARGEST)
    @example(problem=SMALLEST)
    @example(problem=CANCELLING[1])
    def agree(problem: Problem) -> None:
        assert problem.error_of_float32() < 1e-4

    agree()


def test_normal_weights_agree_with_central_differences(effort: int) -> None:
    @settings(max_examples=25 * effort, deadline=None)
    @given(problem=problems("normal", 10, 10))
    def agree(problem: Problem) -> None:
        assert problem.error_against(central_differences) < 1e-5

    agree()


def test_normal_weights_agree_in_float32(effort: int) -> None:
    @settings(max_examples=100 * effort, deadline=None)
    @given(problem=problems("normal", 10, 10))
    def agree(problem: Problem) -> None:
        assert problem.error_of_float32() < 1e-3

    agree()


def test_large_normal_weights_agree_with_complex_step_derivatives(effort: int) -> None:
    @settings(max_examples=12 * effort, deadline=None)
    @given(problem=problems("normal", 30, 32))
    @example(problem=LARGEST_NORMAL)
    def agree(problem: Problem) -> None:
        assert problem.error_against(complex_step) < 1e-6

    agree()
