"""Runs that cannot be resumed: exit code 4 and one line that says why."""

import json
import os
import random
import shutil
import sqlite3
import tracemalloc
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rnn_tui.storage.checkpoint.latest import load_run, save_run
from rnn_tui.storage.curve.reader import HistoryReader
from rnn_tui.storage.disk.names import CHECKPOINT, HISTORY, PREVIOUS
from rnn_tui.storage.library.store import Store

Call = Callable[..., tuple[int, str, str]]
TRAIN = """
import sys
from rnn_tui.runs import headless as runs
train = runs.train_run
def waiting(run, epochs, poll, progress):
    def told(epoch):
        progress(epoch)
        if epoch == 30:
            print("under way", file=sys.stderr, flush=True)
            sys.stdin.readline()
    return train(run, epochs, poll, told)
runs.train_run = waiting
from rnn_tui.cli import main
sys.argv = ["rnn-tui", *sys.argv[1:]]
main()
"""


@pytest.fixture
def kept(trained: Callable[..., dict[str, Any]], options: list[str], root: Path) -> Path:
    """The folder of a run of 20 epochs."""
    return root / "runs" / str(trained(*options, "--epochs", "20")["run"])


def refused(run: Call, *arguments: str) -> str:
    code, out, err = run("train", "--epochs", "25", *arguments)
    assert (code, out) == (4, "")
    (line,) = err.splitlines()
    assert line.startswith("rnn-tui: ") and line.isprintable()
    return line


def test_a_second_process_is_told_who_holds_the_run(
    run: Call, trained: Callable[..., dict[str, Any]], start: Callable[..., Any],
    options: list[str], root: Path,
) -> None:  # fmt: skip
    first = start("-c", TRAIN, "train", "--json", *options, "--epochs", "40")
    assert first.stderr.readline() == "under way\n"
    (folder,) = (root / "runs").iterdir()
    line = refused(run, "--resume", folder.name)
    assert line == (
        f"rnn-tui: run {folder.name} is open in process {first.pid}; "
        "close it there, or choose another run"
    )
    out, err = first.communicate("\n")
    assert (first.returncode, err) == (0, "")
    again = trained("--resume", folder.name, "--epochs", "40")
    assert again["parameters_sha256"] == json.loads(out)["parameters_sha256"]


def test_a_run_that_is_not_there_is_refused(run: Call, root: Path) -> None:
    assert "there are no runs in" in refused(run, "--resume")
    assert "unknown" in refused(run, "--resume", "unknown")


def test_a_name_that_fits_no_run_is_refused(run: Call, kept: Path) -> None:
    assert "there is no run" in refused(run, "--resume", "unknown")
    assert "there is no run" in refused(run, "--resume", "../" + kept.name)


def test_a_damaged_checkpoint_is_refused_when_there_is_none_before_it(
    run: Call, kept: Path
) -> None:
    (kept / PREVIOUS).unlink(missing_ok=True)
    whole, chance = (kept / CHECKPOINT).read_bytes(), random.Random(6)
    for _ in range(20):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        (kept / CHECKPOINT).write_bytes(damaged)
        assert CHECKPOINT in refused(run, "--resume")
    (kept / CHECKPOINT).write_bytes(whole)
    code, out, _ = run("train", "--resume", "--epochs", "25")
    assert code == 0 and out.startswith("epoch 25 ")


def test_a_damaged_checkpoint_with_a_sound_one_before_it_goes_on_from_there(
    run: Call, kept: Path, options: list[str], trained: Callable[..., dict[str, Any]]
) -> None:
    trained("--resume", "--epochs", "22")
    assert load_run(kept).run.branches[0].newest.epoch == 22
    (kept / CHECKPOINT).write_bytes(b"damaged")
    code, out, err = run("train", "--resume", "--json", "--epochs", "25")
    assert code == 0
    assert "going on from the checkpoint before it, epoch 2" in err
    assert len(err.splitlines()) == 1
    undisturbed = trained("--no-store", *options, "--epochs", "25")
    assert json.loads(out)["parameters_sha256"] == undisturbed["parameters_sha256"]


def test_parameters_that_are_nan_are_let_in_only_when_asked_for(run: Call, kept: Path) -> None:
    state = load_run(kept).run
    (branch,) = state.branches
    bad = replace(branch.newest, parameters=branch.newest.parameters * float("nan"))
    for _ in range(2):
        save_run(kept, replace(state, branches=(replace(branch, newest=bad),)))
    assert "--allow-nonfinite" in refused(run, "--resume")
    code, out, err = run("train", "--resume", "--allow-nonfinite", "--epochs", "20")
    assert (code, err) == (0, "")
    assert out.startswith("epoch 20 ")
    code, _, err = run("train", "--resume", "--allow-nonfinite", "--epochs", "21")
    assert code == 5 and len(err.splitlines()) == 1


def test_the_newest_run_that_can_go_on_is_resumed(
    run: Call, kept: Path, trained: Callable[..., dict[str, Any]]
) -> None:
    remains = kept.with_name("zzz-killed-in-its-first-moment")
    remains.mkdir()
    (remains / "lock").touch()
    shutil.copy(kept / "run.json", remains)
    assert trained("--resume", "--epochs", "22")["run"] == kept.name
    assert "ended before its first checkpoint" in refused(run, "--resume", remains.name)
    code, out, _ = run("runs")
    assert code == 0 and remains.name in out and "it ended before its first checkpoint" in out


@pytest.mark.parametrize("damage", ["missing", "damaged", "empty", "half made"])
def test_without_its_history_a_run_goes_on_to_the_same_bits(
    run: Call, kept: Path, options: list[str], trained: Callable[..., dict[str, Any]], damage: str
) -> None:
    (kept / HISTORY).unlink()
    if damage == "damaged":
        (kept / HISTORY).write_bytes(b"damaged" * 1000)
    elif damage == "empty":
        (kept / HISTORY).touch()
    elif damage == "half made":  # by a disk that was full
        with closing(sqlite3.connect(kept / HISTORY)) as database:
            database.execute("PRAGMA journal_mode = WAL")
    code, out, err = run("train", "--resume", "--json", "--epochs", "25")
    assert code == 0 and all(line.startswith("rnn-tui: ") for line in err.splitlines())
    assert err and all(line.isprintable() for line in err.splitlines())
    undisturbed = trained("--no-store", *options, "--epochs", "25")
    assert json.loads(out)["parameters_sha256"] == undisturbed["parameters_sha256"]
    with HistoryReader(kept / HISTORY) as history:
        assert history.epochs(0).epochs.tolist() == [21, 22, 23, 24, 25]
    code, _, err = run("train", "--resume", "--epochs", "26")
    assert (code, err) == (0, "")
    held = Store(kept.parents[1]).open(kept.name)
    held.close()


def test_a_checkpoint_that_tells_of_an_epoch_far_away_allocates_nothing_for_it(
    run: Call, kept: Path
) -> None:
    state = load_run(kept).run
    (branch,) = state.branches
    far = replace(branch, newest=replace(branch.newest, epoch=10**10))
    save_run(kept, replace(state, branches=(far,), shown_epoch=10**10))
    tracemalloc.start()
    code, out, _ = run("train", "--resume", "--epochs", "1")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert code == 0 and out.startswith("epoch 10000000000 ")
    assert peak < 50e6
    assert run("runs", "show", kept.name)[0] == 0


def test_a_path_that_is_not_utf_8_keeps_runs_too(
    run: Call, options: list[str], quick_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RNN_TUI_HOME", os.fsdecode(os.fsencode(quick_disk) + b"/\xff"))
    assert run("train", *options, "--epochs", "3")[0] == 0
    code, out, err = run("train", "--resume", "--epochs", "5")
    assert (code, err) == (0, "") and out.startswith("epoch 5 ")
    assert run("runs")[0] == run("runs", "show", "succ")[0] == 0
    output = str(quick_disk / "curve.csv")
    assert run("export", "succ", "--format", "csv", "--output", output)[1].startswith("5 epochs")
