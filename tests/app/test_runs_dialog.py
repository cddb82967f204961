"""Key o: other kept runs are listed, opened in the same window and laid over the present one."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import OptionList

from rnn_tui.app.app import TrainerApp
from rnn_tui.app.dialogs import runs as runs_module
from rnn_tui.app.dialogs.runs import Runs, columns
from rnn_tui.app.views.overview.present import loss_curves
from rnn_tui.app.views.registry import VIEWS
from rnn_tui.app.words import ago
from rnn_tui.runs.headless import end, train_run
from rnn_tui.runs.opening import Opening
from rnn_tui.session.session import Session
from rnn_tui.storage.checkpoint.latest import load_run
from rnn_tui.storage.disk.lock import holder
from rnn_tui.storage.disk.names import CHECKPOINT, LOCK, PREVIOUS
from rnn_tui.storage.library.store import Store
from rnn_tui.training.config import Config
from rnn_tui.training.goals import Goal
from tests.amounts import few
from tests.app.conftest import Driver
from tests.pilot import until

Start = Callable[..., AbstractAsyncContextManager[Driver]]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def kept(store: Store) -> Callable[..., str]:
    """Trains a run that is kept; its name."""

    def train(epochs: int = 5, **options: Any) -> str:
        run = Opening(store).new(Config.of(**options))
        name = train_run(run, Goal(epochs)).moment.run
        assert name is not None
        return name

    return train


@pytest.fixture
def start(store: Store, quick_pilot: None) -> Start:
    """Opens the trainer with a store."""

    @asynccontextmanager
    async def begin(
        size: tuple[int, int] = (120, 40), ascii_only: bool = False, **options: Any
    ) -> AsyncIterator[Driver]:
        opening = Opening(store)
        session = Session(opening.new(Config.of(**options)))
        session.start(VIEWS[0].lenses)
        app = TrainerApp(session, ascii_only=ascii_only, kept=opening.kept)
        async with app.run_test(size=size) as pilot:
            driver = Driver(app, pilot)
            await until(lambda: app.view.status.value is not None)
            yield driver
        assert end(session.run, timeout=30).stored

    return begin


async def listed(driver: Driver, count: int) -> OptionList:
    """The list of the dialog, when all runs are in it."""
    await driver.press("o")
    await driver.until(lambda: isinstance(driver.app.screen, Runs))
    found = driver.app.screen.query_one(OptionList)
    await driver.until(lambda: found.option_count == count)
    await driver.pilot.pause()
    return found


def place_of(driver: Driver, name: str) -> int:
    names: list[str] = driver.app.screen._names
    return names.index(name)


async def choose(driver: Driver, found: OptionList, name: str) -> None:
    found.highlighted = place_of(driver, name)
    await driver.pilot.pause()


def sha_of(store: Store, name: str) -> bytes:
    run = load_run(store.folder / name).run
    return run.branches[run.current].newest.parameters.tobytes()


async def test_another_run_is_opened_in_the_same_window_and_the_first_one_again(
    start: Start, kept: Callable[..., str], store: Store
) -> None:
    other = kept(7, task="echo", cell="lstm", hidden=4, length=6)
    before = sha_of(store, other)
    async with start() as driver:
        await driver.go(3, "right", "right", "right")
        first = driver.snapshot.run
        assert first is not None and holder(store.folder / first / LOCK)
        shown = driver.app.session.run.navigator.state.parameters.tobytes()

        await choose(driver, await listed(driver, 2), other)
        await driver.press("enter")
        await driver.until(lambda: driver.snapshot.run == other and driver.epoch == 7)
        assert driver.app.view.first.config.cell.name == "lstm"
        assert f"run {other}, epoch 7" in driver.text
        assert holder(store.folder / other / LOCK) and not holder(store.folder / first / LOCK)
        assert sha_of(store, first) == shown
        await driver.press("2")
        await driver.until(lambda: "1 overview" in driver.text.splitlines()[-1])
        await driver.press("1")
        await driver.go(8, "right")

        await choose(driver, await listed(driver, 2), first)
        await driver.press("enter")
        await driver.until(lambda: driver.snapshot.run == first and driver.epoch == 3)
        assert driver.app.session.run.navigator.state.parameters.tobytes() == shown
        assert not holder(store.folder / other / LOCK)
        await driver.go(4, "right")
    assert load_run(store.folder / first).run.branches[0].newest.epoch == 4
    assert load_run(store.folder / other).run.branches[0].newest.epoch == 8
    assert before != sha_of(store, other)


@pytest.mark.soak
async def test_keys_typed_in_one_burst_act_on_the_run_that_was_opened(
    start: Start, kept: Callable[..., str]
) -> None:
    name = kept(5, seed=4)
    async with start() as driver:
        await listed(driver, 1)
        await driver.press("enter")
        await driver.until(lambda: driver.snapshot.run == name and driver.app.is_settled)
        driver.burst("right", "right", "left")
        await driver.until(lambda: driver.epoch == 6 and driver.app.is_settled)


async def test_a_run_is_opened_while_the_present_one_trains_on_its_way(
    start: Start, kept: Callable[..., str], store: Store
) -> None:
    name = kept(5, seed=4)
    async with start() as driver:
        await driver.press("g", *"1000000", "enter")
        await driver.until(lambda: driver.snapshot.observation.epoch > 0)
        await choose(driver, await listed(driver, 2), name)
        await driver.press("enter")
        await driver.until(lambda: driver.snapshot.run == name and driver.epoch == 5)
        assert driver.snapshot.activity == "paused"


@pytest.mark.parametrize("harm", few(["held", "broken", "newer", "gone"], 2))
async def test_what_cannot_be_opened_is_one_line_and_nothing_is_lost(
    start: Start, kept: Callable[..., str], store: Store, harm: str
) -> None:
    name = kept(5)
    folder = store.folder / name
    async with start() as driver:
        await driver.go(2, "right", "right")
        found = await listed(driver, 2)
        holding = None
        if harm == "held":
            holding = store.open(name)
        elif harm == "gone":
            folder.rename(folder.with_name("elsewhere"))
        else:
            for file in (CHECKPOINT, PREVIOUS):
                (folder / file).write_bytes(b"not a checkpoint")
        if harm == "newer":
            import json

            about = json.loads((folder / "run.json").read_bytes())
            about["config"]["from the future"] = 1
            (folder / "run.json").write_text(json.dumps(about))
        await choose(driver, found, name)
        await driver.press("enter")
        dialog = driver.app.screen
        assert isinstance(dialog, Runs)
        await driver.until(lambda: dialog._about.has_class("-wrong"))
        assert not dialog._is_opening
        await driver.press("escape")
        await driver.go(3, "right")
        assert driver.snapshot.run != name
        if holding is not None:
            holding.close()


async def test_a_run_that_is_opened_by_nobody_any_more_is_let_go(
    start: Start, kept: Callable[..., str], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = kept(5)
    async with start() as driver:
        await listed(driver, 1)
        await driver.press("enter", "escape")
        await driver.until(lambda: len(driver.app.screen_stack) == 1)
        await driver.pilot.pause()
        lock = store.folder / name / LOCK
        await driver.until(lambda: driver.snapshot.run == name or not holder(lock))


async def test_a_run_that_was_solved_before_it_was_opened_is_not_solved_again(
    start: Start, kept: Callable[..., str]
) -> None:
    name = kept(80, lr=0.01)
    async with start() as driver:
        await listed(driver, 1)
        await driver.press("enter")
        await driver.until(lambda: driver.snapshot.run == name and driver.epoch == 80)
        assert driver.snapshot.observation.first_solved is not None
        await driver.go(81, "right")
        assert "solved at epoch" not in driver.text


async def test_v_lays_curves_over_the_present_one_and_takes_them_away(
    start: Start, kept: Callable[..., str]
) -> None:
    names = [kept(9, seed=1), kept(6, seed=2)]

    def ghosts() -> dict[str, int]:
        return {g.name: int(g.curve.epochs[-1]) for g in driver.snapshot.ghosts}

    async with start() as driver:
        found = await listed(driver, 2)
        for name, key in zip(names, ("v", "space"), strict=True):
            await choose(driver, found, name)
            await driver.press(key)
            await driver.until(lambda wanted=name: wanted in ghosts())
        assert ghosts() == {names[0]: 9, names[1]: 6}
        await driver.until(lambda: driver.text.count("≈ ") == 2)
        await driver.until(lambda: "in the chart now, as “lr 0.001 · 6”" in driver.text)
        await driver.press("v")
        await driver.until(lambda: list(ghosts()) == names[:1])
        await driver.until(lambda: "no longer in the chart" in driver.text)
        await driver.press("escape")
        await driver.go(1, "right")
        assert list(ghosts()) == names[:1]
        assert "lr 0.001 · 9" in driver.panel(0)


async def test_the_curve_of_another_task_or_cell_says_so_first(
    start: Start, kept: Callable[..., str]
) -> None:
    other = kept(9, task="binary-addition", cell="lstm", hidden=4)
    same = kept(6, seed=2)
    async with start() as driver:
        found = await listed(driver, 2)
        await choose(driver, found, other)
        await driver.press("v")
        await driver.until(lambda: "as “binary addition · lstm 4 · lr 0.001 · 9”" in driver.text)
        await choose(driver, found, same)
        await driver.press("v")
        await driver.until(lambda: "as “lr 0.001 · 6”; v takes" in driver.text)
        labels = [ghost.label for ghost in loss_curves(driver.snapshot).ghosts]
        assert labels == ["binary addition · lstm 4 · lr 0.001 · 9", "lr 0.001 · 6"]
        await choose(driver, found, other)
        await driver.press("enter")
        await driver.until(lambda: driver.snapshot.run == other)
        labels = [ghost.label for ghost in loss_curves(driver.snapshot).ghosts]
        assert labels == ["successor mod 3 · rnn 10 · lr 0.001 · 6"], "beside the run opened since"


async def test_where_the_chart_is_not_on_the_screen_the_key_that_shows_it_is_said(
    start: Start, kept: Callable[..., str]
) -> None:
    kept(9, task="binary-addition")
    async with start(size=(60, 15)) as driver:
        await listed(driver, 1)
        await driver.press("v")
        await driver.until(lambda: "esc and tab show it" in driver.text)
        await driver.press("escape", "tab")
        await driver.until(lambda: "training loss" in driver.text)
        await listed(driver, 1)
        await driver.press("v", "v")
        await driver.until(lambda: "in the chart now" in driver.text)
        assert "show it" not in driver.text
        await driver.press("escape", "2")
        await listed(driver, 1)
        await driver.press("v", "v")
        await driver.until(lambda: "esc and 1 show it" in driver.text)


async def test_a_run_that_is_opened_leaves_the_curve_before_r_and_is_told_as_this_one(
    start: Start, kept: Callable[..., str]
) -> None:
    name = kept(9, seed=1)
    async with start() as driver:
        await driver.go(3, *["right"] * 3)
        await driver.press("r")
        await driver.until(lambda: [g.name for g in driver.snapshot.ghosts] == ["before r"])
        found = await listed(driver, 2)
        await choose(driver, found, name)
        await driver.press("enter")
        await driver.until(lambda: driver.snapshot.run == name and driver.epoch == 9)
        assert not driver.snapshot.ghosts
        found = await listed(driver, 2)
        await choose(driver, found, name)
        await driver.until(lambda: "this one, on the screen" in driver.text)
        assert "open in process" not in driver.text


async def test_of_many_runs_the_newest_are_listed_and_it_is_said(
    start: Start, kept: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs_module, "MOST", 3)
    for _ in range(5):
        kept(1)
    async with start() as driver:
        await listed(driver, 3)
        await driver.until(lambda: "the newest 3 of 5" in driver.text)


async def test_without_a_store_o_says_so_and_with_an_empty_one_too(
    opened: Callable[..., AbstractAsyncContextManager[Driver]], start: Start
) -> None:
    async with opened() as driver:
        await driver.press("o")
        await driver.until(lambda: "runs are not kept" in driver.text)
        assert len(driver.app.screen_stack) == 1
    async with start() as driver:
        await driver.press("o")
        await driver.until(lambda: "a run is kept from its first epoch on" in driver.text)
        await driver.press("enter", "v", "o")
        await driver.go(1, "right")


async def test_a_fresh_run_mentions_the_one_that_was_trained_last(
    start: Start, kept: Callable[..., str]
) -> None:
    kept(12)
    async with start() as driver:
        await driver.until(lambda: "just now: successor, epoch 12 · o opens it" in driver.text)
        await driver.press("down")
        await driver.until(lambda: "o opens it" not in driver.text)
    async with start(size=(60, 15)) as driver:
        await driver.until(lambda: "successor, epoch 12 · o opens it" in driver.text)


@pytest.mark.parametrize("size", few([(80, 24), (60, 15), (200, 60)], 1))
@pytest.mark.parametrize("ascii_only", few([True, False], 1))
async def test_the_list_fits_every_size(
    start: Start, kept: Callable[..., str], size: tuple[int, int], ascii_only: bool
) -> None:
    kept(3)
    kept(4, task="running-sum", cell="lstm", hidden=8)
    async with start(size=size, ascii_only=ascii_only) as driver:
        found = await listed(driver, 2)
        text = driver.text
        assert re.search("running-sum +lstm 8", text) and "just now" in text
        assert not found.max_scroll_x
        assert text.isascii() is ascii_only
        assert {len(line) for line in text.splitlines()} == {size[0]}


@pytest.mark.parametrize("width", [20, 54, 62, 75, 90, 110])
def test_the_columns_fit_whole_whatever_the_width(width: int) -> None:
    chosen = columns(width)
    assert sum(column.width + 2 for column in chosen) <= max(width, 62) and chosen


async def test_a_task_has_the_cells_that_are_free(start: Start, kept: Callable[..., str]) -> None:
    kept(3, task="binary-addition")
    async with start(size=(120, 40)) as driver:
        await listed(driver, 1)
        assert "binary-addition  " in driver.text


def test_how_long_ago_is_told_in_few_words() -> None:
    now = 1_800_000_000.0
    told = [ago(now - seconds, now) for seconds in (-9, 59, 60, 3600, 11 * 3600)]
    assert told == ["just now", "just now", "1 min ago", "1 h ago", "11 h ago"]
    assert ago(now - 86_400, now) == "yesterday"
    assert ago(now - 3 * 86_400, now) == "3 days ago"
    assert ago(now - 30 * 86_400, now)[:4] in ("2026", "2027")
