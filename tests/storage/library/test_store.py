"""The store: runs are made, found, listed, held by one process, and removed."""

import os
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rnn_tui.storage.checkpoint.latest import load_run
from rnn_tui.storage.disk.errors import StoreError
from rnn_tui.storage.disk.lock import Held
from rnn_tui.storage.disk.names import CHECKPOINT, LOCK
from rnn_tui.storage.disk.temporaries import PREFIX
from rnn_tui.storage.library.details import details_of
from rnn_tui.storage.library.store import Store, store_root
from rnn_tui.timeline.run_state import RunState
from rnn_tui.training.config import Config
from tests.storage.library.kept_runs import NOON, finished, info
from tests.storage.stored import OneLine

Start = Callable[..., "subprocess.Popen[str]"]


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
    with store.create(Config(seed=7)) as folder:
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
            assert same(load_run(folder.path).run, run)
    assert store.newest() == name


def test_an_unknown_run_is_answered_with_those_that_come_close(
    store: Store, one_line: OneLine
) -> None:
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


def test_a_store_in_a_place_that_cannot_be_is_said_in_one_line(
    tmp_path: Path, one_line: OneLine
) -> None:
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


def holding(start: Start, store: Store, name: str) -> "subprocess.Popen[str]":
    process = start(HOLDING, str(store.root), name)
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    return process


def test_a_second_process_is_told_who_holds_a_run(
    store: Store, run: RunState, one_line: OneLine, start: Start
) -> None:
    name = finished(store, run)
    with holding(start, store, name) as process:
        for attempt in (store.open, store.remove):
            with pytest.raises(Held) as caught:
                attempt(name)
            assert f"run {name} is open in process {process.pid}; " in one_line(caught.value)
        assert info(store, name).held_by == f"process {process.pid}"
        assert store.prune([name]) == [name]
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
        assert store.prune(names[2:]) == [names[3]]
    assert store.prune([names[1], names[3]]) == []
    assert [found.id for found in store.list_runs()] == names[:1]


def test_opening_sweeps_what_a_dead_writer_left(store: Store, run: RunState) -> None:
    name = finished(store, run)
    left = store.folder / name / f"{PREFIX}9999999999-0123abcd-00.tmp"
    left.write_bytes(b"half")
    store.open(name).close()
    assert not left.exists()
    assert (store.folder / name / LOCK).exists()


def test_the_newest_is_the_newest_that_can_go_on(store: Store, run: RunState) -> None:
    name = finished(store, run)
    for path in (store.folder / name).iterdir():
        os.utime(path, (NOON, NOON))
    with store.create(Config()) as remains:  # as after a kill in the first moment
        pass
    assert store.newest() == name
    with pytest.raises(StoreError, match=f"run {remains.id} ended before its first checkpoint"):
        load_run(store.find(remains.id))
    store.remove(name)
    with pytest.raises(StoreError, match="there are no runs with a checkpoint in"):
        store.newest()


@pytest.mark.parametrize("now", [-1.0, -1e9, -62_135_596_801.0, -1e300, 1e300, float("nan")])
def test_a_clock_that_is_far_off_makes_a_run_that_can_be_read_again(
    tmp_path: Path, run: RunState, now: float, same: Callable[..., bool]
) -> None:
    store = Store(tmp_path / "home", now=lambda: now)
    name = finished(store, run)
    if now < 0:
        for path in (store.folder / name).iterdir():
            os.utime(path, (max(now, -1e9), max(now, -1e9)))
    (found,) = store.list_runs()
    assert (found.problem, found.epochs) == (None, 3)
    found.to_json()
    details_of(store.folder / name).lines()
    with store.open(store.newest()) as folder:
        assert same(load_run(folder.path).run, run)


def test_of_a_run_that_is_a_link_only_the_link_is_removed(store: Store, run: RunState) -> None:
    name = finished(store, run)
    elsewhere = store.root / "elsewhere"
    (store.folder / name).rename(elsewhere)
    (store.folder / name).symlink_to(elsewhere)
    store.remove(name)
    assert list(store.folder.iterdir()) == [] and (elsewhere / CHECKPOINT).exists()
