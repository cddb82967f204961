"""Bands in the loss chart: hatched between their edges, behind curves and names."""

import numpy as np
import pytest
from rich.cells import cell_len

from widgets.loss.bands import ASCII_HATCHINGS, HUES, hatch_style, legend
from widgets.loss.curves import Band, Curve, Level, LossCurves
from widgets.loss.layers import PRESENT
from widgets.loss.lines import loss_lines

EPOCHS = np.arange(101.0)


def level(value: float) -> np.ndarray:
    return np.full(len(EPOCHS), value)


def curve(low: float, median: float, high: float, hue: int = 0, label: str = "") -> Curve:
    edges = Band(level(low), level(high))
    return Curve(label, EPOCHS, level(median), level(median), hue, edges)


def chart(*curves: Curve, levels: tuple[Level, ...] = ()) -> LossCurves:
    return LossCurves(curves, levels, (), 100, 100)


def text(value: LossCurves, width: int = 60, height: int = 17, **options: bool) -> list[str]:
    return [line.plain for line in loss_lines(value, width, height, **options)]


def rows_with(characters: str, lines: list[str]) -> list[int]:
    return [row for row, line in enumerate(lines[:-1]) if set(characters) & set(line[7:])]


def test_the_band_lies_between_its_edges_around_the_curve() -> None:
    lines = text(chart(curve(1.0, 2.0, 3.0)), ascii=True)
    assert rows_with("*", lines) == [5]
    hatched = rows_with(":", lines)
    assert (hatched[0], hatched[-1]) == (0, 10) and 5 not in hatched


def test_without_an_upper_edge_it_reaches_the_top() -> None:
    lines = text(chart(curve(1.0, 2.0, np.inf), curve(0.1, 4.0, 4.0, 1)), ascii=True)
    assert 0 in rows_with(":", lines)


@pytest.mark.parametrize("edge", [np.nan, np.inf])
def test_where_nothing_is_known_there_is_no_band(edge: float) -> None:
    value = chart(Curve("", EPOCHS, level(2), level(2), 0, Band(level(edge), level(np.nan))))
    assert not rows_with(ASCII_HATCHINGS, text(value, ascii=True))


def test_the_axis_has_room_for_the_band() -> None:
    assert text(chart(curve(1.0, 1.1, 7.9)))[0].startswith("  8.00")


def test_the_band_in_front_is_whole_and_the_others_share() -> None:
    alone = text(chart(curve(1, 2, 3)), ascii=True)
    front = text(chart(curve(1, 2, 3), curve(1.5, 2.5, 3, 1), curve(1.5, 2.6, 3, 2)), ascii=True)
    curves = "*x."
    for one, other in zip(alone, front, strict=True):
        assert all(b in (a, *curves) for a, b in zip(one, other, strict=True))
    behind = text(chart(curve(0, 0.1, 0.1), curve(1, 2, 3, 1), curve(1, 2.2, 3, 2)), ascii=True)
    mixed = "".join(behind)
    assert "'" in mixed and "`" in mixed


def test_names_and_levels_stand_on_a_band() -> None:
    value = chart(curve(0.5, 2, 3, label="lr 0.01"), levels=(Level("guessing, ln 3", 1.0986),))
    joined = "\n".join(text(value))
    assert "lr 0.01" in joined and "guessing" in joined


def test_zoomed_in_the_band_still_covers_all_columns() -> None:
    lines = loss_lines(chart(curve(1, 2, 3)), 60, 17, window=(40.0, 60.0), ascii=True)
    assert any(line.plain[7:].count(":") == 53 for line in lines)


def test_no_cell_of_a_band_is_an_empty_braille_character() -> None:
    value = chart(*(curve(hue * 0.5, hue * 0.5 + 0.2, hue * 0.5 + 0.4, hue) for hue in range(HUES)))
    assert "\u2800" not in "".join(text(value))


@pytest.mark.parametrize("ascii", [False, True])
@pytest.mark.parametrize("dark", [False, True])
def test_each_hue_has_a_legend_of_its_own(ascii: bool, dark: bool) -> None:
    legends = [legend(hue, ascii=ascii, dark=dark) for hue in range(HUES)]
    texts = {"".join(text for text, _ in spans) for spans in legends}
    colours = {spans[0][1] for spans in legends}
    assert len(texts) == len(colours) == HUES
    assert all(cell_len(text) == 4 and "\u2800" not in text for text in texts)


def test_the_band_has_the_colour_of_its_curve_but_weaker() -> None:
    lines = loss_lines(chart(curve(1, 2, 3), curve(0, 0, 0, 1)), 60, 17)
    styles = {str(span.style) for line in lines for span in line.spans}
    assert {f"bold {PRESENT}", hatch_style(PRESENT)} <= styles


@pytest.mark.parametrize("ascii", [False, True])
@pytest.mark.parametrize("width", [1, 10, 23, 24, 58, 150])
@pytest.mark.parametrize("height", [1, 2, 3, 9, 40])
def test_it_fits_at_every_size(width: int, height: int, ascii: bool) -> None:
    value = chart(curve(1, 2, 3, label="lr 0.1"), curve(0, 1, np.inf, 3, "lr 0.2"))
    lines = loss_lines(value, width, height, ascii=ascii)
    assert len(lines) <= height and all(line.cell_length == width for line in lines)
    assert not ascii or all(line.plain.isascii() for line in lines)
