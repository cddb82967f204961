"""When a run has come far enough: pure functions of the end of an epoch."""

import json
import math
from dataclasses import replace
from typing import Any

import pytest

from rnn_tui.tasks.files.characters import text_from
from rnn_tui.training.config import Config, ConfigError
from rnn_tui.training.goals import NO_GOAL, Goal
from rnn_tui.training.trainer import State, Trainer

FEW = text_from("few.txt", b"abcdabcd", "utf-8")
START = Trainer(Config.of(sequences=1)).state


def end_of(epoch: int, loss: float = 1.0, accuracy: float = 0.5) -> State:
    return replace(START, epoch=epoch, training_loss=loss, training_accuracy=accuracy)


@pytest.mark.parametrize(
    ("goal", "state", "best", "reached"),
    [
        (NO_GOAL, end_of(10**6, 0.0, 1.0), 1, None),
        (Goal(0), START, None, "epochs"),
        (Goal(5), end_of(4), None, None),
        (Goal(5), end_of(5), None, "epochs"),
        (Goal(5), end_of(6), None, "epochs"),
        (Goal(until="solved"), START, None, None),
        (Goal(until="solved"), end_of(3, 1e-9, 0.999), None, None),
        (Goal(until="solved"), end_of(3, 2.0, 1.0), None, "solved"),
        (Goal(until="loss=0.3"), end_of(3, 0.3001), None, None),
        (Goal(until="loss=0.3"), end_of(3, 0.3), None, "loss"),
        (Goal(until="loss=0.3"), end_of(3, math.nan), None, None),
        (Goal(until="loss=0"), end_of(3, 0.0), None, "loss"),
        (Goal(patience=3), end_of(7), 5, None),
        (Goal(patience=3), end_of(8), 5, "patience"),
        (Goal(patience=3), end_of(3), None, "patience"),  # no validation loss is a number
        (Goal(patience=1), START, None, None),
        (Goal(5, "solved", 3), end_of(5, 1.0, 1.0), 2, "solved"),
        (Goal(5, "solved", 3), end_of(5), 2, "patience"),
        (Goal(5, "loss=1", 3), end_of(5), 5, "loss"),
    ],
)
def test_what_is_reached_at_the_end_of_an_epoch(
    goal: Goal, state: State, best: int | None, reached: str | None
) -> None:
    assert goal.reached(state, best) == reached


def test_what_was_reached_is_behind_and_the_rest_is_ahead() -> None:
    goal = Goal(5, "solved", 3)
    assert goal.after(4) == goal
    assert goal.after(5) == Goal(None, "solved", 3)
    assert goal.after(4, "solved") == Goal(5, None, 3)
    assert goal.after(4, "patience") == Goal(5, "solved", None)
    assert goal.after(5, "solved") == Goal(None, None, 3)


@pytest.mark.parametrize("goal", [NO_GOAL, Goal(800), Goal(0, "solved"), Goal(9, "loss=1e-05", 2)])
def test_it_comes_back_from_json(goal: Goal) -> None:
    assert Goal.from_json(json.loads(json.dumps(goal.to_json()))) == goal
    assert Goal.from_json({}) == NO_GOAL


@pytest.mark.parametrize(
    ("written", "kept"),
    [("loss=0.10", "loss=0.1"), ("loss=1", "loss=1"), ("loss=1e-3", "loss=0.001"),
     ("loss=0.12345678901", "loss=0.12345678901"), ("solved", "solved")],
)  # fmt: skip
def test_a_loss_is_kept_as_it_was_meant(written: str, kept: str) -> None:
    goal = Goal(until=written)
    assert goal.until == kept == Goal(until=kept).until
    assert goal.loss == (None if written == "solved" else float(written[5:]))


@pytest.mark.parametrize(
    "values",
    [{"until": text} for text in
     ("", "Solved", "loss", "loss=", "loss=nan", "loss=inf", "loss=-1", "loss=1e999", "loss=0x1",
      "loss=1 ", "loss=²", "loss=1\n2", "accuracy=1", 1, True)]
    + [{"patience": value} for value in (0, -1, 1.0, "3", True)]
    + [{"epochs": value} for value in (-1, 1.5, "3", False)],
    ids=str,
)  # fmt: skip
def test_what_is_no_goal_is_refused_in_one_line_with_the_name_of_the_option(
    values: dict[str, Any],
) -> None:
    (name,) = values
    with pytest.raises(ConfigError, match=rf"(?s)^--{name} .*: must be "):
        Goal(**values)


@pytest.mark.parametrize(
    ("goal", "options", "told"),
    [
        (Goal(until="solved"), {"task": "xor"}, "--until solved: xor cannot be solved"),
        (Goal(until="solved"), {"task": "anbn"}, "--until solved: anbn cannot be solved"),
        (Goal(patience=3), {}, "--patience 3: needs a validation set; add --valid"),
        (
            Goal(patience=3),
            {"text": FEW, "length": 2},
            "--patience 3: needs .*; --valid 0.1 holds nothing out",
        ),
    ],
)
def test_a_goal_that_a_run_cannot_reach_is_refused(
    goal: Goal, options: dict[str, Any], told: str
) -> None:
    with pytest.raises(ConfigError, match="^" + told):
        goal.check(Config.of(**options))
    can = {"valid": 1.0, "task": "copy"}
    assert goal.check(Config.of(**can)) is goal


def test_it_is_written_as_on_the_command_line() -> None:
    assert NO_GOAL.options() == ""
    assert Goal(800, "loss=0.5", 3).options() == "--epochs 800 --until loss=0.5 --patience 3"
