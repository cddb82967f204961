"""The command palette reaches every action, and survives what is pressed in it."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

import pytest
from textual.command import CommandList

from rnn_tui.app.dialogs.palette import Palette
from tests.amounts import few

if TYPE_CHECKING:
    from .conftest import Driver

Open = Callable[..., "AbstractAsyncContextManager[Driver]"]


async def test_the_palette_reaches_every_action(opened: Open) -> None:
    async with opened() as driver:
        names = {entry.title.rstrip("…") for entry in driver.app.palette_entries()}
        unreachable = {"command_palette", "cancel"}
        wanted = {key.description for key in driver.app.view.keys if key.action not in unreachable}
        assert wanted <= names
        await driver.press("ctrl+p")
        assert isinstance(driver.app.screen, Palette)
        await driver.press(*"forward one epoch")
        await driver.until(
            lambda: "halve" not in driver.text and "one epoch forward" in driver.text
        )
        await driver.press("enter")
        await driver.until(lambda: driver.epoch == 1)


@pytest.mark.parametrize("size", few([(60, 15), (100, 30)], 1))
async def test_the_palette_survives_paging_through_nothing(
    opened: Open, size: tuple[int, int]
) -> None:
    async with opened(size=size) as driver:
        await driver.press("ctrl+p", "pagedown", "pageup", "escape")
        await driver.press("ctrl+p", *"zzzz", "pageup", "pagedown", "up", "down", "ctrl+home")
        await driver.press("escape")
        await driver.go(1, "right")


async def test_the_palette_pages_only_through_a_list_that_is_there(opened: Open) -> None:
    async with opened() as driver:
        await driver.press("ctrl+p")
        palette = driver.app.screen
        assert isinstance(palette, Palette)
        commands = palette.query_one(CommandList)
        await driver.until(lambda: palette.check_action("command_list", ("page_up",)))
        commands.clear_options()
        assert not palette.check_action("command_list", ("page_up",))
        await commands.remove()
        assert not palette.check_action("command_list", ("page_up",))
