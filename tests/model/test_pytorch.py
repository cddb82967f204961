"""Probabilities, loss and gradients against PyTorch's figures, kept in tests/data."""

import numpy as np
import pytest

from rnn_tui.model.batch import Batch
from rnn_tui.model.head import symbol_losses
from rnn_tui.model.parameters import Parameters
from rnn_tui.model.unrolled import Unrolled
from rnn_tui.notebook.rnn import RNN
from tests.model.networks import VARIANTS, Numbers, assert_close
from tests.torch_figures import CASES, Case

LETTERS = {"w": "W", "u": "U", "v": "V", "b_h": "b_h", "b_o": "b_o"}


def error(found: Numbers, right: Numbers) -> float:
    return float(np.linalg.norm(found - right) / max(np.linalg.norm(right), 1e-3))


@pytest.mark.parametrize("name", CASES)
def test_every_cell_agrees_with_pytorch(name: str) -> None:
    case, figures, soft = Case(name), CASES[name], name.endswith("soft")
    inputs, targets, right = figures["inputs"], figures["targets"], figures["y_hat"]
    carried = tuple(figures["carried"]) if "carried" in figures else None
    scored = figures.get("scored")
    batch = Batch(inputs, inputs if soft else targets, case.symbols, scored)
    network = Unrolled(case.cell, *inputs.shape, case.symbols, case.hidden)
    parameters = case.parameters()
    gradient = Parameters.zeros(parameters.layout)

    head = network.forward(parameters, batch, None, carried)
    y_hat = head.y_hat.transpose(1, 2, 0)
    if soft:
        loss = -(targets * np.log(y_hat)).sum()
        np.subtract(head.y_hat, targets.transpose(2, 0, 1), out=head.ds_o)
        network.backpropagate(parameters, batch, gradient)
    else:
        loss = symbol_losses(head, batch).sum()
        network.backward(parameters, batch, gradient)

    lengths = figures.get("lengths", np.full(batch.size, batch.steps))
    for b, length in enumerate(lengths):
        assert_close(y_hat[:length, b], right[:length, b], 1e-12)
    assert loss == pytest.approx(float(figures["loss"]), rel=1e-10)
    wanted = case.parameters("d")
    for tensor in gradient:
        assert error(gradient[tensor], wanted[tensor]) < 1e-10, tensor


NOTEBOOKS = [
    name for name, figures in CASES.items()
    if name.startswith("rnn-tanh") and figures["inputs"].shape[1] == 1 and "masked" not in name
]  # fmt: skip


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_notebooks_class_agrees_with_pytorch(name: str) -> None:
    case, figures = Case(name), CASES[name]
    rnn, parameters, gradient = RNN(case.hidden, case.symbols[0]), *map(case.parameters, ("", "d"))
    for letter, tensor in LETTERS.items():
        setattr(rnn, letter, parameters.notebook(tensor))
    x, y = figures["inputs"][:, 0], figures["targets"][:, 0]

    y_hat = rnn.feedforward(x)
    found = rnn.backpropagation(x, y, y_hat)

    assert rnn.total_loss(y, y_hat) == pytest.approx(float(figures["loss"]), rel=1e-10)
    for letter, array in zip(("w", "v", "u", "b_h", "b_o"), found, strict=True):
        assert error(array, gradient.notebook(LETTERS[letter])) < 1e-10, letter


def test_the_kept_figures_cover_what_they_promise() -> None:
    for variant in ("rnn-tanh", "rnn-relu", "gru", "lstm"):
        assert variant in VARIANTS
        masked, plain = (
            [CASES[name] for name in CASES if name.startswith(variant) and name.endswith(end)]
            for end in ("masked", "symbols")
        )
        assert {figures["inputs"].shape[1] for figures in masked} == {1, 3}
        assert all(figures["carried"].any() for figures in masked)
        assert any(len(set(figures["lengths"])) == 3 for figures in masked)
        assert any(figures["W"].shape[1] != figures["V"].shape[1] for figures in plain)
    assert {name.rsplit("-", 1)[1] for name in NOTEBOOKS} == {"symbols", "soft"}
