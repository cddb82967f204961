"""What the keys do: each action becomes a command for the session, or another way to look."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual.theme import ThemeProvider

from rnn_tui.app.dialogs import questions
from rnn_tui.app.dialogs.gradient import GradientDialog
from rnn_tui.app.dialogs.help import Help
from rnn_tui.app.dialogs.palette import Palette
from rnn_tui.app.dialogs.runs import Runs
from rnn_tui.app.terminal.abilities import Colours
from rnn_tui.app.terminal.app import TerminalApp
from rnn_tui.app.terminal.picture import picture, write_picture
from rnn_tui.app.views.registry import VIEWS, switch_keys
from rnn_tui.app.views.view import AT_REST, View
from rnn_tui.app.words import about, title
from rnn_tui.runs.kept import KeptRuns
from rnn_tui.session import commands as c
from rnn_tui.session.lenses.lens import Lens
from rnn_tui.session.lenses.subject import subject
from rnn_tui.session.session import Session
from rnn_tui.session.snapshot import Snapshot
from rnn_tui.training.command_line import parse_options
from widgets import LossChart, PredictionsPanel, SequencePanel, StatusBar

Ask = Callable[[Snapshot, bool], questions.Question]

_MOTIONS = (
    c.Run, c.GoTo, c.Pause, c.Step, c.Home, c.End, c.Visit, c.Restart, c.ZeroWeights,
    c.Start, c.Open,
)  # fmt: skip
_LASTING = (c.Run, c.GoTo)
"""Motions that `space` ends; the others end soon by themselves."""


class Actions(TerminalApp[None]):
    """The actions, which the table of keys describes.

    Args:
        session: to be shown; started.
        kept: the runs that are kept; None where none are.
        ascii_only, colours, theme: see `TerminalApp`.

    Attributes:
        session: the same.
        shown: the snapshot on the screen.
        views: all of them, in the order of their number keys.
        view: the one on the screen.
    """

    def __init__(
        self,
        session: Session,
        kept: KeptRuns | None,
        *,
        ascii_only: bool,
        colours: Colours,
        theme: str | None,
    ) -> None:
        super().__init__(ascii_only=ascii_only, colours=colours, theme=theme)
        self.session, self.shown = session, session.snapshot
        self.kept = kept
        self._mode_names: list[str] = []
        self._views_made = 0
        self.views: list[View] = []
        self._make_views()
        self.view = self.views[0]
        self._watched = self.view.lenses
        self._for_dialog: frozenset[Lens] = frozenset()
        self.total = False
        self.waiting: Ask | None = None  # a dialog that opens when the screen is up to date
        self._sent = self._journey = 0  # commands in all, and up to the last journey
        self._motion: c.Command | None = None  # the last one whose effect is not shown yet
        self._started = 0  # the command that started another run, until that is shown

    def _make_views(self) -> None:
        """All of them, for the run shown; the first ones have the names that App knows."""
        names = [view.name_of_view for view in VIEWS]
        after = f" {self._views_made}" if self._views_made else ""
        self._mode_names = [f"{name}{after}" for name in names]
        self._views_made += 1
        self.views = [view(self.shown, switch_keys(), self.ascii_only) for view in VIEWS]
        for mode, view in zip(self._mode_names, self.views, strict=True):
            view.lenses_changed = self.watch_for_view
            self.add_mode(mode, partial(_same, view))

    async def renew_views(self) -> None:
        """Make them again, for the run shown, which is of another network."""
        number, gone = self.views.index(self.view), self._mode_names
        self._make_views()
        self.view = self.views[number]
        await self.switch_mode(self._mode_names[number])
        for mode in gone:
            await self.remove_mode(mode)

    def tell(self, text: str, severity: str = "information") -> None:
        """Something the user should know, for a while."""
        raise NotImplementedError

    def forget(self, *, pausing: bool = False) -> None:
        """Stop telling what was told of the last command; warnings stay their time."""
        raise NotImplementedError

    def show(self) -> None:
        """Draw the snapshot."""
        raise NotImplementedError

    def send(self, command: c.Command) -> None:
        """Hand a command to the session; what was told of the one before is no longer told."""
        self.forget(pausing=isinstance(command, c.Pause))
        if isinstance(command, _MOTIONS):
            self._motion = command
        self._sent += 1
        if isinstance(command, _LASTING):
            self._journey = self._sent
        if isinstance(command, c.Start):
            self._started = self._sent
        self.session.send(command)

    def watch_for_view(self) -> None:
        """Have observed what the view wants at this size, and a dialog that is to open."""
        lenses = self.view.wanted(self.size) | self._for_dialog
        if lenses != self._watched:
            self._watched = lenses
            self._sent += 1
            self.session.send(c.Watch(lenses))

    def forget_motion(self) -> None:
        """Trust what is shown again, where it is the effect of the last motion sent."""
        shown = self.shown
        sees_journey = shown.activity == "going" and shown.executed >= self._journey
        if sees_journey or shown.executed >= self._sent:
            self._motion = None

    @property
    def is_moving(self) -> bool:
        """Whether `space` pauses: what one sees counts, and what was typed since."""
        if self._motion is not None:
            return isinstance(self._motion, _LASTING)
        return self.shown.activity not in AT_REST

    @property
    def is_running_on(self) -> bool:
        """Whether it goes on without end."""
        if self._motion is not None:
            return isinstance(self._motion, c.Run)
        return self.shown.activity in ("running", "replaying")

    @property
    def is_up_to_date(self) -> bool:
        """Whether the screen shows where all that was typed leads to."""
        shown = self.shown
        return shown.executed >= self._sent and shown.is_current and shown.activity != "going"

    # Time.

    def action_run_or_pause(self) -> None:
        self.send(c.Pause() if self.is_moving else c.Run())

    def action_cancel(self) -> None:
        if self.shown.activity == "going" or isinstance(self._motion, c.GoTo):
            self.send(c.Pause())
        else:
            self.view.cancel()

    def action_step(self, epochs: int) -> None:
        self.send(c.Step(epochs))

    def action_home(self) -> None:
        self.send(c.Home())

    def action_end(self) -> None:
        self.send(c.End())

    async def action_go_to(self) -> None:
        """Ask for an epoch, at once: the answer ends any journey."""
        if self.screen is self.view:
            await self.open(partial(questions.go_to, lambda: self.shown, self.tell))

    async def action_branches(self) -> None:
        await self._ask(questions.branches)

    async def action_name_branch(self) -> None:
        await self._ask(questions.name_branch)

    # Training.

    def action_pace(self, places: int) -> None:
        self.send(c.ChangePace(places))

    def action_rate(self, doublings: int) -> None:
        self.send(c.ScaleRate(2.0**doublings))

    async def action_set(self, name: str) -> None:
        self._pause()
        await self._ask(partial(questions.setting, name))

    async def action_zero_or_hold(self) -> None:
        self._pause()
        await self._ask(questions.zero_or_hold)

    async def action_check_gradient(self) -> None:
        if self.screen is self.view and self.waiting is None:
            self._pause()
            self._for_dialog = frozenset({subject})
            self.watch_for_view()
            await self._ask(self._gradient_dialog)

    def action_restart(self, seed_step: int) -> None:
        self.send(c.Restart(seed_step))

    async def action_start(self) -> None:
        """Start the run that the view offers; ask for its options where they are no run yet."""
        try:
            self.send(c.Start(*parse_options(self.view.offered or "")))
        except ValueError:
            await self.action_edit()

    async def action_edit(self) -> None:
        """Ask for the options of the run that the view offers, at once."""
        if (text := self.view.offered) is not None and self.screen is self.view:
            await self.open(lambda shown, ascii: questions.start(text, ascii))

    async def show_started(self, before: Snapshot) -> None:
        """Go to the overview where the snapshot shows the run that was started."""
        if self._started and self.shown.executed >= self._started:
            self._started = 0
            if self.shown.config is not before.config:
                await self.action_view(1)

    async def action_runs(self) -> None:
        """List the kept runs, at once."""
        if self.screen is not self.view:
            return
        if self.kept is None:
            self.tell("runs are not kept: the program was started with --no-store")
            return
        kept, key = self.kept, self.view.key_to_chart
        await self.open(lambda shown, ascii: Runs(kept, shown, key, self.send, ascii))

    def action_save(self) -> None:
        self.send(c.Save())

    # Looking.

    def action_sequence(self, step: int) -> None:
        self.send(c.ShowSequence(step))

    def action_next_mistake(self) -> None:
        self.send(c.NextMistake())

    def action_worst_sequence(self) -> None:
        self.send(c.WorstSequence())

    def action_time_step(self, steps: int) -> None:
        self.send(c.ShowStep(steps))

    def action_total(self) -> None:
        self.send(c.Forget())
        self.total = not self.total
        self.show()

    async def action_view(self, number: int) -> None:
        if self.view is not self.views[number - 1]:
            self.view = self.views[number - 1]
            self.forget()
            self.watch_for_view()
            await self.switch_mode(self._mode_names[number - 1])
            self.show()

    async def action_help(self) -> None:
        self.send(c.Forget())
        await self.push_screen(Help(self.view, self.ascii_only, about(self.shown)))

    async def action_command_palette(self) -> None:  # type: ignore[override]
        if not isinstance(self.screen, Palette):
            await self.push_screen(Palette())

    def search_themes(self) -> None:
        """Choose the colours."""
        self.push_screen(Palette([ThemeProvider], "search for a theme"))

    def action_picture(self) -> None:
        self.send(c.Forget())
        seen, config = self.shown.observation, self.shown.config
        stem = f"rnn-tui-{config.task.name}-seed{config.seed}-epoch{seen.epoch}"
        try:
            drawn = picture(self, f"{title(self.shown)} · epoch {seen.epoch}")
            path = write_picture(drawn, stem)
        except OSError as error:
            self.tell(f"no picture: {error.strerror or error}".lower(), "error")
        else:
            self.tell(f"picture saved as {path}")

    # The mouse.

    def on_loss_chart_epoch_picked(self, event: LossChart.EpochPicked) -> None:
        self.send(c.GoTo(event.epoch))

    def on_predictions_panel_picked(self, event: PredictionsPanel.Picked) -> None:
        self.send(c.Look(event.sequence, event.step))

    def on_predictions_panel_scrolled(self, event: PredictionsPanel.Scrolled) -> None:
        self.send(c.ShowStep(event.steps))

    def on_status_bar_epoch_picked(self, event: StatusBar.EpochPicked) -> None:
        self.send(c.GoTo(event.epoch))

    def on_sequence_panel_sequence_stepped(self, event: SequencePanel.SequenceStepped) -> None:
        self.send(c.ShowSequence(event.delta))

    def on_sequence_panel_step_moved(self, event: SequencePanel.StepMoved) -> None:
        self.send(c.ShowStep(event.delta))

    def _gradient_dialog(self, shown: Snapshot, ascii_only: bool) -> questions.Question:
        self._for_dialog = frozenset()
        self.watch_for_view()
        return GradientDialog(shown.observation.see(subject), ascii_only)

    def _pause(self) -> None:
        """Before a dialog that changes things: it acts on the epoch on which it opens."""
        if self.is_running_on:
            self.send(c.Pause())

    async def _ask(self, ask: Ask) -> None:
        """Open a dialog on the state that all keys before this one lead to."""
        if self.screen is not self.view or self.waiting is not None:
            return
        if self.is_up_to_date:
            await self.open(ask)
        else:
            self.waiting = ask
            if self.shown.executed >= self._sent:  # the past is being rebuilt
                self.send(c.Forget())
            if self.shown.activity == "going":
                self.tell("esc stops here; the dialog opens when the epoch is reached")

    async def open(self, ask: Ask) -> None:
        """Open a dialog now."""
        self.waiting = None
        self.forget()
        await self.push_screen(ask(self.shown, self.ascii_only), self._answered)

    def _answered(self, command: c.Command | None) -> None:
        if command is not None:
            self.send(command)


def _same(view: View) -> View:
    """What Textual calls to make the screen of a mode: each view is made once."""
    return view
