"""What people liked: nothing jumps, the past is replayed and told so, what was undone is gone."""

import re

import pytest

from tests.amounts import few
from tests.app.conftest import Driver, Open

FIXED = re.compile(
    r"[╭╮╰╯]|\b(?:epoch|loss|right|of|input|target|prediction|why|weights|predictions|help|quit|"
    r"norm|gradient|moved)\b|\b[WUV] [xh]|\bb_[ho]\b"
)


def fixed(driver: Driver) -> list[tuple[int, int, str]]:
    """Row, column and text of borders and words."""
    lines = driver.text.splitlines()
    return [(y, m.start(), m[0]) for y, line in enumerate(lines) for m in FIXED.finditer(line)]


@pytest.mark.parametrize("size", few([(80, 24), (60, 15), (100, 30), (120, 40), (200, 60)], 1))
async def test_borders_and_words_stand_still_while_it_learns(
    opened: Open, size: tuple[int, int]
) -> None:
    async with opened(size=size) as driver:
        await driver.go(1, "right")
        await driver.settled()
        driver.app.tell("")
        await driver.pilot.pause()
        before = fixed(driver)
        assert len(before) > 15
        for epoch in range(2, 12):
            await driver.go(epoch, "right")
            await driver.settled()
            assert fixed(driver) == before, f"epoch {epoch}\n{driver.text}"


async def test_the_known_future_is_told_to_be_replayed_and_the_new_one_to_be_trained(
    opened: Open,
) -> None:
    async with opened() as driver:
        await driver.go(20, "g", "2", "0", "enter")
        await driver.go(0, "home")
        await driver.press("space")
        await driver.until(lambda: "↺" in driver.title)
        assert driver.snapshot.activity == "replaying" and driver.snapshot.observation.newest == 20
        await driver.until(lambda: driver.epoch > 20)
        await driver.until(lambda: "▸" in driver.title and "↺" not in driver.title)


async def test_a_rate_set_back_in_the_past_leaves_no_mark_and_no_branch(opened: Open) -> None:
    async with opened() as driver:
        await driver.press(*["right"] * 5)
        await driver.go(2, *["left"] * 3)
        await driver.press("right_square_bracket")
        await driver.until(lambda: re.search(r"lr 0\.002 ?\?", driver.text))
        await driver.press("left_square_bracket")
        await driver.until(lambda: "?" not in driver.panel(0))
        await driver.go(5, "end")
        await driver.settled()
        seen = driver.snapshot.observation
        assert len(seen.branches) == 1 and seen.changes == () and "0.002" not in driver.text
