"""The gradient check: it knows a right gradient, and each usual mistake by its tensors."""

import pickle
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pytest
from numpy.typing import DTypeLike, NDArray

from rnn_tui.model.batch import Batch
from rnn_tui.model.cell import Cell
from rnn_tui.model.cells.gru import GRU
from rnn_tui.model.cells.lstm import LSTM
from rnn_tui.model.cells.rnn import Elman, ElmanSteps
from rnn_tui.model.gradient_check import GradientCheck, check_gradient
from rnn_tui.model.interruption import Interrupted
from rnn_tui.model.network import network_for, plain_layout
from rnn_tui.model.parameters import Parameters, draw
from tests.amounts import few
from tests.model.mistaken import Backpropagation

Numbers = NDArray[Any]
SYMBOLS = (4, 3)
CELLS: tuple[Cell, ...] = (Elman(), Elman("relu"), GRU(), LSTM())
each_cell = pytest.mark.parametrize("cell", CELLS, ids=["tanh", "relu", "gru", "lstm"])


def random_network(
    cell: Cell, hidden: int = 5, dtype: DTypeLike = "float64", init: str = "normal", seed: int = 0
) -> Parameters:
    layout = plain_layout(cell, SYMBOLS, hidden)
    return draw(layout, init, hidden, np.random.default_rng(seed), dtype)


def random_batch(steps: int = 6, size: int = 1, masked: bool = False, seed: int = 0) -> Batch:
    generator = np.random.default_rng(seed)
    inputs, targets = (generator.integers(0, k, (steps, size)) for k in SYMBOLS)
    scored = generator.random((steps, size)) < 0.6 if masked else None
    return Batch(inputs, targets, SYMBOLS, scored)


def trained_by(cell: Cell, network: Parameters, batch: Batch) -> tuple[Parameters, Parameters]:
    """Parameters and gradient as in training, by whatever network is fastest."""
    hidden, dtype = len(network["U"]), network.flat.dtype
    fastest = network_for(cell, batch.size, SYMBOLS, hidden, dtype)
    parameters = Parameters.zeros(fastest.layout, dtype)
    for name in network:
        parameters[name][...] = network[name]
    gradient = Parameters.zeros(fastest.layout, dtype)
    fastest.forward(parameters, batch)
    fastest.backward(parameters, batch, gradient)
    return parameters, gradient


def checked(cell: Cell, network: Parameters, batch: Batch, **options: Any) -> GradientCheck:
    return check_gradient(cell, *trained_by(cell, network, batch), batch, **options)


def names(network: Parameters) -> list[str]:
    return [name for t in network.layout.tensors for name in t.blocks or (t.name,)]


COMMON = (
    "no recurrent term", "no slope", "U not transposed", "dU one step off",
    "b_h of the last step alone", "b_o of the last step alone",
)  # fmt: skip
MISTAKES = [
    (cell, mistake)
    for cell in CELLS
    for mistake in (
        *COMMON,
        *(["no carry"] if len(cell.gates) > 1 else []),
        *(f"gate {gate} forgotten" for gate in cell.gates if len(cell.gates) > 1),
    )
]


@each_cell
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("size", "masked"), [(1, False), (3, True)])
def test_the_gradients_of_training_are_right(
    cell: Cell, dtype: str, size: int, masked: bool
) -> None:
    network, batch = random_network(cell, dtype=dtype), random_batch(size=size, masked=masked)
    check = checked(cell, network, batch)
    assert (check.verdict, check.wrong, check.dtype) == ("right", (), dtype)
    assert [tensor.name for tensor in check.tensors] == names(network)
    assert all(tensor.checked == tensor.total for tensor in check.tensors)
    assert check.method == "complex-step derivatives"
    assert max(tensor.error for tensor in check.tensors) < (1e-9 if dtype == "float64" else 3e-4)


@pytest.mark.parametrize(("cell", "mistake"), MISTAKES)
@pytest.mark.parametrize("dtype", few(["float64", "float32"], 1))
def test_each_mistake_is_told_by_the_tensors_that_it_spoils(
    cell: Cell, mistake: str, dtype: str
) -> None:
    network, batch = random_network(cell, init="scaled"), random_batch()
    right = Backpropagation(cell, network, batch).gradient()
    wrong = Backpropagation(cell, network, batch, mistake).gradient()
    spoiled = [name for name in names(right) if not np.allclose(right[name], wrong[name], 2e-3)]
    assert spoiled
    single = wrong.with_flat(wrong.flat.astype(dtype))
    check = check_gradient(cell, network.with_flat(network.flat.astype(dtype)), single, batch)
    assert check.verdict == "wrong"
    assert check.wrong == tuple(spoiled)
    assert check_gradient(cell, network, right, batch).verdict == "right"


def test_the_worst_number_is_named_with_its_two_values() -> None:
    cell, batch = Elman(), random_batch()
    network, gradient = trained_by(cell, random_network(cell), batch)
    right = float(gradient["U"][3, 1])
    gradient["U"][3, 1] *= 1.5
    check = check_gradient(cell, network, gradient, batch)
    (U,) = [tensor for tensor in check.tensors if tensor.verdict == "wrong"]
    assert (U.name, U.where) == ("U", (3, 1))
    assert U.error == pytest.approx(1 / 3)
    assert (U.analytic, U.numeric) == (pytest.approx(1.5 * right), pytest.approx(right))


def last_scored(steps: int) -> Batch:
    """Symbol 3 at the first step alone, and only the last target is scored."""
    inputs = np.arange(steps)[:, None] % 3
    inputs[0] = 3
    scored = np.zeros((steps, 1), bool)
    scored[-1] = True
    return Batch(inputs, np.ones((steps, 1), int), SYMBOLS, scored)


@pytest.mark.parametrize("cell", [Elman(), GRU(), LSTM()])
def test_a_gradient_that_has_vanished_is_checked_like_any_other(cell: Cell) -> None:
    network, batch = random_network(cell, 3, init="scaled"), last_scored(60)
    network["U"][...] *= 0.1
    for gate in "zf":
        if gate in cell.gates:
            network[f"b_h{gate}"][...] = -3  # keeps little
    parameters, gradient = trained_by(cell, network, batch)
    assert 0 < np.abs(gradient["W"][3]).max() < 1e-12 * np.abs(gradient["W"]).max()
    assert check_gradient(cell, parameters, gradient, batch).verdict == "right"
    gradient["W"][3] *= 1.01
    spoiled = [name for name in names(network) if name[0] == "W" and gradient[name][3].any()]
    assert check_gradient(cell, parameters, gradient, batch).wrong == tuple(spoiled)


@each_cell
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("factor", few([0, 100, 1e-3, 1, 10], 2))
def test_rounding_is_not_called_wrong_however_large_or_small_the_weights(
    cell: Cell, dtype: str, factor: float
) -> None:
    for seed in range(3):
        network, batch = random_network(cell, dtype=dtype, seed=seed), random_batch(10, seed=seed)
        network.flat[...] *= factor
        assert checked(cell, network, batch, work=10_000_000).verdict != "wrong"


def test_terms_that_cancel_leave_only_rounding() -> None:
    """ŷ is one half for both symbols, which alternate: db_o is a sum of ±1/2."""
    cell, layout = Elman(), plain_layout(Elman(), (2, 2), 3)
    network = Parameters.zeros(layout)
    network["b_o"][...] = 0.1
    batch = Batch(np.zeros((10, 1), int), np.arange(10)[:, None] % 2, (2, 2))
    gradient = Parameters.zeros(layout)
    check = check_gradient(cell, network, gradient, batch)
    assert check.verdict != "wrong"
    gradient["b_o"][0] = 3e-16
    assert check_gradient(cell, network, gradient, batch).verdict != "wrong"
    gradient["b_o"][0] = 1e-12
    assert check_gradient(cell, network, gradient, batch).wrong == ("b_o",)


def test_a_saturated_network_is_unclear_not_right() -> None:
    network = random_network(Elman(), init="normal")
    network["W"][...] = np.sign(network["W"]) * 50
    network["U"][...] *= 0.01
    check = checked(Elman(), network, random_batch())
    verdicts = {tensor.name: tensor.verdict for tensor in check.tensors}
    assert verdicts == {
        "W": "unclear", "U": "unclear", "b_h": "unclear", "V": "right", "b_o": "right"
    }  # fmt: skip
    assert check.verdict == "right"


def test_a_relu_at_its_kink_may_have_the_slope_of_either_side() -> None:
    cell = Elman("relu")
    network = random_network(cell)
    for name in ("W", "U", "b_h"):
        network[name][...] = 0
    batch = random_batch()
    parameters, gradient = trained_by(cell, network, batch)
    assert check_gradient(cell, parameters, gradient, batch).verdict != "wrong"
    other = Backpropagation(cell, network, batch, "no slope").gradient()
    assert not np.allclose(other["b_h"], gradient["b_h"])
    assert check_gradient(cell, parameters, other, batch).verdict != "wrong"


def test_a_forgotten_output_gate_is_not_taken_for_the_bias_of_the_output_layer() -> None:
    batch = random_batch()
    parameters, gradient = trained_by(LSTM(), random_network(LSTM()), batch)
    gradient["b_h"][2 * 5 : 3 * 5] = 0
    assert check_gradient(LSTM(), parameters, gradient, batch).wrong == ("b_ho",)


@each_cell
@pytest.mark.parametrize(("steps", "hidden"), [(1, 1), (1, 3), (8, 1)])
def test_the_smallest_networks_are_right(cell: Cell, steps: int, hidden: int) -> None:
    """With one hidden node a block of U is U itself, and must not be changed."""
    network, batch = random_network(cell, hidden), random_batch(steps)
    assert checked(cell, network, batch).verdict == "right"


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_of_a_chaotic_network_nothing_is_said(dtype: str) -> None:
    network = random_network(Elman(), 32, dtype=dtype)
    network["U"][...] *= 3
    check = checked(Elman(), network, random_batch(60), work=10)
    assert check.verdict == "unclear"


@dataclass(frozen=True)
class RealElman(Elman):
    """A cell whose loops drop imaginary parts."""

    name: ClassVar[str] = "real"

    def unroll(self, steps: int, batch: int, hidden: int, dtype: DTypeLike) -> ElmanSteps:
        if np.dtype(dtype).kind == "c":
            raise TypeError("no complex numbers")
        return super().unroll(steps, batch, hidden, dtype)


@pytest.mark.parametrize("factor", [1.0, 1.01])
def test_a_cell_without_complex_numbers_is_checked_by_central_differences(factor: float) -> None:
    batch = random_batch(size=2)
    parameters, gradient = trained_by(RealElman(), random_network(Elman(), init="scaled"), batch)
    gradient["U"][1, 2] *= factor
    check = check_gradient(RealElman(), parameters, gradient, batch)
    assert check.method == "central differences"
    assert check.wrong == (() if factor == 1 else ("U",))


def test_of_a_large_tensor_a_sample_is_checked_with_the_largest_numbers() -> None:
    cell, batch = Elman(), random_batch()
    parameters, gradient = trained_by(cell, random_network(cell, 40, init="scaled"), batch)
    largest = np.unravel_index(np.abs(gradient["U"]).argmax(), (40, 40))
    gradient["U"][largest] *= 1.1
    check = check_gradient(cell, parameters, gradient, batch, work=10)
    U = check.tensors[1]
    assert (U.checked, U.total, U.where) == (16, 1600, tuple(map(int, largest)))
    assert check.extent == "a sample of 67 of 1,923 numbers"
    assert check == check_gradient(cell, parameters, gradient, batch, work=10)


@pytest.mark.parametrize("spoiled", [np.nan, np.inf])
def test_a_gradient_that_is_not_finite_is_wrong(spoiled: float) -> None:
    batch = random_batch()
    parameters, gradient = trained_by(GRU(), random_network(GRU()), batch)
    gradient["U_n"][0, 1] = spoiled
    check = check_gradient(GRU(), parameters, gradient, batch)
    assert check.wrong == ("U_n",)
    assert next(t for t in check.tensors if t.name == "U_n").where == (0, 1)


def test_weights_that_are_not_finite_are_refused() -> None:
    network = random_network(Elman())
    network["U"][0, 0] = np.nan
    with pytest.raises(ValueError, match="finite"):
        checked(Elman(), network, random_batch())


def test_progress_is_told_number_by_number() -> None:
    told: list[tuple[int, int]] = []
    network = random_network(Elman())
    checked(Elman(), network, random_batch(), progress=lambda *done: told.append(done))
    assert told == [(i, 68) for i in range(1, 69)]


@each_cell
@pytest.mark.parametrize("after", [0, 3, 200])
def test_it_can_be_left_at_any_step(cell: Cell, after: int) -> None:
    calls = 0

    def at_step() -> None:
        nonlocal calls
        calls += 1
        if calls > after:
            raise Interrupted

    with pytest.raises(Interrupted):
        checked(cell, random_network(cell), random_batch(), at_step=at_step)
    assert calls == after + 1


def test_nothing_that_was_handed_in_is_changed() -> None:
    batch = random_batch()
    parameters, gradient = trained_by(GRU(), random_network(GRU()), batch)
    before = parameters.flat.copy(), gradient.flat.copy()
    check_gradient(GRU(), parameters, gradient, batch)
    assert (parameters.flat == before[0]).all() and (gradient.flat == before[1]).all()


def test_the_result_is_plain_values() -> None:
    check = checked(GRU(), random_network(GRU()), random_batch())
    assert pickle.loads(pickle.dumps(check)) == check
    values = check.to_json()
    assert values["verdict"] == "right"
    assert values["tensors"][5].keys() == {
        "name", "error", "where", "analytic", "numeric", "checked", "total", "unclear", "verdict"
    }  # fmt: skip
