"""Heat maps: signs by glyph, the largest of a block, what is not finite, no cell too many."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from widgets.drawing.heat_map import (
    NAN,
    STEPS,
    Palette,
    heat_rows,
    largest,
    legend,
    levels,
    scale,
    tile,
)

ANY = arrays(
    np.float64, array_shapes(min_dims=2, max_dims=2, max_side=30), elements=st.floats(width=64)
)
PALETTES = st.builds(Palette, st.booleans(), st.booleans(), st.booleans())
FILLED, SHADED, ASCII = Palette(), Palette(shaded=True), Palette(ascii=True, shaded=True)


def drawn(values: list[list[float]], width: int, height: int, palette: Palette) -> list[str]:
    matrix = np.array(values)
    rows = heat_rows(matrix, tile(*matrix.shape, width, height), palette)
    return ["".join(text for text, _ in row) for row in rows]


@pytest.mark.parametrize(
    ("palette", "row"),
    [(FILLED, "− − · + + "), (SHADED, "−█−·· +░+▓"), (ASCII, "-@-.. +:+#")],
)
def test_a_cell_tells_the_sign_by_its_glyph(palette: Palette, row: str) -> None:
    assert drawn([[-2.0, -0.01, 0.0, 0.6, 1.7]], 10, 1, palette) == [row]


def test_colours_differ_by_sign_and_grow_with_the_value() -> None:
    styles = [FILLED.style(level) for level in range(-STEPS, STEPS + 1)]
    assert len(set(styles)) == 2 * STEPS + 1
    assert FILLED.style(-3) != FILLED.style(3) and "100%" in FILLED.style(-STEPS)
    assert Palette(shaded=True, colour=False).style(5) == ""


def test_a_wide_cell_holds_its_number_in_the_middle_of_its_lines() -> None:
    rows = drawn([[1.234, -20.0]], 14, 3, FILLED)
    assert rows == [" " * 14, "  +1.2  −20.0 ", " " * 14]
    assert drawn([[0.0, -0.5, 0.25, np.nan]], 24, 1, FILLED) == ["  ·   −0.50 +0.25   ?   "]


@pytest.mark.parametrize("size", [1e-5, 12_345.0])
def test_numbers_too_small_or_large_for_a_cell_are_signs(size: float) -> None:
    assert drawn([[size, -size]], 14, 1, FILLED) == ["   +      −   "]


@pytest.mark.parametrize(
    ("palette", "row"), [(FILLED, "? −∞+∞+ "), (SHADED, "? −∞+∞+█"), (ASCII, "? -!+!+@")]
)
def test_what_is_not_finite_has_its_own_glyph(palette: Palette, row: str) -> None:
    assert drawn([[np.nan, -np.inf, np.inf, 1.0]], 8, 1, palette) == [row]


def test_levels_share_out_the_largest_magnitude() -> None:
    values = np.array([-4.0, -2.0, -1e-9, 0.0, 1e-9, 2.0, 4.0, np.nan, np.inf, -np.inf])
    assert levels(values, scale(values)).tolist() == [-8, -4, -1, 0, 1, 4, 8, NAN, 9, -9]


def test_a_block_shows_its_entry_of_largest_magnitude_and_says_so() -> None:
    matrix = np.arange(-12.0, 12.0).reshape(4, 6)
    tiling = tile(4, 6, 6, 2)
    assert largest(matrix, tiling).tolist() == [[-12, -10, -8], [7, 9, 11]]
    assert tiling.note(99) == "each cell: largest of 2 × 2"
    assert tiling.note(20) == "largest of 2 × 2" and tiling.note(8, ascii=True) == "2 x 2"
    assert tile(4, 6, 12, 4).note(99) == ""


def test_a_block_with_nan_is_nan() -> None:
    matrix = np.array([[9.0, 1.0, np.nan, -np.inf]])
    assert np.array_equal(largest(matrix, tile(1, 4, 4, 1)), [[9.0, np.nan]], equal_nan=True)


@pytest.mark.parametrize(
    ("shape", "room", "cell"),
    [
        ((10, 10), (20, 10), (2, 1)),
        ((10, 10), (39, 30), (3, 1)),
        ((10, 10), (40, 30), (4, 2)),
        ((10, 10), (59, 10), (3, 1)),
        ((10, 10), (90, 40), (7, 3)),
        ((10, 3), (18, 10), (6, 1)),
        ((3, 3), (1, 1), (1, 1)),
    ],
)
def test_cells_grow_with_the_room_and_stay_about_square(
    shape: tuple[int, int], room: tuple[int, int], cell: tuple[int, int]
) -> None:
    assert tile(*shape, *room)[2:] == cell


def test_the_legend_names_the_ends_of_the_scale() -> None:
    matrix = np.array([[-2.31, 0.5]])
    for width, palette, line in (
        (40, SHADED, "−2.31 █▓▓▒▒░░···░░▒▒▓▓█ +2.31"),
        (21, SHADED, "−2.31 █▓▒░·░▒▓█ +2.31"),
        (15, FILLED, "−2.31 −·+ +2.31"),
        (15, ASCII, "-2.31 @.@ +2.31"),
        (14, FILLED, "−2.31 to +2.31"),
    ):
        assert "".join(text for text, _ in legend(matrix, width, palette)) == line


@pytest.mark.parametrize(("value", "text"), [(0.0, "all 0"), (np.nan, "not finite")])
def test_a_map_without_a_scale_says_why(value: float, text: str) -> None:
    assert legend(np.full((2, 2), value), 30, FILLED)[0][0] == text


@given(ANY, st.integers(1, 70), st.integers(1, 40), PALETTES)
def test_any_matrix_fits_any_room(
    matrix: np.ndarray, width: int, height: int, palette: Palette
) -> None:
    tiling = tile(*matrix.shape, width, height)
    rows = heat_rows(matrix, tiling, palette)
    cells = -(-matrix.shape[1] // tiling.block_columns) * tiling.cell_width
    assert 1 <= len(rows) <= height and cells <= width
    texts = ["".join(text for text, _ in row) for row in rows]
    assert {len(text) for text in texts} == {cells}
    below = "".join(text for text, _ in legend(matrix, width, palette))
    assert len(below) <= width
    if palette.ascii:
        assert all(text.isascii() for text in [below, *texts])
