"""The loop that a thread runs: commands in, the newest snapshot out."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from threading import Condition, Thread

from rnn_tui.model.rnn import Interrupted
from rnn_tui.training.commands import (
    PACES,
    Cancel,
    ChangePace,
    Command,
    GoTo,
    GoToNewest,
    Pause,
    Restart,
    Save,
    ScaleRate,
    ShowSequence,
    Step,
    Stop,
    Toggle,
)
from rnn_tui.training.navigator import Navigator
from rnn_tui.training.observer import Observer
from rnn_tui.training.pacing import Meter, Pacer
from rnn_tui.training.snapshot import Activity, Notice, Observation, Severity, Snapshot
from rnn_tui.training.timeline import DEFAULT_BUDGET
from rnn_tui.training.trainer import Diverged, State, Trainer

OBSERVING_SHARE = 0.03
"""Of the time spent training, at most this much is spent on looking at it."""

SaveState = Callable[[Trainer, State], str]
"""Writes a state and returns what to tell the user; may raise OSError or ValueError."""


class Session:
    """Owns a trainer and its timeline; its thread is the only one that touches them.

    Args:
        trainer: at epoch 0.
        save: how to write a state.
        goal: an epoch at which running pauses once.
        budget: bytes for the states kept.

    Attributes:
        notify: called, from the session's thread, when a command has been carried out, a
            way has ended or the thread has, so that there is something new to show.
        snapshot: the newest one; replaced, never changed. None before the first.
        failure: the exception that ended the thread, if one did.
    """

    def __init__(
        self,
        trainer: Trainer,
        *,
        save: SaveState | None = None,
        goal: int | None = None,
        budget: int = DEFAULT_BUDGET,
    ) -> None:
        self.notify: Callable[[], None] = lambda: None
        self.snapshot: Snapshot | None = None
        self.failure: Exception | None = None
        self._save, self._goal, self._budget = save, goal, budget
        self._begin(trainer)
        self._sequence = 0
        self._pace_index = PACES.index(20)
        self._notice: Notice | None = None
        self._pacer, self._meter = Pacer(), Meter()
        self._may_observe_at = 0.0
        self._commands: deque[Command] = deque()
        self._pending = False  # read without the lock at every update
        self._wanted = True
        self._stopped = False
        self._condition = Condition()
        self._thread = Thread(target=self._main, name="training", daemon=True)

    def _begin(self, trainer: Trainer) -> None:
        self._navigator = Navigator(trainer, self._budget)
        self._observer = Observer(trainer)
        self._observation: Observation | None = None
        self._observed: State | None = None
        self._goal_ahead = self._goal
        self._diverged = False

    # For the owner's thread.

    def start(self) -> None:
        """Begin to carry out commands."""
        self._thread.start()

    def send(self, command: Command) -> None:
        """Carry this out after what was sent before."""
        with self._condition:
            self._commands.append(command)
            self._pending = True
            self._condition.notify()

    def request(self) -> None:
        """A newer snapshot would be welcome."""
        self._wanted = True

    def stop(self, timeout: float | None = None) -> bool:
        """Leave the thread; whether it has ended."""
        self.send(Stop())
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()

    @property
    def navigator(self) -> Navigator:
        """Where one was; to be used only before the start and after the thread has ended."""
        return self._navigator

    @property
    def observer(self) -> Observer:
        """What looks at it; to be used only before the start and after the thread has ended."""
        return self._observer

    # In the session's thread.

    def _main(self) -> None:
        try:
            self._publish()
            self.notify()
            while not self._stopped:
                self._carry_out_commands()
                if self._stopped:
                    return
                if self._navigator.resting:
                    self._rest()
                else:
                    self._work()
        except Exception as failure:
            self.failure = failure
        finally:
            self._stopped = True
            self.notify()

    def _poll(self) -> None:
        if self._pending:
            raise Interrupted

    def _rest(self) -> None:
        """Finish looking, then wait for a command."""
        if self._observed is not self._navigator.state:
            self._publish()
            self.notify()
            return
        with self._condition:
            while not self._pending:
                self._condition.wait()

    def _work(self) -> None:
        """One epoch further, unless it is too early for it or a command comes."""
        navigator = self._navigator
        if navigator.running and self._too_early():
            return
        try:
            navigator.work(self._poll)
        except Interrupted:
            return
        except Diverged as diverged:
            self._diverged = True
            self._tell(
                f"diverged after epoch {diverged.epoch:,}: the {diverged.tensor} became NaN or "
                "infinite; [ lowers the learning rate, r starts anew",
                "error",
            )
        else:
            self._meter.count(navigator.epoch)
            self._pause_at_goal()
        if navigator.resting:
            self._meter.reset()
            self._publish()
            self.notify()
        else:
            self._publish_if_wanted()

    def _too_early(self) -> bool:
        wait = self._pacer.wait(PACES[self._pace_index])
        if wait <= 0:
            return False
        self._publish_if_wanted()
        with self._condition:
            if not self._pending:
                self._condition.wait(min(wait, 0.05))
        return True

    def _pause_at_goal(self) -> None:
        navigator = self._navigator
        if navigator.running and navigator.epoch == self._goal_ahead:
            self._tell(f"epoch {navigator.epoch:,} reached; space goes on")
            self._goal_ahead = None
            navigator.rest()

    # Commands.

    def _carry_out_commands(self) -> None:
        if not self._pending:
            return
        while not self._stopped:
            with self._condition:
                if not self._commands:
                    self._pending = False
                    break
                command = self._commands.popleft()
            self._carry_out(command)
        if not self._stopped:
            self._publish()
            self.notify()

    def _carry_out(self, command: Command) -> None:
        navigator = self._navigator
        match command:
            case Toggle():
                self._toggle()
            case Pause():
                navigator.rest()
                self._meter.reset()
            case Cancel():
                if not navigator.running:
                    navigator.rest()
                    self._meter.reset()
            case Step(epochs):
                self._diverged = False
                if epochs < 0 and navigator.epoch == 0 and navigator.resting:
                    self._tell("this is epoch 0, the untrained network")
                navigator.step(epochs)
            case GoTo(epoch):
                self._diverged = False
                navigator.go_to(epoch)
            case GoToNewest():
                navigator.go_to(navigator.timeline.newest)
            case ScaleRate(factor):
                rate = navigator.scale_rate(factor)
                self._tell(f"learning rate {rate:g} from the next update on")
            case Restart(seed_step):
                self._restart(seed_step)
            case ChangePace(places):
                self._pace_index = min(max(self._pace_index + places, 0), len(PACES) - 1)
                self._pacer.reset()
            case ShowSequence(step):
                count = len(navigator.trainer.sequences.inputs)
                self._sequence = (self._sequence + step) % count
            case Save():
                self._write()
            case Stop():
                self._stopped = True

    def _toggle(self) -> None:
        self._meter.reset()
        if not self._navigator.resting:
            self._navigator.rest()
            return
        self._diverged = False
        self._pacer.reset()
        self._navigator.run()

    def _restart(self, seed_step: int) -> None:
        config = self._navigator.trainer.config
        rate = self._navigator.learning_rate
        config = replace(config, lr=rate, seed=config.seed + seed_step)
        self._begin(Trainer(config))
        self._meter.reset()
        self._tell(f"a new run from epoch 0 with seed {config.seed}")

    def _write(self) -> None:
        if self._save is None:
            return
        try:
            self._tell(self._save(self._navigator.trainer, self._navigator.state))
        except (OSError, ValueError) as error:
            self._tell(f"not saved: {error}", "error")

    def _tell(self, text: str, severity: Severity = "information") -> None:
        number = 1 if self._notice is None else self._notice.number + 1
        self._notice = Notice(number, text, severity)

    # Snapshots.

    def _publish_if_wanted(self) -> None:
        now = time.perf_counter()
        if (
            not self._wanted
            or self._observed is self._navigator.state
            or now < self._may_observe_at
        ):
            return
        self._publish()
        cost = time.perf_counter() - now
        self._may_observe_at = now + cost / OBSERVING_SHARE

    def _publish(self) -> None:
        """Look at the present state, unless a command comes, and leave a snapshot."""
        self._wanted = False
        navigator = self._navigator
        try:
            self._observation = self._observer.observe(
                navigator.state, navigator.trainer.position, navigator.timeline, self._sequence,
                self._poll,
            )  # fmt: skip
            self._observed = navigator.state
        except Interrupted:
            pass
        if self._observation is not None:
            self.snapshot = self._snapshot(self._observation)

    def _snapshot(self, observation: Observation) -> Snapshot:
        navigator = self._navigator
        trainer = navigator.trainer
        target = navigator.target
        if navigator.running and self._goal_ahead and self._goal_ahead > navigator.epoch:
            target = self._goal_ahead
        return Snapshot(
            config=trainer.config,
            task_title=trainer.task.title,
            task_note=trainer.task.note,
            chance=trainer.task.chance,
            chance_label=trainer.task.chance_label,
            optimum=trainer.task.optimum,
            activity=self._activity(),
            target=target,
            pace=PACES[self._pace_index],
            measured=self._meter.rate,
            remaining=self._meter.remaining(navigator.epoch, target),
            observation=observation,
            notice=self._notice,
        )

    def _activity(self) -> Activity:
        navigator = self._navigator
        if self._diverged:
            return "diverged"
        if navigator.running:
            known = navigator.epoch < navigator.timeline.newest
            return "replaying" if known else "running"
        return "paused" if navigator.resting else "going"
