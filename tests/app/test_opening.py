"""The screen stands before the session does."""

import asyncio
import time
from collections.abc import Callable
from threading import Event

import pytest
from textual import events

from rnn_tui.app.app import TrainerApp
from rnn_tui.app.loading import Opening
from rnn_tui.runs import opening as runs
from rnn_tui.session.session import Session
from rnn_tui.training.config import Config

CONFIG = Config.of(seed=3)


def session() -> Session:
    return Session(runs.Opening(None).new(CONFIG))


def after(event: Event) -> Callable[[], Session]:
    def open_session() -> Session:
        event.wait(20)
        return session()

    return open_session


async def test_the_layout_says_what_is_prepared_before_anything_is_computed() -> None:
    ready = Event()
    app = TrainerApp(Opening(after(ready)), CONFIG)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        lines = app.screen._compositor.render_strips()
        text = ["".join(segment.text for segment in line) for line in lines]
        assert "successor mod 3 · rnn 10 · sgd lr 0.001 · seed 3" in text[0]
        assert "preparing" in text[0] and "epoch –" in text[1] and "loss       –" in text[1]
        assert any("press space" in line for line in text)
        ready.set()


async def test_keys_that_come_before_the_session_are_carried_out(
    until: Callable[..., object],
) -> None:
    ready = Event()
    app = TrainerApp(Opening(after(ready)), CONFIG)
    async with app.run_test() as pilot:
        await pilot.press("g", "4", "8", "backspace", "2", "ctrl+j", "right", "down")
        assert app.session is None and len(app.screen_stack) == 1
        ready.set()
        await until(lambda: app._shown is not None and app._shown.observation.epoch == 43)  # type: ignore[misc]
        await until(lambda: app._shown.observation.sequence.index == 1)  # type: ignore[misc]


async def test_a_click_that_comes_before_the_session_is_carried_out(
    until: Callable[..., object],
) -> None:
    ready = Event()
    app = TrainerApp(Opening(after(ready)), CONFIG)
    async with app.run_test() as pilot:
        await pilot.pause()
        for kind in (events.MouseDown, events.MouseUp):  # on "space run"
            app.post_message(kind(None, 2, 23, 0, 0, 1, False, False, False, 2, 23))
        await pilot.pause()
        assert app.session is None
        ready.set()
        await until(lambda: app._shown is not None and app._shown.activity == "running")  # type: ignore[misc]


async def test_what_leaves_does_not_wait_for_the_session() -> None:
    ready = Event()
    app = TrainerApp(Opening(after(ready)), CONFIG)
    async with app.run_test() as pilot:
        await pilot.press("space", "q")
        await pilot.pause()
        assert app.return_code == 0 and app.session is None
        ready.set()


async def test_a_session_that_cannot_be_opened_ends_the_screen(
    until: Callable[..., object],
) -> None:
    def fail() -> Session:
        raise MemoryError("too much")

    app = TrainerApp(Opening(fail), CONFIG)
    async with app.run_test():
        await until(lambda: app.return_code == 1)  # type: ignore[misc]
    assert isinstance(app.failure, MemoryError) and app.return_code == 1


def test_who_leaves_at_once_still_has_a_session() -> None:
    opening = Opening(session)
    assert opening.wait() is opening.session is not None


def test_who_leaves_while_it_is_opened_waits_for_it() -> None:
    ready, done = Event(), Event()
    opening = Opening(after(ready))
    opening.start(done.set)
    assert opening.session is None
    ready.set()
    assert opening.wait() is not None
    assert done.wait(20)


def test_a_failure_is_kept_for_the_line_after_the_screen() -> None:
    def fail() -> Session:
        raise OSError("no")

    opening = Opening(fail)
    assert opening.wait() is None and isinstance(opening.failure, OSError)


@pytest.fixture(name="until")
def until_fixture() -> Callable[..., object]:
    async def wait(condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < deadline, "not within 20 s"
            await asyncio.sleep(0.002)

    return wait
