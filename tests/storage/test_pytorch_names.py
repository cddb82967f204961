"""Exported parameters are the ``state_dict`` that PyTorch itself has; see `tests/data`."""

import numpy as np
import pytest

from rnn_tui.storage.export.pytorch import torch_tensors
from tests.torch_figures import CASES, Case

WITH_STATE = [name for name, figures in CASES.items() if any("state/" in key for key in figures)]


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def elman(activation):
    def step(gi, gh, a, c):
        return activation(gi + gh), c

    return step


def gru(gi, gh, a, c):
    (r, z, n), (u_r, u_z, u_n) = np.split(gi, 3), np.split(gh, 3)
    r, z = sigmoid(r + u_r), sigmoid(z + u_z)
    n = np.tanh(n + r * u_n)
    return (1 - z) * n + z * a, c


def lstm(gi, gh, a, c):
    i, f, g, o = np.split(gi + gh, 4)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


STEPS = {
    "rnn-tanh": elman(np.tanh),
    "rnn-relu": elman(lambda s: np.maximum(s, 0)),
    "gru": gru,
    "lstm": lstm,
}
"""The equations of PyTorch's documentation, in its order of gates."""


def test_every_cell_has_a_state_dict() -> None:
    assert {name.split("-scaled")[0] for name in WITH_STATE} == set(STEPS)


@pytest.mark.parametrize("name", WITH_STATE)
def test_names_shapes_and_numbers_are_those_of_pytorchs_state_dict(name: str) -> None:
    tensors = torch_tensors(Case(name).parameters())
    prefix = "state/"
    wanted = {k[len(prefix) :]: v for k, v in CASES[name].items() if k.startswith(prefix)}
    assert tensors.keys() == wanted.keys()
    for key, tensor in tensors.items():
        assert np.array_equal(tensor, wanted[key]), key
        assert tensor.flags.c_contiguous and tensor.dtype == np.float64


@pytest.mark.parametrize("name", WITH_STATE)
def test_pytorchs_equations_with_the_exported_tensors_give_its_probabilities(name: str) -> None:
    case, figures = Case(name), CASES[name]
    p = torch_tensors(case.parameters())
    step = STEPS[name.split("-scaled")[0]]
    for b, length in enumerate(figures["lengths"]):
        a, c = figures["carried"][0, b], figures["carried"][-1, b]
        for t in range(length):
            gi = p["rnn.weight_ih_l0"][:, figures["inputs"][t, b]] + p["rnn.bias_ih_l0"]
            gh = p["rnn.weight_hh_l0"] @ a + p["rnn.bias_hh_l0"]
            a, c = step(gi, gh, a, c)
            exp = np.exp(p["head.weight"] @ a + p["head.bias"])
            assert np.allclose(figures["y_hat"][t, b], exp / exp.sum(), rtol=1e-12, atol=0)
