"""Weights at a glance and the problem in words fill their panels and nothing more."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from widgets.drawing.heat_map import Palette
from widgets.drawing.panel import Spans
from widgets.problem.panel import Problem, problem_lines
from widgets.weights.dynamics import Dynamics, GateOpening
from widgets.weights.glance import Glance, GlanceTensor, column_widths, glance_lines
from widgets.weights.tensor import TensorMap

RNG = np.random.default_rng(0)


def glance(hidden: int = 10, inputs: int = 3, outputs: int = 3, factor: float = 1.0) -> Glance:
    def tensor(name: str, role: str, *shape: int) -> TensorMap:
        return TensorMap(name, role, factor * RNG.normal(size=shape), 4.81, 1.35, 0.0028)

    matrices = (
        tensor("W", "x→h", hidden, inputs), tensor("U", "h→h", hidden, hidden),
        tensor("V", "h→o", outputs, hidden),
    )  # fmt: skip
    return Glance(
        tuple(GlanceTensor(matrix, np.linspace(4, 4.81, 24)) for matrix in matrices),
        (tensor("b_h", "", hidden), tensor("b_o", "", outputs)),
        Dynamics((("U", 3.1),), 0.62),
    )


def lines(value: Glance, width: int, height: int, *, ascii: bool = False) -> list[str]:
    drawn: list[Spans] = glance_lines(value, width, height, Palette(ascii, ascii, not ascii))
    assert len(drawn) <= height
    texts = ["".join(text for text, _ in line) for line in drawn]
    assert all(cell_len(text) <= width for text in texts)
    assert all(text.isascii() for text in texts) or not ascii
    return texts


def test_every_entry_has_its_cell_beside_the_biases_and_over_its_figures() -> None:
    shown = lines(glance(), 78, 15)
    assert shown[0].split("±")[0].split() == ["W", "x→h,", "10×3"]
    assert "U  h→h, 10×10" in shown[0] and "V  h→o, 3×10" in shown[0]
    assert any("b_h " in line for line in shown) and any("b_o " in line for line in shown)
    assert shown[-4].count("norm  4.81") == 3 and shown[-2].count("moved 0.28 %") == 3
    assert shown[-1].startswith("largest |λ| of U 3.1") and "saturated 62 %" in shown[-1]


def test_a_matrix_larger_than_its_room_says_what_a_cell_stands_for() -> None:
    assert "cell: largest of" in lines(glance(320, 5, 5), 140, 15)[0]
    assert "largest of 32×25" in lines(glance(320, 50, 50), 78, 15)[0]


@pytest.mark.parametrize("hidden", [1, 10, 320])
def test_nothing_moves_with_the_values(hidden: int) -> None:
    few, many = (lines(glance(hidden, factor=factor), 78, 15) for factor in (0.5, 3.0))
    for one, other in zip(few[-4:-1], many[-4:-1], strict=True):
        assert one.split() == other.split()
    starts = [[line.index(name) for name in ("W", "U", "V")] for line in (few[0], many[0])]
    assert starts[0] == starts[1]


@given(
    st.integers(1, 40), st.integers(1, 12), st.integers(1, 60), st.integers(48, 130),
    st.integers(1, 24), st.booleans(),
)  # fmt: skip
def test_any_weights_fit(
    hidden: int, inputs: int, outputs: int, width: int, height: int, ascii: bool
) -> None:
    value = glance(hidden, inputs, outputs)
    lines(value, width, height, ascii=ascii)
    assert sum(column_widths(value, width)) + 6 <= max(width, 9)


def test_of_gates_the_line_below_tells_how_many_are_closed_and_open() -> None:
    dynamics = Dynamics((("U_r", 1.2), ("U_z", 0.7)), 0.3, None, (GateOpening("r", 0.1, 0.2),))
    line = lines(glance()._replace(dynamics=dynamics), 200, 15)[-1]
    assert "U_r" in line and "gates closed r" in line


PROBLEM = Problem(
    "successor mod 3", ("y_t = (x_t + 1) mod k, x uniform", "needs no memory", "all N(0,1)"),
    "next: z, then hold U",
)  # fmt: skip


def problem(width: int, height: int, value: Problem = PROBLEM) -> list[str]:
    return ["".join(t for t, _ in line) for line in problem_lines(value, width, height)]


def test_the_suggestion_stands_last_and_stays_where_there_is_little_room() -> None:
    assert problem(38, 12)[-1] == "next: z, then hold U"
    assert problem(38, 12)[1] == "" and len(problem(38, 12)) == 7
    assert problem(38, 4)[-1] == "next: z, then hold U" and len(problem(38, 4)) == 4
    assert problem(38, 1) == ["next: z, then hold U"]


@given(st.lists(st.text()), st.text(), st.integers(1, 60), st.integers(1, 20))
def test_any_text_is_wrapped(parts: list[str], suggestion: str, width: int, height: int) -> None:
    shown = problem(width, height, Problem("", tuple(parts), suggestion))
    assert len(shown) <= height and all(len(line) <= width for line in shown)
