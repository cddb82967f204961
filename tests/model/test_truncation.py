"""Truncated BPTT in every cell: the error of each output goes back K steps, and no further."""

import itertools

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rnn_tui.model import truncation
from rnn_tui.model.batch import Batch
from rnn_tui.model.cell import Carry, Cell
from rnn_tui.model.cells.rnn import Elman
from rnn_tui.model.fast.stacked import is_faster
from rnn_tui.model.interruption import Interrupted
from rnn_tui.model.network import network_for
from rnn_tui.model.parameters import Parameters, draw
from rnn_tui.model.unrolled import Unrolled
from tests.model.networks import VARIANTS, Problem, assert_close, assert_gradients_close
from tests.torch_figures import CASES, Case


def truncated(problem: Problem, K: int, network: Unrolled | None = None) -> Parameters:
    """The gradient; every number of it must be set."""
    network, gradient = network or problem.unrolled(), problem.unset_gradient()
    network.forward(problem.parameters, problem.batch, None, problem.carried)
    network.backward(problem.parameters, problem.batch, gradient, None, K)
    return gradient


def output_by_output(problem: Problem, K: int) -> Parameters:
    """The sum over the outputs of whole BPTT through the K steps that end with each."""
    total = problem.unset_gradient()
    total.flat[...] = 0
    for t in range(problem.T):
        first = max(0, t - K + 1)
        window = steps(problem, first, t + 1)
        scored = np.zeros((window.steps, problem.B), bool)
        scored[-1] = True if window.scored is None else window.scored[-1]
        window = Batch(window.inputs, window.targets, window.symbols, scored)
        _, part = problem.run(window, state_before(problem, first))
        for name in total:
            total[name][...] += part[name]
    return total


def state_before(problem: Problem, step: int) -> Carry | None:
    """What the steps before leave behind: a constant."""
    if step == 0:
        return problem.carried
    past = steps(problem, 0, step)
    network = problem.unrolled(past)
    network.forward(problem.parameters, past, None, problem.carried)
    return network.cell.carry()


def steps(problem: Problem, first: int, last: int) -> Batch:
    batch, some = problem.batch, slice(first, last)
    scored = None if batch.scored is None else batch.scored[some]
    return Batch(batch.inputs[some], batch.targets[some], batch.symbols, scored)


SIZES = st.tuples(
    st.integers(1, 9), st.integers(1, 4), st.just(4), st.just(3), st.integers(1, 6),
    st.booleans(), st.booleans(), st.sampled_from(["scaled", "normal"]),
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(sizes=SIZES, K=st.integers(1, 10), together=st.sampled_from([1, 20, 50_000]))
@example(sizes=(9, 3, 4, 3, 5, False, True, "normal"), K=1, together=1)
@example(sizes=(9, 1, 4, 3, 5, True, True, "normal"), K=8, together=20)
def test_it_is_the_sum_over_outputs_of_what_k_steps_give(
    sizes: tuple[int, ...], K: int, together: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(truncation, "_NUMBERS_TOGETHER", together)
        for cell in VARIANTS.values():
            problem = Problem(cell, *sizes, seed=K)  # type: ignore[arg-type]
            assert_gradients_close(truncated(problem, K), output_by_output(problem, K), 1e-12)


@pytest.mark.parametrize("K", [1, 2, 5])
@pytest.mark.parametrize("name", [name for name in CASES if name.endswith("masked")])
def test_every_cell_agrees_with_pytorch(name: str, K: int) -> None:
    case, figures = Case(name), CASES[name]
    inputs, parameters = figures["inputs"], case.parameters()
    batch = Batch(inputs, figures["targets"], case.symbols, figures["scored"])
    network = Unrolled(case.cell, *inputs.shape, case.symbols, case.hidden)
    gradient = Parameters.zeros(parameters.layout)
    network.forward(parameters, batch, None, tuple(figures["carried"]))
    network.backward(parameters, batch, gradient, None, K)
    assert_gradients_close(gradient, case.parameters(f"{K}/d"), 1e-12)
    whole = case.parameters("d")
    assert not np.allclose(gradient["U"], whole["U"], rtol=1e-3, atol=1e-5), "K does not tell"


def test_as_many_steps_as_there_are_give_the_bits_of_whole_bptt(cell: Cell) -> None:
    problem = Problem(cell, is_masked=True, is_carried=True)
    _, whole = problem.run()
    for K in (problem.T, problem.T + 1, 10**9):
        assert np.array_equal(truncated(problem, K).flat, whole.flat, equal_nan=True)
    assert_gradients_close(truncated(problem, problem.T - 1), output_by_output(problem, 5), 1e-12)


def test_with_one_step_nothing_flows_through_the_state(cell: Cell) -> None:
    """The weights at a step get the error of its output alone, the state before as it is."""
    problem = Problem(cell, B=1, is_carried=True)
    targets = problem.batch.targets.copy()
    gradients = []
    for symbol in range(problem.O):
        targets[-1] = symbol
        batch = problem.other_batch(targets=targets)
        network, gradient = problem.unrolled(), problem.unset_gradient()
        network.forward(problem.parameters, batch, None, problem.carried)
        network.backward(problem.parameters, batch, gradient, None, 1)
        gradients.append((network.cell.ds_x.copy(), gradient))
    (one, _), (other, _), _ = gradients
    assert_close(one[:, :-1], other[:, :-1], 0)
    assert np.abs(one[:, -1] - other[:, -1]).max() > 1e-3


def test_buffers_hold_nothing_of_the_truncation_before(cell: Cell) -> None:
    problem = Problem(cell, is_masked=True)
    network = problem.unrolled()
    for K in (1, 4, 100, 2):
        found = truncated(problem, K, network)
        assert np.array_equal(found.flat, truncated(problem, K).flat, equal_nan=True)


def test_padding_and_what_stands_in_it_change_nothing(cell: Cell) -> None:
    problem = Problem(cell, T=8, B=3)
    lengths = np.array([8, 5, 3])
    real = np.arange(8)[:, np.newaxis] < lengths
    inputs = np.where(real, problem.batch.inputs, 0)
    problem.batch = problem.other_batch(inputs, scored=real)
    found = truncated(problem, 2)
    total = {name: np.zeros_like(found[name]) for name in found}
    for b, length in enumerate(lengths):
        alone = Problem(cell, T=int(length), B=1)
        alone.parameters = problem.parameters
        row = (slice(length), slice(b, b + 1))
        alone.batch = Batch(inputs[row], problem.batch.targets[row], problem.batch.symbols)
        part = truncated(alone, 2)
        for name in total:
            total[name] += part[name]
    assert_gradients_close(found, total, 1e-13)


def test_without_a_scored_symbol_the_gradient_is_zero(cell: Cell) -> None:
    problem = Problem(cell)
    problem.batch = problem.other_batch(scored=np.zeros((problem.T, problem.B), bool))
    found = truncated(problem, 2)
    assert not any(found[name].any() for name in found)


def test_the_steps_back_of_many_outputs_are_made_at_once(cell: Cell) -> None:
    """K of them, not T·K; a sequence is no longer than the way back."""
    for T, K in itertools.product((1, 50), (1, 3)):
        problem, calls = Problem(cell, T=T), 0

        def count() -> None:
            nonlocal calls
            calls += 1

        network = problem.unrolled()
        network.forward(problem.parameters, problem.batch)
        network.backward(problem.parameters, problem.batch, problem.unset_gradient(), count, K)
        assert calls == min(T, K)


def test_it_can_be_left_between_two_steps_back(cell: Cell) -> None:
    problem, left = Problem(cell), iter((False, False, True))

    def leave() -> None:
        if next(left):
            raise Interrupted

    network = problem.unrolled()
    network.forward(problem.parameters, problem.batch)
    with pytest.raises(Interrupted):
        network.backward(problem.parameters, problem.batch, problem.unset_gradient(), leave, 4)
    again = truncated(problem, 4, network)
    assert np.array_equal(again.flat, truncated(problem, 4).flat, equal_nan=True)


@pytest.mark.parametrize("size", [1, 4])
def test_a_small_network_truncates_in_its_own_layout_too(size: int) -> None:
    problem = Problem(Elman(), B=size, I=3, H=4)
    symbols, K = problem.batch.symbols, 2
    assert is_faster(problem.cell, size, symbols, problem.H)
    network = network_for(problem.cell, size, symbols, problem.H, "float64")
    parameters = draw(network.layout, "scaled", problem.H, np.random.default_rng(0), "float64")
    gradient, whole = (Parameters.zeros(network.layout) for _ in range(2))
    for name in parameters:
        problem.parameters[name][...] = parameters[name]
    for steps_back, out in ((K, gradient), (None, whole), (problem.T, gradient.copy())):
        network.truncation = steps_back
        network.forward(parameters, problem.batch)
        network.backward(parameters, problem.batch, out)
    assert np.array_equal(out.flat, whole.flat)
    right = truncated(problem, K)
    for name in gradient:
        assert_close(gradient[name] * size, right[name], 1e-13, name)
    belongs = Parameters.zeros(network.layout)
    for name in belongs:
        belongs[name][...] = 1
    assert not gradient.flat[belongs.flat == 0].any()


def test_gradients_in_float32_are_those_in_float64_to_rounding(cell: Cell) -> None:
    single, double = (Problem(cell, T=20, dtype=dtype, is_masked=True) for dtype in ("f4", "f8"))
    found = truncated(single, 5)
    assert found.flat.dtype == np.float32
    assert_gradients_close(found, truncated(double, 5), 1e-5)
