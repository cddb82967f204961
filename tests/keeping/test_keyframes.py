"""The states kept on disk save time; whatever becomes of them, the bits are the same."""

import random
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rnn_tui.model.interruption import Interrupted
from rnn_tui.runs.opening import Opening
from rnn_tui.runs.replay import Replay
from rnn_tui.session import commands as c
from rnn_tui.session.run import Run
from rnn_tui.storage.checkpoint.keyframes import FILE, read_keyframes
from rnn_tui.storage.checkpoint.latest import load_run
from rnn_tui.storage.library.store import Store
from rnn_tui.timeline.keyframes import Grid
from rnn_tui.training.config import Config
from rnn_tui.training.journal import Journal
from rnn_tui.training.trainer import Trainer
from tests.keeping.kept import folder_of, leave, resumed
from tests.session.playing import do, straight

EPOCHS = 300


def keep(root: Path, config: Config, *commands: c.Command) -> Path:
    """A run of so many epochs and these commands after them; its folder."""
    leave(do(Opening(Store(root)).new(config), c.GoTo(EPOCHS), *commands))
    return folder_of(root)


def found(folder: Path) -> dict[int, Grid]:
    return read_keyframes(folder, load_run(folder).run)


def require_the_bits_of_straight_training(run: Run, config: Config) -> None:
    """On every branch, at every epoch kept and some between."""
    for timeline in run.navigator.timelines:
        do(run, c.Visit(timeline.number))
        trainer = Trainer(config)
        trainer.journal = timeline.journal
        states = [trainer.state, *(trainer.advance() for _ in range(timeline.newest))]
        for kept in timeline.keyframes.grid:
            assert np.array_equal(kept.parameters, states[kept.epoch].parameters)
            assert kept.previous is not None
            assert np.array_equal(kept.previous, states[kept.epoch - 1].parameters)
            assert kept.training_loss == states[kept.epoch].training_loss
        for epoch in (1, timeline.newest // 2, timeline.newest - 1, timeline.newest):
            do(run, c.GoTo(epoch))
            assert np.array_equal(run.navigator.state.parameters, states[epoch].parameters)


CLIP = c.SetSetting("clip", 0.1)
FORK = (c.GoTo(100), c.ScaleRate(0.5), c.Step(50), c.GoTo(120), CLIP, c.Step(30))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_resumed_run_has_its_past_at_hand(root: Path, small: Config, dtype: str) -> None:
    config = replace(small, dtype=dtype)
    folder = keep(root, config, *FORK)
    assert sorted(found(folder)) == [0, 1, 2]
    run = resumed(root)
    assert [state.epoch for state in run.navigator.timelines[0].keyframes.grid][-1] > EPOCHS - 5
    require_the_bits_of_straight_training(run, config)
    leave(run)


def test_without_them_the_bits_are_the_same(root: Path, small: Config) -> None:
    folder = keep(root, small, *FORK)
    (folder / FILE).unlink()
    assert found(folder) == {}
    run = resumed(root)
    require_the_bits_of_straight_training(run, small)
    leave(run)
    assert sorted(found(folder)) == [0, 1, 2]


def test_damaged_ones_are_as_good_as_none(root: Path, small: Config) -> None:
    folder = keep(root, small, *FORK)
    whole, chance = (folder / FILE).read_bytes(), random.Random(4)
    run = load_run(folder).run
    for _ in range(100):
        damaged = bytearray(whole)
        if chance.random() < 0.7:
            damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        else:
            del damaged[chance.randrange(len(whole)) :]
        (folder / FILE).write_bytes(damaged)
        assert read_keyframes(folder, run) == {}
    for content in (b"", b"PK\x03\x04", b"\xff" * 8 + b"{", b"text"):
        (folder / FILE).write_bytes(content)
        assert read_keyframes(folder, run) == {}
    (folder / FILE).unlink()
    (folder / FILE).mkdir()
    assert read_keyframes(folder, run) == {}
    require_the_bits_of_straight_training(again := resumed(root), small)
    leave(again)


@pytest.mark.parametrize("other", [{"seed": 1}, {"hidden": 4}, {"dtype": "float32"}, {"lr": 0.06}])
def test_those_of_another_run_are_as_good_as_none(
    root: Path, quick_disk: Path, small: Config, other: dict[str, object]
) -> None:
    folder = keep(root, small)
    foreign = keep(quick_disk / "other", small.with_options(**other))
    shutil.copy(foreign / FILE, folder / FILE)
    assert found(folder) == {}
    require_the_bits_of_straight_training(run := resumed(root), small)
    leave(run)


def test_those_of_a_future_that_a_crash_has_undone_are_left_out(root: Path, small: Config) -> None:
    folder = keep(root, small)
    (quick := root.with_name("copy")).mkdir()
    shutil.copytree(folder, quick / "as it was", dirs_exist_ok=True)
    changes: list[c.Command] = [c.ScaleRate(2.0), c.SetSetting("clip", 0.01)]
    for number, change in enumerate(changes):
        leave(do(resumed(root), c.GoTo(100), change, c.Step(50), c.Visit(0), c.GoTo(EPOCHS),
                 c.ScaleRate(0.5 + number), c.Step(40)))  # fmt: skip
        if number == 0:
            future = (folder / FILE).read_bytes()
            shutil.rmtree(folder)
            shutil.copytree(quick / "as it was", folder)
    (folder / FILE).write_bytes(future)
    grids = found(folder)
    assert [state.epoch for state in grids[0]][-1] < EPOCHS
    assert list(grids[1]) == []
    require_the_bits_of_straight_training(run := resumed(root), small)
    leave(run)


def test_keyframes_written_before_a_rate_changed_are_still_of_use(
    root: Path, small: Config
) -> None:
    folder = keep(root, small)
    before = (folder / FILE).read_bytes()
    leave(do(resumed(root), c.ScaleRate(2.0), c.Step(40)))
    (folder / FILE).write_bytes(before)
    assert [state.epoch for state in found(folder)[0]][-1] > EPOCHS - 5


def test_a_run_of_thousands_of_epochs_is_the_same_wherever_one_goes_in_it(
    root: Path, small: Config
) -> None:
    leave(do(Opening(Store(root)).new(small), c.GoTo(3_000)))
    run = resumed(root)
    assert run.navigator.epoch == 3_000
    ways: list[tuple[c.Command, int]] = [
        (c.GoTo(0), 0), (c.End(), 3_000), (c.GoTo(1_499), 1_499), (c.Step(-1), 1_498),
        (c.Step(2), 1_500), (c.GoTo(2_999), 2_999), (c.GoTo(1), 1), (c.GoTo(3_001), 3_001),
    ]  # fmt: skip
    for command, epoch in ways:
        do(run, command)
        expected = straight(small, epoch)
        assert run.navigator.epoch == epoch
        assert np.array_equal(run.navigator.state.parameters, expected.parameters)
        if epoch:
            assert run.navigator.state.training_loss == expected.training_loss
    leave(run)


def test_a_run_left_inside_an_epoch_goes_on_inside_it(root: Path, small: Config) -> None:
    run = do(Opening(Store(root)).new(small), c.Step(3))
    polls = iter([False, True])

    def poll() -> None:
        if next(polls):
            raise Interrupted

    run.execute(c.Step(1))
    with pytest.raises(Interrupted):
        run.work(poll)
    run.execute(c.Pause())
    run.execute(c.ScaleRate(2.0))
    leave(run)
    again = resumed(root)
    assert again.navigator.trainer.position == (3, 1)
    do(again, c.Step(2))
    trainer = Trainer(small)
    trainer.journal = Journal(small.settings, again.navigator.timeline.journal.changes)
    assert trainer.journal.changes[0].position == (3, 1)
    for _ in range(5):
        trainer.advance()
    assert np.array_equal(again.navigator.state.parameters, trainer.state.parameters)
    leave(again)


def test_a_setting_changed_in_the_past_waits_for_its_update_beyond_the_end(
    root: Path, small: Config
) -> None:
    run = do(Opening(Store(root)).new(small), c.GoTo(8), c.GoTo(3), c.ScaleRate(0.5))
    leave(do(run, c.GoTo(5), c.SetSetting("clip", 0.25), c.GoTo(3)))
    again = resumed(root)
    assert again.navigator.epoch == 3 and len(again.navigator.timelines) == 1
    assert again.navigator.settings["lr"] == 0.05 / 2
    do(again, c.Step(1))
    assert again.navigator.timeline.number == 1  # with the update made at 3 a branch began
    do(again, c.Visit(0), c.GoTo(5))
    assert again.navigator.settings["clip"] == 0.25
    leave(again)


def test_a_branch_whose_weights_are_zero_from_epoch_0_is_repeated_from_there(
    root: Path, small: Config
) -> None:
    leave(do(Opening(Store(root)).new(small), c.Step(2), c.GoTo(0), c.ZeroWeights("U")))
    again = Replay(Store(root), Store(root).newest(), 1)
    assert again.newest_epoch == 0
    assert again.train(0).same is True
