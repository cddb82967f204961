"""A network unrolled, for every cell: its quantities, padding, carried states, leaving a pass."""

import re
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from rnn_tui.model.batch import Batch
from rnn_tui.model.cell import Cell
from rnn_tui.model.head import count_correct, predicted, symbol_losses
from rnn_tui.model.interruption import Interrupted
from rnn_tui.model.parameters import Parameters
from tests.model.networks import (
    VARIANTS,
    Numbers,
    Problem,
    assert_close,
    assert_gradients_close,
    quantities,
)

DTYPES = ("float64", "float32")
FUNCTIONS = {
    "sigmoid": lambda s: 1 / (1 + np.exp(-s)),
    "tanh": np.tanh,
    "max": np.maximum,
    "softmax": lambda s: np.exp(s) / np.exp(s).sum(),
}


def computed(formula: str, names: dict[str, Any]) -> Numbers:
    """The value of a formula as the screen shows it, for one time step of one sequence."""
    code = formula.replace("_t-1", "_before").replace("σ", "sigmoid")
    code = code.replace("∘", "*").replace("−", "-")
    code = re.sub(r"(?<=\w) (?=\w)", " @ ", code)  # two names side by side are a product
    found: Numbers = eval(code, {**FUNCTIONS, **names})
    return found


@pytest.mark.parametrize("is_carried", [False, True], ids=["from-zeros", "carried"])
@pytest.mark.parametrize("B", [1, 3])
def test_every_quantity_is_what_its_formula_says(cell: Cell, B: int, is_carried: bool) -> None:
    problem = Problem(cell, B=B, is_carried=is_carried)
    p, batch = problem.parameters, problem.batch
    network, _ = problem.run()
    shown = network.quantities()
    names = {block for tensor in p.layout.tensors for block in (tensor.name, *tensor.blocks)}
    carried = network.cell.carry()
    recurrent = [q.name for state in carried for q in shown if np.shares_memory(q.value[-1], state)]
    assert recurrent[0] == "a" and len(recurrent) == len(carried)
    assert len({q.name for q in shown} | names) == len(shown) + len(names)

    for b in range(B):
        first = problem.carried or [np.zeros((B, problem.H)) for _ in carried]
        state = {name: array[b] for name, array in zip(recurrent, first, strict=True)}
        for t in range(problem.T):
            known = {name: p[name] for name in names} | {"x": np.eye(problem.I)[batch.inputs[t, b]]}
            known |= {f"{name}_before": array for name, array in state.items()}
            for name, formula, value in shown:
                known[name] = computed(formula, known)
                assert_close(value[t, b], known[name], 1e-13, f"{name} = {formula}")
            state = {name: known[name] for name in recurrent}
            loss = -np.log(known["ŷ"][batch.targets[t, b]])
            assert symbol_losses(network.head, batch)[t, b] == pytest.approx(loss, rel=1e-12)


def test_a_sequence_in_a_batch_has_the_quantities_it_has_alone(cell: Cell) -> None:
    problem = Problem(cell, is_carried=True)
    together, summed = problem.run()
    among, total = quantities(together), np.zeros_like(summed.flat)
    for b in range(problem.B):
        column = slice(b, b + 1)
        one = problem.other_batch(problem.batch.inputs[:, column], problem.batch.targets[:, column])
        assert problem.carried is not None
        alone, gradient = problem.run(one, tuple(state[column] for state in problem.carried))
        total += gradient.flat
        for name, array in quantities(alone).items():
            assert_close(array[:, 0], among[name][:, b], 1e-13, name)
    assert_close(total, summed.flat, 1e-12)


def test_the_gradients_of_the_sums_before_the_product_are_filled(cell: Cell) -> None:
    """Their sums over all steps are what the screen takes apart by time step."""
    problem = Problem(cell)
    network, gradient = problem.run()
    by_gate = network.cell.ds_x.sum(axis=(1, 2))
    assert_close(by_gate.reshape(-1), gradient["b_h"], 1e-13)


# Padding and masks.

LENGTHS = (9, 1, 5)


def padded(problem: Problem, padding: int) -> Batch:
    """Three sequences of different lengths; one symbol occurs in the padding only."""
    is_real = np.arange(problem.T)[:, np.newaxis] < LENGTHS
    inputs = np.where(is_real, problem.batch.inputs % (problem.I - 1), padding)
    return problem.other_batch(inputs, scored=is_real)


def test_padding_behind_the_end_changes_nothing(cell: Cell) -> None:
    problem = Problem(cell, T=9, is_carried=True)
    assert problem.carried is not None
    batch = padded(problem, problem.I - 1)
    network, found = problem.run(batch, problem.carried)
    losses = symbol_losses(network.head, batch).copy()
    total = np.zeros_like(found.flat)
    for b, length in enumerate(LENGTHS):
        part = slice(0, length), slice(b, b + 1)
        alone = Batch(batch.inputs[part], batch.targets[part], batch.symbols)
        network, gradient = problem.run(alone, tuple(s[b : b + 1] for s in problem.carried))
        assert_close(losses[part], symbol_losses(network.head, alone), 1e-13)
        assert not losses[length:, b].any()
        total += gradient.flat
    assert_close(found.flat, total, 1e-12)
    assert not found["W"][problem.I - 1].any()


def test_what_the_padding_is_makes_no_difference(cell: Cell) -> None:
    problem = Problem(cell, T=9)
    (one, first), (other, second) = (problem.run(padded(problem, symbol)) for symbol in (0, 3))
    losses = [symbol_losses(network.head, padded(problem, 0)) for network in (one, other)]
    assert_close(*losses, 1e-15)
    assert_gradients_close(first, second, 1e-13)


def test_only_scored_symbols_are_counted(cell: Cell) -> None:
    problem = Problem(cell, is_masked=True)
    network, _ = problem.run()
    scored, batch = problem.batch.scored, problem.batch
    assert scored is not None and 0 < scored.sum() < scored.size
    assert batch.scored_count == scored.sum()
    right = network.head.logits.argmax(0) == batch.targets
    assert count_correct(predicted(network.head), batch) == (right & scored).sum()
    losses = symbol_losses(network.head, batch)
    assert (losses[scored] > 0).all() and not losses[~scored].any()


def test_where_nothing_is_scored_there_is_no_gradient(cell: Cell) -> None:
    problem = Problem(cell)
    nothing = np.zeros((problem.T, problem.B), bool)
    batch = problem.other_batch(scored=nothing)
    network, gradient = problem.run(batch)
    assert not gradient.flat.any() and not symbol_losses(network.head, batch).any()
    assert batch.scored_count == count_correct(predicted(network.head), batch) == 0


def test_a_mask_of_all_symbols_is_no_mask(cell: Cell) -> None:
    problem = Problem(cell)
    everything = np.ones((problem.T, problem.B), bool)
    _, found = problem.run(problem.other_batch(scored=everything))
    assert np.array_equal(found.flat, problem.run()[1].flat)


# Carried states.


@pytest.mark.parametrize("B", [1, 3])
@pytest.mark.parametrize("cut", [1, 3, 5])
def test_two_chunks_with_the_state_carried_are_the_whole(cell: Cell, cut: int, B: int) -> None:
    problem, found = Problem(cell, B=B), []
    whole, _ = problem.run()
    state = None
    for part in (slice(0, cut), slice(cut, None)):
        batch = problem.other_batch(problem.batch.inputs[part], problem.batch.targets[part])
        network, _ = problem.run(batch, state)
        state = network.cell.carry()
        found.append(quantities(network))
    for name, array in quantities(whole).items():
        assert_close(np.concatenate([chunk[name] for chunk in found]), array, 1e-13, name)


def test_a_state_may_be_carried_within_the_same_buffers(cell: Cell) -> None:
    problem = Problem(cell)
    network, found = problem.unrolled(), []
    inputs, targets = (np.tile(s, (2, 1)) for s in (problem.batch.inputs, problem.batch.targets))
    for carried in (False, True):
        state = network.cell.carry() if carried else None
        network.forward(problem.parameters, problem.batch, None, state)
        found.append(network.head.y_hat.copy())
    whole, _ = problem.run(problem.other_batch(inputs, targets))
    assert_close(np.concatenate(found, axis=1), whole.head.y_hat, 1e-13)


def test_a_pass_leaves_the_carried_state_alone_and_the_next_one_begins_with_zeros(
    cell: Cell,
) -> None:
    problem = Problem(cell, is_carried=True)
    assert problem.carried is not None
    before = [state.copy() for state in problem.carried]
    network, with_state = problem.run()
    assert all(map(np.array_equal, problem.carried, before))
    _, without = problem.run_in(network, problem.batch)
    assert np.array_equal(without.flat, problem.run(problem.batch)[1].flat)
    assert not np.array_equal(without.flat, with_state.flat)


# Buffers.


@pytest.mark.parametrize("B", [1, 3])
def test_buffers_used_again_leave_no_trace_of_the_pass_before(cell: Cell, B: int) -> None:
    problem, other = Problem(cell, B=B, is_masked=True), Problem(cell, B=B, seed=1)
    before, network = problem.parameters.flat.copy(), problem.unrolled()
    kept = []
    for batch in (problem.batch, other.batch, problem.batch):
        _, gradient = problem.run_in(network, batch)
        kept.append((gradient.flat, quantities(network)))
    assert np.array_equal(kept[0][0], kept[2][0])
    assert not np.array_equal(kept[0][0], kept[1][0])
    for name, array in kept[0][1].items():
        assert np.array_equal(array, kept[2][1][name]), name
    assert np.array_equal(problem.parameters.flat, before)


def test_a_backward_pass_can_be_made_twice_and_leaves_the_quantities_alone(cell: Cell) -> None:
    problem = Problem(cell)
    network, gradient = problem.run()
    shown, again = quantities(network), problem.unset_gradient()
    network.backward(problem.parameters, problem.batch, again)
    assert np.array_equal(gradient.flat, again.flat)
    for name, array in quantities(network).items():
        assert np.array_equal(array, shown[name]), name


def test_two_networks_share_no_buffers(cell: Cell) -> None:
    problem = Problem(cell)
    network, _ = problem.run()
    before = quantities(network)
    problem.run_in(problem.unrolled(), Problem(cell, seed=1).batch)
    for name, array in quantities(network).items():
        assert np.array_equal(array, before[name]), name


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("T", "B", "symbols", "H"),
    [
        (1, 1, (2, 2), 1),
        (1, 5, (2, 3), 3),
        (9, 1, (3, 2), 1),
        (1, 1, (70, 2), 4),
        (4, 2, (2, 70), 1),
    ],
)
def test_the_smallest_sizes_work(
    cell: Cell, T: int, B: int, symbols: tuple[int, int], H: int, dtype: str
) -> None:
    network, gradient = Problem(cell, T, B, *symbols, H, dtype=dtype).run()
    assert network.head.y_hat.shape == (symbols[1], T, B)
    assert np.allclose(network.head.y_hat.sum(axis=0), 1, rtol=1e-5)
    assert gradient.all_finite()
    assert gradient.flat.dtype == dtype
    assert all(q.value.dtype == dtype for q in network.quantities())
    assert all(q.value.shape[:2] == (T, B) for q in network.quantities())


@pytest.mark.parametrize("present", [[0], [3], [0, 3], [1, 2]])
def test_a_symbol_that_does_not_occur_has_no_gradient_in_its_row_of_w(
    cell: Cell, present: list[int]
) -> None:
    problem = Problem(cell)
    problem.parameters["b_h"][...] += 1  # where ReLU is not flat
    inputs = np.random.default_rng(0).choice(present, (problem.T, problem.B))
    _, gradient = problem.run(problem.other_batch(inputs))
    occurring = np.flatnonzero(np.abs(gradient["W"]).sum(axis=1))
    assert occurring.tolist() == present


# The edges of the numbers.


def passes_without_a_warning(problem: Problem) -> tuple[Numbers, Parameters]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        network, gradient = problem.run()
        return symbol_losses(network.head, problem.batch), gradient


@pytest.mark.parametrize("size", [1e2, 1e5, 1e30, 1e37])
@pytest.mark.parametrize("dtype", DTYPES)
def test_huge_logits_give_finite_losses_and_no_warning(cell: Cell, dtype: str, size: float) -> None:
    problem = Problem(cell, dtype=dtype)
    problem.parameters["V"][...] = 0
    problem.parameters["b_o"][...] = np.array([size, 0, -size])
    losses, gradient = passes_without_a_warning(problem)
    expected = np.array([0, size, 2 * size])[problem.batch.targets]
    assert np.allclose(losses, expected, rtol=1e-6)
    assert np.isfinite(losses).all()
    assert gradient.all_finite()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", [name for name in VARIANTS if name != "rnn-relu"])
def test_saturated_gates_give_finite_gradients_and_no_warning(name: str, dtype: str) -> None:
    """ReLU does not saturate: what it gives grows with the weights to the power of T."""
    problem = Problem(VARIANTS[name], T=8, init="normal", dtype=dtype)
    problem.parameters.flat *= problem.parameters.flat.dtype.type(1e6)
    losses, gradient = passes_without_a_warning(problem)
    assert np.isfinite(losses).all()
    assert gradient.all_finite()


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_loss_of_a_symbol_whose_probability_underflows_is_exact(cell: Cell, dtype: str) -> None:
    problem = Problem(cell, O=2, dtype=dtype)
    problem.parameters["V"][...] = 0
    problem.parameters["b_o"][...] = np.array([0, 5000])
    losses, _ = passes_without_a_warning(problem)
    assert np.array_equal(losses, np.where(problem.batch.targets == 0, 5000, 0))


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_certain_and_right_prediction_has_no_loss_and_no_gradient(cell: Cell, dtype: str) -> None:
    problem = Problem(cell, O=2, dtype=dtype)
    problem.parameters["V"][...] = 0
    problem.parameters["b_o"][...] = np.array([0, 5000])
    ones = np.ones_like(problem.batch.targets)
    batch = problem.other_batch(targets=ones)
    network, gradient = problem.run(batch)
    assert not symbol_losses(network.head, batch).any()
    assert not gradient.flat.any()


# Leaving a pass.


def raising_at(call: int) -> Callable[[], None]:
    calls = iter(range(call + 1))

    def at_step() -> None:
        if next(calls) == call:
            raise Interrupted

    return at_step


def test_leaving_at_any_time_step_leaves_the_parameters_and_a_later_pass_alone(cell: Cell) -> None:
    problem = Problem(cell, B=2, is_carried=True)
    before, (_, right) = problem.parameters.flat.copy(), problem.run()
    network, left = problem.unrolled(), 0
    for call in range(100):
        at_step, gradient = raising_at(call), problem.unset_gradient()
        try:
            network.forward(problem.parameters, problem.batch, at_step, problem.carried)
            network.backward(problem.parameters, problem.batch, gradient, at_step)
            break
        except Interrupted:
            left += 1
            assert not gradient.all_finite()
            assert np.array_equal(problem.parameters.flat, before)
    # Every step but the first, forwards and back, is such a place.
    assert left >= 2 * (problem.T - 1)
    assert np.array_equal(gradient.flat, right.flat)


def test_being_watched_at_each_step_changes_no_bit(cell: Cell) -> None:
    problem = Problem(cell, T=9)
    _, alone = problem.run()
    network, watched = problem.unrolled(), problem.unset_gradient()
    network.forward(problem.parameters, problem.batch, lambda: None)
    network.backward(problem.parameters, problem.batch, watched, lambda: None)
    assert np.array_equal(alone.flat, watched.flat)
