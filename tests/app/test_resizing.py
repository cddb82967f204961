"""However fast the window changes its size, the screen comes to rest at the last one."""

import pytest
from textual import events
from textual._compositor import Compositor
from textual.geometry import Size
from textual.screen import Screen

from tests.amounts import few
from tests.app.conftest import Open


@pytest.mark.parametrize("key", few(["", "question_mark", "ctrl+p", "g", "theme"], 2))
async def test_a_size_that_the_terminal_no_longer_has_is_ignored(
    opened: Open, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two sizes that a screen takes in turn would otherwise keep it busy for ever."""
    async with opened(size=(100, 30)) as driver:
        if key == "theme":
            driver.app.action_change_theme()
        elif key:
            await driver.press(key)
        await driver.until(lambda: len(driver.app.screen_stack) == 1 + bool(key))
        await driver.pilot.pause()
        laid_out = []
        resized = Screen._screen_resized
        monkeypatch.setattr(
            Screen,
            "_screen_resized",
            lambda self, size: (laid_out.append(size), resized(self, size)),
        )
        for screen in driver.app.screen_stack:
            screen.post_message(events.Resize(Size(54, 51), Size(54, 51)))
        await driver.pilot.pause()
        assert laid_out == []
        await driver.pilot.resize_terminal(80, 24)
        await driver.until(lambda: {s.size for s in driver.app.screen_stack} == {(80, 24)})


@pytest.mark.parametrize("key", ["", "g"])
async def test_all_is_painted_again_where_the_terminal_tells_the_size_it_had(
    opened: Open, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was smaller for a moment, and has cut what was there."""
    async with opened(size=(100, 30)) as driver:
        await driver.press(*key)
        await driver.pilot.pause()
        painted = count_full_paints(monkeypatch)
        for size in [Size(70, 20), Size(100, 30)] * 5:
            driver.app.post_message(events.Resize(size, size))
        await driver.until(lambda: painted)
        assert len(painted) < 5  # what is behind a dialog is painted for itself


@pytest.mark.parametrize("key", ["", "g"])
async def test_ctrl_l_paints_all_again(
    opened: Open, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(size=(100, 30)) as driver:
        await driver.press(*key)
        await driver.pilot.pause()
        painted = count_full_paints(monkeypatch)
        await driver.press("ctrl+l")
        await driver.until(lambda: painted)


def count_full_paints(monkeypatch: pytest.MonkeyPatch) -> list[Size]:
    """The sizes at which all of the screen is painted from now on."""
    painted: list[Size] = []
    paint = Compositor.render_full_update
    monkeypatch.setattr(
        Compositor,
        "render_full_update",
        lambda self, simplify=False: (painted.append(self.size), paint(self, simplify))[1],
    )
    return painted


async def test_where_the_terminal_is_too_small_only_the_keys_that_leave_act(opened: Open) -> None:
    async with opened(size=(40, 10)) as driver:
        await driver.press("g", "5", "enter", "right", "question_mark", "ctrl+p", "2")
        assert len(driver.app.screen_stack) == 1 and driver.app.view is driver.app.views[0]
        await driver.pilot.resize_terminal(100, 30)
        await driver.go(1, "right")
        await driver.press("g")
        await driver.pilot.resize_terminal(40, 10)
        await driver.go(3, "3", "enter")
        await driver.press("q")
        await driver.until(lambda: driver.app.return_code == 0)
