"""Checkpoints follow each other so that one always loads, whatever fails at whatever step."""

import errno
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui.storage.checkpoint.checkpoint import NewerFormat, read_checkpoint
from rnn_tui.storage.checkpoint.keyframes import FILE, read_keyframes, write_keyframes
from rnn_tui.storage.checkpoint.latest import load_run, save_run
from rnn_tui.storage.disk.errors import StoreError, UnwritableFile, WrongTensors
from rnn_tui.storage.disk.names import CHECKPOINT, PREVIOUS
from rnn_tui.storage.disk.temporaries import sweep_temporaries
from rnn_tui.storage.disk.tensors import encode, read
from rnn_tui.storage.writing.recorder import RunRecorder
from rnn_tui.timeline.keyframes import Grid
from rnn_tui.timeline.run_state import RunState


def shown(run: RunState, epoch: int) -> RunState:
    return replace(run, shown_epoch=epoch)


@pytest.mark.parametrize("crash", [False, True], ids=["full disk", "crash"])
def test_a_fault_at_every_step_of_a_save_leaves_a_checkpoint_that_loads(
    tmp_path: Path, run: RunState, faults: Any, crash: bool
) -> None:
    (tmp_path / "rehearsal").mkdir()
    save_run(tmp_path / "rehearsal", shown(run, 0))
    save_run(tmp_path / "rehearsal", shown(run, 1))
    faults.calls.clear()
    save_run(tmp_path / "rehearsal", shown(run, 2))
    steps = list(faults.calls)
    assert {"open", "write", "fsync", "replace", "link"} <= set(steps)
    found = set()
    for step in range(len(steps)):
        folder = tmp_path / str(step)
        folder.mkdir()
        save_run(folder, shown(run, 0))
        save_run(folder, shown(run, 1))
        if crash:
            faults.crash()
        faults.calls.clear()
        faults.fail_at = step
        try:
            save_run(folder, shown(run, 2))
        except UnwritableFile:
            assert not crash
        except faults.Crash:
            assert crash
        faults.fail_at = -1
        newest = read_checkpoint(folder / CHECKPOINT).shown_epoch
        assert newest in (1, 2)
        assert read_checkpoint(folder / PREVIOUS).shown_epoch in (0, 1)
        assert load_run(folder).note is None
        found.add(newest)
        sweep_temporaries(folder)
        save_run(folder, shown(run, 3))
        assert load_run(folder).run.shown_epoch == 3
        assert read_checkpoint(folder / PREVIOUS).shown_epoch == newest
    assert found == {1, 2}


def test_the_checkpoint_before_is_kept_and_used_when_the_newest_is_damaged(
    tmp_path: Path, run: RunState
) -> None:
    save_run(tmp_path, shown(run, 1))
    save_run(tmp_path, shown(run, 2))
    newest = tmp_path / CHECKPOINT
    newest.write_bytes(newest.read_bytes()[:-1])
    loaded = load_run(tmp_path)
    assert loaded.run.shown_epoch == 1
    assert loaded.note is not None and loaded.note.isprintable()
    assert "going on from the checkpoint before it, epoch 3" in loaded.note
    newest.unlink()
    assert load_run(tmp_path).run.shown_epoch == 1
    (tmp_path / PREVIOUS).write_bytes(b"")
    with pytest.raises(StoreError, match=f"{CHECKPOINT}: No such file"):
        load_run(tmp_path)


def test_a_newer_format_and_nan_are_told_instead_of_going_back_silently(
    tmp_path: Path, run: RunState
) -> None:
    save_run(tmp_path, run)
    save_run(tmp_path, run)
    (tmp_path / CHECKPOINT).write_bytes(encode({}, {"format": "rnn-tui run 9"}))
    with pytest.raises(NewerFormat):
        load_run(tmp_path)
    state = run.branches[0].newest
    bad = replace(state, parameters=state.parameters * float("nan"))
    save_run(tmp_path, replace(run, branches=(replace(run.branches[0], newest=bad),), current=0))
    with pytest.raises(WrongTensors, match="allow-nonfinite"):
        load_run(tmp_path)
    assert load_run(tmp_path, allow_nonfinite=True).note is None


def test_a_damaged_newest_checkpoint_never_takes_the_place_of_a_sound_one(
    tmp_path: Path, run: RunState
) -> None:
    save_run(tmp_path, shown(run, 1))
    save_run(tmp_path, shown(run, 2))
    (tmp_path / CHECKPOINT).write_bytes(b"damaged")
    recorder = RunRecorder(tmp_path, load_run(tmp_path).run)
    recorder.save(shown(run, 3))
    assert recorder.close()
    assert read_checkpoint(tmp_path / CHECKPOINT).shown_epoch == 3
    assert read_checkpoint(tmp_path / PREVIOUS).shown_epoch == 1


def test_without_hard_links_a_save_is_still_a_save(
    tmp_path: Path, run: RunState, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    for epoch in (1, 2):
        save_run(tmp_path, shown(run, epoch))
        assert load_run(tmp_path).run.shown_epoch == epoch
    assert [path.name for path in tmp_path.iterdir()] == [CHECKPOINT]


@pytest.mark.parametrize("name", [CHECKPOINT, PREVIOUS])
def test_a_checkpoint_that_is_a_link_is_not_followed(
    tmp_path: Path, run: RunState, name: str
) -> None:
    folder, elsewhere = tmp_path / "run", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.write_bytes(b"mine")
    save_run(folder, shown(run, 1))
    save_run(folder, shown(run, 2))
    (folder / name).unlink()
    (folder / name).symlink_to(elsewhere)
    if name == CHECKPOINT:
        with pytest.raises(UnwritableFile, match="it is a symbolic link, which is not followed"):
            save_run(folder, shown(run, 3))
        assert load_run(folder).run.shown_epoch == 1
    else:
        save_run(folder, shown(run, 3))
        assert load_run(folder).run.shown_epoch == 3
    assert elsewhere.read_bytes() == b"mine"


def test_keyframes_that_are_a_link_are_not_followed(tmp_path: Path, run: RunState) -> None:
    (tmp_path / "elsewhere").write_bytes(b"mine")
    (tmp_path / FILE).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnwritableFile, match="it is a symbolic link, which is not followed"):
        write_keyframes(tmp_path, run, {})
    assert (tmp_path / "elsewhere").read_bytes() == b"mine"


@pytest.mark.parametrize("wrong", ["curve", "epochs", "stride", "parameters", "interventions"])
def test_keyframes_of_the_wrong_shape_are_as_good_as_none(
    tmp_path: Path, run: RunState, wrong: str
) -> None:
    grid = Grid([run.branches[0].newest])
    write_keyframes(tmp_path, run, {0: grid})
    stored = read(tmp_path / FILE)
    assert len(read_keyframes(tmp_path, run)[0]) == 1
    for shape in ((), (1,), (1, 1), (1, 3), (3, 1, 2)):
        tensors = {**stored.tensors, f"0.{wrong}": np.ones(shape)}
        (tmp_path / FILE).write_bytes(encode(tensors, stored.metadata))
        assert sum(len(grid) for grid in read_keyframes(tmp_path, run).values()) <= 1
