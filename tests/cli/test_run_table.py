"""The list of runs as a table: what is told at which width."""

import math
from dataclasses import replace
from itertools import count

import pytest
from rich.cells import cell_len

from rnn_tui.cli.run_columns import brief
from rnn_tui.cli.run_table import AT_A_TIME, RunTable
from rnn_tui.storage.library.listing import RunInfo
from rnn_tui.storage.library.sorting import ORDERS, in_order
from rnn_tui.training.config import Config

NOW = 1e9
INFO = RunInfo(
    "successor-seed0-20261127-140512", "successor", 1_000, 0.25, 0.5, 0.001, 132, 1, NOW, NOW - 200,
    4_000, None, None, Config(),
)  # fmt: skip


def lines(infos: list[RunInfo], width: int | None) -> list[str]:
    table = RunTable([info.id for info in infos], NOW, width)
    return [line for some in table.lines(infos) for line in some]


def test_at_80_columns_everything_is_told_that_runs_are_chosen_by() -> None:
    head, row = lines([INFO], 80)
    assert head.split() == ["RUN", "CELL", "HIDDEN", "LR", "EPOCH", "LOSS", "SOLVED", "AGE"]
    assert row.split() == [INFO.id, "rnn", "10", "0.001", "1,000", "0.25", "132", "3", "min"]


def test_a_validation_loss_has_a_column_where_there_is_one() -> None:
    head, first, second = lines([INFO, replace(INFO, valid_loss=1.5e-7)], 120)
    assert "VALID" in head and "–" in first and "1.5e-7" in second


def test_the_task_is_told_where_names_do_not_tell_it() -> None:
    assert "TASK" in lines([replace(INFO, id="mine")], 80)[0]
    assert "TASK" in lines([replace(INFO, id="mine" * 7)], 80)[0]


def test_without_a_terminal_each_run_is_one_line_and_nothing_is_cut() -> None:
    wide = replace(INFO, id="x" * 200, problem="word " * 50)
    head, row = lines([wide], None)
    assert row.startswith(wide.id) and row.endswith("word word")
    assert {"CELL", "LR", "EPOCH", "LOSS", "SOLVED", "AGE"} <= set(head.split())


@pytest.mark.parametrize("width", range(24, 130, 7))
def test_a_name_that_is_too_long_is_cut_where_its_beginning_still_names_it(width: int) -> None:
    infos = [replace(INFO, id=f"{number}{'漢' * 90}") for number in range(3)]
    found = lines(infos, width)
    assert max(map(cell_len, found)) <= width
    for info, line in zip(infos, found[1:], strict=True):
        beginning, dots, _ = line.partition("…")
        assert dots and info.id.startswith(beginning)


def test_a_name_whose_beginning_is_anothers_is_never_cut() -> None:
    infos = [replace(INFO, id="x" * 90 + end) for end in "ab"]
    assert [line.split()[0] for line in lines(infos, 60)[1:]] == [info.id for info in infos]


def test_the_first_rows_of_many_are_told_before_the_others_are_read() -> None:
    read = count()
    infos = (replace(INFO, epochs=10 ** (next(read) // AT_A_TIME)) for _ in range(10**9))
    told = RunTable([INFO.id], NOW, 80).lines(infos)
    assert len(next(told)) == AT_A_TIME + 1 and next(read) <= AT_A_TIME
    wider = [next(told) for _ in range(6)][-1]  # with headings where the columns change
    assert all(cell_len(line) <= 80 for line in wider) and wider[0].startswith("RUN")


@pytest.mark.parametrize("order", ORDERS)
def test_what_is_not_known_comes_last_in_each_order(order: str) -> None:
    unknown = RunInfo(
        "zzz", "", 0, math.nan, math.nan, None, None, 0, 1.0, 1.0, 0, None, "broken", None
    )
    known = replace(INFO, valid_loss=1.0)
    expected = [known, unknown]
    assert in_order([unknown, known], order) == (expected if order != "epoch" else expected[::-1])
    if order not in ("age", "run", "epoch"):
        assert in_order([unknown, known], order, reverse=True) == expected


def test_losses_are_short() -> None:
    values = (math.nan, 0.0, 1.0986, 0.0557, 0.000814, 1.5e-123, 12_345.0, math.inf)
    found = [brief(value) for value in values]
    assert found == ["–", "0", "1.1", "0.0557", "8.1e-4", "1.5e-123", "1.2e4", "inf"]
