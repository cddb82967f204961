"""Loss and gradients against PyTorch's figures, kept in tests/data."""

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rnn_tui.model.batch import Batch
from rnn_tui.model.head import symbol_losses
from rnn_tui.model.parameters import Parameters
from rnn_tui.model.rnn import Unrolled, layout
from rnn_tui.notebook.rnn import RNN

Figures = dict[str, NDArray[np.float64]]
LETTERS = {"W": "w", "U": "u", "V": "v", "b_h": "b_h", "b_o": "b_o"}


def cases() -> dict[str, Figures]:
    found: dict[str, Figures] = defaultdict(dict)
    with np.load(Path(__file__).parents[1] / "data" / "pytorch_gradients.npz") as arrays:
        for name in arrays:
            case, key = name.split("/")
            found[case][key] = arrays[name]
    return found


CASES = cases()


def error(found: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    return float(np.linalg.norm(found - right) / max(np.linalg.norm(right), 1e-3))


@pytest.mark.parametrize("case", CASES)
def test_the_engine_agrees_with_pytorch(case: str) -> None:
    figures = CASES[case]
    (hidden, symbols), soft = figures["w"].shape, case.endswith("soft")
    parameters = Parameters.zeros(layout(symbols, hidden))
    for name, letter in LETTERS.items():
        parameters.notebook(name)[...] = figures[letter]
    inputs, targets = figures["inputs"], figures["targets"]
    batch = Batch(inputs, inputs if soft else targets, symbols)
    network = Unrolled(*inputs.shape, symbols, hidden)
    gradient = Parameters.zeros(parameters.layout)

    head = network.forward(parameters, batch)
    if soft:
        by_symbol = targets.transpose(2, 0, 1)
        loss = -(by_symbol * np.log(head.y_hat)).sum()
        np.subtract(head.y_hat, by_symbol, out=head.ds_o)
        network.backpropagate(parameters, batch, gradient)
    else:
        loss = symbol_losses(head, batch.targets).sum()
        network.backward(parameters, batch, gradient)

    assert loss == pytest.approx(float(figures["loss"]), rel=1e-10)
    for name, letter in LETTERS.items():
        assert error(gradient.notebook(name), figures[f"d{letter}"]) < 1e-10, name


@pytest.mark.parametrize("case", [case for case in CASES if "-B1-" in case])
def test_the_notebooks_class_agrees_with_pytorch(case: str) -> None:
    figures = CASES[case]
    hidden, symbols = figures["w"].shape
    rnn = RNN(hidden, symbols)
    rnn.w, rnn.u, rnn.v = figures["w"], figures["u"], figures["v"]
    rnn.b_h, rnn.b_o = figures["b_h"], figures["b_o"]
    x, y = figures["inputs"][:, 0], figures["targets"][:, 0]

    y_hat = rnn.feedforward(x)
    gradients = rnn.backpropagation(x, y, y_hat)

    assert rnn.total_loss(y, y_hat) == pytest.approx(float(figures["loss"]), rel=1e-10)
    for name, found in zip(("dw", "dv", "du", "db_h", "db_o"), gradients, strict=True):
        assert error(found, figures[name]) < 1e-10, name


def test_the_kept_figures_cover_the_sizes_promised() -> None:
    sizes = np.array([(*f["inputs"].shape, *f["w"].shape) for f in CASES.values()])
    assert sizes.min(axis=0).tolist() == [1, 1, 1, 2]
    assert sizes.max(axis=0).tolist() == [30, 10, 32, 65]
