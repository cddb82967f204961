"""The memory view's lines: nothing moves, all of it fits, bars say what the figures say."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from widgets import MemoryTable, Reach, Way
from widgets.memory.reach import arrange, reach_lines, reach_title
from widgets.memory.table import Cell, memory_lines, subtitle

Lines = list[tuple[tuple[str, str], ...]]
SENTENCE = "without its state it is at chance: it uses its memory"


def texts(lines: Lines) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines]


def table(*accuracies: float, sets: int = 2, sentence: str = SENTENCE) -> MemoryTable:
    names = ("10 training sequences", "200 fresh sequences")[:sets]
    ways = ("as it is", "state reset", "U = 0", "history shuffled")
    return MemoryTable(
        names,
        tuple(
            Way(name, "what it means", (Cell(accuracy, 1.25),) * sets)
            for name, accuracy in zip(ways, accuracies, strict=False)
        ),
        1 / 3,
        math.log(3),
        sentence,
    )


def test_figures_and_bars_stand_side_by_side() -> None:
    lines = texts(memory_lines(table(1.0, 0.33), 80, 8))
    assert lines[0].split("  ")[-2:] != [] and "10 training sequences" in lines[0]
    assert lines[1].startswith("as it is") and lines[1].count("100 %") == 2
    assert lines[2].startswith("state reset") and lines[2].count(" 33 %") == 2
    assert lines[1].count("━") > 2 * lines[2].count("━") > 0
    assert SENTENCE in lines


@given(
    st.lists(st.floats(0, 1), min_size=4, max_size=4),
    st.integers(46, 200),
    st.integers(1, 30),
    st.booleans(),
    st.integers(1, 2),
)
@settings(max_examples=150, deadline=None)
def test_nothing_moves_with_what_is_measured(
    accuracies: list[float], width: int, height: int, ascii: bool, sets: int
) -> None:
    drawn = texts(memory_lines(table(*accuracies, sets=sets), width, height, ascii=ascii))
    other = texts(
        memory_lines(table(1, 1, 1, 1, sets=sets, sentence=""), width, height, ascii=ascii)
    )
    assert len(drawn) == len(other) <= height
    assert all(cell_len(line) <= width for line in drawn)
    if ascii:
        assert all(line.isascii() for line in drawn)
    mark = "|" if ascii else "┃"
    places = [[i for i, c in enumerate(line) if c == mark] for line in drawn]
    assert places == [[i for i, c in enumerate(line) if c == mark] for line in other]


@pytest.mark.parametrize("ascii", [False, True])
@pytest.mark.parametrize(("share", "cells"), [(0.0, 0), (0.25, 5), (0.5, 10), (1.0, 20)])
def test_a_bar_is_as_long_as_its_share(share: float, cells: int, ascii: bool) -> None:
    row = texts(memory_lines(table(share, sets=1), 16 + 2 + 13 + 20, 4, ascii=ascii))[1]
    bar = row[16 + 2 + 6 : 16 + 2 + 6 + 20]
    at = int(20 / 3)
    assert bar[at] == ("|" if ascii else "┃")
    filled = ["=" if ascii else "━", *("|┃" if cells > at else "")]
    assert sum(character in filled for character in bar) == cells


def test_where_there_is_room_it_is_said_what_each_way_means() -> None:
    assert "what it means" not in "".join(texts(memory_lines(table(1, 0), 80, 9)))
    assert "what it means" in "".join(texts(memory_lines(table(1, 0), 140, 9)))


def test_the_border_says_what_guessing_is() -> None:
    assert subtitle(table(1)) == "┃ guessing: 33 % right, 1.099 nats/symbol"
    assert subtitle(table(1)._replace(guessing_loss=None), ascii=True) == "| guessing: 33 % right"


# How far.


def reach(right: list[int], trained: int, guessing: float = 0.5) -> Reach:
    count = len(right)
    ten = np.full(count, 10)
    return Reach("t", "right at step t", trained, np.arange(count), np.array(right), ten, guessing)


def test_what_is_trained_stands_apart() -> None:
    *rows, axis, legend = texts(reach_lines(reach([10] * 4 + [0] * 6, 3), 60, 8))
    assert all(row[6:10] == "████" for row in rows)
    assert {row.index("┊") for row in rows} == {legend.index("┊")}
    assert rows[0].split("┊")[0].startswith("100 %") and rows[-1].startswith("  0 %")
    assert "trained" in legend.split("┊")[0] and "longer" in legend.split("┊")[1]
    assert axis.startswith("t ") and axis.split()[1] == "0"


@given(
    st.lists(st.integers(0, 10), min_size=1, max_size=400),
    st.integers(0, 400),
    st.integers(10, 160),
    st.integers(1, 30),
    st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_it_fits_and_stays_where_it_is(
    right: list[int], trained: int, width: int, height: int, ascii: bool
) -> None:
    lines = texts(reach_lines(reach(right, trained), width, height, ascii=ascii))
    full = texts(reach_lines(reach([10] * len(right), trained), width, height, ascii=ascii))
    assert len(lines) == len(full) <= height
    assert all(cell_len(line) <= width for line in lines)
    assert [cell_len(line) for line in lines] == [cell_len(line) for line in full]
    if ascii:
        assert all(line.isascii() for line in lines)


@given(st.integers(1, 3000), st.integers(0, 3000), st.integers(2, 200))
@settings(max_examples=200, deadline=None)
def test_every_size_is_in_one_column_and_none_is_on_both_sides(
    count: int, trained: int, width: int
) -> None:
    sizes = np.arange(count)
    shape = arrange(sizes, trained, width)
    assert shape.starts[0] == 0 and (np.diff(shape.starts) > 0).all() and shape.starts[-1] < count
    assert len(shape.starts) * shape.wide + (0 < shape.inside < len(shape.starts)) <= width
    first_beyond = min(trained + 1, count)
    inside = shape.starts[: shape.inside]
    if 0 < shape.inside < len(shape.starts):
        assert inside[-1] < first_beyond == shape.starts[shape.inside]


def test_neighbours_share_a_column_by_their_mean() -> None:
    half = [10, 0] * 200
    rows = texts(reach_lines(reach(half, 399), 46, 21))[:-2]
    bars = [row[6:] for row in rows]
    filled = sum(row.count("█") for row in bars)
    assert filled == pytest.approx(0.5 * 39 * len(rows), rel=0.1)


def test_a_title_says_as_much_as_fits() -> None:
    shown = reach([1], 9)
    assert reach_title(shown, 90) == "how far? right at step t; trained to t = 9"
    assert reach_title(shown, 30) == "how far? trained to t = 9"
    assert reach_title(shown, 10) == "how far?"
