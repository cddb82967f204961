"""tab goes from panel to panel: the bottom line says what the one shows."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from rnn_tui.app.explanations import EXPLANATIONS
from rnn_tui.session.lenses.weights import glance
from tests.amounts import few
from widgets import LossChart, WeightsGlance
from widgets.drawing.figures import plain
from widgets.drawing.panel import Panel

if TYPE_CHECKING:
    from .conftest import Driver

Open = Callable[..., "AbstractAsyncContextManager[Driver]"]


def said(driver: "Driver", name: str) -> bool:
    return any(text in driver.text for text in EXPLANATIONS[name])


@pytest.mark.parametrize("size", few([(80, 24), (200, 60), (100, 30), (120, 40)], 1))
async def test_tab_explains_each_panel_on_the_screen_in_turn_then_none(
    opened: Open, size: tuple[int, int]
) -> None:
    async with opened(size=size) as driver:
        plain_screen = driver.text
        view, names = driver.app.view, []
        while True:
            await driver.press("tab")
            await driver.pilot.pause()
            if view.explained is None:
                break
            names.append(type(view.explained).__name__)
            assert said(driver, names[-1]), names
            assert sum(panel.explained for panel in view.query(Panel)) == 1
        assert len(names) == len(set(names)) >= 2 and "LossChart" in names
        assert driver.text == plain_screen
        await driver.press("shift+tab")
        await driver.pilot.pause()
        assert type(view.explained).__name__ == names[-1]
        await driver.press("escape")
        await driver.pilot.pause()
        assert view.explained is None and driver.text == plain_screen


async def test_arrows_keep_their_meaning_while_a_panel_is_explained(opened: Open) -> None:
    async with opened() as driver:
        await driver.press("tab", "tab")
        await driver.go(1, "right")
        await driver.press("l")
        assert said(driver, "LossChart") and "log scale" in driver.text


async def test_escape_stops_a_journey_before_it_leaves_a_panel(opened: Open) -> None:
    async with opened() as driver:
        await driver.press("tab", "g", *"9999999", "enter")
        await driver.until(lambda: driver.snapshot.activity == "going")
        await driver.press("escape")
        await driver.until(lambda: driver.snapshot.activity == "paused")
        assert driver.app.view.explained is not None


async def test_a_click_on_the_lower_border_explains_and_another_no_longer(opened: Open) -> None:
    async with opened() as driver:
        chart = driver.app.view.query_one(LossChart)
        for is_explained in (True, False):
            await driver.pilot.click(LossChart, offset=(5, chart.outer_size.height - 1))
            await driver.pilot.pause()
            assert chart.explained is is_explained


async def test_the_maps_of_the_weights_view_are_explained_too(opened: Open) -> None:
    async with opened(ascii_only=True) as driver:
        await driver.press("2", "tab")
        await driver.until(lambda: "each cell is a weight: + blue, - orange" in driver.text)
        assert driver.text.isascii()


@pytest.mark.parametrize("name", EXPLANATIONS)
def test_there_is_a_text_for_every_width_and_it_can_be_written_in_ascii(name: str) -> None:
    widths = [cell_len(text) for text in EXPLANATIONS[name]]
    assert widths == sorted(widths, reverse=True) and widths[-1] <= 44, "fits at 60 columns"
    assert sum(width <= 64 for width in widths) >= 1 and sum(width <= 184 for width in widths) >= 2
    assert all(plain(text).replace("|lambda|", "").isascii() for text in EXPLANATIONS[name])


async def test_weights_are_observed_only_where_there_is_room_for_them(opened: Open) -> None:
    async with opened(size=(100, 30)) as driver:
        assert glance not in driver.snapshot.observation.seen
        await driver.pilot.resize_terminal(160, 50)
        await driver.until(lambda: glance in driver.snapshot.observation.seen)
        maps = driver.app.view.query_one(WeightsGlance)
        await driver.until(lambda: "largest |λ| of U" in driver.text and maps.region.area)
        assert "y_t = (x_t + 1) mod k" in driver.text
        await driver.pilot.resize_terminal(100, 30)
        await driver.until(lambda: glance not in driver.snapshot.observation.seen)


async def test_the_scrubber_can_be_clicked(opened: Open) -> None:
    async with opened() as driver:
        await driver.go(20, "g", *"20", "enter")
        start = driver.text.splitlines()[1].index("▕") + 1
        await driver.pilot.click("StatusBar", offset=(start, 1))
        await driver.until(lambda: driver.epoch == 0)
        assert "epoch 0 of 20" in driver.text
