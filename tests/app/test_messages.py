"""Messages stand in the bottom line, belong to a moment and go with it; solving is told once."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

import pytest

from rnn_tui.app import app as app_module
from rnn_tui.app.suggestions import (
    PATIENCE,
    has_come_to_solved,
    is_just_solved,
    is_stuck,
    solved_text,
    suggestion,
)
from rnn_tui.session import commands as c
from rnn_tui.session.run import Run
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.trainer import Trainer
from tests.amounts import few
from tests.session.playing import do, look

if TYPE_CHECKING:
    from .conftest import Driver

Open = Callable[..., "AbstractAsyncContextManager[Driver]"]

QUICK = {"optimizer": "adam", "lr": 0.05, "sequences": 3, "length": 4}
"""The options of a run that is solved within some twenty epochs."""
SPOILT = {"task": "echo", "delay": 1}
"""With these the last updates of the first solved epoch spoil a symbol again."""


def run_of(**options: Any) -> Run:
    return Run(Navigator(Trainer(Config.of(**(QUICK | options)))))


def solved(**options: Any) -> Run:
    """A run that has just been solved."""
    run = run_of(**options)
    while look(do(run, c.Step(1))).observation.first_solved is None:
        assert run.navigator.epoch < 400
    return run


@pytest.mark.parametrize("size", few([(60, 15), (80, 24), (100, 30)], 1))
async def test_a_message_leaves_the_title_and_the_first_key_where_they_are(
    opened: Open, size: tuple[int, int]
) -> None:
    async with opened(size=size) as driver:
        title = driver.title
        await driver.press("left")
        await driver.until(lambda: "this is epoch 0" in driver.bottom)
        assert driver.title == title and "space run" in driver.bottom


async def test_no_message_of_a_burst_outlives_the_key_it_speaks_of(opened: Open) -> None:
    async with opened() as driver:
        for _ in range(2):
            driver.burst("shift+left", "shift+right")
            await driver.settled()
            await driver.until(lambda: driver.epoch == 10)
            assert "this is epoch 0" not in driver.bottom
            await driver.go(0, "home")


async def test_a_message_goes_with_the_next_key_that_moves(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_module, "MESSAGE_SECONDS", 1_000)
    async with opened() as driver:
        await driver.press("right_square_bracket")
        await driver.until(lambda: "lr 0.002 from epoch 0 on" in driver.bottom)
        await driver.go(1, "right")
        assert "lr 0.002" not in driver.bottom


async def test_at_rest_the_new_pace_is_told(opened: Open) -> None:
    async with opened(size=(60, 15)) as driver:
        await driver.press("plus")
        await driver.until(lambda: "pace: 50 epochs/s" in driver.bottom)


async def test_solving_is_told_once_and_then_what_to_try_until_the_next_key(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_module, "MESSAGE_SECONDS", 0.5)
    async with opened(**QUICK, size=(120, 40)) as driver:
        told: list[str] = []
        tell = driver.app.tell
        monkeypatch.setattr(
            driver.app,
            "tell",
            lambda text, *more, **forms: (told.append(text), tell(text, *more, **forms)),
        )
        await driver.press("plus", "plus", "space")
        await driver.until(lambda: "is twice the rate faster?" in driver.bottom)
        first = driver.snapshot.observation.first_solved
        assert told[-2].startswith("solved ")
        epoch = driver.epoch
        await driver.until(lambda: driver.epoch > epoch + 5)
        assert "is twice the rate faster?" in driver.bottom
        assert f"✓ solved {first} in training  " in driver.title
        await driver.press("space")
        await driver.until(lambda: "is twice" not in driver.bottom)
        await driver.go(first - 1, "g", *str(first - 1), "enter")
        assert "✓ solved" not in driver.title
        await driver.press("space")
        await driver.until(lambda: driver.epoch > first + 3)
        assert sum("solved at epoch" in text for text in told) == 1


async def test_who_pauses_on_a_success_is_told_what_to_try(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_module, "MESSAGE_SECONDS", 1_000)
    async with opened(**QUICK) as driver:
        await driver.press("plus", "plus", "space")
        await driver.until(lambda: "✓ solved at epoch" in driver.bottom)
        assert "every prediction of that epoch was right" in driver.bottom
        await driver.press("space")
        await driver.until(lambda: "is twice the rate" in driver.bottom)
        await driver.settled()
        assert "is twice the rate" in driver.bottom
        await driver.press("left")
        await driver.until(lambda: "is twice the rate" not in driver.bottom)


async def test_what_to_try_outlives_the_message_of_an_earlier_key(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_module, "MESSAGE_SECONDS", 1_000)
    async with opened(**QUICK) as driver:
        driver.burst("space", "left_square_bracket")
        await driver.until(lambda: "✓ solved at epoch" in driver.bottom)
        assert "lr 0.025" in driver.snapshot.notice.text
        await driver.press("space")
        await driver.settled()
        assert driver.snapshot.notice is None and "z, hold U: does it need" in driver.bottom


def test_a_run_is_just_solved_between_two_snapshots_and_at_no_other_time() -> None:
    run = run_of()
    found, before = [], look(run)
    for _ in range(60):
        now = look(do(run, c.Step(1)))
        if is_just_solved(before, now):
            found.append(now.observation.epoch)
        before = now
    first = before.observation.first_solved
    assert found == [first]
    assert f"solved at epoch {first}" in solved_text(before)
    past = look(do(run, c.GoTo(first - 1)))
    future = look(do(run, c.GoTo(first)))
    assert not is_just_solved(past, future), "replayed"
    other = look(do(run, c.GoTo(2), c.ScaleRate(2), c.Step(1)))
    assert not is_just_solved(future, other)
    assert not is_just_solved(other, look(do(run, c.Visit(0)))), "visited"
    assert not is_just_solved(before, before), "resumed"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, "then ]: is twice the rate"),
        ({"hold": "U"}, "start with --task echo: this needs no memory"),
        ({"hold": "U", "cell": "gru"}, "start with --cell rnn: here gates remember"),
        ({"task": "echo", "delay": 1}, "start with --cell gru: do gates"),
        ({"task": "echo", "delay": 1, "cell": "lstm"}, "start with --delay 2: still"),
    ],
)
def test_what_to_try_next_depends_on_the_run(options: dict[str, Any], expected: str) -> None:
    run = solved(**options)
    assert expected in suggestion(look(run))
    assert suggestion(look(do(run, c.Home()))) == ""


def test_at_the_first_solved_epoch_the_mistakes_that_came_after_are_no_contradiction() -> None:
    run = solved(**SPOILT)
    solved_at, before = run.navigator.epoch, look(run)
    shown = before.observation.evaluation
    wrong = shown.symbols - shown.correct
    assert wrong > 0 and f"now {wrong} of {shown.symbols} wrong" in solved_text(before)
    assert not has_come_to_solved(before, before)
    past = look(do(run, c.Step(-1)))
    assert not has_come_to_solved(before, past)
    again = look(do(run, c.GoTo(solved_at)))
    assert has_come_to_solved(past, again) and not is_just_solved(past, again)
    assert "each was right just before its update" in solved_text(again)


def test_where_nothing_is_wrong_at_the_first_solved_epoch_there_is_nothing_to_explain() -> None:
    run = solved()
    past, again = look(do(run, c.Step(-1))), look(do(run, c.Step(1)))
    assert again.observation.evaluation.correct == again.observation.evaluation.symbols
    assert not has_come_to_solved(past, again)


def test_a_problem_that_needs_memory_and_stands_still_gets_a_hint_in_time() -> None:
    """The loss of this one stands still; that of the other goes down all the time."""
    still = run_of(task="echo", delay=3, length=10, sequences=10, optimizer="sgd", lr=1e-7)
    assert not is_stuck(look(do(still, c.GoTo(PATIENCE - 1))))
    now = look(do(still, c.Step(1)))
    assert is_stuck(now) and "--optimizer adam --lr 0.01" in suggestion(now)
    assert not is_stuck(look(do(still, c.Home())))
    easy = run_of(sequences=10, optimizer="sgd", lr=1e-7)
    assert not is_stuck(look(do(easy, c.GoTo(PATIENCE)))), "it needs no memory"
    falling = run_of(task="echo", delay=3, length=10, sequences=10, optimizer="sgd", lr=0.002)
    assert not is_stuck(look(do(falling, c.GoTo(PATIENCE))))


def test_after_another_rate_it_is_the_memory_that_is_asked_for() -> None:
    run = solved()
    run = do(run, c.GoTo(2), c.ScaleRate(2))
    while look(do(run, c.Step(1))).observation.first_solved is None:
        assert run.navigator.epoch < 400
    assert "z, hold U: does it need a memory?" in suggestion(look(run))


@pytest.mark.parametrize("size", few([(80, 24), (60, 15)], 2))
async def test_beside_a_suggestion_stands_where_help_is(
    opened: Open, size: tuple[int, int]
) -> None:
    async with opened(size=size) as driver:
        driver.app.tell("g 20 then ]: is twice the rate faster?", "suggestion")
        await driver.until(lambda: "is twice the rate faster?" in driver.bottom)
        assert "space run" in driver.bottom and "? help" in driver.bottom
        assert ("try: g 20" in driver.bottom) == (size[0] == 80)


def test_a_suggestion_fits_beside_the_first_key_of_60_columns() -> None:
    for options in ({}, {"hold": "U", "cell": "gru"}, {"hold": "U"}, {"task": "echo", "delay": 1}):
        assert len(suggestion(look(solved(**options)))) <= 58 - len("   space pause")
