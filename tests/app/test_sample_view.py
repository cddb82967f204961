"""View 3: what the network writes, and what it answers to an input of one's own."""

from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from rnn_tui.app.views.sample.view import SampleView
from rnn_tui.tasks.text import Text
from tests.amounts import few
from tests.app.conftest import Driver, Open

REBER: dict[str, Any] = {"task": "reber", "cell": "gru", "optimizer": "adam", "lr": 0.01}
SIZES = few([(60, 15), (200, 60), (100, 30), (80, 24), (120, 40)], 2)


def view_of(driver: Driver) -> SampleView:
    view = driver.app.view
    assert isinstance(view, SampleView)
    return view


async def opens(driver: Driver) -> SampleView:
    await driver.press("3")
    await driver.until(lambda: view_of(driver).answers.value is not None)
    return view_of(driver)


def shown(driver: Driver) -> str:
    """The part of the text that is on the screen."""
    lines = [line for line in driver.text.splitlines() if "│ writes " in line]
    return "".join(line.split("writes")[1].strip(" │") for line in lines)


def text(driver: Driver) -> str:
    value = view_of(driver).writes.value
    return "" if value is None else "".join(value.text.symbols)


@pytest.mark.parametrize("size", SIZES)
async def test_at_every_size_it_writes_as_much_as_has_room(
    opened: Open, size: tuple[int, int]
) -> None:
    async with opened(size=size, **REBER) as driver:
        view = await opens(driver)
        await driver.until(lambda: shown(driver))
        part = shown(driver)
        assert text(driver).startswith("B")
        assert part == text(driver)[: len(part)] and len(part) >= min(len(text(driver)), 40)
        assert "input" in driver.text and "predicts" in driver.text
        await driver.until(lambda: (view.wrote.region.height > 0) == (size[1] >= 37))


async def test_the_text_changes_as_it_trains_and_comes_back_with_the_epoch(opened: Open) -> None:
    async with opened(**REBER) as driver:
        await opens(driver)
        first = text(driver)
        await driver.go(3, "right", "right", "right")
        await driver.until(lambda: text(driver) != first)
        await driver.go(0, "home")
        await driver.until(lambda: text(driver) == first)


async def test_a_point_and_a_comma_change_the_temperature_within_its_limits(opened: Open) -> None:
    async with opened(**REBER) as driver:
        await opens(driver)
        first = text(driver)
        await driver.press(".")
        await driver.until(lambda: "temperature 1.2" in driver.text)
        driver.burst(*"," * 9)
        await driver.until(lambda: "greedy" in driver.text)
        assert text(driver) != first
        assert "screen.temperature(-1)" in {*view_of(driver).unavailable(driver.snapshot)}
        driver.burst(*"." * 20)
        await driver.until(lambda: "temperature 5" in driver.text)


async def test_s_draws_with_another_seed(opened: Open) -> None:
    async with opened(**REBER) as driver:
        await opens(driver)
        first = text(driver)
        await driver.press("s")
        await driver.until(lambda: "seed 1" in driver.text.splitlines()[2])
        await driver.until(lambda: text(driver) != first)


async def test_an_input_of_ones_own_is_answered_and_written_on(opened: Open) -> None:
    async with opened(**REBER) as driver:
        view = await opens(driver)
        await driver.press("e", *"BTX", "enter")
        await driver.until(lambda: "step by step · your input" in driver.text)
        value = view.answers.value
        assert value is not None and value.input == ("B", "T", "X") and value.target is None
        assert text(driver).startswith("BTX")
        before = value.predicted.sure.copy()
        await driver.go(2, "right", "right")
        await driver.until(lambda: view.answers.value.predicted.sure.tolist() != before.tolist())
        await driver.press("e", "backspace", "enter")
        await driver.until(lambda: "sequence 1 of 10" in driver.text)


async def test_a_symbol_that_there_is_not_is_told_and_nothing_is_lost(opened: Open) -> None:
    async with opened(task="binary-addition") as driver:
        await opens(driver)
        await driver.press("e", *"00 7", "enter")
        await driver.until(lambda: "'7' (symbol 2) is no input symbol" in driver.text)
        await driver.press("backspace", *"11", "enter")
        await driver.until(lambda: "step by step · your input" in driver.text)
        value = view_of(driver).answers.value
        assert value is not None and value.input == ("00", "11")


@pytest.mark.soak
async def test_a_burst_of_keys_acts_in_its_order(opened: Open) -> None:
    async with opened(task="xor") as driver:
        await opens(driver)
        driver.burst("e", *"011", "enter", ".", ".", "right")
        await driver.until(lambda: driver.epoch == 1 and "temperature 1.5" in driver.text)
        await driver.until(lambda: text(driver).startswith("011"))


async def test_a_network_that_cannot_read_what_it_says_shows_an_example_instead(
    opened: Open,
) -> None:
    async with opened(task="temporal-order", sequences=3) as driver:
        view = await opens(driver)
        assert not view.writes.region.area and "writes" not in driver.text
        assert "sequence 1 of 3" in driver.text and "temperature" not in driver.bottom
        await driver.press("down")
        await driver.until(lambda: "sequence 2 of 3" in driver.text)


async def test_at_another_size_other_symbols_are_written(opened: Open) -> None:
    async with opened(size=(60, 15), **REBER) as driver:
        await opens(driver)
        short = text(driver)
        await driver.pilot.resize_terminal(120, 40)
        await driver.until(lambda: len(text(driver)) > len(short))
        assert text(driver).startswith(short)
        await driver.until(lambda: view_of(driver).wrote.value is not None)


async def test_everything_is_ascii_where_that_is_asked_for(opened: Open) -> None:
    async with opened(ascii_only=True, task="echo") as driver:
        await opens(driver)
        assert driver.text.isascii()


async def test_the_characters_of_a_text_command_nothing_and_stay_in_their_cells(
    opened: Open, tmp_path: Path
) -> None:
    path = tmp_path / "hostile.txt"
    path.write_text("\x1b[2J\u202e\u200d\u05d0 \t\n\U0001f600 a" * 40, encoding="utf-8")
    async with opened(text=Text(length=5).read(str(path))) as driver:
        view = await opens(driver)
        value = view.writes.value
        assert value is not None and value.cells == (1, 1)
        assert driver.text.replace("\n", "").isprintable()
        assert {cell_len(line) for line in driver.text.splitlines()} == {100}
        await driver.press("e", *"a\\n\\t[", "enter")
        await driver.until(lambda: "step by step · your input" in driver.text)
        answer = view.answers.value
        assert answer is not None and answer.input == ("a", "\n", "\t", "[")
        await driver.press("e")
        await driver.until(lambda: "a\\n\\t[" in driver.text)
