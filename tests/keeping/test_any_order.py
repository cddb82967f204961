"""Whatever the order of training, going back, forking and crashing: what was saved is there.

Beside the run a plain model writes down every parameter vector that was seen; a save copies the
model, a crash brings the copy back.
"""

import random
import shutil
import tempfile
import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from threading import Event
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
from rnn_tui.timeline.branch import Settings, Timeline
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.journal import Intervention, Journal
from rnn_tui.training.trainer import Partial, Trainer

SOON = 30.0  # seconds; far beyond what anything here takes
TINY = 9_000  # bytes: only some of the epochs are kept in memory


def wait_until(expected: Callable[[], bool]) -> None:
    end, pause = time.monotonic() + SOON, Event()
    while not expected():
        assert time.monotonic() < end
        pause.wait(0.001)


# The plain model.


@dataclass
class PlainBranch:
    """One branch, with all it shares.

    Attributes:
        parameters: the bits at epoch 0, 1, 2, …
        losses: of epoch 1, 2, …
        name: for the user.
        journal: the interventions that led there.
        under_way: how many updates of the next epoch have been made, and the bits after them.
        waiting: settings changed at past epochs whose next update has not been made.
    """

    parameters: list[bytes]
    losses: list[float]
    name: str = ""
    journal: tuple[Intervention, ...] = ()
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
    return None if partial is None else (partial.position.update, partial.parameters.tobytes())


# The run beside it.


class Checked:
    """A run that is kept, and what there should be of it."""

    def __init__(self, folder: Path, config: Config, budget: int) -> None:
        self.folder, self.config, self.budget = folder, config, budget
        self._roots = (folder / str(number) for number in count())
        self.resumed = 0
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
        except Interrupted:
            pass
        self.run.carry_out(c.Pause())
        self.learn()

    def do(self, command: c.Command, interrupt_at: int | None = None) -> None:
        self.run.carry_out(command)
        self.learn()
        self._work(interrupt_at)

    # Commands.

    def step(self, epochs: int, interrupt_at: int | None) -> None:
        self.do(c.Step(epochs), interrupt_at)

    def go_to(self, epoch: int, interrupt_at: int | None) -> None:
        self.do(c.GoTo(epoch), interrupt_at)

    def toggle(self, interrupt_at: int | None) -> None:
        self.do(c.Toggle(), interrupt_at)

    def visit(self, which: int, interrupt_at: int | None) -> None:
        self.do(c.Visit(which % len(self.navigator.timelines)), interrupt_at)

    def rate(self, factor: float) -> None:
        self.do(c.ScaleRate(factor))

    def clip(self, norm: float | None) -> None:
        self.do(c.SetClip(norm))

    def zero(self, tensor: str, where: tuple[int, ...]) -> None:
        self.do(c.ZeroWeights(tensor, where))

    def name(self, which: int, name: str) -> None:
        self.do(c.NameBranch(which % len(self.navigator.timelines), name))

    def fork_there(self, back: int, factor: float, interrupt_at: int | None) -> None:
        self.step(-back, None)
        self.rate(factor)
        self.step(3, interrupt_at)

    def save(self, keyframes: bool) -> None:
        """A checkpoint is on disk, and a copy of all that is there then."""
        self.run.recording.save(self.navigator)
        if keyframes:
            self.run.recording.save_keyframes(self.navigator)
        self.flush()
        if self.kept is not None:
            self.saved = self.copy(), self.look()

    def flush(self) -> None:
        if self.kept is not None:
            wait_until(lambda: not self.kept.pending)

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
            self._drop()
            self._begin()
            return
        root, plain = self.saved
        if newer != "nothing":
            root = self.copy_with(checkpoints_of=root, keyframes=newer == "history and keyframes")
        self._drop()
        self._resume(root, plain)

    def leave(self) -> None:
        """As one leaves the screen."""
        plain = self.look()
        if self.kept is not None:
            assert self.run.recording.finish(self.navigator, SOON)
            self.check_history(plain, newer=False)
            self._resume(self.root, plain)

    def _drop(self) -> None:
        self.run.recording.finish(self.navigator, SOON)
        assert self.run.recording.problem() is None

    # What must be so.

    def _resume(self, root: Path, plain: PlainRun) -> None:
        self.root, self.plain = root, deepcopy(plain)
        self.run, note = self._opening().resume(None)
        assert note is None
        self.resumed += 1
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
            self.visit(number, None)
            epochs = [0, branch.newest, *chance.sample(range(branch.newest + 1), 1)]
            for epoch in epochs:
                self.go_to(epoch, None)
                assert self.navigator.epoch == epoch

    def check_that_every_branch_goes_on(self) -> None:
        """As training from epoch 0 with the same journal does."""
        for number in range(len(self.plain.branches)):
            self.do(c.Visit(number))
            self.do(c.End())
            branch, changes = self.plain.branches[number], self.navigator.timeline.journal.changes
            trainer = Trainer(self.config)
            trainer.journal = Journal(self.config.lr, changes, self.config.clip)
            self.step(2, None)
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
COMMANDS = st.one_of(
    st.tuples(st.just("step"), st.integers(-9, 9), POLLS),
    st.tuples(st.just("toggle"), POLLS),
    st.tuples(st.just("go_to"), st.integers(0, 40), POLLS),
    st.tuples(st.just("visit"), st.integers(0, 9), POLLS),
    st.tuples(st.just("rate"), FACTORS),
    st.tuples(st.just("clip"), st.sampled_from([None, 0.5, 2.0])),
    st.tuples(st.just("zero"), st.sampled_from(["U", "W", "b_o"]), st.just(())),
    st.tuples(st.just("zero"), st.sampled_from(["U", "V"]), st.sampled_from([(0,), (2, 0)])),
    st.tuples(st.just("name"), st.integers(0, 9), st.sampled_from(["zweiter ✗", "x"])),
    st.tuples(st.just("fork_there"), st.integers(1, 5), FACTORS, POLLS),
    st.tuples(st.just("save"), st.booleans()),
    st.tuples(st.just("save"), st.booleans()),
    st.tuples(st.just("crash"), NEWER),
    st.tuples(st.just("crash"), NEWER),
    st.tuples(st.just("leave")),
)


@pytest.mark.parametrize("cases", [25, pytest.param(1_000, marks=pytest.mark.soak)])
def test_whatever_the_order_what_was_saved_is_there_to_the_bit(
    quick_disk: Path, small: Config, cases: int
) -> None:
    @settings(
        max_examples=cases, deadline=None, suppress_health_check=[HealthCheck.too_slow],
    )  # fmt: skip
    @given(
        batch=st.sampled_from([1, 2, 3]),
        budget=st.sampled_from([1, TINY, 10**7]),
        commands=st.lists(COMMANDS, min_size=8, max_size=20),
        seed=st.integers(0, 1000),
    )
    def holds(batch: int, budget: int, commands: list[tuple[Any, ...]], seed: int) -> None:
        with tempfile.TemporaryDirectory(dir=quick_disk) as folder:
            checked = Checked(Path(folder), replace(small, batch=batch), budget)
            try:
                for name, *arguments in [*commands, ("save", True), ("crash", "nothing")]:
                    getattr(checked, name)(*arguments)
                checked.check_that_every_epoch_can_be_gone_to(random.Random(seed))
                checked.check_that_every_branch_goes_on()
                checked.save(False)
                checked.check_that_every_branch_is_repeated()
            finally:
                checked._drop()

    holds()
