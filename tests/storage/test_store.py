"""The store: runs are made, found, listed, held by one process, and removed."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rnn_tui.storage.checkpoint.latest import save_run
from rnn_tui.storage.curve.losses import differences
from rnn_tui.storage.disk import durable as files
from rnn_tui.storage.disk.durable import StoreError
from rnn_tui.storage.disk.lock import Held, RunLock, _try_lock, holder
from rnn_tui.storage.disk.names import CHECKPOINT, HISTORY, LOCK, PREVIOUS
from rnn_tui.storage.library.details import details_of, intervention_line
from rnn_tui.storage.library.listing import RunInfo
from rnn_tui.storage.library.store import Store, store_root
from rnn_tui.timeline.recorder import EpochRecord
from rnn_tui.timeline.run_state import RunState
from rnn_tui.training.config import Config
from rnn_tui.training.journal import ClipChange, Position, RateChange, ZeroedWeights

NOON = 1_795_435_512.0


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "home", now=lambda: NOON)


def finished(store: Store, run: RunState, epochs: int = 5) -> str:
    """A run with a history and two checkpoints, held by nobody."""
    with store.create(run.config) as folder:
        recorder = folder.recorder()
        for epoch in range(1, epochs + 1):
            recorder.record(EpochRecord(1, epoch, 0.25, 0.75, 0.1))
        recorder.save(run)
        assert recorder.flush(20)
        recorder.save(run)
        assert recorder.close(20)
        return folder.id


def one_line(error: BaseException) -> str:
    message = str(error)
    assert message.isprintable()
    assert "; " in message
    return message


def info(store: Store, name: str) -> RunInfo:
    return next(found for found in store.list_runs() if found.id == name)


def test_the_root_is_the_option_then_the_variable_then_the_users_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RNN_TUI_HOME", str(tmp_path / "a"))
    assert store_root(tmp_path / "b") == tmp_path / "b"
    assert store_root() == tmp_path / "a"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("RNN_TUI_HOME", "~/d")
    assert store_root() == tmp_path / "d" and store_root("~/e") == tmp_path / "e"
    monkeypatch.delenv("RNN_TUI_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "c"))
    assert store_root().name == "rnn-tui"


def test_a_run_is_named_after_task_seed_and_time(store: Store) -> None:
    with store.create(Config.of(seed=7)) as folder:
        assert folder.id.startswith("successor-seed7-20261")
        assert len(folder.id) == len("successor-seed7-20261123-140512")
        assert folder.path == store.folder / folder.id


def test_runs_made_in_the_same_second_have_names_of_their_own(store: Store) -> None:
    made: list[Any] = []

    def make() -> None:
        made.append(store.create(Config()))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({folder.id for folder in made}) == 8
    for folder in made:
        folder.close()


def test_a_run_that_vanishes_while_it_is_made_is_made_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = Path.mkdir, list[Path]()

    def mkdir(self: Path, *args: Any, **options: Any) -> None:
        real(self, *args, **options)
        if self.parent == store.folder:
            calls.append(self)
            if len(calls) == 1:
                self.rmdir()

    monkeypatch.setattr(Path, "mkdir", mkdir)
    with store.create(Config()) as folder:
        assert folder.path.is_dir()
    assert len(calls) == 2


def test_a_run_is_opened_by_its_id_or_its_beginning(
    store: Store, run: RunState, same: Callable[..., bool]
) -> None:
    name = finished(store, run)
    for given in (name, name[:20], name[:1]):
        with store.open(given) as folder:
            assert folder.id == name
            assert same(folder.load().run, run)
    assert store.newest() == name


def test_an_unknown_run_is_answered_with_those_that_come_close(store: Store) -> None:
    with pytest.raises(StoreError) as caught:
        store.open("x")
    assert "there is no run x in" in one_line(caught.value)
    with pytest.raises(StoreError, match="there are no runs in"):
        store.newest()
    names = []
    for _ in range(3):
        with store.create(Config()) as folder:
            names.append(folder.id)
    with pytest.raises(StoreError) as caught:
        store.open("sucessor-seed0")
    assert f"did you mean {names[0]}" in one_line(caught.value)
    with pytest.raises(StoreError) as caught:
        store.open("successor")
    assert one_line(caught.value).startswith(f"successor may be {names[0]}, {names[1]}, {names[2]}")
    for name in ("", "..", ".", "../runs", "/", "nul\0", "line\nbreak", "*"):
        with pytest.raises(StoreError) as caught:
            store.open(name)
        one_line(caught.value)


def test_a_store_in_a_place_that_cannot_be_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file")
    with pytest.raises(StoreError) as caught:
        store.create(Config())
    one_line(caught.value)
    assert store.list_runs() == []


HOLDING = """
import sys
from rnn_tui.storage.library.store import Store
with Store(sys.argv[1]).open(sys.argv[2]) as folder:
    print("held", flush=True)
    sys.stdin.readline()
"""


def holding(store: Store, name: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(store.root), name],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(Path(files.__file__).parents[2])},
    )  # fmt: skip
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    return process


def test_a_second_process_is_told_who_holds_a_run(store: Store, run: RunState) -> None:
    name = finished(store, run)
    with holding(store, name) as process:
        for attempt in (store.open, store.remove):
            with pytest.raises(Held) as caught:
                attempt(name)
            assert f"run {name} is open in process {process.pid}; " in one_line(caught.value)
        assert info(store, name).held_by == f"process {process.pid}"
        assert store.prune(keep=0) == ([], [name])
        process.kill()
        process.wait()
    assert info(store, name).held_by is None
    store.open(name).close()


def test_a_run_is_held_against_the_same_process_too_until_it_is_closed(store: Store) -> None:
    folder = store.create(Config())
    with pytest.raises(Held, match=f"process {os.getpid()}"):
        store.open(folder.id)
    folder.close()
    folder.close()
    store.open(folder.id).close()


def test_looking_whether_a_run_is_held_does_not_hold_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert holder(path) is None
    RunLock(path, "x").release()
    going, refused = threading.Event(), list[Exception]()

    def look() -> None:
        while not going.is_set():
            holder(path)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        for _ in range(100):
            try:
                RunLock(path, "x").release()
            except Held as error:
                refused.append(error)
    finally:
        going.set()
        thread.join()
    assert len(refused) < 5


@pytest.mark.skipif(os.name == "nt", reason="no shared locks")
def test_of_two_that_look_at_once_neither_seems_to_hold_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    RunLock(path, "x").release()
    with open(path, "rb") as file:
        assert _try_lock(file.fileno(), shared=True)
        assert holder(path) is None
        with pytest.raises(Held, match="another process"):
            RunLock(path, "x")


@pytest.mark.parametrize(
    "content", [b"", b"\xff\x00", b"x" * 9000, b"1 \x1b[2J\n", b"99999999999 a"]
)
def test_a_lock_file_may_hold_anything(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "lock"
    lock = RunLock(path, "x")
    path.write_bytes(content)
    with pytest.raises(Held) as caught:
        RunLock(path, "x")
    one_line(caught.value)
    lock.release()
    RunLock(path, "x").release()


def test_a_lock_of_another_machine_names_it(tmp_path: Path) -> None:
    lock = RunLock(tmp_path / "lock", "x")
    (tmp_path / "lock").write_text("17 elsewhere\n")
    assert holder(tmp_path / "lock") == "process 17 on elsewhere"
    lock.release()


def test_a_run_that_was_removed_meanwhile_is_not_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lock"
    real = os.open

    def remove_at_once(*args: Any, **options: Any) -> int:
        descriptor = real(*args, **options)
        path.unlink()
        return descriptor

    monkeypatch.setattr(os, "open", remove_at_once)
    with pytest.raises(StoreError, match="cannot write"):
        RunLock(path, "x")


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
    assert differences(folder.path, run, 0) == (3, 0)
    assert differences(folder.path, run, 1) == (2, 0)
    assert differences(folder.path, run) == (4, 0)


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
    assert found.problem == "it has no checkpoint"


def broken() -> dict[str, tuple[Callable[[Path], Any], str | None]]:
    def both(path: Path) -> None:
        for name in (CHECKPOINT, PREVIOUS):
            (path / name).write_bytes(b"damaged")

    return {
        "newest checkpoint": (
            lambda path: (path / CHECKPOINT).write_bytes(b"x"),
            "going on from the checkpoint before it",
        ),
        "both checkpoints": (both, "it is text"),
        "no checkpoint": (
            lambda path: [p.unlink() for p in path.glob("checkpoint*")],
            "it has no checkpoint",
        ),
        "history": (lambda path: (path / HISTORY).write_bytes(b"x" * 999), "not a database"),
        "no history": (lambda path: (path / HISTORY).unlink(), None),
        "history a folder": (
            lambda path: ((path / HISTORY).unlink(), (path / HISTORY).mkdir()),
            "there is no such file",
        ),
        "about": (lambda path: (path / "run.json").write_bytes(b"[" * 99_999), None),
        "about that lies": (
            lambda path: (path / "run.json").write_text('{"created": 1e300, "config": 3}'),
            None,
        ),
        "empty": (lambda path: [p.unlink() for p in path.iterdir()], "it has no checkpoint"),
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
    store.remove(hurt)
    assert [found.id for found in store.list_runs()] == [sound]


def test_what_is_not_a_run_is_not_listed(store: Store, run: RunState) -> None:
    name = finished(store, run)
    (store.folder / "notes.txt").write_text("x")
    (store.folder / ".hidden").mkdir()
    assert [found.id for found in store.list_runs()] == [name]


def test_a_run_is_removed_only_by_its_whole_name(store: Store, run: RunState) -> None:
    name = finished(store, run)
    with pytest.raises(StoreError, match=f"write the whole name, {name}"):
        store.remove(name[:-1])
    store.remove(name)
    assert list(store.folder.iterdir()) == []
    with pytest.raises(StoreError, match="there is no run"):
        store.remove(name)


def test_a_removal_that_was_stopped_is_finished_later(
    store: Store, run: RunState, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = finished(store, run)
    with monkeypatch.context() as patch:
        patch.setattr("shutil.rmtree", lambda *_, **__: None)
        store.remove(name)
    assert len(list(store.folder.iterdir())) == 1
    assert store.list_runs() == []
    with store.create(Config()) as folder:
        assert list(store.folder.iterdir()) == [folder.path]


def test_pruning_keeps_the_newest_and_what_is_open(store: Store, run: RunState) -> None:
    names = [finished(store, run) for _ in range(4)]
    for days, name in enumerate(names):
        for path in (store.folder / name).iterdir():
            os.utime(path, (NOON - 86_400 * days, NOON - 86_400 * days))
    assert store.newest() == names[0]
    assert [found.id for found in store.list_runs()] == names
    assert store.candidates(older_than=1.5) == names[2:]
    assert store.candidates(keep=1) == names[1:]
    with store.open(names[3]):
        assert store.prune(older_than=1.5) == ([names[2]], [names[3]])
    assert store.prune(keep=1) == ([names[1], names[3]], [])
    assert [found.id for found in store.list_runs()] == names[:1]
    for bad in ({}, {"keep": -1}, {"older_than": -1.0}):
        with pytest.raises(ValueError, match="say what to keep"):
            store.prune(**bad)  # type: ignore[arg-type]


def test_opening_sweeps_what_a_dead_writer_left(store: Store, run: RunState) -> None:
    name = finished(store, run)
    left = store.folder / name / f"{files.PREFIX}9999999999-0123abcd-00.tmp"
    left.write_bytes(b"half")
    store.open(name).close()
    assert not left.exists()
    assert (store.folder / name / LOCK).exists()


def test_details_show_configuration_branches_and_interventions(store: Store, run: RunState) -> None:
    name = finished(store, run)
    details = details_of(store.folder / name)
    text = "\n".join(details.lines())
    assert "--task successor --length 3" in text
    assert "branch 1" in text and "left branch 0 at epoch 2" in text
    assert "epoch 2: clip 0.5; epoch 2: U[1, 2] set to zero; epoch 2, update 1: b_h set" in text
    assert details.to_json()["branch_list"][1]["fork"] == [2, 0]


def test_each_kind_of_intervention_is_one_line() -> None:
    assert intervention_line(Change(Position(57), "lr", 0.002)) == "epoch 57: lr 0.002"
    assert (
        intervention_line(Change(Position(57, 3), "clip", None)) == "epoch 57, update 3: clip none"
    )
    assert intervention_line(ZeroedWeights(Position(5), "U")) == "epoch 5: U set to zero"


def test_a_run_saved_by_hand_is_found(store: Store, run: RunState) -> None:
    with store.create(run.config) as folder:
        save_run(folder.path, run)
    assert info(store, folder.id).epochs == 3
