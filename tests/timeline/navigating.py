"""What several tests of time travel share: a small run, and moving through it."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from rnn_tui.model.interruption import Interrupted
from rnn_tui.timeline.keyframes import Grid
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.timeline.run_state import Losses, capture, rebuild
from rnn_tui.training.config import Config
from rnn_tui.training.trainer import State, Trainer

RUN = Config.of(sequences=5, length=3, hidden=3, batch=2, lr=0.05)
RATE = 0.05
UPDATES = 3  # an epoch of it
TINY = 9_000  # bytes: only some of the epochs are kept


def finish(navigator: Navigator, poll: Callable[[], None] | None = None) -> Navigator:
    """To the end of the journey."""
    while not navigator.resting:
        navigator.work(poll)
    return navigator


def reached(epoch: int, budget: int = TINY) -> Navigator:
    """A run of so many epochs."""
    navigator = Navigator(Trainer(RUN), budget)
    navigator.go_to(epoch)
    return finish(navigator)


def run_to(navigator: Navigator, epoch: int) -> Navigator:
    """Running, until an epoch."""
    navigator.run()
    while navigator.epoch < epoch:
        navigator.work()
    return navigator


def scale_rate(navigator: Navigator, factor: float) -> None:
    """As `[` and `]` do."""
    navigator.set("lr", rate(navigator) * factor)


def rate(navigator: Navigator) -> float:
    """Of the next update."""
    return float(navigator.settings["lr"] or 0)


def straight(epochs: int) -> Any:
    """The parameters after so many epochs without any detour."""
    trainer = Trainer(RUN)
    for _ in range(epochs):
        trainer.advance()
    return trainer.state.parameters


def interrupted_inside(navigator: Navigator, polls: int) -> Navigator:
    """On the journey, until the poll of this number, from 0."""
    calls = iter(range(1000))

    def poll() -> None:
        if next(calls) == polls:
            raise Interrupted

    with pytest.raises(Interrupted):
        finish(navigator, poll)
    return navigator


def resting_inside_the_past() -> Navigator:
    """At epoch 1 of 40, two updates on: a replay was left half-way."""
    navigator = reached(40, budget=1)
    navigator.go_to(3)
    interrupted_inside(navigator, UPDATES + 2)
    navigator.rest()
    assert navigator.epoch == 1
    return navigator


def rebuilt(
    navigator: Navigator, grids: Mapping[int, Grid] | None = None, budget: int = TINY
) -> Navigator:
    """The same run as a checkpoint brings it back, with these states to go back to."""
    run = capture(navigator)

    def losses(number: int) -> Losses:
        curve = navigator.timelines[number].curve
        solved = np.zeros(curve.epochs)
        if curve.first_solved is not None:
            solved[curve.first_solved - 1] = 1
        valid = None if curve.validation is None else curve.validation.buckets().last
        return Losses(np.arange(1, curve.epochs + 1), curve.buckets().last, solved, valid)

    again = rebuild(run, losses, lambda number: (grids or {}).get(number, Grid()), budget)
    again.go_to(run.shown_epoch)
    return finish(again)


def state(epoch: int, numbers: int = 4) -> State:
    """One that only says of which epoch it is."""
    flat = np.full(numbers, float(epoch))
    return State(epoch, flat, flat - 1 if epoch else None, (), 1 / (epoch + 1), 0.5)
