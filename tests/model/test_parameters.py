"""The flat vector with named views: drawing, viewing, naming by hash."""

import copy
import hashlib
import pickle
from collections.abc import Callable

import numpy as np
import pytest

from rnn_tui.model.cell import Cell, network_tensors
from rnn_tui.model.cells import CELLS
from rnn_tui.model.cells.rnn import Elman
from rnn_tui.model.fast.stacked import stacked_layout
from rnn_tui.model.network import plain_layout
from rnn_tui.model.parameters import Layout, Parameters, draw

ORDER = ("W", "U", "V", "b_h", "b_o")


def layout(k: int, H: int) -> Layout:
    return plain_layout(Elman(), (k, k), H)


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


def test_small_weights_are_hundredths_and_biases_are_zero() -> None:
    parameters, generator = drawn("small"), np.random.default_rng(7)
    for name in ("W", "U", "V"):
        expected = 0.01 * generator.standard_normal(parameters.notebook(name).shape)
        assert np.array_equal(parameters.notebook(name), expected)
    assert not parameters["b_h"].any() and not parameters["b_o"].any()


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
    with pytest.raises(ValueError, match="init must be one of normal, scaled, small, not 'xavier'"):
        drawn("xavier")


# Gates.


def test_the_tensors_of_a_cell_are_as_wide_as_its_gates(cell: Cell) -> None:
    I, O, H, width = 4, 3, 5, 5 * len(cell.gates)  # noqa: E741
    shapes = {tensor.name: tensor.shape for tensor in network_tensors(cell, I, O, H)}
    wanted = {"W": (I, width), "U": (H, width), "V": (H, O), "b_h": (width,), "b_o": (O,)}
    assert shapes == wanted and tuple(shapes) == ORDER


def test_each_gate_has_a_live_view_of_its_block(cell: Cell) -> None:
    parameters = Parameters.zeros(plain_layout(cell, (4, 3), 5))
    blocks = [block for tensor in parameters.layout.tensors for block in tensor.blocks]
    assert len({*blocks, *parameters}) == len(blocks) + len(ORDER)
    for number, block in enumerate(blocks, start=1):
        parameters[block][...] = number
    for number, block in enumerate(blocks, start=1):
        assert (parameters[block] == number).all()
        assert parameters[block].shape[-1] == 5
    if blocks:  # nothing else in the tensors of gates, and nothing of the output layer
        assert all(parameters[name].all() for name in ("W", "U", "b_h"))
    assert not parameters["V"].any() and not parameters["b_o"].any()


@pytest.mark.parametrize(
    ("cell", "blocks"),
    [
        ("rnn", ()),
        ("gru", ("U_r", "U_z", "U_n")),
        ("lstm", ("U_i", "U_f", "U_o", "U_g")),
    ],
)
def test_blocks_stand_side_by_side_in_the_order_of_the_gates(
    cell: str, blocks: tuple[str, ...]
) -> None:
    tensors = {tensor.name: tensor for tensor in network_tensors(CELLS[cell](), 4, 3, 5)}
    assert tuple(tensors["U"].blocks) == blocks
    assert tuple(tensors["b_h"].blocks) == tuple(block.replace("U_", "b_h") for block in blocks)
    assert not tensors["V"].blocks and not tensors["b_o"].blocks
    for i, columns in enumerate(tensors["U"].blocks.values()):
        assert (columns.start, columns.stop) == (5 * i, 5 * i + 5)


def test_a_name_that_is_neither_tensor_nor_block_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="U_n"):
        drawn()["U_n"]


def test_a_copy_has_blocks_of_its_own_numbers() -> None:
    parameters = Parameters.zeros(plain_layout(CELLS["gru"](), (4, 3), 5))
    same = parameters.copy()
    same["U_n"][...] = 1
    assert same.flat.sum() == 25 and not parameters.flat.any()


@pytest.mark.parametrize("init", ["normal", "scaled", "small"])
def test_a_seed_means_the_same_network_in_either_layout(init: str) -> None:
    layouts = plain_layout(Elman(), (4, 3), 5), stacked_layout(Elman(), (4, 3), 5)
    plain, stacked = (draw(it, init, 5, np.random.default_rng(0), "float64") for it in layouts)
    assert plain.sha256() == stacked.sha256()
    assert plain.norms() == stacked.norms()
