"""What is told of a run, however broken it is."""

import os
import shlex
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rnn_tui.storage.checkpoint.latest import save_run
from rnn_tui.storage.curve.losses import differences
from rnn_tui.storage.disk.names import CHECKPOINT, HISTORY, PREVIOUS
from rnn_tui.storage.library import listing
from rnn_tui.storage.library.details import (
    details_of,
    intervention_line,
    options_of,
    origin,
)
from rnn_tui.storage.library.store import Store
from rnn_tui.timeline.recorder import EpochRecord
from rnn_tui.timeline.run_state import RunState
from rnn_tui.training.config import Config
from rnn_tui.training.journal import ZERO, Change, Position
from tests.storage.library.kept_runs import NOON, finished, info


def test_the_list_tells_what_there_is_to_tell(store: Store, run: RunState) -> None:
    name = finished(store, run)
    found = info(store, name)
    newest = run.branches[1].newest
    assert (found.task, found.epochs) == ("successor", 3)
    assert (found.loss, found.accuracy) == (newest.training_loss, newest.training_accuracy)
    assert (found.branches, found.created, found.problem) == (2, NOON, None)
    assert found.size > 1_000
    values = found.to_json()
    assert values["created"].startswith("2026-11-2")
    assert values["config"] == run.config.to_json()


def test_what_a_branch_lacks_is_counted_once_and_with_what_it_inherited(
    store: Store, run: RunState
) -> None:
    with store.create(run.config) as folder:
        recorder = folder.recorder()
        recorder.record(EpochRecord(0, 1, 0.25, 0.75, 0.1))
        recorder.save(run)
        assert recorder.close(20)
    newest = [branch.newest.epoch for branch in run.branches]
    assert (newest, run.branches[1].fork.epoch) == ([4, 3], 2)
    assert differences(folder.path, run, 0) == (3, 0, 0)
    assert differences(folder.path, run, 1) == (2, 0, 0)
    assert differences(folder.path, run) == (4, 0, 0)


def test_a_run_that_is_open_is_listed_with_the_newest_epoch_it_has_told(
    store: Store, run: RunState
) -> None:
    name = finished(store, run)
    with store.open(name):
        found = info(store, name)
    assert (found.epochs, found.loss, found.accuracy) == (5, 0.25, 0.75)
    assert found.held_by is not None
    assert info(store, name).epochs == 3


def test_a_run_without_a_checkpoint_is_listed_with_what_its_history_has(
    store: Store, run: RunState
) -> None:
    with store.create(run.config) as folder:
        recorder = folder.recorder()
        recorder.record(EpochRecord(0, 1, 0.25, 0.75, 0.1))
        assert recorder.close(20)
    found = info(store, folder.id)
    assert (found.epochs, found.loss, found.accuracy) == (1, 0.25, 0.75)
    assert found.problem == "it ended before its first checkpoint"


def broken() -> dict[str, tuple[Callable[[Path], Any], str | None]]:
    def both(path: Path) -> None:
        for name in (CHECKPOINT, PREVIOUS):
            (path / name).write_bytes(b"damaged")

    def pipe(name: str) -> Callable[[Path], None]:
        return lambda path: ((path / name).unlink(), os.mkfifo(path / name))[1]

    def more_columns(path: Path) -> None:
        with closing(sqlite3.connect(path / HISTORY)) as database:
            database.execute("ALTER TABLE epoch ADD COLUMN more")

    return {
        "newest checkpoint": (
            lambda path: (path / CHECKPOINT).write_bytes(b"x"),
            "going on from the checkpoint before it",
        ),
        "both checkpoints": (both, "it is text"),
        "no checkpoint": (
            lambda path: [p.unlink() for p in path.glob("checkpoint*")],
            "it ended before its first checkpoint",
        ),
        "history": (lambda path: (path / HISTORY).write_bytes(b"x" * 999), "not a database"),
        "no history": (lambda path: (path / HISTORY).unlink(), None),
        "history a folder": (
            lambda path: ((path / HISTORY).unlink(), (path / HISTORY).mkdir()),
            "it is a folder",
        ),
        "history of another form": (more_columns, "it has not the tables of a history"),
        "lock a pipe": (pipe("lock"), None),
        "about a pipe": (pipe("run.json"), None),
        "history a pipe": (pipe(HISTORY), "it is a device or a pipe"),
        "checkpoints pipes": (
            lambda path: (pipe(CHECKPOINT)(path), pipe(PREVIOUS)(path)),
            "it is a device or a pipe",
        ),
        "about": (lambda path: (path / "run.json").write_bytes(b"[" * 99_999), None),
        "about that lies": (
            lambda path: (path / "run.json").write_text('{"created": 1e300, "config": 3}'),
            None,
        ),
        "empty": (
            lambda path: [p.unlink() for p in path.iterdir()],
            "it ended before its first checkpoint",
        ),
    }


@pytest.mark.parametrize("name", broken())
def test_a_broken_run_is_listed_with_its_problem(store: Store, run: RunState, name: str) -> None:
    damage, words = broken()[name]
    sound, hurt = finished(store, run), finished(store, run)
    damage(store.folder / hurt)
    assert info(store, sound).problem is None
    problem = info(store, hurt).problem
    if words is None:
        assert problem is None
    else:
        assert problem is not None and words in problem and problem.isprintable()
    details = details_of(store.folder / hurt)
    assert all(line.isprintable() for line in details.lines())
    details.to_json()
    (store.folder / hurt / "lock").unlink(missing_ok=True)
    store.remove(hurt)
    assert [found.id for found in store.list_runs()] == [sound]


def test_what_is_not_a_run_is_not_listed(store: Store, run: RunState) -> None:
    name = finished(store, run)
    (store.folder / "notes.txt").write_text("x")
    (store.folder / ".hidden").mkdir()
    assert [found.id for found in store.list_runs()] == [name]


def test_details_show_configuration_branches_and_interventions(store: Store, run: RunState) -> None:
    name = finished(store, run)
    details = details_of(store.folder / name)
    text = "\n".join(details.lines())
    assert "--task successor --length 3" in text
    assert "branch 1" in text and "left branch 0 at epoch 2" in text
    assert "epoch 2: clip 0.5; epoch 2: U[1, 2], V[0] = 0; epoch 2, update 1: hold b_h" in text
    assert details.to_json()["branch_list"][1]["fork"] == [2, 0]


@pytest.mark.parametrize(
    ("options", "pasted"),
    [
        ({"cell": "gru", "optimizer": "adam", "beta1": 0.8},
         "--task successor --cell gru --optimizer adam --beta1 0.8 --seed 0"),
        ({"activation": "relu", "optimizer": "adagrad"},
         "--task successor --activation relu --optimizer adagrad --seed 0"),
        ({"task": "echo", "delay": 4, "schedule": "cosine", "warmup": 5, "epochs": 300},
         "--task echo --delay 4 --schedule cosine --warmup 5 --seed 0 --epochs 300"),
        ({"cell": "lstm", "hold": "U_g, b_ho", "valid": 0.5},
         "--task successor --cell lstm --valid 0.5 --seed 0 --hold 'U_g, b_ho'"),
    ],
)  # fmt: skip
def test_options_of_what_was_chosen_are_pasted_and_no_others(
    options: dict[str, Any], pasted: str
) -> None:
    config = Config.of(**options)
    assert options_of(config) == pasted
    words = iter(shlex.split(pasted))
    values = config.to_json()
    for flag, text in zip(words, words, strict=True):
        assert str(values[flag.removeprefix("--").replace("-", "_")]) == text


def test_options_can_be_pasted_into_a_command_line() -> None:
    config = Config.of(hold="U, b_h", clip=1.5, seed=3)
    assert options_of(config) == "--task successor --seed 3 --hold 'U, b_h' --clip 1.5"


def test_only_a_run_without_a_mistake_has_an_accuracy_of_100_percent(
    store: Store, run: RunState
) -> None:
    branch = run.branches[1]
    nearly = replace(branch, newest=replace(branch.newest, training_accuracy=0.99996))
    with store.create(run.config) as folder:
        save_run(folder.path, replace(run, branches=(run.branches[0], nearly)))
    assert "accuracy 99.9 %" in "".join(details_of(folder.path).lines())


def test_each_kind_of_intervention_is_one_line() -> None:
    assert intervention_line(Change(Position(57), "lr", 0.002)) == "epoch 57: lr 0.002"
    change = Change(Position(57, 3), "clip", None)
    assert intervention_line(change) == "epoch 57, update 3: no clipping"
    assert intervention_line(Change(Position(5), ZERO, "U")) == "epoch 5: U = 0"


def test_a_run_saved_by_hand_is_found(store: Store, run: RunState) -> None:
    with store.create(run.config) as folder:
        save_run(folder.path, run)
    assert info(store, folder.id).epochs == 3


def test_whatever_a_checkpoint_does_to_us_it_is_one_line_of_the_list(
    store: Store, run: RunState, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished(store, run)
    monkeypatch.setattr(listing, "load_run", lambda *_, **__: [][0])
    (found,) = store.list_runs()
    assert found.problem == "its checkpoint cannot be read: IndexError"


def test_a_branch_made_before_its_parents_own_fork_left_an_ancestor(
    store: Store, run: RunState
) -> None:
    first, at_20 = run.branches
    at_30 = replace(at_20, number=2, parent=1, fork=Position(30))
    at_10 = replace(at_20, number=3, parent=2, fork=Position(10))
    at_20 = replace(at_20, fork=Position(20))
    again_at_30 = replace(at_30, number=4, parent=2)
    many = replace(run, branches=(first, at_20, at_30, at_10, again_at_30))
    assert [origin(many, branch) for branch in many.branches] == [None, 0, 1, 0, 2]


def test_names_and_paths_are_shown_escaped(tmp_path: Path, run: RunState) -> None:
    store = Store(tmp_path / "a\x1b[2J")
    name = finished(store, run)
    renamed = store.folder / "b\x1b[3J\n"
    (store.folder / name).rename(renamed)
    evil = replace(run.branches[0], name="c\x1b[4J")
    save_run(renamed, replace(run, branches=(evil, run.branches[1])))
    lines = details_of(renamed).lines()
    assert all(line.isprintable() for line in lines)
    text = "\n".join(lines)
    assert r"a\x1b[2J" in text and r"b\x1b[3J\n" in text and r"c\x1b[4J" in text


@pytest.mark.parametrize(("task", "solved"), [("successor", 1), ("reber", None)])
def test_a_task_whose_targets_are_random_is_never_solved(
    store: Store, task: str, solved: int | None
) -> None:
    with store.create(Config.of(task=task)) as folder:
        recorder = folder.recorder()
        recorder.record(EpochRecord(0, 1, 0.1, 1.0, 0.1))
        assert recorder.close(20)
    assert info(store, folder.id).first_solved_epoch == solved


def test_validation_loss_and_training_time_are_told(
    store: Store, make_run: Callable[..., RunState]
) -> None:
    run = make_run(valid=1.0)
    found = info(store, finished(store, run))
    assert (found.valid_loss, found.seconds) == (run.branches[1].newest.valid_loss, 1.5)
    lines = details_of(store.find(found.id)).lines()
    assert "trained for  1.50 s" in lines
    assert f"validation   loss {found.valid_loss:.6g} nats/symbol" in lines
