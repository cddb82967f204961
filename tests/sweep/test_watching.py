"""Watching a sweep by what is on disk: states, curves, what is read again and what is not."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from rnn_tui.model.interruption import Interrupted
from rnn_tui.storage.curve import reader
from rnn_tui.storage.library.store import Store
from rnn_tui.sweep.plan import Plan, read_plan
from rnn_tui.sweep.results import failed, missing
from rnn_tui.sweep.seen import Estimate, RunSeen, Seen
from rnn_tui.sweep.train_member import Job, train_member
from rnn_tui.sweep.watching import Watch

PLAN = """
[base]
epochs = {epochs}
length = 3
sequences = 2
hidden = 3
[grid]
lr = [0.1, 0.2]
seed = "0..1"
"""


@pytest.fixture
def plan(tmp_path: Path) -> Callable[..., Plan]:
    def read(epochs: int = 5) -> Plan:
        path = tmp_path / "plan.toml"
        path.write_text(PLAN.format(epochs=epochs))
        return read_plan(path)

    return read


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def train(store: Store, plan: Plan, number: int, polls: float = np.inf) -> None:
    """One run, interrupted after so many looks whether it is to be."""
    left = [polls]

    def poll() -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Interrupted

    train_member(store.root, Job.of(plan.members[number]), poll)


def states(seen: Seen) -> list[str]:
    return [run.state for run in seen.runs]


def run(watch: Watch, number: int) -> RunSeen:
    watch.look()
    return watch.seen.runs[number]


def test_before_anything_is_trained_all_wait_in_the_settings_of_the_report(
    plan: Callable[..., Plan], store: Store
) -> None:
    watch = Watch(plan(), store)
    assert watch.look() is not None  # all has been read
    assert states(watch.seen) == ["waiting"] * 4
    assert [dict(setting.group.by) for setting in watch.seen.settings] == [{"lr": 0.1}, {"lr": 0.2}]
    assert watch.look() is None and not watch.seen.is_done


def test_a_run_that_is_done_has_its_result_and_its_whole_curve(
    plan: Callable[..., Plan], store: Store
) -> None:
    known = plan()
    train(store, known, 1)
    seen = run(Watch(known, store), 1)
    assert (seen.state, seen.epoch) == ("done", 5)
    assert seen.curve.epochs.tolist() == [1, 2, 3, 4, 5]
    assert seen.curve.losses[-1] == seen.training_loss == seen.result.training_loss
    assert seen.curve.beyond == seen.training_loss


def test_an_interrupted_run_is_stopped_and_what_comes_later_is_added(
    plan: Callable[..., Plan], store: Store
) -> None:
    known = plan(200)
    watch = Watch(known, store)
    train(store, known, 0, polls=60)
    before = run(watch, 0)
    assert before.state == "stopped" and 0 < before.epoch < 200
    train(store, known, 0)
    after = run(watch, 0)
    assert (after.state, after.epoch) == ("done", 200)
    assert after.curve.epochs.tolist() == list(range(1, 201))
    assert np.array_equal(after.curve.losses[: before.epoch], before.curve.losses)


def test_a_run_that_somebody_holds_is_running(plan: Callable[..., Plan], store: Store) -> None:
    known = plan(200)
    train(store, known, 0, polls=60)
    watch = Watch(known, store)
    with store.open(known.members[0].id):
        assert run(watch, 0).state == "running"
    assert run(watch, 0).state == "stopped"


def test_a_longer_plan_goes_on_with_the_curve_of_the_shorter_one(
    plan: Callable[..., Plan], store: Store
) -> None:
    train(store, plan(5), 0)
    longer = plan(9)
    watch = Watch(longer, store)
    assert (run(watch, 0).state, run(watch, 0).epoch) == ("stopped", 5)
    train(store, longer, 0)
    assert run(watch, 0).epoch == 9
    shorter = run(Watch(plan(5), store), 0)  # whose curve ends at the epoch of its result
    assert (shorter.state, shorter.epoch) == ("done", 5) and shorter.curve.epochs[-1] == 5


def test_a_run_that_diverged_counts_as_infinitely_bad_afterwards(
    tmp_path: Path, store: Store
) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(
        '[base]\nepochs = 4\nhidden = 512\nlength = 100\ndtype = "float32"\nsequences = 2\n'
        "[grid]\nseed = [0]\n"
    )
    known = read_plan(path)
    train(store, known, 0)
    seen = run(Watch(known, store), 0)
    assert seen.state == "diverged" and seen.curve.beyond == np.inf


def test_what_no_file_tells_it_can_be_told(plan: Callable[..., Plan], store: Store) -> None:
    known = plan()
    watch = Watch(known, store)
    watch.look()
    watch.tell(failed(known.members[0].id, "no room"))
    watch.tell(missing(known.members[1].id, "open in process 1"))
    seen = watch.look()
    assert seen is not None and states(seen) == ["failed", "waiting", "waiting", "waiting"]
    assert [each.result.problem for each in seen.runs[:2]] == ["no room", "open in process 1"]
    train(store, known, 0)
    assert run(watch, 0).state == "done"  # another sweep may have had more luck


def test_runs_that_have_ended_are_not_read_again(
    plan: Callable[..., Plan], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = plan()
    for number in range(4):
        train(store, known, number)
    watch = Watch(known, store)
    watch.look()
    assert watch.seen.is_done
    band = watch.seen.settings[0].band
    monkeypatch.setattr(reader, "connect_read_only", lambda path: pytest.fail("read again"))
    monkeypatch.setattr(Path, "stat", lambda *_: pytest.fail("looked at again"))
    assert watch.look() is None
    assert watch.seen.settings[0].band is band


def test_a_setting_none_of_whose_runs_changed_stays_the_same(
    plan: Callable[..., Plan], store: Store
) -> None:
    known = plan()
    watch = Watch(known, store)
    watch.look()
    first, second = watch.seen.settings
    train(store, known, 3)
    seen = watch.look()
    assert seen is not None
    assert seen.settings[0] is first and seen.settings[1] is not second


def test_the_time_left_is_told_by_the_epochs_trained(
    plan: Callable[..., Plan], store: Store
) -> None:
    known = plan(10)
    watch, estimate = Watch(known, store), Estimate()
    assert estimate.seconds_left(watch.seen, 100.0) is None
    watch.look()
    assert estimate.seconds_left(watch.seen, 100.0) is None
    train(store, known, 0)
    watch.look()
    assert estimate.seconds_left(watch.seen, 104.0) == pytest.approx(30 * 4.0 / 10)
