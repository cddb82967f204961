"""The flat vector with named views: drawing, viewing, naming by hash."""

import copy
import hashlib
import pickle
from collections.abc import Callable

import numpy as np
import pytest

from rnn_tui.model.parameters import Parameters, draw
from rnn_tui.model.rnn import layout

ORDER = ("W", "U", "V", "b_h", "b_o")


def drawn(init: str = "normal", dtype: str = "float64", H: int = 5, k: int = 3) -> Parameters:
    return draw(layout(k, H), init, H, np.random.default_rng(7), dtype)


def test_the_tensors_have_the_notebooks_names_order_and_shapes() -> None:
    parameters = drawn(H=5, k=3)
    assert tuple(parameters) == ORDER
    shapes = [parameters.notebook(name).shape for name in ORDER]
    assert shapes == [(5, 3), (5, 5), (3, 5), (5,), (3,)]


def test_the_views_are_live_in_both_shapes() -> None:
    parameters = Parameters.zeros(layout(3, 5))
    parameters.notebook("W")[4, 2] = 1
    assert parameters["W"][2, 4] == 1
    assert parameters.flat.sum() == 1
    parameters.flat[...] = 2
    assert all((parameters[name] == 2).all() for name in ORDER)


def test_normal_weights_are_drawn_tensor_by_tensor_in_the_notebooks_shapes() -> None:
    parameters, generator = drawn(), np.random.default_rng(7)
    for name in ORDER:
        expected = generator.standard_normal(parameters.notebook(name).shape)
        assert np.array_equal(parameters.notebook(name), expected)


def test_scaled_weights_lie_within_one_over_the_root_of_h() -> None:
    flat = drawn("scaled", H=16).flat
    assert np.abs(flat).max() <= 1 / 4
    assert np.abs(flat).max() > 0.2
    assert flat.min() < 0 < flat.max()


def test_float32_weights_are_the_same_numbers_rounded() -> None:
    assert np.array_equal(drawn(dtype="float32").flat, drawn().flat.astype(np.float32))
    assert drawn(dtype="float32").flat.dtype == np.float32


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_hash_is_over_the_little_endian_bytes_in_the_notebooks_shapes(dtype: str) -> None:
    parameters = drawn(dtype=dtype)
    raw = b"".join(
        np.array(
            parameters.notebook(name), dtype="<" + np.dtype(dtype).str[1:], order="C"
        ).tobytes()
        for name in ORDER
    )
    assert parameters.sha256() == hashlib.sha256(raw).hexdigest()


def test_one_changed_bit_changes_the_hash() -> None:
    parameters = drawn()
    before = parameters.sha256()
    parameters["b_o"][-1] = np.nextafter(parameters["b_o"][-1], 9)
    assert parameters.sha256() != before


def test_norms_are_of_each_tensor() -> None:
    parameters = drawn(dtype="float32")
    for name, norm in parameters.norms().items():
        assert norm == pytest.approx(float(np.sqrt((parameters[name].astype(float) ** 2).sum())))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_one_number_that_is_not_finite_is_noticed(bad: float) -> None:
    parameters = drawn()
    assert parameters.all_finite()
    parameters["b_o"][1] = bad
    assert not parameters.all_finite()


def test_a_vector_of_the_wrong_length_is_refused() -> None:
    length = len(drawn().flat)
    with pytest.raises(ValueError, match=f"expected {length} parameters"):
        Parameters(layout(3, 5), np.zeros(length + 1))


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))])
def test_a_copy_has_views_of_its_own_numbers(duplicate: Callable[[Parameters], Parameters]) -> None:
    parameters = drawn()
    same = duplicate(parameters)
    assert same.sha256() == parameters.sha256()
    same.flat[...] = 1
    assert all((same[name] == 1).all() for name in ORDER)
    assert not (parameters.flat == 1).any()


def test_an_unknown_way_of_drawing_is_refused() -> None:
    with pytest.raises(ValueError, match="normal or scaled"):
        drawn("xavier")
