"""The header says the essential at every width and moves nothing."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from widgets.drawing.panel import Spans
from widgets.status.lines import (
    USUAL,
    Part,
    Status,
    epoch_under,
    fields,
    fields_line,
    fitted_title,
    right_bar,
    scrubber,
    title_line,
)

TITLE = (
    Part("successor mod 3", 0), Part("rnn 10", 2), Part("sgd lr 0.001", 1),
    Part("10 × 10", USUAL), Part("seed 0", 3),
)  # fmt: skip
GRU = (
    Part("echo 3 mod 3", 0), Part("gru 8", 2), Part("adam lr 0.01 × 1.00", 1), Part("hold U", 4),
    Part("batch 8", 6), Part("scaled", 6), Part("seed 0", 3),
)  # fmt: skip
STATUS = Status(
    TITLE, "paused", ("paused",), 137, 137, 0.412, 1.0986, False, 93, 100, np.linspace(2, 0.4, 64)
)
WIDTHS = range(58, 199)


def text(line: Spans) -> str:
    return "".join(part for part, _ in line)


def title(status: Status, width: int, *, ascii: bool = False) -> str:
    return text(title_line(status, width, ascii=ascii))


def shown(status: Status, width: int, *, ascii: bool = False) -> str:
    line = text(fields_line(status, width, ascii=ascii))
    assert cell_len(line) <= width
    return line


# The first line.


@pytest.mark.parametrize(
    "state", ["paused", "20 epochs/s", "going to 5000", "diverged", "paused, NOT STORED"]
)
@pytest.mark.parametrize("width", [30, 58, 78, 98, 198])
def test_the_state_is_never_cut_off(state: str, width: int) -> None:
    line = title(STATUS._replace(states=(state,)), width)
    assert line.endswith(f"‖ {state}") and cell_len(line) == width


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (198, "rnn-tui  successor mod 3 · rnn 10 · sgd lr 0.001 · 10 × 10 · seed 0  "),
        (98, "rnn-tui  successor mod 3 · rnn 10 · sgd lr 0.001 · 10 × 10 · seed 0  "),
        (78, "rnn-tui  successor mod 3 · rnn 10 · sgd lr 0.001 · seed 0  "),
        (58, "successor mod 3 · rnn 10 · sgd lr 0.001 · seed 0  "),
    ],
)
def test_what_is_usual_goes_before_the_program_and_the_program_before_the_rest(
    width: int, expected: str
) -> None:
    assert title(STATUS, width).startswith(expected)


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (80, "echo 3 mod 3 · gru 8 · adam lr 0.01 × 1.00 · hold U · batch 8 · scaled · seed 0"),
        (76, "echo 3 mod 3 · gru 8 · adam lr 0.01 × 1.00 · hold U · batch 8 … seed 0"),
        (68, "echo 3 mod 3 · gru 8 · adam lr 0.01 × 1.00 · hold U … seed 0"),
        (56, "echo 3 mod 3 · gru 8 · adam lr 0.01 × 1.00 … seed 0"),
        (50, "echo 3 mod 3 · gru 8 · adam lr 0.01 × 1.00 …"),
        (40, "echo 3 mod 3 … adam lr 0.01 × 1.00 …"),
    ],
)
def test_a_title_too_long_loses_whole_parts_never_digits(width: int, expected: str) -> None:
    name, line = fitted_title(GRU, width)
    assert (name, line) == ("", expected)
    assert text(title_line(STATUS._replace(title=GRU), width, ascii=True)).isascii()


def test_the_state_is_told_in_as_many_words_as_fit() -> None:
    running = STATUS._replace(
        activity="running",
        states=("20 epochs/s (19.8/s)  ETA 0:12", "20 epochs/s", "20/s"),
    )
    assert title(running, 58).endswith(" ▸ 20/s")
    assert title(running, 78).endswith(" ▸ 20 epochs/s")
    assert title(running, 198).endswith(" ▸ 20 epochs/s (19.8/s)  ETA 0:12")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_title_stays_when_the_state_changes(width: int) -> None:
    names = set()
    for states in (("paused",), ("1000 epochs/s", "1000/s"), ("unlimited", "max/s"),
                   ("replaying", "replay"), ("20 epochs/s (19.8/s)", "20/s")):  # fmt: skip
        line = title(STATUS._replace(states=states), width)
        names.add(line.split("  ‖")[0].rstrip())
    assert len(names) == 1


def test_where_there_is_room_the_solved_epoch_stands_beside_the_state() -> None:
    solved = STATUS._replace(solved=132)
    assert "✓ solved 132 in training  ‖ paused" in title(solved, 118)
    assert "✓ solved 132  ‖ paused" in title(solved, 98)
    assert "solved" not in title(STATUS, 98) and "solved" not in title(solved, 58)
    assert title(solved, 58) == title(STATUS, 58)


@pytest.mark.parametrize("width", [78, 98, 118, 198])
@pytest.mark.parametrize("ascii", [False, True])
def test_on_a_branch_the_solved_epoch_stays_from_80_columns_on(width: int, ascii: bool) -> None:
    branch = STATUS._replace(solved=132, title=(*STATUS.title, Part("branch 1", 1)))
    for states in (("paused",), ("20 epochs/s (19.8/s)", "20/s")):
        line = title(branch._replace(states=states), width, ascii=ascii)
        assert "solved 132" in line and "branch 1" in line and "successor mod 3" in line


def test_of_60_columns_the_branch_keeps_its_name() -> None:
    branch = STATUS._replace(title=(*STATUS.title, Part("branch 1", 1)))
    assert title(branch, 58).startswith("successor mod 3 … sgd lr 0.001 … branch 1 ")


# The second line.


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("valid", [None, 0.0123])
def test_every_width_shows_epoch_loss_sparkline_and_right_symbols(
    width: int, valid: float | None
) -> None:
    line = shown(STATUS._replace(epoch=57, valid=valid), width)
    assert line.startswith("epoch 57 ") and "0.412" in line
    assert line.endswith((" 93 of 100", "  93 %")) and "▇" in line and "▁" in line
    assert ("valid " in line) is (valid is not None)


@pytest.mark.parametrize("width", [78, 98, 198])
def test_from_80_columns_on_there_are_scrubber_guessing_and_a_bar(width: int) -> None:
    line = shown(STATUS._replace(epoch=57), width)
    assert "epoch 57 of 137 " in line and "●" in line and " of 1.10 " in line and "█" in line


def test_thousands_are_apart_where_there_is_room() -> None:
    status = STATUS._replace(epoch=1343, newest=4000, correct=1343, symbols=4000, solved=1200)
    for width in (88, 98, 198):
        line = shown(status, width)
        assert line.startswith("epoch 1,343 of 4,000 ") and line.endswith(" 1,343 of 4,000")
    line = shown(status, 58)
    assert line.startswith("epoch 1343 ") and line.endswith(" 1343 of 4000")
    assert shown(status._replace(correct=934, symbols=40_000), 58).endswith("    934 of 40,000")
    assert "solved 1,200 " in title(status, 98)


numbers = st.floats() | st.sampled_from([0.0, 1e-300, 9.9995, 1e300])


@given(
    st.integers(58, 198), st.integers(0, 3000), st.integers(0, 6999), numbers, numbers,
    st.integers(0, 100), st.booleans(), st.booleans(),
)  # fmt: skip
def test_nothing_moves_whatever_the_values_are(
    width: int, epoch: int, more: int, loss: float, valid: float, correct: int,
    total: bool, ascii: bool,
) -> None:  # fmt: skip
    usual = STATUS._replace(valid=0.4, is_total=total)
    status = usual._replace(
        epoch=epoch, newest=epoch + more, loss=loss, valid=valid, correct=correct, recent=[loss]
    )
    line, other = shown(status, width, ascii=ascii), shown(usual, width, ascii=ascii)
    assert cell_len(line) == cell_len(other)
    for word in ("total" if total else "loss", "valid", "right"):
        assert line.index(word) == other.index(word)
    assert line.isascii() or not ascii


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(1, 10**6), st.integers(58, 198))
def test_any_number_of_epochs_and_symbols_fits(
    epoch: int, more: int, symbols: int, width: int
) -> None:
    shown(
        STATUS._replace(
            epoch=epoch, newest=epoch + more, correct=symbols, symbols=symbols, valid=math.nan
        ),
        width,
    )


def test_the_total_loss_has_its_own_name_and_stands_in_the_same_place() -> None:
    line = shown(STATUS._replace(loss=41.2, chance=109.86, is_total=True), 98)
    assert "total  41.20 " in line and " of 110 " in line
    assert line.index("▇") == shown(STATUS, 98).index("▇")


def test_all_right_is_told_in_words_and_in_the_style_of_success() -> None:
    parts = fields_line(STATUS._replace(correct=100), 98)
    assert parts[-1] == ("100 of 100", "bold $text-success")


@given(st.integers(0, 5000), st.integers(0, 5000), st.integers(4, 80))
def test_a_click_on_the_knob_of_the_scrubber_stays_where_it_is(
    epoch: int, more: int, cells: int
) -> None:
    newest = epoch + more
    line = text(scrubber(epoch, newest, cells))
    assert cell_len(line) == cells and line.count("●") == 1
    knob = line.index("●") - 1
    assert abs(epoch_under(knob, newest, cells) - epoch) <= newest / (cells - 3) / 2 + 1
    assert epoch_under(0, newest, cells) == 0 and epoch_under(cells - 3, newest, cells) == newest


def test_the_scrubber_begins_where_a_click_on_it_is_looked_for() -> None:
    for width in WIDTHS:
        shape = fields(width, STATUS)
        if shape.scrubber:
            line = shown(STATUS._replace(epoch=0), width)
            assert line[shape.scrubber_start] == "●"


@given(st.integers(0, 1000), st.integers(4, 60), st.booleans())
def test_the_bar_is_full_for_all_alone_and_empty_for_none_alone(
    correct: int, cells: int, ascii: bool
) -> None:
    bar = right_bar(correct / 1000, cells, ascii=ascii)
    assert cell_len(bar) == cells
    assert (bar[1:-1] == ("#" if ascii else "█") * (cells - 2)) is (correct == 1000)
    assert (bar[1:-1].strip(" .") == "") is (correct == 0)
