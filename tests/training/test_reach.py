"""How far what was learned reaches: every size once, and who knows everything is right at each."""

from typing import Any

import numpy as np
import pytest

from rnn_tui.tasks.growing import NOT_ASKED, Growing
from rnn_tui.tasks.registry import TASKS
from rnn_tui.training.config import Config
from rnn_tui.training.evaluation import Evaluator
from rnn_tui.training.reach import TIMES, Reached, Reacher
from rnn_tui.training.trainer import Trainer

GROWING = [name for name, kind in TASKS.items() if isinstance(kind(), Growing)]


def reached(answer: Any, monkeypatch: pytest.MonkeyPatch, **options: Any) -> Reached:
    """Of who answers so: a function of the targets."""
    config = Config.of(**options)
    trainer = Trainer(config)
    data = config.task.dataset(0, 0).training
    reacher = Reacher(data, data.steps, config, np.random.default_rng(0))
    monkeypatch.setattr(
        Evaluator, "predictions", lambda self, parameters, at_step: answer(self.sample.targets)
    )
    return reacher.measure(trainer.parameters_of(trainer.state))


@pytest.mark.parametrize("task", TASKS)
def test_who_knows_everything_is_right_everywhere(
    task: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = reached(lambda targets: targets, monkeypatch, task=task)
    assert len(found.sizes) and (found.asked > 0).all()
    assert np.array_equal(found.right, found.asked)


@pytest.mark.parametrize("task", TASKS)
def test_who_is_always_wrong_is_wrong_everywhere(
    task: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = reached(lambda targets: targets + 1, monkeypatch, task=task)
    assert not found.right.any()


@pytest.mark.parametrize("task", GROWING)
def test_it_goes_up_to_ten_times_what_is_trained(
    task: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = reached(lambda targets: targets, monkeypatch, task=task)
    last = TIMES * (found.trained + 1) - 1 if found.by == "t" else TIMES * found.trained
    assert found.trained in found.sizes or task == "xor"
    assert last - 3 <= found.sizes[-1] <= last
    assert (np.diff(found.sizes) > 0).all()


def test_the_sizes_are_those_of_the_options(monkeypatch: pytest.MonkeyPatch) -> None:
    def sizes(**options: Any) -> tuple[str, int, list[int]]:
        found = reached(lambda targets: targets, monkeypatch, **options)
        return found.by, found.trained, found.sizes.tolist()

    assert sizes(task="successor", length=4) == ("t", 3, [*range(40)])
    assert sizes(task="echo", length=6, delay=4) == ("t", 5, [*range(4, 60)])
    assert sizes(task="xor", length=5) == ("t", 4, [*range(1, 50, 3)])
    assert sizes(task="copy", delay=3) == ("delay", 3, [*range(3, 31, 3)])
    assert sizes(task="temporal-order", length=10) == ("length", 10, [*range(10, 101, 10)])
    assert sizes(task="anbn", length=3) == ("n", 3, [*range(1, 31)])


def test_a_very_long_sequence_is_not_made_ten_times_as_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = reached(lambda targets: targets, monkeypatch, length=2000, sequences=1)
    assert found.sizes[-1] == 3999


def test_a_string_of_a_and_b_counts_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong_once(targets: np.ndarray) -> np.ndarray:
        said = targets.copy()
        said[said == 2] = 1  # the end is never seen
        return said

    found = reached(wrong_once, monkeypatch, task="anbn")
    assert not found.right.any() and (found.asked == 1).all()


def test_of_a_grammar_the_steps_there_are_and_what_can_be_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = reached(lambda targets: targets, monkeypatch, task="embedded-reber", sequences=50)
    data = Config.of(task="embedded-reber", sequences=50).task.dataset(0, 0).training
    assert found.trained == data.steps - 1
    assert found.asked.sum() == data.certain.sum()


@pytest.mark.parametrize("task", GROWING)
def test_only_what_is_scored_has_a_size(task: str) -> None:
    made = TASKS[task]().longer(2)  # type: ignore[attr-defined]
    drawn = made.draw(np.random.default_rng(0), 20)
    sizes = made.size(drawn)
    assert sizes.shape == drawn.inputs.shape
    assert not (drawn.certain < (sizes != NOT_ASKED)).any()
    assert sizes.max() <= made.trained
