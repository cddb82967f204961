"""The last line: what it says of a run."""

from dataclasses import replace

import pytest

from rnn_tui.runs.headless import train
from rnn_tui.training.config import Config
from rnn_tui.training.evaluation import percent
from rnn_tui.training.journal import Change, Position


@pytest.mark.parametrize(
    ("accuracy", "text"),
    [
        (1, "100 %"), (0.99999, "99.9 %"), (0.9996, "99.9 %"), (0.9994, "99.9 %"),
        (0.99, "99 %"), (0.5, "50 %"), (0.1234, "12.3 %"), (0.0004, "0.1 %"), (0, "0 %"),
    ],
)  # fmt: skip
def test_100_percent_is_without_a_mistake_and_0_percent_without_a_hit(
    accuracy: float, text: str
) -> None:
    assert percent(accuracy) == text


def test_the_line_names_what_is_unusual() -> None:
    moment = train(Config.of(), 1).moment
    usual = moment.line()
    assert usual.startswith("epoch 1 · loss ") and "newest" not in usual and "run" not in usual
    changes = tuple(Change(Position(epoch), "lr", 0.1) for epoch in range(7))
    unusual = replace(moment, newest=9, evaluated_on=3, changes=changes, run="mine").line()
    assert "epoch 1 · newest 9 · " in unusual and "evaluated on 3 of 10 sequences" in unusual
    assert "changed at epoch 0, 1, 2, 3, 4 …" in unusual and "run mine · " in unusual


def test_a_run_that_is_not_all_on_disk_says_up_to_which_epoch_it_is() -> None:
    moment = replace(train(Config.of(), 1).moment, run="mine", stored=False)
    assert "run mine not stored to its end" in moment.line()
    assert (
        "run mine not stored to its end, only up to epoch 0"
        in replace(moment, stored_until=0).line()
    )
