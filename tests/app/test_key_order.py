"""Keys typed at once act in the order in which they come, and go into what they open."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

import pytest
from textual import events
from textual.command import CommandList

from tests.amounts import few
from tests.pilot import until

if TYPE_CHECKING:
    from .conftest import Driver

Open = Callable[..., "AbstractAsyncContextManager[Driver]"]


@pytest.mark.parametrize("repeated", few(range(5), 1))
async def test_keys_that_come_at_once_mean_what_they_mean_one_by_one(
    opened: Open, repeated: int
) -> None:
    async with opened() as driver:
        driver.burst("g", "5", "7", "backspace", "2", "enter", "l", "g", "9", "escape", "t")
        await driver.until(lambda: driver.epoch == 52 and driver.snapshot.activity == "paused")
        await driver.until(lambda: driver.app.total and driver.app.view.chart.logarithmic)
        driver.burst("z", *"U[3]", "enter", "right")
        await driver.until(lambda: driver.epoch == 53)
        assert "branch" in driver.text and len(driver.app.screen_stack) == 1
        driver.burst("z", *"Q[3]", "enter", *["backspace"] * 4, *"V[1]", "enter")
        await driver.until(lambda: "V[1] is zero" in driver.text)


async def test_keys_that_come_with_one_that_opens_a_list_or_the_help_go_into_it(
    opened: Open,
) -> None:
    async with opened() as driver:
        await driver.go(9, "g", "9", "enter")
        driver.burst("z", "U", "enter", "right")
        await driver.until(lambda: driver.epoch == 10)
        assert driver.snapshot.observation.branch == 1
        driver.burst("b", "up", "enter", "b", "down", "b", "question_mark", "enter", "l")
        await driver.until(lambda: driver.app.view.chart.logarithmic)
        await driver.until(lambda: driver.snapshot.observation.branch == 0)
        driver.burst("ctrl+p", *"next seed")
        await driver.until(
            lambda: [li.option_count for li in driver.app.screen.query(CommandList)] == [1]
        )
        await driver.press("enter")
        await driver.until(lambda: driver.snapshot.config.seed == 1)


async def test_keys_act_while_the_view_is_busy(opened: Open) -> None:
    async with opened() as driver:
        free = asyncio.Event()
        driver.app.view.call_later(free.wait)
        driver.burst("g", "4")
        try:
            await until(lambda: len(driver.app.screen_stack) == 2)
        finally:
            free.set()
        driver.burst("2", "enter")
        await driver.until(lambda: driver.epoch == 42)


async def test_a_text_that_is_pasted_keeps_its_place_among_the_keys(opened: Open) -> None:
    async with opened() as driver:
        driver.burst("g", "1")
        driver.app.post_message(events.Paste("2\n3"))
        driver.burst("0", "enter")
        await driver.until(lambda: driver.epoch == 120)


async def test_what_is_closed_twice_is_closed_once(opened: Open) -> None:
    async with opened() as driver:
        await driver.press("b")
        x, y = driver.app.screen.query_one("OptionList").content_region.offset
        for kind in (events.MouseDown, events.MouseUp):
            driver.app.post_message(kind(None, x, y, 0, 0, 1, False, False, False, x, y))
        driver.burst("enter")
        await driver.until(lambda: len(driver.app.screen_stack) == 1)
        await driver.press("ctrl+p", *"go to an")
        await driver.until(
            lambda: [found.option_count for found in driver.app.screen.query(CommandList)] == [1]
        )
        driver.burst("enter", "enter")
        await driver.pilot.pause()
        await driver.press("escape")
        driver.burst("ctrl+p", "escape", "right")
        await driver.until(lambda: driver.epoch == 1)
