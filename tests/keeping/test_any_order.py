"""Whatever the order of training, going back, forking and crashing: what was saved is there.

Beside the run a plain model writes down every parameter vector that was seen; a save copies the
model, a crash brings the copy back.
"""

import random
import shutil
import tempfile
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnn_tui.model.interruption import Interrupted
from rnn_tui.runs.opening import Opening
from rnn_tui.runs.replay import Replay
from rnn_tui.session import commands as c
from rnn_tui.storage.curve.reader import HistoryReader
from rnn_tui.storage.disk.errors import StoreError
from rnn_tui.storage.disk.names import HISTORY
from rnn_tui.storage.library.store import Store
from rnn_tui.storage.writing.recorder import RunRecorder
from rnn_tui.tasks.registry import TASKS
from rnn_tui.timeline.branch import Timeline
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.journal import Change, Journal
from rnn_tui.training.settings.setting import Settings
from rnn_tui.training.trainer import Partial, Trainer
from tests.keeping.kept import leave
from tests.ragged import Ragged
from tests.texts import PAIRS, TEXT

Until = Callable[[Callable[[], bool]], None]
TINY = 9_000  # bytes: only some of the epochs are kept in memory


# The plain model.


@dataclass
class PlainBranch:
    """One branch, with all it shares.

    Attributes:
        parameters: the bits at epoch 0, 1, 2, …
        losses: of epoch 1, 2, …
        name: for the user.
        journal: the interventions that led there.
        under_way: how many updates of the next epoch have been made, and the bits after them,
            those of a state carried along a text among them.
        waiting: settings changed at past epochs whose next update has not been made.
    """

    parameters: list[bytes]
    losses: list[float]
    name: str = ""
    journal: tuple[Change, ...] = ()
    under_way: tuple[int, bytes] | None = None
    waiting: dict[int, Settings] = field(default_factory=dict)

    @property
    def newest(self) -> int:
        return len(self.parameters) - 1


@dataclass
class PlainRun:
    """All branches, and where one is."""

    branches: list[PlainBranch] = field(default_factory=list)
    current: int = 0
    epoch: int = 0
    settings: Settings | None = None


def under_way(partial: Partial | None) -> tuple[int, bytes] | None:
    if partial is None:
        return None
    arrays = (partial.parameters, *partial.carried)
    return partial.position.update, b"".join(array.tobytes() for array in arrays)


# The run beside it.


class Checked:
    """A run that is kept, and what there should be of it."""

    def __init__(self, folder: Path, config: Config, budget: int, until: Until) -> None:
        self.config, self.budget, self._until = config, budget, until
        self._roots = (folder / str(number) for number in count())
        self._begin()

    def _begin(self) -> None:
        self.root = next(self._roots)
        self.root.mkdir()
        self.saved: tuple[Path, PlainRun] | None = None
        self.run = self._opening().new(self.config)
        self.plain = PlainRun([PlainBranch([self.navigator.state.parameters.tobytes()], [])])
        self.learn()

    def _opening(self) -> Opening:
        return Opening(Store(self.root), budget=self.budget)

    @property
    def navigator(self) -> Navigator:
        return self.run.navigator

    @property
    def kept(self) -> RunRecorder | None:
        return self.run.recording._recorder  # type: ignore[return-value]

    def learn(self) -> None:
        """Write down what is new; an epoch seen before must have the bits it had."""
        navigator, plain = self.navigator, self.plain
        for timeline in navigator.timelines[len(plain.branches) :]:
            assert timeline.parent is not None
            parent, epoch = plain.branches[timeline.parent.number], timeline.fork.epoch
            vectors = [*parent.parameters[:epoch], timeline.base.parameters.tobytes()]
            plain.branches.append(PlainBranch(vectors, parent.losses[:epoch]))
        branch, state = plain.branches[navigator.timeline.number], navigator.state
        if state.epoch > branch.newest:
            branch.parameters.append(state.parameters.tobytes())
            branch.losses.append(state.training_loss)
        assert branch.parameters[state.epoch] == state.parameters.tobytes()

    def look(self) -> PlainRun:
        """What a save keeps."""
        navigator = self.navigator
        for branch, timeline in zip(self.plain.branches, navigator.timelines, strict=True):
            branch.name, branch.journal = timeline.name, timeline.journal.changes
            branch.under_way, branch.waiting = under_way(timeline.partial), dict(timeline.edits)
        if navigator.epoch == navigator.timeline.newest:
            branch = self.plain.branches[navigator.timeline.number]
            branch.under_way = under_way(navigator.trainer.partial())
        self.plain.current, self.plain.epoch = navigator.timeline.number, navigator.epoch
        position = navigator.trainer.position
        if navigator.epoch < navigator.timeline.newest:
            position = position._replace(update=0)
        self.plain.settings = navigator.timeline.settings_at(position)
        return deepcopy(self.plain)

    def _work(self, interrupt_at: int | None) -> None:
        """To the end of the way, or left there half-way."""
        polls = iter(range(10_000))

        def poll() -> None:
            if next(polls) == interrupt_at:
                raise Interrupted

        begun = self.navigator.epoch
        try:
            while not self.navigator.resting:
                if self.navigator.running and self.navigator.epoch >= begun + 4:
                    break
                self.run.work(poll)
                self.learn()
                if self.saved is None and self.kept is not None:  # with its first epoch
                    self.flush()
                    self.saved = self.copy(), self.look()
        except Interrupted:
            pass
        self.run.execute(c.Pause())
        self.learn()

    def do(self, command: c.Command, interrupt_at: int | None = None) -> None:
        self.run.execute(command)
        self.learn()
        self._work(interrupt_at)

    # Commands.

    def fork_there(self, back: int, factor: float, interrupt_at: int | None) -> None:
        self.do(c.Step(-back))
        self.do(c.ScaleRate(factor))
        self.do(c.Step(3), interrupt_at)

    def hold_and_release(self, weights: str, epochs: int, interrupt_at: int | None) -> None:
        self.do(c.SetSetting("hold", weights))
        self.do(c.Step(epochs), interrupt_at)
        self.do(c.SetSetting("hold", None))

    def save(self, keyframes: bool) -> None:
        """A checkpoint is on disk, and a copy of all that is there then."""
        self.run.recording.save(self.navigator)
        if keyframes:
            self.run.recording.save_keyframes(self.navigator)
        self.flush()
        if self.kept is not None:
            self.saved = self.copy(), self.look()

    def flush(self) -> None:
        self.run.recording.retry()  # at once
        self._until(lambda: self.kept is None or not self.kept.pending)

    def copy(self) -> Path:
        """What a machine that loses its power now has on disk."""
        root = next(self._roots)
        shutil.copytree(self.root, root)
        return root

    def copy_with(self, checkpoints_of: Path, keyframes: bool) -> Path:
        """A copy in which no checkpoint has followed those."""
        if keyframes:
            self.save(True)
        self.flush()
        root = self.copy()
        for path in root.glob("runs/*/checkpoint*"):
            path.unlink()
        for path in checkpoints_of.glob("runs/*/checkpoint*"):
            shutil.copy(path, root / path.relative_to(checkpoints_of))
        return root

    def crash(self, newer: str) -> None:
        """As it was at the last save, with or without what is on disk before a checkpoint is."""
        if self.saved is None:
            self.flush()
            with pytest.raises(StoreError):
                Opening(Store(self.copy())).resume(None)
            leave(self.run)
            self._begin()
            return
        root, plain = self.saved
        if newer != "nothing":
            root = self.copy_with(checkpoints_of=root, keyframes=newer == "history and keyframes")
        leave(self.run)
        self._resume(root, plain)

    def leave(self) -> None:
        """As one leaves the screen."""
        plain = self.look()
        if self.kept is not None:
            leave(self.run)
            self.check_history(plain, newer=False)
            self._resume(self.root, plain)

    # What must be so.

    def _resume(self, root: Path, plain: PlainRun) -> None:
        self.root, self.plain = root, deepcopy(plain)
        self.run, note = self._opening().resume(None)
        assert note is None
        while not self.navigator.resting:
            self.run.work(lambda: None)
            self.learn()
        assert self.look() == plain
        assert self.navigator.settings == plain.settings
        for timeline, branch in zip(self.navigator.timelines, plain.branches, strict=True):
            check_branch(timeline, branch)
        self.check_history(plain, newer=True)
        self.check_that_every_branch_is_repeated()
        self.saved = self.copy(), plain

    def check_history(self, plain: PlainRun, newer: bool) -> None:
        """All of it, and nothing else unless newer epochs may be there from before a crash."""
        (folder,) = (self.root / "runs").iterdir()
        with HistoryReader(folder / HISTORY) as history:
            for number, branch in enumerate(plain.branches):
                curve, until = history.epochs(number), branch.newest if newer else None
                assert curve.epochs[:until].tolist() == list(range(1, branch.newest + 1))
                assert curve.loss[:until].tolist() == branch.losses

    def check_that_every_epoch_can_be_gone_to(self, chance: random.Random) -> None:
        for number, branch in enumerate(self.plain.branches):
            self.do(c.Visit(number))
            epochs = [0, branch.newest, *chance.sample(range(branch.newest + 1), 1)]
            for epoch in epochs:
                self.do(c.GoTo(epoch))
                assert self.navigator.epoch == epoch

    def check_that_every_branch_goes_on(self) -> None:
        """As training from epoch 0 with the same journal does."""
        for number in range(len(self.plain.branches)):
            self.do(c.Visit(number))
            self.do(c.End())
            branch, changes = self.plain.branches[number], self.navigator.timeline.journal.changes
            trainer = Trainer(self.config)
            trainer.journal = Journal(self.config.settings, changes)
            trainer.restore(trainer.initial_state())
            self.do(c.Step(2))
            assert trainer.state.parameters.tobytes() == branch.parameters[0]
            for vector in branch.parameters[1:]:
                assert trainer.advance().parameters.tobytes() == vector

    def check_that_every_branch_is_repeated(self) -> None:
        """What ``rnn-tui replay`` does."""
        store = Store(self.root)
        for number, branch in enumerate(self.plain.branches):
            outcome = Replay(store, store.newest(), number).train(branch.newest)
            assert outcome.same is True


def check_branch(timeline: Timeline, branch: PlainBranch) -> None:
    assert (timeline.newest, timeline.name) == (branch.newest, branch.name)
    assert timeline.journal.changes == branch.journal
    assert timeline.curve.epochs == branch.newest
    assert timeline.curve.buckets().last.tolist() == branch.losses
    for epoch in range(branch.newest + 1):
        state = timeline.nearest(epoch)
        assert state.epoch <= epoch
        assert state.parameters.tobytes() == branch.parameters[state.epoch]
        if state.previous is not None:
            assert state.previous.tobytes() == branch.parameters[state.epoch - 1]


POLLS = st.one_of(st.none(), st.integers(0, 6), st.integers(0, 20))
NEWER = st.sampled_from(["nothing", "history", "history and keyframes"])
FACTORS = st.sampled_from([0.5, 2.0])
WEIGHTS = st.sampled_from(["U", "W", "b_o", "U[0]", "V[2, 0]", "U[2, 0], b_h"])
COMMANDS = st.one_of(
    st.builds(c.Step, st.integers(-9, 9)),
    st.just(c.Run()),
    st.builds(c.GoTo, st.integers(0, 40)),
    st.builds(c.Visit, st.integers(0, 4)),
    st.builds(c.ScaleRate, FACTORS),
    st.builds(c.SetSetting, st.just("clip"), st.sampled_from([None, 0.5, 2.0])),
    st.builds(c.SetSetting, st.just("bptt"), st.sampled_from([None, 1, 2])),
    st.builds(c.SetSetting, st.just("hold"), st.none() | WEIGHTS),
    st.builds(c.ZeroWeights, WEIGHTS),
    st.builds(c.NameBranch, st.integers(0, 4), st.sampled_from(["zweiter ✗", "x"])),
)
THINGS = st.one_of(
    *[st.tuples(st.just("do"), COMMANDS, POLLS)] * 8,
    st.tuples(st.just("fork_there"), st.integers(1, 5), FACTORS, POLLS),
    st.tuples(st.just("hold_and_release"), WEIGHTS, st.integers(-1, 2), POLLS),
    *[st.tuples(st.just("save"), st.booleans())] * 2,
    *[st.tuples(st.just("crash"), NEWER)] * 2,
    st.tuples(st.just("leave")),
)


NETWORKS: list[dict[str, Any]] = [
    {},
    {"batch": 2},
    {"batch": 3, "activation": "relu", "init": "scaled", "optimizer": "adagrad"},
    {"cell": "gru", "optimizer": "adam", "valid": 0.5},
    {"cell": "gru", "optimizer": "adamw", "weight_decay": 0.1, "dtype": "float32", "batch": 2},
    {"cell": "lstm", "optimizer": "momentum", "task": "echo", "delay": 1, "batch": 2},
    {"cell": "lstm", "optimizer": "rmsprop", "schedule": "cosine", "epochs": 20, "valid": 1.0},
    {"task": "running-sum", "optimizer": "nesterov", "weight_decay": 0.1, "clip_value": 0.5},
    {"task": "ragged", "cell": "gru", "optimizer": "adagrad", "batch": 3, "valid": 0.4},
    {"task": "ragged", "batch": 2, "length": 4},
    {"task": "reber", "cell": "gru", "optimizer": "adam", "batch": 3, "valid": 0.5},
    {"task": "temporal-order", "length": 10, "cell": "lstm"},
    {"text": TEXT, "length": 6, "batch": 3, "valid": 0.2},
    {"text": TEXT, "length": 9, "cell": "lstm", "optimizer": "adam"},
    {"text": TEXT, "length": 9, "cell": "gru", "carry": False, "batch": 2, "hidden": 20},
    {"data": PAIRS, "batch": 2, "valid": 0.3},
    {"optimizer": "adam", "schedule": "step", "epochs": 5, "warmup": 4, "init": "small"},
]
"""The options in which runs differ, each cell, optimizer and task among them."""


def test_whatever_the_order_what_was_saved_is_there_to_the_bit(
    quick_disk: Path, small: Config, effort: int, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TASKS, "ragged", Ragged)

    @settings(max_examples=5 if effort == 1 else 100, suppress_health_check=[HealthCheck.too_slow])
    @given(
        network=st.sampled_from(NETWORKS),
        budget=st.sampled_from([1, TINY, 10**7]),
        things=st.lists(THINGS, min_size=8, max_size=20),
        seed=st.integers(0, 1000),
    )
    def holds(
        network: dict[str, Any], budget: int, things: list[tuple[Any, ...]], seed: int
    ) -> None:
        with tempfile.TemporaryDirectory(dir=quick_disk) as folder:
            checked = Checked(Path(folder), small.with_options(**network), budget, until)
            try:
                for name, *arguments in [*things, ("save", True), ("crash", "nothing")]:
                    getattr(checked, name)(*arguments)
                checked.check_that_every_epoch_can_be_gone_to(random.Random(seed))
                checked.check_that_every_branch_goes_on()
                checked.save(False)
                checked.check_that_every_branch_is_repeated()
            finally:
                leave(checked.run)

    holds()
