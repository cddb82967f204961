"""The panels of the weights: map, scale, figures and readings, as far as there is room."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from textual.content import Content

from widgets.drawing.heat_map import Palette
from widgets.drawing.panel import Line
from widgets.weights.dynamics import Dynamics, GateOpening, dynamics_lines
from widgets.weights.tensor import TensorMap, tensor_lines, tensor_title, tiling

U = TensorMap("U", "h→h", np.linspace(-2, 2, 100).reshape(10, 10), 11.6619, 0.957, 0.00094)
BIAS = TensorMap("b_h", "", np.linspace(-2, 2, 10, dtype=np.float32), 2.9, None, None)
FIGURES = st.floats() | st.none()


def plain(line: Line) -> str:
    return line.plain if isinstance(line, Content) else "".join(text for text, _ in line)


def shown(value: TensorMap, width: int, height: int) -> list[str]:
    return [plain(line) for line in tensor_lines(value, width, height, Palette())]


def test_scale_and_figures_stand_below_the_map() -> None:
    lines = shown(U, 50, 14)
    assert lines[11:] == [
        "", "−2.00 −−−−−−−−·++++++++ +2.00", "norm 11.66  gradient 0.957  moved 0.094 %",
    ]  # fmt: skip


def test_rows_and_columns_are_numbered_from_0_where_that_takes_no_room_of_others() -> None:
    lines = shown(U, 50, 14)
    assert lines[0].split() == [str(column) for column in range(10)]
    assert [line[0] for line in lines[1:11]] == lines[0].split()
    assert not shown(U, 20, 10)[0].strip().startswith("0")
    blocks = TensorMap("U", "h→h", np.ones((40, 40)), 1.0, None, None)
    above = shown(blocks, 45, 24)[0].split()
    assert above[0] == "0" and all(int(number) % 2 == 0 for number in above)


def test_a_narrow_panel_has_a_line_for_each_figure() -> None:
    assert shown(U, 20, 16)[12:] == ["norm 11.66", "gradient 0.957", "moved 0.094 %"]


@pytest.mark.parametrize(
    ("height", "below"),
    [(10, []), (11, ["norm 11.66"]), (12, ["−2.00 −−·++ +2.00", "norm 11.66"])],
)
def test_the_whole_map_comes_before_its_figures(height: int, below: list[str]) -> None:
    assert tiling(U, 20, height).note(99) == ""
    assert shown(U, 20, height)[10:] == below


def test_a_map_in_blocks_keeps_its_scale_and_its_norm() -> None:
    assert tiling(U, 20, 6).note(99) == "each cell: largest of 3 × 1"
    assert shown(U, 20, 6)[4:] == ["−2.00 −−·++ +2.00", "norm 11.66"]


def test_a_bias_is_one_row_and_what_is_not_known_a_dash() -> None:
    assert shown(BIAS, 44, 3) == [
        " −  −  −  −  −  +  +  +  +  + ",
        "−2.00 −−−−−−−−·++++++++ +2.00",
        "norm 2.900  gradient –      moved     – %",
    ]


def test_the_title_drops_whole_parts() -> None:
    assert tensor_title(U, 20) == "U  h→h  10 × 10"
    assert tensor_title(U, 14) == "U  10 × 10" and tensor_title(U, 9) == "U"
    assert tensor_title(BIAS, 20, ascii=True) == "b_h  10"
    assert tensor_title(U, 20, ascii=True) == "U  h>h  10 x 10"


@pytest.mark.parametrize(
    ("width", "title"),
    [
        (30, "U_n  h→h  10 × 10  gate 3 of 3"),
        (29, "U_n  10 × 10  gate 3 of 3"),
        (16, "U_n  gate 3 of 3"),
        (15, "U_n"),
    ],
)
def test_which_gate_of_how_many_it_is_stays_longer_than_the_shape(width: int, title: str) -> None:
    assert tensor_title(U._replace(name="U_n", place="gate 3 of 3"), width) == title


@given(
    arrays(np.float64, array_shapes(max_dims=2, max_side=40), elements=st.floats()),
    FIGURES, st.integers(1, 70), st.integers(1, 40), st.builds(Palette, st.booleans()),
)  # fmt: skip
def test_any_tensor_fits_any_panel(
    matrix: np.ndarray, figure: float | None, width: int, height: int, palette: Palette
) -> None:
    value = TensorMap("W", "x→h", matrix, figure or 0.0, figure, figure)
    lines = [plain(line) for line in tensor_lines(value, width, height, palette)]
    assert 1 <= len(lines) <= height and max(map(len, lines)) <= width
    if palette.ascii:
        assert all(line.isascii() for line in lines)


def read(value: Dynamics, width: int = 120, height: int = 2) -> list[str]:
    return [" ".join(line.plain.split()) for line in dynamics_lines(value, width, height)]


@pytest.mark.parametrize(
    ("radius", "words"),
    [
        (3.104, "3.104 above 1: over many steps a gradient may explode"),
        (1.0, "1.000 at most 1: over many steps gradients usually fade"),
        (0.0, "0.000 0: nothing comes"),
        (math.nan, "nan the weights are not finite"),
    ],
)
def test_the_largest_eigenvalue_is_read_against_one(radius: float, words: str) -> None:
    assert read(Dynamics((("U", radius),)))[0].startswith(f"largest |λ| of U {words}")


def test_the_share_of_saturated_activations_says_what_it_does_to_the_gradient() -> None:
    assert read(Dynamics(saturated=0.629)) == [
        "saturated 62 % of the activations have |a| > 0.95: "
        "less than a tenth of the gradient passes there"
    ]


def test_relu_has_no_bound_but_activations_that_let_nothing_pass() -> None:
    assert read(Dynamics(inactive=0.5)) == [
        "inactive 50 % of the activations are 0, where ReLU lets no gradient pass"
    ]


GATED = Dynamics(
    (("U_r", 1.5), ("U_z", 0.9), ("U_n", 3.104)), 0.62, None,
    (GateOpening("r", 0.12, 0.0), GateOpening("z", 0.03, 1.0)),
)  # fmt: skip


def test_a_gated_cell_has_an_eigenvalue_for_each_gate_and_does_not_say_what_they_cannot() -> None:
    radii, saturated, closed, opened = read(GATED, 140, 4)
    assert radii == (
        "largest |λ| U_r 1.500 U_z 0.900 U_n 3.104 they alone do not tell whether gradients fade: "
        "the gates carry the state past U"
    )
    assert saturated == "saturated 62 % of the activations have |a| > 0.95"
    assert closed.startswith("gates closed r 12 % z 3 % of their values are below 0.05")
    assert opened.startswith("gates open r 0 % z 100 % of their values are above 0.95")


def test_figures_of_several_gates_stand_under_each_other() -> None:
    lines = [line.plain for line in dynamics_lines(GATED, 76, 4)]
    assert lines[0].index("U_r") == lines[2].index("r ") == lines[3].index("r ")
    assert lines[2].index("below 0.05") == lines[3].index("above 0.95")


@pytest.mark.parametrize("value", [GATED, GATED._replace(spectral_radii=(("U_r", math.nan),) * 2)])
def test_eigenvalues_that_are_not_finite_are_told_of_any_cell(value: Dynamics) -> None:
    told = "the weights are not finite" in read(value, 120, 4)[0]
    assert told is math.isnan(value.spectral_radii[0][1])


def test_words_give_way_before_figures() -> None:
    value = Dynamics((("U", 3.104),), 0.62)
    assert read(value, 40) == ["largest |λ| of U 3.104 may explode", "saturated 62 % |a| > 0.95"]
    assert read(value, 26) == ["largest |λ| of U 3.104", "saturated 62 %"]
    assert read(value, 60, 1) == ["largest |λ| of U 3.104 saturated 62 %"]


NAMED = st.lists(st.tuples(st.sampled_from(["U", "U_n", "U_z"]), st.floats()), max_size=4)
GATES = st.lists(st.builds(GateOpening, st.just("z"), st.floats(), st.floats()), max_size=3)
DYNAMICS = st.builds(Dynamics, NAMED.map(tuple), FIGURES, FIGURES, GATES.map(tuple))


@given(DYNAMICS, st.integers(1, 130), st.integers(1, 5), st.booleans())
def test_any_reading_fits_any_panel(value: Dynamics, width: int, height: int, ascii: bool) -> None:
    lines = dynamics_lines(value, width, height, ascii=ascii)
    assert len(lines) <= height and all(line.cell_length <= width for line in lines)
    assert not ascii or all(line.plain.isascii() for line in lines)
