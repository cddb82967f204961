"""Choosing a problem: read about it, start the run to begin with, or another one."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rnn_tui.app.views.registry import VIEWS
from rnn_tui.app.views.tasks.view import TasksView
from rnn_tui.tasks.registry import OWN_DATA, TASKS
from rnn_tui.training.command_line import suggested
from rnn_tui.training.config import Config
from tests.amounts import few
from widgets import TaskListPanel, TaskPanel
from widgets.tasks.details import detail_lines

if TYPE_CHECKING:
    from .conftest import Driver

Open = Callable[..., "AbstractAsyncContextManager[Driver]"]
KEY = str(VIEWS.index(TasksView) + 1)
KINDS = [*TASKS.values(), *OWN_DATA.values()]
NAMES = [kind.name for kind in KINDS]


def title(driver: "Driver") -> str:
    value = driver.app.view.query_one(TaskPanel).value
    assert value is not None
    return value.title


async def choose(driver: "Driver", name: str) -> None:
    """Go down to a problem, from the first one."""
    await driver.press(KEY, *["down"] * NAMES.index(name))
    await driver.settled()


async def test_it_begins_with_the_problem_of_the_run(opened: Open) -> None:
    async with opened(task="xor") as driver:
        await driver.press(KEY)
        await driver.settled()
        assert title(driver) == "xor stream"
        assert any("▸ xor" in line for line in driver.text.splitlines())


async def test_up_and_down_choose_and_go_round(opened: Open) -> None:
    async with opened() as driver:
        await choose(driver, "echo")
        assert title(driver) == "echo 3 mod 3"
        await driver.press("up", "up")
        await driver.settled()
        assert title(driver) == NAMES[-1] == "pairs"
        assert driver.snapshot.observation.sequence == 0, "the sequence shown is another thing"


async def test_all_that_is_known_of_every_problem_can_be_read(opened: Open) -> None:
    async with opened(size=(120, 40)) as driver:
        await choose(driver, NAMES[0])
        panel = driver.app.view.query_one(TaskPanel)
        for kind in KINDS:
            assert panel.value is not None
            lines = detail_lines(panel.value, panel.size.width)
            said = " ".join("".join(text for text, _ in line)[10:].strip() for line in lines)
            for text in (kind.advice, kind.definition, *(source.value for source in kind.sources)):
                assert " ".join(text.split()) in " ".join(said.split())
            assert all(source.confidence in said for source in kind.sources)
            wanted, seen = {"".join(text for text, _ in line) for line in lines}, set[str]()
            for _ in range(10):
                seen |= {"".join(text for text, _ in line) for line in panel.lines(*panel.size)}
                if seen >= wanted:
                    break
                await driver.press("greater_than_sign")
            assert seen >= wanted, kind.name
            await driver.press("down")
            await driver.settled()


async def test_enter_starts_the_run_and_shows_it(opened: Open) -> None:
    async with opened() as driver:
        await driver.go(2, "right", "right")
        await choose(driver, "echo")
        await driver.press("enter")
        plan = suggested(TASKS["echo"])
        await driver.until(lambda: driver.snapshot.config == plan.config)
        await driver.settled()
        assert driver.app.view.name_of_view == "overview" and driver.epoch == 0
        assert "echo 3 mod 3" in driver.title and "a new run: echo 3 mod 3" in driver.bottom
        await driver.press("plus", "plus", "plus", "plus", "space")
        assert plan.goal.epochs is not None
        await driver.until(lambda: driver.epoch == plan.goal.epochs)


@pytest.mark.soak
async def test_a_burst_of_keys_starts_it_and_goes_on_there(opened: Open) -> None:
    async with opened() as driver:
        driver.burst(KEY, "down", "enter", "right", "right")
        await driver.until(lambda: driver.snapshot.config.task.name == "echo")
        await driver.until(lambda: driver.snapshot.observation.epoch == 2)
        await driver.settled()
        assert driver.epoch == 2 and driver.app.view.name_of_view == "overview"


async def test_e_edits_the_options_first(opened: Open) -> None:
    async with opened() as driver:
        await choose(driver, "xor")
        await driver.press("e", *" --seed 7", "enter")
        await driver.until(lambda: driver.snapshot.config.task.name == "xor")
        config = suggested(TASKS["xor"]).config
        assert driver.snapshot.config == config.with_options(seed=7)


async def test_for_own_data_the_file_is_asked_for(opened: Open, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("all the king's horses and all the king's men " * 9)
    async with opened() as driver:
        await choose(driver, "text")
        assert "enter" not in driver.bottom
        await driver.press("enter", "home", *["right"] * 7, *["delete"] * 4, *"mine.txt", "enter")
        await driver.until(lambda: driver.snapshot.task.name == "text")
        await driver.settled()
        assert driver.snapshot.config.hidden == 100 and "text mine.txt" in driver.title


async def test_a_mistake_in_the_options_is_told_and_nothing_starts(opened: Open) -> None:
    async with opened() as driver:
        await driver.press(KEY, "e", *" --hiden 3", "enter")
        await driver.until(lambda: "--hiden is no option of a run" in driver.text)
        await driver.press("escape")
        await driver.settled()
        assert driver.snapshot.config == Config()


async def test_its_first_layout_is_that_of_the_size_of_the_terminal(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    widths, refresh_layout = [], TasksView._refresh_layout

    def laid_out(view: TasksView, *arguments: Any, **options: Any) -> None:
        refresh_layout(view, *arguments, **options)
        widths.extend(panel.outer_size.width for panel in view.query(TaskListPanel))

    monkeypatch.setattr(TasksView, "_refresh_layout", laid_out)
    async with opened() as driver:
        await driver.press(KEY)
        await driver.settled()
    assert set(filter(None, widths)) == {28}


async def test_a_click_chooses(opened: Open) -> None:
    async with opened() as driver:
        await driver.press(KEY)
        await driver.settled()
        panel = driver.app.view.query_one(TaskListPanel)
        await driver.pilot.click(panel, offset=(5, 2 + NAMES.index("copy")))
        await driver.until(lambda: title(driver) == "copy after 1")


@pytest.mark.parametrize("size", few([(60, 15), (200, 60), (80, 24)], 1))
async def test_in_ascii_too_at_every_size(opened: Open, size: tuple[int, int]) -> None:
    async with opened(size=size, ascii_only=True) as driver:
        for _ in NAMES:
            await driver.press(KEY, "down")
            await driver.settled()
            assert driver.text.isascii()
            assert title(driver)[:20] in driver.text
