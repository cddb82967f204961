"""What holds for every task in the registry, and how a run draws its sequences."""

from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from rnn_tui.tasks.dataset import Sequences
from rnn_tui.tasks.registry import TASKS
from rnn_tui.training.config import Config, ConfigError, run_options

CONFIDENCES = {"primary", "secondary", "recalled", "derived"}
every_task = pytest.mark.parametrize("task", [task() for task in TASKS.values()], ids=[*TASKS])


def same(one: Sequences, other: Sequences) -> bool:
    parts = ("inputs", "targets", "scored", "lengths", "knowable")
    return all(np.array_equal(getattr(one, part), getattr(other, part)) for part in parts)


def test_a_task_is_found_by_its_name() -> None:
    assert all(task.name == name for name, task in TASKS.items())


@every_task
def test_what_a_task_tells_is_one_line_each(task: Any) -> None:
    figures = [text for source in task.sources for text in source]
    for text in (task.name, task.title, task.definition, task.note, task.chance_label, *figures):
        assert text.isprintable()
    assert {source.confidence for source in task.sources} <= CONFIDENCES


@every_task
def test_an_option_that_has_no_meaning_for_a_task_is_refused_and_null(task: Any) -> None:
    of_tasks = {field.name for kind in TASKS.values() for field in fields(kind)}  # type: ignore[arg-type]
    own = {field.name for field in fields(task)}
    values = Config.of(task=task.name).to_json()
    assert {name for name in of_tasks if values[name] is not None} == own
    defaults = {known.name: known.default for known in run_options()}
    for name in of_tasks - own:
        with pytest.raises(ConfigError) as told:
            Config.of(task=task.name, **{name: defaults[name]})
        assert str(told.value) == f"--{name} is no option of the task {task.name}; leave it out"


@every_task
def test_the_usual_options_fit_each_other(task: Any) -> None:
    task.check()


@every_task
def test_the_alphabets_have_as_many_symbols_as_the_task_says(task: Any) -> None:
    assert task.sizes == (len(task.inputs), len(task.outputs))


@every_task
def test_the_best_possible_is_not_worse_than_guessing(task: Any) -> None:
    assert task.chance is None or task.chance > 0
    assert task.optimum is None or 0 <= task.optimum <= task.chance


@every_task
def test_sequences_consist_of_symbols_of_the_alphabets(task: Any) -> None:
    drawn = task.draw(np.random.default_rng(0), 50)
    assert len(drawn) == 50 and drawn.steps <= task.steps
    assert drawn.inputs.dtype == drawn.targets.dtype == np.intp
    for symbols, names in ((drawn.inputs, task.inputs), (drawn.targets, task.outputs)):
        assert symbols.min() >= 0 and symbols.max() < len(names) == len(set(names))
    if drawn.scored is not None:
        assert drawn.scored.dtype == np.bool_ and drawn.scored.any(axis=1).all()


@every_task
def test_the_same_seed_gives_the_same_sequences_and_another_others(task: Any) -> None:
    one, again, other = (task.dataset(seed, 0).training for seed in (5, 5, 6))
    assert same(one, again) and not same(one, other)


@every_task
@pytest.mark.parametrize("valid", [0.3, 1, 2.5])
def test_validation_takes_further_sequences_and_leaves_the_training_set(
    task: Any, valid: float
) -> None:
    alone, both = task.dataset(3, 0), task.dataset(3, valid)
    assert alone.validation is None and both.validation is not None
    assert same(alone.training, both.training) and len(both.training) == task.sequences
    assert len(both.validation) == round(valid * task.sequences)
    shared = slice(min(len(both.training), len(both.validation)))
    assert not same(both.training.rows(shared), both.validation.rows(shared))


@every_task
def test_the_sequences_of_a_run_come_from_the_second_stream_of_its_seed(task: Any) -> None:
    data = task.dataset(42, 1)
    _, second, third = np.random.SeedSequence(42).spawn(3)
    assert same(data.training, task.draw(np.random.default_rng(second), task.sequences))
    assert data.validation is not None
    assert same(data.validation, task.draw(np.random.default_rng(third), task.sequences))
    assert (data.inputs, data.outputs) == (task.inputs, task.outputs)
