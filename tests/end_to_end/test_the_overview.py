"""What stands on the screen is what the notebook's class says with the parameters of the epoch."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from rnn_tui import RNN
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.trainer import Trainer
from tests.amounts import few_rows
from tests.end_to_end.terminal import Start, Terminal

Train = Callable[..., dict[str, Any]]
SIZES, PLAIN = [(100, 30), (80, 24)], {"NO_COLOR": "1"}
EPOCHS = (0, 57)
T = 10


@cache
def notebook(epoch: int) -> tuple[RNN, np.ndarray, np.ndarray]:
    """The class with the parameters of the default run, and the sequences: (10, 10) symbols."""
    navigator = Navigator(Trainer(Config()))
    navigator.go_to(epoch)
    while not navigator.resting:
        navigator.work(None)
    rnn, now = RNN(), navigator.trainer.parameters_of(navigator.state)
    rnn.w, rnn.u, rnn.v = now["W"].T, now["U"], now["V"].T
    rnn.b_h, rnn.b_o = now["b_h"], now["b_o"]
    training = navigator.trainer.dataset.training
    return rnn, training.inputs, training.targets


def wall(terminal: Terminal) -> dict[int, list[tuple[str, str]]]:
    """Sequence → what stands in its row of the predictions: symbols, each with its mark."""
    rows = {}
    for line in terminal.text.splitlines():
        found = re.match(r"│ [▸ ] +(\d+) +((?:\d[ ✗x] ?){10})", line)
        if found:
            rows[int(found[1])] = re.findall(r"(\d)([ ✗])", found[2])
    return rows


def go(terminal: Terminal, epoch: int) -> None:
    terminal.press("g", *str(epoch), "enter")
    terminal.until(rf"epoch {epoch}\b.*\n")
    terminal.until("paused")
    terminal.silence()


@pytest.mark.parametrize(
    ("size", "variables"),
    few_rows([(SIZES[1], {}), (SIZES[0], PLAIN), (SIZES[1], PLAIN), (SIZES[0], {})], 1),
)
def test_all_ten_predictions_are_those_of_the_notebook_and_wrong_ones_are_marked(
    trainer: Start, size: tuple[int, int], variables: dict[str, str]
) -> None:
    terminal = trainer(size=size, **variables)
    for epoch in EPOCHS:
        go(terminal, epoch)
        rnn, inputs, targets = notebook(epoch)
        wanted = {}
        for number, (x, y) in enumerate(zip(inputs, targets, strict=True), 1):
            says = rnn.feedforward(x).argmax(1)
            wrong = ["✗" if said != right else " " for said, right in zip(says, y, strict=True)]
            wanted[number] = [(str(s), w) for s, w in zip(says, wrong, strict=True)]
        terminal.until(lambda wanted=wanted: wall(terminal) == wanted)
    terminal.press("q")
    assert terminal.leave() == 0


@pytest.mark.soak
def test_m_goes_from_mistake_to_mistake_until_all_have_been_seen(trainer: Start) -> None:
    terminal = trainer()
    go(terminal, 57)
    rnn, inputs, targets = notebook(57)
    wrong = [
        (n, int(t))
        for n, (x, y) in enumerate(zip(inputs, targets, strict=True), 1)
        for t in np.flatnonzero(rnn.feedforward(x).argmax(1) != y)
    ]
    for number, step in (*wrong, wrong[0]):
        terminal.press("m")
        terminal.until(rf"sequence {number} of 10")
        terminal.until(rf"why, at t ?= ?{step} ")


@pytest.mark.soak
def test_the_numbers_inside_are_those_of_the_notebook(trainer: Start) -> None:
    terminal = trainer(size=(200, 60))
    for epoch in EPOCHS[1:]:
        go(terminal, epoch)
        terminal.press("greater_than_sign")
        terminal.until("why, at t ?= ?1 ")
        terminal.silence()
        rnn, inputs, targets = notebook(epoch)
        y_hat = rnn.feedforward(inputs[0])
        node = int(re.search(r"node (\d+) tells most", terminal.text)[1])  # type: ignore[index]
        state = re.search(r"a_h,1 = .* = +([−\d.e]+)", terminal.text)
        assert state is not None, terminal.text
        assert float(state[1].replace("−", "-")) == pytest.approx(
            rnn.a_h[1].ravel()[node], abs=0.006
        )
        says, share = y_hat[1].argmax(), y_hat[1].max()
        terminal.until(rf"target {targets[0, 1]}, says {says} with ")
        percent = int(re.search(r"says \d with (\d+) %", terminal.text)[1])  # type: ignore[index]
        assert percent == pytest.approx(100 * share, abs=1)
        terminal.press("less_than_sign")


@pytest.mark.soak
def test_the_mark_of_the_first_solved_epoch_is_that_of_train(trainer: Start, train: Train) -> None:
    terminal = trainer()
    go(terminal, 150)
    solved = train("--epochs", "150")["first_solved_epoch"]
    terminal.until(rf"✓ solved {solved}\b")
