"""The screen of a sweep under a pilot: settings, bands, runs, and how it is left."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from rnn_tui.app.sweep import app as app_module
from rnn_tui.app.sweep.app import Chosen, SweepApp
from rnn_tui.app.sweep.screen import START, Place, SweepScreen
from rnn_tui.storage.library.store import Store
from rnn_tui.sweep.plan import Plan, read_plan
from rnn_tui.sweep.results import Result, failed
from rnn_tui.sweep.train_member import Job, train_member
from rnn_tui.sweep.watching import Watch
from tests.amounts import few, few_rows
from tests.pilot import Condition, until

PLAN = """
[base]
epochs = 5
length = 3
sequences = 2
hidden = 3
[grid]
lr = [{rates}]
seed = "0..1"
"""


class Training:
    """What a test says about the training."""

    def __init__(self) -> None:
        self.is_running, self.error = True, None
        self.to_tell: list[Result] = []

    def news(self, timeout: float) -> Iterator[Result]:
        told, self.to_tell = self.to_tell, []
        return iter(told)


class Driver:
    """A sweep on the screen, and what can be seen of it."""

    def __init__(self, app: SweepApp, pilot: Pilot[Any], plan: Plan, store: Store) -> None:
        self.app, self.pilot, self.plan, self.store = app, pilot, plan, store

    @property
    def screen(self) -> SweepScreen:
        return self.app.sweep_screen

    @property
    def lines(self) -> list[str]:
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in line).rstrip() for line in strips]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    async def until(self, condition: Condition) -> None:
        """Wait for it, and until all of the screen says the same."""
        await until(condition)
        if self.app.return_code is None:
            await self.pilot.pause()

    async def sees(self, *texts: str) -> None:
        await self.until(lambda: all(text in self.text for text in texts))

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    def train(self, *numbers: int) -> None:
        for number in numbers:
            train_member(self.store.root, Job.of(self.plan.members[number]), lambda: None)


Open = Callable[..., AbstractAsyncContextManager[Driver]]


@pytest.fixture
def training() -> Training:
    return Training()


@pytest.fixture
def opened(
    tmp_path: Path, training: Training, monkeypatch: pytest.MonkeyPatch, quick_pilot: None
) -> Open:
    """Opens a plan: ``async with opened(trained=(0, 1)) as driver``."""
    monkeypatch.setattr(app_module, "PERIOD", 0.01)
    monkeypatch.setattr(app_module, "AT_REST", 0.01)

    @asynccontextmanager
    async def start(
        size: tuple[int, int] = (100, 30),
        trained: tuple[int, ...] = (),
        rates: str = "0.1, 0.2",
        place: Place = START,
        **look: Any,
    ) -> AsyncIterator[Driver]:
        path = tmp_path / "plan.toml"
        path.write_text(PLAN.format(rates=rates))
        plan, store = read_plan(path), Store(tmp_path / "store")
        app = SweepApp(Watch(plan, store), training, place, **look)
        async with app.run_test(size=size) as pilot:
            driver = Driver(app, pilot, plan, store)
            driver.train(*trained)
            await until(lambda: driver.screen.progress.value is not None)
            await pilot.pause()
            yield driver

    return start


ALL = (0, 1, 2, 3)


async def test_it_fills_while_runs_are_trained(opened: Open) -> None:
    async with opened() as driver:
        await driver.sees("2 settings, 4 runs", "4 waiting", "0/2", "the band of each setting")
        driver.train(0)
        await driver.sees("1 done, 3 waiting", "1/2", "lr 0.1")
        driver.train(1, 2, 3)
        await driver.sees("4 done, all runs have ended", "2/2", "lr 0.2")


async def test_the_bands_of_all_settings_are_in_the_chart_that_of_the_chosen_one_in_front(
    opened: Open,
) -> None:
    async with opened(trained=ALL) as driver:
        await driver.sees("all runs have ended")
        value = driver.screen.chart.value
        assert value is not None
        assert [curve.label for curve in value.curves] == ["lr 0.1", "lr 0.2"]
        await driver.press("down")
        value = driver.screen.chart.value
        assert value is not None
        assert [(c.label, c.hue) for c in value.curves] == [("lr 0.2", 1), ("lr 0.1", 0)]
        assert all(curve.band is not None for curve in value.curves)
        await driver.sees("runs of lr 0.2")


async def test_of_many_settings_seven_have_a_band_those_around_the_chosen_one(opened: Open) -> None:
    rates = ", ".join(f"0.{n}" for n in range(11, 20))
    async with opened(rates=rates) as driver:
        await driver.sees("bands of 1 to 7 of 9")
        await driver.press("end")
        await driver.sees("bands of 8 to 9 of 9", "runs of lr 0.19")


async def test_enter_goes_to_the_runs_and_opens_the_one_chosen(opened: Open) -> None:
    async with opened(trained=ALL) as driver:
        await driver.sees("all runs have ended")
        await driver.press("down", "enter", "down", "enter")
        await driver.until(lambda: driver.app.return_value is not None)
    assert driver.app.return_value == Chosen(driver.plan.members[3].id, Place(1, 1, True))


async def test_one_comes_back_to_where_one_was(opened: Open) -> None:
    async with opened(trained=ALL, place=Place(1, 1, True)) as driver:
        await driver.sees("all runs have ended", "runs of lr 0.2")
        assert driver.screen.run.member is driver.plan.members[3]
        await driver.press("escape", "up")
        await driver.sees("runs of lr 0.1")


async def test_a_run_that_has_not_begun_or_is_under_way_is_not_opened(opened: Open) -> None:
    async with opened() as driver:
        await driver.sees("4 waiting")
        await driver.press("enter", "enter")
        await driver.sees("has not begun")
        driver.train(0)
        await driver.sees("1 done")
        with driver.store.open(driver.plan.members[0].id):
            await driver.press("enter")  # it is done: who has it open is told when it is opened
            await driver.until(lambda: driver.app.return_value is not None)


async def test_a_click_chooses_and_a_second_one_opens(opened: Open) -> None:
    async with opened(trained=ALL) as driver:
        await driver.sees("all runs have ended")
        await driver.pilot.click(driver.screen.settings, offset=(12, 3))
        await driver.sees("runs of lr 0.2")
        await driver.pilot.click(driver.screen.runs, offset=(8, 3))
        await driver.until(lambda: driver.screen.place == Place(1, 1, True))
        await driver.pilot.click(driver.screen.runs, offset=(8, 3))
        await driver.until(lambda: driver.app.return_value is not None)


async def test_a_run_that_failed_says_why(opened: Open, training: Training) -> None:
    async with opened() as driver:
        await driver.sees("4 waiting")
        training.to_tell.append(failed(driver.plan.members[0].id, "it needs more memory"))
        await driver.sees("1 failed, 3 waiting")
        await driver.press("enter", "enter")
        await driver.sees("it needs more memory")


async def test_what_ends_the_training_ends_the_screen(opened: Open, training: Training) -> None:
    async with opened() as driver:
        training.error = OSError("no scheduler")
        await driver.until(lambda: driver.app.return_code == 1)
    assert driver.app.failure is training.error


async def test_b_finds_the_best_setting(opened: Open) -> None:
    async with opened() as driver:
        await driver.press("b")
        await driver.sees("none is the best one yet")
        driver.train(*ALL)
        await driver.sees("all runs have ended")
        await driver.press("b")
        best = min(driver.screen._seen.settings, key=lambda setting: setting.group.median or 0)
        assert driver.screen.setting is best
        assert f"*{best.group.median:.4f}"[:5] in driver.text


async def test_axes_and_zoom_are_those_of_the_trainer(opened: Open) -> None:
    async with opened(trained=ALL) as driver:
        await driver.sees("all runs have ended")
        await driver.press("l", "L")
        await driver.sees("log scale, log epochs")
        assert driver.screen.chart.logarithmic and driver.screen.chart.log_epochs


async def test_the_help_explains_the_table_and_lists_every_key(opened: Open) -> None:
    async with opened(size=(200, 60)) as driver:
        await driver.press("question_mark")
        await driver.sees("help: sweep", "median, quartiles", "This sweep", "the best setting")
        await driver.press("escape")
        await driver.sees("4 waiting")


@pytest.mark.parametrize("key", few(["q", "ctrl+c", "ctrl+q"], 1))
async def test_it_is_left_at_once(opened: Open, key: str) -> None:
    async with opened() as driver:
        await driver.press(key)
        await driver.until(lambda: driver.app.return_code == 0)
    assert driver.app.return_value is None


@pytest.mark.parametrize(
    ("size", "ascii_only", "theme"),
    few_rows(
        [
            ((60, 15), True, "textual-light"), ((200, 60), False, "textual-dark"),
            ((80, 24), False, "textual-light"), ((100, 30), True, "textual-dark"),
        ],
        2,
    ),
)  # fmt: skip
async def test_chart_table_and_keys_are_there_at_every_size(
    opened: Open, size: tuple[int, int], ascii_only: bool, theme: str
) -> None:
    async with opened(size=size, trained=ALL, ascii_only=ascii_only, theme=theme) as driver:
        await driver.sees(
            "all runs have ended", "training loss by setting", "median loss", "lr 0.1"
        )
        assert len(driver.lines) == size[1] and all(len(line) <= size[0] for line in driver.lines)
        assert "quit" in driver.lines[-1]
        assert not ascii_only or driver.text.isascii()
        await driver.press("enter")
        await driver.sees("runs of lr 0.1", "seed")


async def test_where_it_is_too_small_it_says_so(opened: Open) -> None:
    async with opened(size=(50, 12)) as driver:
        await driver.sees("is too small")


async def test_nothing_is_drawn_while_nothing_changes(
    opened: Open, training: Training, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[object] = []
    training.is_running = False
    async with opened(trained=(0,)) as driver:
        await driver.sees("1 done, 3 waiting, not training")
        panels = [driver.screen.progress, driver.screen.settings, driver.screen.chart]
        values = [panel.value for panel in panels]
        watch = driver.app._watch
        look = watch.look
        monkeypatch.setattr(watch, "look", lambda: looks.append(look()))
        await driver.until(lambda: len(looks) > 5)
        assert set(looks) == {None}
        assert all(a is panel.value for a, panel in zip(values, panels, strict=True))
