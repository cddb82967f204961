"""A run as a session holds it: what each command does to it, and how it is trained and kept."""

import contextlib
import time
from collections.abc import Callable

from rnn_tui.model.interruption import AtStep
from rnn_tui.session import commands as c
from rnn_tui.session.checkpoints import Checkpoints
from rnn_tui.session.ghosts import Ghosts
from rnn_tui.session.goal_watch import GoalWatch
from rnn_tui.session.looking import Looking
from rnn_tui.session.pacing import Meter, Pacer, pace_text
from rnn_tui.session.recording import OpenRecorder, Recording
from rnn_tui.session.snapshot import Activity, Ghost, Notice, Observation, Severity, Snapshot
from rnn_tui.timeline.loss_curve import Buckets
from rnn_tui.timeline.navigator import Navigator
from rnn_tui.training.config import Config
from rnn_tui.training.goals import Goal
from rnn_tui.training.settings.learning_rate import clamp
from rnn_tui.training.settings.setting import Value
from rnn_tui.training.settings.table import SETTINGS, describe
from rnn_tui.training.trainer import Diverged, State, Trainer
from rnn_tui.training.words import count

SaveState = Callable[[Trainer, State], str]
"""Writes a state and returns what to tell the user; may raise OSError or ValueError."""

FINISH_WITHIN = 5.0
"""Seconds in which a run is to be stored before another one begins."""
ASK_AFTER = 100
"""Epochs after which a restart has to be asked for twice."""


class Run:
    """One run and how it is looked at. Knows no thread; `work` is the one training loop's body.

    Args:
        navigator: where it is.
        save: how to write a state.
        goal: where running pauses, once for each part of it; None for that of the navigator.
        recording: keeps a run that is kept already.
        open_recorder: where to keep a new one; None keeps nothing.

    Attributes:
        goal: watches for it.
        looking: where one looks at it.
        diverged: why training just ended, if it diverged.
        executed: how many commands have been executed or dropped.
    """

    def __init__(
        self,
        navigator: Navigator,
        save: SaveState | None = None,
        goal: Goal | None = None,
        recording: Recording | None = None,
        open_recorder: OpenRecorder | None = None,
    ) -> None:
        self._save = save
        self._open_recorder = open_recorder
        self.recording = recording or Recording(open_recorder)
        self.pacer, self.meter = Pacer(), Meter()
        self.executed = 0
        self._pace = c.PACES.index(20)
        self.looking = Looking(navigator)
        self._notice: Notice | None = None
        self._asked: c.Restart | c.Start | None = None
        self._ghosts = Ghosts()
        self._checkpoints = Checkpoints()
        if goal is not None:
            navigator.goal = goal
        self._begin(navigator)

    def _begin(self, navigator: Navigator) -> None:
        self.navigator = navigator
        self.goal = GoalWatch(navigator)
        self._opened_at = navigator.timeline.newest
        self.diverged: Diverged | None = None
        self._rebuilt: set[int] = set()  # branches whose past is whole
        self._progress: Notice | None = None  # of rebuilding

    @property
    def pace(self) -> float | None:
        """Epochs per second wanted; None is unlimited."""
        return c.PACES[self._pace]

    # Training.

    def work(self, poll: Callable[[], None] | None = None) -> None:
        """One epoch further on the way, recorded; a checkpoint where one is due.

        What ``poll`` raises, such as `Interrupted`, leaves the epoch half-way; see `Navigator`.
        """
        navigator = self.navigator
        begun, trains = time.perf_counter(), navigator.trains
        try:
            navigator.work(None if poll is None else lambda: self._poll(poll))
        except Diverged as diverged:
            self.diverged = diverged
            what = f"diverged after epoch {diverged.epoch:,}"
            advice = "[ halves lr, c clips, r restarts"
            self.tell(
                f"{what}: the {diverged.tensor} became NaN or infinite first; "
                "[ halves the learning rate, c clips, r restarts",
                "error",
                f"{what}: the {diverged.tensor} is not finite; {advice}",
                f"{what}: {advice}",
                f"diverged: {advice}",
            )
        else:
            self.recording.note(navigator)
            self.meter.count(navigator.epoch)
            if self.goal.look():
                self.tell(f"{self.goal.told}; space continues")
        finally:
            if trains and navigator.seconds is not None:
                navigator.seconds += time.perf_counter() - begun
        if navigator.resting:
            self.meter.reset()
        self._checkpoints.after_epoch(self.recording, navigator)

    def _poll(self, poll: Callable[[], None]) -> None:
        poll()
        self._checkpoints.inside_epoch(self.recording, self.navigator)

    @property
    def lacks_past(self) -> bool:
        """Whether states to go back to on this branch were lost, as after a crash."""
        timeline = self.navigator.timeline
        if timeline.number not in self._rebuilt and timeline.first_gap() is None:
            self._rebuilt.add(timeline.number)
        return timeline.number not in self._rebuilt

    def rebuild_past(self, poll: Callable[[], None]) -> None:
        """Train through the past again, once, so that going back is quick; at rest."""
        number = self.navigator.timeline.number
        with contextlib.suppress(Diverged):  # other bits than where the run was made
            self.navigator.rebuild_past(poll)
        self._rebuilt.add(number)
        self.recording.save_keyframes(self.navigator)
        if self._notice is self._progress:
            self._notice = None
        self.looking.outdate()  # more of the past can be seen

    def tell_progress(self) -> None:
        """How far `rebuild_past` is, unless there is something else to tell."""
        if self._notice is self._progress:
            navigator = self.navigator
            self.tell(
                f"rebuilding the way back: epoch {navigator.epoch:,} of "
                f"{navigator.timeline.newest:,}"
            )
            self._progress = self._notice

    # Commands.

    def execute(self, command: c.Command) -> None:
        """Do what a command says; what was told of the one before is no longer told."""
        self.executed += 1
        self.looking.outdate(moved=not isinstance(command, c.PASSING))
        asked, self._asked = self._asked, None
        if asked is not None or not isinstance(command, c.PASSING):
            self._notice = self._progress = None
        before = self._way()
        if isinstance(command, c.Restart):
            self._restart(command, confirmed=command == asked)
        elif isinstance(command, c.Start):
            self._start(command, confirmed=command == asked)
        elif isinstance(command, c.Open):
            self._open(command)
        elif isinstance(command, c.PASSING):
            self._look_otherwise(command)
        elif isinstance(command, c.SetSetting | c.ScaleRate | c.ZeroWeights | c.NameBranch):
            self._intervene(command)
        elif isinstance(command, c.Save):
            self._write()
        else:
            self._move(command)
        if self._way() != before:
            self.meter.reset()

    def _way(self) -> tuple[Navigator, bool, int | None]:
        return self.navigator, self.navigator.running, self.navigator.target

    def _move(self, command: c.Command) -> None:
        navigator = self.navigator
        self.diverged = None
        match command:
            case c.Run():
                self.pacer.reset()
                navigator.run()
            case c.Pause():
                navigator.rest()
            case c.Step(epochs):
                if epochs < 0 and navigator.epoch == 0 and navigator.resting:
                    self.tell("this is epoch 0, the untrained network")
                navigator.step(epochs)
            case c.GoTo(number, whence):
                navigator.go_to(self._epoch_meant(number, whence))
            case c.Home():
                navigator.go_to(0)
            case c.End():
                navigator.go_to(navigator.timeline.newest)
            case c.Visit(number) if 0 <= number < len(navigator.timelines):
                navigator.visit(number)
                self.tell(f"on branch “{navigator.timeline.name}”")

    def _epoch_meant(self, number: int, whence: c.Whence) -> int:
        if whence == "percent":
            return self.navigator.timeline.newest * number // 100
        if whence == "here":  # on the way somewhere: from there
            target = self.navigator.target
            return number + (self.navigator.epoch if target is None else target)
        return number

    def _look_otherwise(self, command: c.Command) -> None:
        match command:
            case c.ChangePace(places):
                self._pace = min(max(self._pace + places, 0), len(c.PACES) - 1)
                self.pacer.reset()
                self.tell(f"pace: {pace_text(self.pace)}")
            case c.Watch(lenses):
                self.looking.lenses = lenses
            case c.Overlay(name, None):
                self._ghosts.remove(name)
            case c.Overlay(name, Buckets() as curve, label, kind):
                self._ghosts.add(Ghost(name, curve, label or name, is_kept=True, kind=kind))
            case _:
                if (found := self.looking.move(command)) is not None:
                    self.tell(found)

    def _intervene(self, command: c.Command) -> None:
        navigator = self.navigator
        try:
            match command:
                case c.ScaleRate(factor):
                    rate = float(navigator.settings["lr"] or 0) * factor
                    self._set("lr", clamp(rate))
                case c.SetSetting(name, value):
                    self._set(name, value)
                case c.ZeroWeights(weights):
                    navigator.zero(weights)
                    self.diverged = None
                    self.tell(f"{weights} is zero at epoch {navigator.epoch:,}, on a new branch")
                case c.NameBranch(number, name) if 0 <= number < len(navigator.timelines):
                    navigator.timelines[number].name = name
                    self.tell(f"branch {number} is now “{name}”")
        except ValueError as error:
            self.tell(str(error), "warning")

    def _set(self, name: str, value: Value) -> None:
        navigator = self.navigator
        forked = navigator.set(name, value)
        if forked:
            self.diverged = None
        waits = navigator.epoch in navigator.timeline.edits
        where = ", on a new branch" if forked else ""
        if waits:
            where = "; the next update begins a new branch"
        text = SETTINGS[name].describe(navigator.settings[name])
        self.tell(f"{text} from epoch {navigator.epoch:,} on{where}")

    def _asks(self, command: c.Restart | c.Start, again: str, *, many: bool) -> bool:
        """Ask to say it again, where much would be left behind, or what is not stored."""
        navigator, lost = self.navigator, self.recording.failing
        newest = max(timeline.newest for timeline in navigator.timelines)
        if not lost and (newest <= ASK_AFTER or not many):
            return False
        self._asked = command
        navigator.rest()
        hint = ", which are NOT stored; ctrl+s tries again" if lost else ""
        self.tell(f"{again} and leaves {count(newest, 'epoch')} behind{hint}", "warning")
        return True

    def _start(self, command: c.Start, *, confirmed: bool) -> None:
        is_kept = self._open_recorder is not None
        if not confirmed and self._asks(command, "enter again starts it", many=not is_kept):
            return
        stored = self._renew(command.config, command.goal)
        self._ghosts.clear()
        self._tell_begun(f"a new run: {self.navigator.trainer.config.task.title}", stored)

    def _renew(self, config: Config, goal: Goal) -> bool:
        """Go over to a new run; whether the present one is stored to its end."""
        navigator = self.navigator
        stored = self.recording.finish(navigator, timeout=FINISH_WITHIN)
        self.recording = Recording(self._open_recorder)
        anew = Navigator(Trainer(config), navigator.budget)
        anew.goal = goal
        self.looking.turn_to(anew)
        self._begin(anew)
        return stored

    def _restart(self, command: c.Restart, *, confirmed: bool) -> None:
        navigator, key = self.navigator, "R" if command.seed_step else "r"
        if not confirmed and self._asks(command, f"{key} again restarts", many=True):
            return
        config = navigator.trainer.config
        shown = f"seed {config.seed}" if command.seed_step else "before r"
        self._ghosts.remember(navigator.timeline.curve.buckets(), shown)
        config = config.with_options(**navigator.settings, seed=config.seed + command.seed_step)
        place = self.looking.cursor.place
        stored = self._renew(config, navigator.goal)
        self.looking.move(c.Look(*place))
        changed = [
            describe(name, value)
            for name, value in config.settings.items()
            if value != navigator.trainer.config.settings[name]
        ]
        self._tell_begun(
            ", ".join([f"a new run from epoch 0 with seed {config.seed}", *changed]), stored
        )

    def _open(self, command: c.Open) -> None:
        if self.recording.failing:
            command.recording.let_go()
            self.tell("this run is NOT stored; ctrl+s tries again, then o opens another", "warning")
            return
        stored = self.recording.finish(self.navigator, timeout=FINISH_WITHIN)
        self.recording = command.recording
        self.looking.turn_to(command.navigator)
        self._begin(command.navigator)
        self._ghosts.clear(but_kept=True)
        self._ghosts.remove(command.recording.name or "")
        opened = f"run {command.recording.name}, epoch {self.navigator.timeline.newest:,}"
        self._tell_begun(opened, stored)
        if stored and command.note:
            self.tell(command.note, "warning")

    def _tell_begun(self, text: str, stored: bool) -> None:
        if stored:
            self.tell(text)
        else:
            self.tell(f"{text}; the one before is not stored to its end", "warning")

    # Keeping.

    def tell_problems(self) -> bool:
        """Pause where the run cannot be stored; whether there is something new to tell."""
        problem = self.recording.problem()
        if problem is None:
            return False
        if not self.recording.failing:
            self.tell(problem, "warning")
            return True
        self.navigator.rest()
        self.tell(
            f"{problem} · space continues, ctrl+s tries again at once",
            "error",
            "NOT stored · space continues, ctrl+s tries again",
        )
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

    def tell(self, text: str, severity: Severity = "information", *shorter: str) -> None:
        """Something the user should know; see `Notice`."""
        self._notice = Notice(text, severity, shorter)

    # What it looks like.

    def look(self, at_step: AtStep | None = None) -> Snapshot:
        """A snapshot of this moment; what ``at_step`` raises leaves the last observation."""
        return self._snapshot(self.looking.look(at_step))

    def look_back(self) -> Snapshot | None:
        """A snapshot of this moment with the last observation; None if there is none yet."""
        last = self.looking.last
        return None if last is None else self._snapshot(last)

    def _snapshot(self, observation: Observation) -> Snapshot:
        navigator = self.navigator
        target, epochs = navigator.target, self.goal.ahead.epochs
        if navigator.running and epochs is not None and epochs > navigator.epoch:
            target = epochs
        return Snapshot(
            config=navigator.trainer.config,
            task=navigator.trainer.config.task,
            activity=self._activity(),
            target=target,
            pace=self.pace,
            measured=self.meter.rate,
            remaining=self.meter.remaining(navigator.epoch, target),
            observation=observation,
            notice=self._notice,
            is_stored=not self.recording.failing,
            executed=self.executed,
            run=self.recording.name,
            opened_at=self._opened_at,
            is_current=self.looking.is_current,
            ghosts=self._ghosts.all,
            goal=self.goal.ahead,
        )

    def _activity(self) -> Activity:
        navigator = self.navigator
        if self.diverged is not None:
            return "diverged"
        if navigator.running:
            known = navigator.epoch < navigator.timeline.newest
            return "replaying" if known else "running"
        return "paused" if navigator.resting else "going"
