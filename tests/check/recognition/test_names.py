"""What names of arguments, gradients and parameters are taken for."""

from __future__ import annotations

import numpy as np
import pytest

from rnn_tui.check.recognition import gradients
from rnn_tui.check.recognition.returned import leaves
from rnn_tui.check.recognition.roles import cell_of, role_of
from rnn_tui.check.recognition.sizes import infer
from rnn_tui.check.recognition.words import argument_kind, gradient_bases, is_memory_of
from tests.check.loading import module_of

ARGUMENTS = {
    "inputs": ["x", "xs", "X", "inputs", "xt", "input_tensor", "words", "sequence", "tokens"],
    "targets": ["y", "Y", "targets", "labels", "y_true"],
    "h0": ["h0", "hprev", "h_prev", "a0", "a_prev", "hidden_state", "initial_state", "prev_h"],
    "c0": ["c0", "C_prev", "c_prev", "cell_state", "prev_c"],
    "upstream": ["dh", "da", "d_y", "dout", "error_tensor", "output_gradients", "dLdAt"],
    "outputs": ["y_hat", "probs", "ps", "y_pred", "logits"],
    "parameters": ["parameters", "params", "p"],
    "cache": ["cache", "caches", "keep"],
    "rate": ["learning_rate", "lr", "learn_rate"],
}


@pytest.mark.parametrize(("kind", "names"), ARGUMENTS.items(), ids=ARGUMENTS)
def test_an_argument_is_known_by_its_name(kind: str, names: list[str]) -> None:
    assert {name: argument_kind(name, (name,)) for name in names} == dict.fromkeys(names, kind)


def test_a_y_beside_a_target_is_what_the_network_gives() -> None:
    assert argument_kind("y", ("y", "t")) == "outputs"
    assert argument_kind("y", ("x", "y")) == "targets"


@pytest.mark.parametrize(
    ("gradient", "parameter"),
    [("dWxh", "Wxh"), ("dLdU", "U"), ("d_b_hidden", "b_hidden"), ("grad_Wx", "Wx"), ("W_grad", "W"),
     ("dbh", "bh"), ("gWh", "Wh"), ("gradient_weights", "weights")],
)  # fmt: skip
def test_a_gradient_is_known_by_its_name(gradient: str, parameter: str) -> None:
    assert parameter in gradient_bases(gradient)


def test_memories_of_an_optimizer_are_no_parameters() -> None:
    assert is_memory_of("mWxh", "Wxh")
    assert is_memory_of("dWxh", "Wxh")
    assert not is_memory_of("Wxh", "Wxh")
    assert not is_memory_of("Why", "Wxh")


RETURNING = """
import numpy as np

def by_name():
    loss, dW, dU = 1.0, np.ones(2), np.ones(3)
    return loss, (dW, dU.copy())

def in_a_list():
    dW, dU = np.ones(2), np.ones(3)
    grads = [dW, dU]
    return grads

def in_a_dict():
    return {"dW": np.ones(2), "inner": {"dU": np.ones(3)}}
"""


@pytest.mark.parametrize("function", ["by_name", "in_a_list", "in_a_dict"])
def test_returned_values_have_the_names_of_the_source(function: str) -> None:
    module = module_of(RETURNING)
    call = getattr(module, function)
    returned = leaves(call, call())
    found = {leaf.name: leaf.value.shape for leaf in returned if hasattr(leaf.value, "shape")}
    assert found["dW"] == (2,)
    assert found["dU"] == (3,)


def test_values_without_names_are_matched_by_shape_and_order() -> None:
    module = module_of("import numpy as np\ndef f():\n    return 2 * np.ones(2), 3 * np.ones(3)\n")
    parameters = {"a": np.zeros(3), "b": np.zeros(2)}
    found = gradients.among_returned(leaves(module.f, module.f()), parameters, {})
    assert {name: value[0] for name, value in found.items()} == {"a": 3, "b": 2}


def test_a_parameter_that_is_returned_is_no_gradient() -> None:
    module = module_of("def f(W):\n    return W\n")
    weight = np.ones(2)
    assert gradients.among_returned(leaves(module.f, module.f(weight)), {"W": weight}, {}) == {}


SHAPES = {
    "columns": ([(7, 5), (7, 7), (5, 7), (7, 1), (5, 1)], (5, 7, 5)),
    "three sizes": ([(7, 4), (7, 7), (3, 7), (7,), (3,)], (4, 7, 3)),
    "embedding": ([(9, 4), (7, 4), (7, 7), (9, 7), (7,), (9,)], (9, 7, 9)),
    "stacked gates": ([(5, 28), (7, 28), (28,), (7, 3), (3,)], (5, 7, 3)),
    "states only": ([(4, 6), (6, 6), (6,)], (4, 6, 4)),
}


@pytest.mark.parametrize(("shapes", "expected"), SHAPES.values(), ids=SHAPES)
def test_sizes_follow_from_shapes(
    shapes: list[tuple[int, ...]], expected: tuple[int, int, int]
) -> None:
    parameters = {str(place): np.zeros(shape) for place, shape in enumerate(shapes)}
    assert infer(parameters, {})[:3] == expected


def test_roles_and_cells_are_hints_from_names() -> None:
    assert [role_of(n) for n in ("Wxh", "Waa", "Why", "bh", "by", "U")] == [
        "W", "U", "V", "b_h", "b_o", None,
    ]  # fmt: skip
    lstm = {name: np.zeros((7, 12)) for name in ("W_f", "W_i", "W_o", "W_g")}
    assert cell_of(lstm, 7) == "lstm"
