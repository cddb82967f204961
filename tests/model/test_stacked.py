"""The stacked kernel does what the plain network does, to rounding."""

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rnn_tui.model.batch import Batch
from rnn_tui.model.cell import Cell
from rnn_tui.model.cells.rnn import Elman
from rnn_tui.model.fast.stacked import Stacked, is_faster, stacked_layout
from rnn_tui.model.head import Outputs, count_correct, predicted, symbol_losses
from rnn_tui.model.parameters import Parameters
from tests.model.networks import Problem, assert_close, assert_gradients_close


class Pass(NamedTuple):
    """Parameters in the stacked layout, and what the kernel made of them."""

    parameters: Parameters
    gradient: Parameters
    outputs: Outputs


def stacked(problem: Problem) -> Pass:
    """Both passes of the kernel with the problem's parameters and mini-batch."""
    p, symbols = problem, (problem.I, problem.O)
    layout = stacked_layout(p.cell, symbols, p.H)
    parameters = Parameters.zeros(layout, p.dtype)
    for name in parameters:
        parameters[name][...] = p.parameters[name]
    gradient, network = Parameters.zeros(layout, p.dtype), Stacked(p.T, p.B, symbols, p.H, p.dtype)
    outputs = network.forward(parameters, p.batch)
    network.backward(parameters, p.batch, gradient)
    return Pass(parameters, gradient, outputs)


@given(
    T=st.integers(1, 30), B=st.integers(1, 8), symbols=st.tuples(*[st.integers(2, 20)] * 2),
    H=st.integers(1, 32), is_masked=st.booleans(), scale=st.sampled_from([1.0, 1e3]),
    seed=st.integers(0, 2**32 - 1),
)  # fmt: skip
@example(T=30, B=8, symbols=(2, 20), H=32, is_masked=True, scale=1.0, seed=0)
@example(T=30, B=1, symbols=(20, 2), H=32, is_masked=True, scale=1.0, seed=0)
@example(T=1, B=1, symbols=(2, 2), H=1, is_masked=False, scale=1e3, seed=0)
def test_gradients_and_outputs_are_those_of_the_plain_network(
    T: int, B: int, symbols: tuple[int, int], H: int, is_masked: bool, scale: float, seed: int
) -> None:
    problem = Problem(Elman(), T, B, *symbols, H, is_masked, seed=seed)
    problem.parameters["V"][...] *= scale
    network, right = problem.run()
    _, gradient, outputs = stacked(problem)
    assert_gradients_close(gradient, right, 1e-12 * scale)
    assert_close(outputs.logits, network.head.logits, 1e-12)
    losses = [symbol_losses(found, problem.batch) for found in (outputs, network.head)]
    assert_close(*losses, 1e-12)
    assert count_correct(predicted(outputs), problem.batch) == count_correct(
        predicted(network.head), problem.batch
    )


def test_the_corner_that_belongs_to_no_parameter_stays_zero() -> None:
    problem = Problem(Elman(), T=10, I=3, O=4, H=10, init="normal")
    parameters, gradient, _ = stacked(problem)
    for vector in (parameters.flat, gradient.flat):
        assert not vector.reshape(14, 14)[:3, 10:].any()


@pytest.mark.parametrize("is_masked", [False, True])
def test_two_passes_with_other_symbols_do_not_mix(is_masked: bool) -> None:
    problems = [Problem(Elman(), B=1, is_masked=is_masked, seed=seed) for seed in (0, 1)]
    symbols, found = (problems[0].I, problems[0].O), []
    parameters = stacked(problems[0]).parameters
    gradient = Parameters.zeros(parameters.layout)
    network = Stacked(problems[0].T, 1, symbols, problems[0].H, np.float64)
    for problem in (problems[0], problems[1], problems[0]):
        network.forward(parameters, problem.batch)
        network.backward(parameters, problem.batch, gradient)
        found.append(gradient.flat.copy())
    assert not np.array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[0], found[2])


def test_padding_behind_the_end_changes_nothing() -> None:
    problem = Problem(Elman(), T=9, B=1)
    short = Problem(Elman(), T=4, B=1)
    short.parameters = problem.parameters
    short.batch = Batch(problem.batch.inputs[:4], problem.batch.targets[:4], problem.batch.symbols)
    problem.batch = problem.other_batch(scored=np.arange(9)[:, np.newaxis] < 4)
    assert_gradients_close(stacked(problem).gradient, stacked(short).gradient, 1e-13)


@pytest.mark.parametrize(
    ("batch", "symbols", "hidden", "answer"),
    [
        (1, (3, 3), 10, True),
        (10, (3, 3), 10, True),
        (1000, (3, 3), 10, True),
        (1, (65, 65), 10, True),
        (1, (2, 400), 10, True),
        (1, (2, 700), 10, False),
        (1, (700, 2), 10, False),
        (100, (3, 3), 32, False),
        (1, (3, 3), 100, False),
    ],
)
def test_it_is_used_only_where_it_is_small(
    batch: int, symbols: tuple[int, int], hidden: int, answer: bool
) -> None:
    assert is_faster(Elman("tanh"), batch, symbols, hidden) is answer


def test_it_is_used_only_for_the_cell_whose_equations_it_has(cell: Cell) -> None:
    assert is_faster(cell, 1, (3, 3), 10) is (cell == Elman("tanh"))
