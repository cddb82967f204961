"""All predictions at once: those of the notebook's class, and the way from mistake to mistake."""

import random
from typing import Any

import numpy as np
import pytest

import rnn_tui.training.evaluation
from rnn_tui import RNN
from rnn_tui.session import commands as c
from rnn_tui.session.lenses.predictions import PredictionsSeen, predictions
from rnn_tui.session.run import Run
from rnn_tui.tasks.registry import TASKS
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.trainer import Trainer
from tests.ragged import Ragged
from tests.session.playing import do, look, straight, told


def of(**options: Any) -> Run:
    run = Run(Navigator(Trainer(Config.of(**({"hidden": 6, "lr": 0.01} | options)))))
    return do(run, c.Watch(frozenset({predictions})))


def seen(run: Run) -> PredictionsSeen:
    return look(run).observation.see(predictions)


def by_the_notebook(run: Run, parameters: Any) -> np.ndarray:
    """(N, T) the notebook's class, sequence by sequence."""
    notebook = RNN(n_nodes=6, vocab_size=3)
    notebook.w, notebook.u, notebook.v = parameters["W"].T, parameters["U"], parameters["V"].T
    notebook.b_h, notebook.b_o = parameters["b_h"], parameters["b_o"]
    return np.array(notebook.predict(run.navigator.trainer.dataset.training.inputs))


def test_it_says_what_the_notebooks_class_says_and_what_the_last_epoch_changed() -> None:
    run, before = of(), None
    for epoch in range(4):
        trainer, wall = run.navigator.trainer, seen(run)
        expected = by_the_notebook(run, trainer.parameters_of(run.navigator.state))
        assert np.array_equal(wall.predictions, expected)
        assert np.array_equal(wall.wrong, expected != trainer.dataset.training.targets)
        assert wall.numbers.tolist() == list(range(10))
        changed = np.zeros((10, 10), bool) if before is None else expected != before
        assert wall.changed is not None and np.array_equal(wall.changed, changed)
        assert changed.any() == (epoch > 0)
        before = expected
        do(run, c.Step(1))


@pytest.mark.parametrize("way", [(c.GoTo(5),), (c.Step(1),) * 5, (c.GoTo(8), c.Step(-3))])
def test_it_is_a_function_of_the_epoch_shown_however_one_came_there(way: tuple[Any, ...]) -> None:
    run = of()
    for command in way:
        seen(do(run, command))
    state, trainer = straight(run.navigator.trainer.config, 5), run.navigator.trainer
    assert state.previous is not None
    parameters = trainer.parameters_of(state)
    now, before = (
        run.looking.scene.evaluator.predictions(parameters.with_flat(flat))
        for flat in (state.parameters, state.previous)
    )
    wall = seen(run)
    assert np.array_equal(wall.predictions, now)
    assert wall.changed is not None and np.array_equal(wall.changed, now != before)


def test_what_is_not_scored_is_neither_wrong_nor_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TASKS, "ragged", Ragged)
    run = do(of(task="ragged", length=6, lr=0.5), c.Step(2))
    scored = run.navigator.trainer.dataset.training.scored
    wall = seen(run)
    assert scored is not None and wall.changed is not None and wall.wrong.any()
    assert wall.changed.any()
    assert not (wall.wrong & ~scored).any() and not (wall.changed & ~scored).any()


@pytest.mark.parametrize("task", ["xor", "anbn", "embedded-reber"])
def test_what_nobody_can_know_is_no_mistake(task: str) -> None:
    run = do(of(task=task), c.Step(2))
    knowable = run.navigator.trainer.dataset.training.knowable
    wall = seen(run)
    assert knowable is not None and wall.wrong.any()
    assert not (wall.wrong & ~knowable).any()
    snapshot = look(run)
    wrong = snapshot.observation.evaluation.symbols - snapshot.observation.evaluation.correct
    assert snapshot.observation.mistakes == wall.wrong.sum() < wrong


def test_where_all_can_be_known_every_miss_is_a_mistake() -> None:
    seen_now = look(do(of(task="echo"), c.Step(2))).observation
    assert seen_now.mistakes == seen_now.evaluation.symbols - seen_now.evaluation.correct > 0


def test_a_large_problem_is_not_asked_what_changed() -> None:
    run = do(of(sequences=200, length=30, hidden=40, batch=50), c.Step(1))
    assert seen(run).changed is None


def sampled(monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run of which four of twenty sequences are evaluated."""
    monkeypatch.setattr(rnn_tui.training.evaluation, "SYMBOLS_AT_MOST", 40)
    return of(sequences=20)


def test_a_sequence_outside_the_sample_is_shown_too(monkeypatch: pytest.MonkeyPatch) -> None:
    run = sampled(monkeypatch)
    numbers, training = run.looking.scene.evaluator.numbers, run.navigator.trainer.dataset.training
    assert len(numbers) == 4
    expected = by_the_notebook(run, run.looking.scene.parameters)
    for index in range(20):
        wall = seen(do(run, c.Look(index, 0)))
        shown = sorted({*numbers.tolist(), index})
        assert wall.numbers.tolist() == shown and wall.numbers[wall.chosen] == index
        assert np.array_equal(wall.predictions, expected[shown])
        assert np.array_equal(wall.wrong, expected[shown] != training.targets[shown])
        assert np.array_equal(wall.sequences.inputs, training.inputs[shown])


# From mistake to mistake.


def looked_at(run: Run) -> tuple[int, int]:
    shown = look(run).observation
    return shown.sequence, shown.step


@pytest.mark.parametrize("seed", range(5))
def test_m_visits_every_mistake_once_around(seed: int) -> None:
    run = of(seed=seed)
    rows, steps = np.nonzero(seen(run).wrong)
    mistakes = list(zip(rows.tolist(), steps.tolist(), strict=True))
    start = random.Random(seed).randrange(10), random.Random(seed).randrange(10)
    do(run, c.Look(*start))
    visited = []
    for _ in mistakes:
        visited.append(looked_at(do(run, c.NextMistake())))
    first = next((i for i, place in enumerate(mistakes) if place > start), 0)
    assert visited == mistakes[first:] + mistakes[:first]
    assert looked_at(do(run, c.NextMistake())) == visited[0]


def test_m_counts_the_mistakes_sequence_after_sequence() -> None:
    run = of()
    rows, steps = np.nonzero(seen(run).wrong)
    do(run, c.Look(int(rows[0]), int(steps[0])), c.NextMistake())
    place = f"sequence {rows[1] + 1}, t={steps[1]}"
    assert told(run).text == f"mistake 2 of {len(rows)}: {place}"


def test_the_worst_sequence_is_the_first_with_the_most_mistakes() -> None:
    run = do(of(), c.Step(3), c.Look(2, 4), c.WorstSequence())
    wrong = seen(run).wrong
    counts = wrong.sum(axis=1).tolist()
    worst = counts.index(max(counts))
    assert looked_at(run) == (worst, wrong[worst].tolist().index(True))
    assert told(run).text == f"most mistakes: sequence {worst + 1}, {max(counts)} of {wrong.sum()}"


def test_where_nothing_is_wrong_m_says_so_and_stays() -> None:
    run = of(hidden=10, lr=0.02)
    while seen(do(run, c.Step(20))).wrong.any():
        assert run.navigator.epoch < 1000
    do(run, c.Look(4, 7), c.NextMistake())
    assert looked_at(run) == (4, 7)
    assert told(run).text == "no mistake: every scored symbol is right"
    do(run, c.Forget(), c.WorstSequence())
    assert looked_at(run) == (4, 7)
    assert told(run).text == "no mistake: every scored symbol is right"


def test_in_a_sample_m_goes_to_its_mistakes_only(monkeypatch: pytest.MonkeyPatch) -> None:
    run = sampled(monkeypatch)
    numbers = run.looking.scene.evaluator.numbers.tolist()
    places = [looked_at(do(run, c.NextMistake())) for _ in range(40)]
    training = run.navigator.trainer.dataset.training
    expected = by_the_notebook(run, run.looking.scene.parameters) != training.targets
    assert {s for s, _ in places} <= set(numbers)
    assert set(places) == {(n, t) for n in numbers for t in np.nonzero(expected[n])[0].tolist()}


@pytest.mark.parametrize(
    ("asked", "found"), [((3, 4), (3, 4)), ((3, 99), (3, 9)), ((13, -1), (3, 0)), ((-1, 2), (9, 2))]
)
def test_what_one_looks_at_exists(asked: tuple[int, int], found: tuple[int, int]) -> None:
    assert looked_at(do(of(), c.Look(*asked))) == found


def test_looking_elsewhere_does_not_end_a_journey() -> None:
    assert {c.Look, c.NextMistake} <= set(c.PASSING)
