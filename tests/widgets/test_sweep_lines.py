"""The tables of a sweep and its header: whole columns, a row chosen, never too wide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from widgets.drawing.panel import Spans
from widgets.sweep.progress import Progress, progress_lines
from widgets.sweep.table import CHOSEN, Column, Row, Table, at, first_shown, table_lines, widths

COLUMNS = (Column("lr"), Column("ended", 2, right=True), Column("median loss", 1, right=True))
LEGEND = (("──", "red"), ("⡂⡂", "red 60%"))


def table(rows: int = 5, chosen: int = 0, legend: Spans = ()) -> Table:
    found = [Row((f"0.{n}", f"{n}/10", f"0.{n:04}"), legend) for n in range(rows)]
    return Table(COLUMNS, tuple(found), chosen, empty="no runs")


def plain(line: Spans) -> str:
    return "".join(text for text, _ in line)


def test_columns_stand_below_their_headings_numbers_at_the_right() -> None:
    lines = [plain(line).rstrip() for line in table_lines(table(), 40, 6)]
    assert lines[0] == "  lr   ended  median loss"
    assert lines[1] == "▸ 0.0   0/10       0.0000"


def test_where_there_is_no_room_columns_go_by_rank() -> None:
    assert widths(table(), 40) == (3, 5, 11)
    assert widths(table(), 22) == (3, 0, 11)
    assert widths(table(), 17) == (3, 0, 0)


def test_the_chosen_row_is_marked_and_among_those_shown() -> None:
    lines = table_lines(table(50, chosen=40), 40, 6)
    (line,) = [line for line in lines if plain(line).startswith("▸")]
    assert "0.40" in plain(line) and line[-1][1] == CHOSEN


def test_in_a_table_that_is_not_active_it_stands_out_less() -> None:
    lines = table_lines(table()._replace(is_active=False), 40, 6)
    assert plain(lines[1]).startswith("▸") and lines[1][-1][1] != CHOSEN


def test_what_is_drawn_elsewhere_has_its_legend_and_the_others_room_for_one() -> None:
    value = table(2, legend=LEGEND)
    value = value._replace(rows=(value.rows[0], value.rows[1]._replace(legend=())))
    lines = [plain(line) for line in table_lines(value, 60, 4)]
    assert lines[1].startswith("▸ ──⡂⡂ 0.0") and lines[2].startswith("       0.1")


def test_without_a_row_it_says_so() -> None:
    assert plain(table_lines(table(0), 40, 5)[0]) == "no runs"


@given(
    st.integers(1, 60), st.integers(1, 12), st.integers(1, 30), st.integers(0, 29), st.booleans()
)
def test_it_fits_and_a_click_finds_the_row_that_is_drawn(
    width: int, height: int, rows: int, chosen: int, ascii: bool
) -> None:
    value = table(rows, min(chosen, rows - 1), LEGEND if not ascii else (("**::", "red"),))
    lines = table_lines(value, width, height, ascii=ascii)
    assert len(lines) <= height and all(cell_len(plain(line)) == width for line in lines)
    assert not ascii or all(plain(line).isascii() for line in lines)
    assert at(value, height, 0) is None
    for y in range(1, len(lines)):
        assert at(value, height, y) == first_shown(value, max(1, height - 1)) + y - 1
    if height > 1:
        places = [at(value, height, y) for y in range(1, height)]
        assert value.chosen in places


PROGRESS = Progress(
    "sweep plan.toml", "3 settings, 30 runs", ("12 done", "2 running"), 0.4, "4:00 left"
)


def test_the_header_tells_how_far_it_is() -> None:
    title, state = (plain(line).rstrip() for line in progress_lines(PROGRESS, 80))
    assert title == "sweep plan.toml  3 settings, 30 runs"
    assert state.endswith("12 done, 2 running, 4:00 left") and state.count("█") == 15


@pytest.mark.parametrize(("share", "is_full"), [(0.9999, False), (1.0, True)])
def test_the_bar_is_full_only_when_all_is_done(share: float, is_full: bool) -> None:
    state = plain(progress_lines(PROGRESS._replace(share=share), 80)[1])
    assert ("░" not in state) is is_full


@given(st.integers(1, 120), st.booleans())
def test_where_it_is_narrow_the_time_left_stays_longest(width: int, ascii: bool) -> None:
    lines = [plain(line) for line in progress_lines(PROGRESS, width, ascii=ascii)]
    assert all(cell_len(line) == width for line in lines)
    assert width < 9 or "4:00 left" in lines[1]
    assert not ascii or all(line.isascii() for line in lines)
