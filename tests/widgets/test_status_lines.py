"""The status bar says the essential at every width and moves nothing."""

import math

import numpy as np
import pytest

from widgets.drawing.figures import plain
from widgets.status.lines import (
    Status,
    fields,
    fields_line,
    outcome,
    progress,
    shorten_title,
    title_line,
    used,
)

STATUS = Status(
    "successor mod 3 · rnn 10 · sgd lr 0.001 · seed 0", "paused", 137, 137, 0.412, "nats/symbol",
    0.93, "20 epochs/s", None, "", np.zeros(0), "", "",
)  # fmt: skip


def second_line(status: Status, width: int) -> str:
    shape = fields(width, status.newest)
    left = progress(status, shape).plain
    return left + "  " + outcome(status, shape, width - len(left) - 2).plain


def shown(status: Status, width: int) -> str:
    """The same with the sparkline."""
    line = fields_line(status, width).plain
    assert len(line) <= width
    return line


@pytest.mark.parametrize(
    "state", ["paused", "running", "going to 5000", "diverged", "paused, NOT STORED"]
)
@pytest.mark.parametrize("width", [30, 58, 78, 98, 198])
def test_the_state_is_never_cut_off(state: str, width: int) -> None:
    line = title_line(STATUS._replace(state=state), width).plain
    assert line.endswith(state) and len(line) == width


def test_a_run_that_is_not_stored_keeps_the_glyph_of_its_state() -> None:
    for state in ("paused", "running", "going to 50"):
        glyph = title_line(STATUS._replace(state=state), 98).plain.split(state)[0][-2]
        line = title_line(STATUS._replace(state=f"{state}, NOT STORED"), 98).plain
        assert line.endswith(f"{glyph} {state}, NOT STORED")


def test_the_name_of_the_program_goes_before_the_title_is_cut() -> None:
    assert title_line(STATUS, 58).plain.startswith(STATUS.title)
    assert title_line(STATUS, 68).plain.startswith("rnn-tui  " + STATUS.title)


@pytest.mark.parametrize(
    ("width", "title"),
    [
        (99, "echo 3 mod 3 · gru 8 · adam lr 0.01 × 1.00 · batch 8 · scaled · seed 0"),
        (69, "echo 3 mod 3 · gru 8 · adam lr 0.01 × 1.00 · batch 8 · … · seed 0"),
        (60, "echo 3 mod 3 · gru 8 · adam lr 0.01 × 1.00 · … · seed 0"),
        (40, "echo 3 mod 3 · gru 8 · … · seed 0"),
        (20, "echo 3 mod… · seed 0"),
    ],
)
def test_a_title_too_long_loses_whole_parts_but_not_the_last(width: int, title: str) -> None:
    whole = "echo 3 mod 3 · gru 8 · adam lr 0.01 × 1.00 · batch 8 · scaled · seed 0"
    assert shorten_title(whole, width) == title
    assert shorten_title(plain(whole), width, ascii=True).isascii()


def test_a_message_takes_the_place_of_the_title() -> None:
    line = title_line(STATUS._replace(message="saved", severity="warning"), 58).plain
    assert line.startswith("! saved") and line.endswith("paused")


@pytest.mark.parametrize("width", [58, 78, 98, 198])
def test_the_essential_fits(width: int) -> None:
    line = second_line(STATUS._replace(epoch=57), width)
    assert "epoch 57 of 137" in line and "0.4120" in line and "93 %" in line
    assert used(fields(width, 137)) <= width


def test_no_field_moves_while_the_numbers_grow() -> None:
    lines = [
        second_line(STATUS._replace(epoch=n, newest=m, loss=loss), 98)
        for n, m, loss in [(9, 9, 2.5), (10, 10, math.nan), (57, 9999, 1e-5), (1000, 1000, 0.1)]
    ]
    assert len({(line.index("loss"), line.index("accuracy")) for line in lines}) == 1


def test_the_time_left_and_the_pace_reached_come_where_they_fit() -> None:
    running = STATUS._replace(measured=12345.6, remaining="ETA 0:12", pace="unlimited")
    assert second_line(running, 198).endswith("unlimited  ETA 0:12  (12,346/s)")
    assert second_line(running, 58).endswith("unlimited")


@pytest.mark.parametrize("newest", [0, 99_999, 999_999])
@pytest.mark.parametrize("width", [58, 78, 98, 118, 198])
def test_the_pace_is_never_cut_off(width: int, newest: int) -> None:
    for pace in ("1 epochs/s", "1000 epochs/s", "unlimited"):
        line = second_line(STATUS._replace(pace=pace, newest=newest), width)
        assert line.endswith(("/s", "unlimited", "%")) and len(line) <= width


def test_ascii_has_no_other_characters() -> None:
    shape = fields(98)
    line = title_line(STATUS, 98, ascii=True).plain + progress(STATUS, shape, ascii=True).plain
    assert line.isascii()


@pytest.mark.parametrize("width", [78, 98, 198])
def test_with_a_validation_set_its_loss_stands_beside_the_loss(width: int) -> None:
    line = shown(STATUS._replace(valid=0.0123), width)
    assert "valid 0.01230" in line and line.index("loss") < line.index("valid") < line.index("acc")
    assert "valid" not in shown(STATUS, width)


def test_where_there_is_no_room_for_it_the_validation_loss_is_left_out() -> None:
    line = shown(STATUS._replace(valid=0.0123), 58)
    assert "valid" not in line and line == shown(STATUS, 58)


@pytest.mark.parametrize("width", [78, 98, 198])
def test_nothing_moves_when_the_validation_loss_becomes_known_and_grows(width: int) -> None:
    lines = [shown(STATUS._replace(valid=v), width) for v in (math.nan, 0.5, 1e-12, 12345.6)]
    assert "–" in lines[0].split("valid")[1].split("acc")[0]
    assert (
        len({(line.index("loss"), line.index("valid"), line.index("acc")) for line in lines}) == 1
    )
