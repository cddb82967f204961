"""The keys that move through time: run, step, go to an epoch."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

import pytest

from rnn_tui.session.lenses import norms as norms_lens
from rnn_tui.session.lenses.inside import inside
from tests.amounts import few_rows

if TYPE_CHECKING:
    from .conftest import Driver

Open = Callable[..., "AbstractAsyncContextManager[Driver]"]


async def test_it_starts_paused_at_epoch_0_with_the_untrained_predictions(opened: Open) -> None:
    async with opened() as driver:
        assert driver.snapshot.activity == "paused" and driver.epoch == 0
        lines = driver.text.splitlines()
        assert lines[0].rstrip().endswith("paused")
        assert "1✗" in driver.text
        assert lines[-1].startswith(" space run")


async def test_space_runs_and_pauses(opened: Open) -> None:
    async with opened() as driver:
        await driver.press("space")
        await driver.until(lambda: driver.epoch > 2)
        assert driver.snapshot.activity == "running" and "space pause" in driver.text
        await driver.press("space")
        await driver.until(lambda: driver.snapshot.activity == "paused")
        epoch = driver.epoch
        await driver.press("down")
        await driver.until(lambda: "sequence 2 of 10" in driver.text)
        assert driver.epoch == epoch and "space run" in driver.text


@pytest.mark.parametrize(
    ("forward", "back", "epochs"),
    few_rows(
        [("right", "left", 1), ("shift+right", "shift+left", 10), ("pagedown", "pageup", 10)], 2
    ),
)
async def test_the_keys_that_step_move_by_exactly_so_many(
    opened: Open, forward: str, back: str, epochs: int
) -> None:
    async with opened() as driver:
        for epoch in (1, 2, 3):
            await driver.go(epoch * epochs, forward)
        for epoch in (2, 1, 0, 0):
            await driver.go(epoch * epochs, back)
        assert driver.snapshot.observation.newest == 3 * epochs


async def test_stepping_pauses_first(opened: Open) -> None:
    async with opened() as driver:
        await driver.press("space")
        await driver.until(lambda: driver.epoch > 2)
        await driver.press("left")
        await driver.until(lambda: driver.snapshot.activity == "paused")


async def test_home_and_end_keep_the_future(opened: Open) -> None:
    async with opened() as driver:
        await driver.go(10, "pagedown")
        await driver.go(0, "home")
        assert driver.snapshot.observation.newest == 10
        await driver.go(10, "end")


async def test_the_past_is_shown_as_it_was_and_goes_on_with_the_same_bits(opened: Open) -> None:
    async with opened(lr=0.01) as driver:

        def seen() -> tuple[object, ...]:
            at = driver.snapshot.observation
            one = at.see(inside)
            return (
                at.evaluation, at.settings, one.predictions,
                one.confidence.tolist(), one.gradient_norms.tolist(),
                [(v.norm, v.gradient_norm, v.update_ratio) for v in at.see(norms_lens.norms)],
                driver.panel(1), driver.panel(3),
            )  # fmt: skip

        first = [seen()]
        for epoch in range(1, 7):
            await driver.go(epoch, "right")
            first.append(seen())
        assert len({str(moment) for moment in first}) == 7
        for epoch in range(5, -1, -1):
            await driver.go(epoch, "left")
            assert seen() == first[epoch]
        for epoch in range(1, 7):
            await driver.go(epoch, "right")
            assert seen() == first[epoch]


async def test_g_goes_back_and_trains_beyond_the_newest(opened: Open) -> None:
    async with opened() as driver:
        await driver.go(15, "g", "1", "5", "enter")
        await driver.go(4, "g", "4", "enter")
        assert driver.snapshot.observation.newest == 15
        await driver.press("g", "x", "escape")
        await driver.press("g", "enter")
        await driver.pilot.pause()
        assert driver.epoch == 4 and len(driver.app.screen_stack) == 1


async def test_escape_cancels_a_way_that_is_long(opened: Open) -> None:
    async with opened() as driver:
        await driver.press("g", *"999999999", "enter")
        await driver.until(lambda: driver.epoch > 20)
        assert "999,999,999" in driver.title
        await driver.press("escape")
        await driver.until(lambda: driver.snapshot.activity == "paused")
        assert 20 < driver.epoch < 999_999_999
