"""The list of problems and what there is to read of one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from widgets import TaskDetails, TaskList, TaskRow
from widgets.tasks.details import Fact, detail_lines
from widgets.tasks.listing import at, task_lines

ROWS = tuple(TaskRow(f"problem-{n}", ("needed", "ln 3"), n == 2) for n in range(12))
DETAILS = TaskDetails(
    "echo", (Fact("about", "needs a memory of × steps " * 8), Fact("input", "1 2 " * 40, "", True))
)


def listed(chosen: int) -> TaskList:
    return TaskList(("problem", "memory", "guessing"), ROWS, chosen)


def texts(lines: list[tuple[tuple[str, str], ...]]) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines]


@given(st.integers(0, 11), st.integers(4, 80), st.integers(2, 30))
@settings(max_examples=100, deadline=None)
def test_the_chosen_one_is_always_shown_and_a_click_finds_what_it_hits(
    chosen: int, width: int, height: int
) -> None:
    value = listed(chosen)
    lines = task_lines(value, width, height)
    assert len(lines) <= height and all(len(text) <= width for text in texts(lines))
    marked = [y for y, line in enumerate(lines) if "reverse" in line[0][1]]
    assert len(marked) == 1 and at(value, width, height, marked[0]) == chosen
    for y, text in enumerate(texts(lines)):
        place = at(value, width, height, y)
        name = "problem" if place is None else ROWS[place].name
        assert text[2:].startswith(name[: width - 2])
    assert at(value, width, height, len(lines)) is None


def test_figures_stand_behind_the_names_where_they_fit() -> None:
    assert texts(task_lines(listed(0), 40, 20))[:2] == [
        "  problem         memory  guessing", "  problem-0       needed  ln 3".ljust(40),
    ]  # fmt: skip
    assert texts(task_lines(listed(0), 18, 20))[0].split() == ["problem-0"]


def test_the_problem_on_the_screen_is_marked() -> None:
    for ascii, mark in ((False, "▸"), (True, ">")):
        lines = texts(task_lines(listed(0), 40, 20, ascii=ascii))
        assert [mark in line for line in lines] == [False] * 3 + [True] + [False] * 9


@pytest.mark.parametrize("width", [20, 49, 50, 100])
@pytest.mark.parametrize("ascii", [False, True])
def test_texts_are_wrapped_and_rows_of_symbols_cut(width: int, ascii: bool) -> None:
    lines = texts(detail_lines(DETAILS, width, ascii=ascii))
    assert all(len(line) <= width for line in lines)
    *about, row = [line for line in lines if line.strip()]
    assert " ".join(" ".join(about).split()).count("needs a memory") == 8
    assert row.startswith("input") and row.endswith("~" if ascii else "…")
    assert not ascii or "".join(lines).isascii()
