"""A run as a session holds it: what each command does to it, and what it looks like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rnn_tui.model.interruption import AtStep
from rnn_tui.session import commands as c
from rnn_tui.session.observer import Observer
from rnn_tui.session.pacing import Meter, Pacer
from rnn_tui.session.recording import OpenRecorder, Recording
from rnn_tui.session.snapshot import Activity, Notice, Observation, Severity, Snapshot
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.trainer import Diverged, State, Trainer

SaveState = Callable[[Trainer, State], str]
"""Writes a state and returns what to tell the user; may raise OSError or ValueError."""

MakeNavigator = Callable[[Trainer], Navigator]


class Run:
    """One run and how it is looked at. Knows no thread.

    Args:
        navigator: where it is.
        save: how to write a state.
        goal: an epoch at which running pauses once.
        recording: keeps a run that is kept already.
        open_recorder: where to keep a new one; None keeps nothing.

    Attributes:
        navigator: where it is.
        recording: keeps it.
        pacer: keeps the pace.
        meter: measures it.
        diverged: whether training has just diverged.
    """

    def __init__(
        self,
        navigator: Navigator,
        save: SaveState | None = None,
        goal: int | None = None,
        recording: Recording | None = None,
        open_recorder: OpenRecorder | None = None,
    ) -> None:
        self._save, self._goal = save, goal
        self._open_recorder = open_recorder
        self.recording = recording or Recording(open_recorder)
        self.pacer, self.meter = Pacer(), Meter()
        self._pace = c.PACES.index(20)
        self._sequence = 0
        self._notice: Notice | None = None
        self._begin(navigator)

    def _begin(self, navigator: Navigator) -> None:
        self.navigator = navigator
        self.observer = Observer(navigator.trainer)
        self._observation: Observation | None = None
        self._observed: State | None = None
        self._goal_ahead = self._goal
        self.diverged = False

    @property
    def pace(self) -> float | None:
        """Epochs per second wanted; None is unlimited."""
        return c.PACES[self._pace]

    @property
    def is_observed(self) -> bool:
        """Whether the present state has been looked at."""
        return self._observed is self.navigator.state

    # Work.

    def work(self, poll: Callable[[], None]) -> None:
        """One epoch further on the way.

        Raises:
            Interrupted: if ``poll`` does.
        """
        navigator = self.navigator
        try:
            navigator.work(poll)
        except Diverged as diverged:
            self.diverged = True
            self.tell(
                f"diverged after epoch {diverged.epoch:,}: the {diverged.tensor} became NaN or "
                "infinite first; [ halves the learning rate, c clips, r starts anew",
                "error",
            )
        else:
            self.recording.note(navigator)
            self.meter.count(navigator.epoch)
            if navigator.running and navigator.epoch == self._goal_ahead:
                self.tell(f"epoch {navigator.epoch:,} reached; space goes on")
                self._goal_ahead = None
                navigator.rest()
        if navigator.resting:
            self.meter.reset()

    # Commands.

    def carry_out(self, command: c.Command) -> None:
        """Do what a command says."""
        way = self._way()
        self._do(command)
        if self._way() != way:
            self.meter.reset()

    def _way(self) -> tuple[Navigator, bool, int | None]:
        return self.navigator, self.navigator.running, self.navigator.target

    def _do(self, command: c.Command) -> None:
        navigator = self.navigator
        match command:
            case c.Toggle():
                self._toggle()
            case c.Pause():
                navigator.rest()
            case c.Cancel():
                if not navigator.running:
                    navigator.rest()
            case c.Step(epochs):
                self._step(epochs)
            case c.GoTo(epoch):
                self.diverged = False
                navigator.go_to(epoch)
            case c.GoToNewest():
                self.diverged = False
                navigator.go_to(navigator.timeline.newest)
            case c.Visit(number):
                self._visit(number)
            case c.Restart(seed_step):
                self._restart(seed_step)
            case c.ChangePace(places):
                self._pace = min(max(self._pace + places, 0), len(c.PACES) - 1)
                self.pacer.reset()
            case c.ShowSequence(step):
                count = len(navigator.trainer.sequences.inputs)
                self._sequence = (self._sequence + step) % count
            case c.Save():
                self._write()
            case c.Stop():
                pass
            case _:
                self._intervene(command)

    def _toggle(self) -> None:
        if not self.navigator.resting:
            self.navigator.rest()
            return
        self.diverged = False
        self.pacer.reset()
        self.navigator.run()

    def _step(self, epochs: int) -> None:
        self.diverged = False
        if epochs < 0 and self.navigator.epoch == 0 and self.navigator.resting:
            self.tell("this is epoch 0, the untrained network")
        self.navigator.step(epochs)

    def _visit(self, number: int) -> None:
        if 0 <= number < len(self.navigator.timelines):
            self.diverged = False
            self.navigator.visit(number)
            self.tell(f"on the branch “{self.navigator.timeline.name}”")

    def _from_when(self) -> str:
        """When a setting that was changed takes effect."""
        timeline, epoch = self.navigator.timeline, self.navigator.epoch
        waits = epoch in timeline.edits
        return "from here on, in a branch" if waits else "from the next update on"

    def _intervene(self, command: c.Command) -> None:
        navigator = self.navigator
        match command:
            case c.ScaleRate(factor):
                rate = navigator.set_rate(navigator.settings.rate * factor)
                self.tell(f"learning rate {rate:g} {self._from_when()}")
            case c.SetRate(wanted):
                rate = navigator.set_rate(wanted)
                self.tell(f"learning rate {rate:g} {self._from_when()}")
            case c.SetClip(clip):
                navigator.set_clip(clip)
                how = "no clipping" if clip is None else f"gradients clipped to norm {clip:g}"
                self.tell(f"{how} {self._from_when()}")
            case c.ZeroWeights(tensor, where):
                try:
                    navigator.zero(tensor, where)
                except (KeyError, IndexError):
                    self.tell(
                        f"there is no {tensor}{list(where) if where else ''}; indices count from 0",
                        "warning",
                    )
                else:
                    self.diverged = False
                    self.tell(f"{tensor}{list(where) if where else ''} is zero on a new branch")
            case c.NameBranch(number, name):
                if 0 <= number < len(navigator.timelines):
                    navigator.timelines[number].name = name
                    self.tell(f"branch {number} is now “{name}”")

    def _restart(self, seed_step: int) -> None:
        trainer, settings = self.navigator.trainer, self.navigator.settings
        config = replace(
            trainer.config,
            lr=settings.rate,
            clip=settings.clip,
            seed=trainer.config.seed + seed_step,
        )
        self.recording.finish(self.navigator, timeout=5)
        self.recording = Recording(self._open_recorder)
        self._begin(Navigator(Trainer(config), self.navigator.budget))
        self.tell(f"a new run from epoch 0 with seed {config.seed}")

    def tell_problems(self) -> bool:
        """Pause where the run cannot be stored; the user chooses how to go on.

        Returns:
            Whether there is something new to tell.
        """
        problem = self.recording.problem()
        if problem is None:
            return False
        if not self.recording.failing:
            self.tell(problem, "warning")
            return True
        self.navigator.rest()
        self.tell(f"{problem} · space goes on without storing, ctrl+s tries again", "error")
        return True

    def _write(self) -> None:
        self.recording.retry()
        self.recording.save(self.navigator)
        self.recording.save_keyframes(self.navigator)
        if self._save is None:
            return
        try:
            self.tell(self._save(self.navigator.trainer, self.navigator.state))
        except (OSError, ValueError) as error:
            self.tell(f"not saved: {error}", "error")

    def tell(self, text: str, severity: Severity = "information") -> None:
        """Something the user should know."""
        number = 1 if self._notice is None else self._notice.number + 1
        self._notice = Notice(number, text, severity)

    # What it looks like.

    def look(self, at_step: AtStep) -> Snapshot | None:
        """A snapshot of this moment; the last observation where the new one is interrupted."""
        navigator = self.navigator
        self._observation, complete = self.observer.observe_unless_interrupted(
            navigator, self._sequence, at_step, self._observation
        )
        if complete:
            self._observed = navigator.state
        return None if self._observation is None else self._snapshot(self._observation)

    def _snapshot(self, observation: Observation) -> Snapshot:
        navigator = self.navigator
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
            pace=self.pace,
            measured=self.meter.rate,
            remaining=self.meter.remaining(navigator.epoch, target),
            observation=observation,
            notice=self._notice,
        )

    def _activity(self) -> Activity:
        navigator = self.navigator
        if self.diverged:
            return "diverged"
        if navigator.running:
            known = navigator.epoch < navigator.timeline.newest
            return "replaying" if known else "running"
        return "paused" if navigator.resting else "going"
