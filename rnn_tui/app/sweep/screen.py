"""The screen of a sweep: settings, their bands in the chart, the runs of the setting chosen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from textual.binding import BindingsMap
from textual.containers import Container
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from rnn_tui.app.chart_actions import ChartActions
from rnn_tui.app.dialogs.help import Help
from rnn_tui.app.full_screen import MESSAGE_SECONDS, FullScreen
from rnn_tui.app.keys import bindings, hints
from rnn_tui.app.sweep import present
from rnn_tui.app.sweep.keys import SWEEP_KEYS
from rnn_tui.app.sweep.reading import READING, about
from rnn_tui.app.sweep.words import named, why_not_opened
from rnn_tui.sweep.plan import Plan
from rnn_tui.sweep.seen import RunSeen, Seen, Setting
from widgets import BottomLine, LossChart, ProgressPanel, TablePanel
from widgets.drawing.panel import Panel


class Place(NamedTuple):
    """Where one is on the screen.

    Attributes:
        setting: the place of the one chosen.
        run: the place of the run chosen among its runs.
        is_among_runs: whether keys choose among these.
    """

    setting: int = 0
    run: int = 0
    is_among_runs: bool = False


START = Place()


class BandChart(LossChart):
    """The loss chart, with the words of a sweep."""

    DEFAULT_CSS = "BandChart { height: 1fr; }"
    BORDER_TITLE = "training loss by setting"
    WHEN = ": median and quartiles over its runs"


class SweepScreen(ChartActions, FullScreen):
    """Shows what was seen of a sweep.

    Args:
        plan: of the sweep.
        seen: what there is to be seen at first.
        place: where to begin.
        ascii_only: draw with ASCII characters only.
    """

    name_of_view = "sweep"
    subject = "This sweep"
    keys = SWEEP_KEYS
    reading = READING
    DEFAULT_CSS = """
    SweepScreen #arranged { layout: grid; grid-size: 2; grid-columns: 3fr 2fr; grid-rows: 1fr 11; }
    SweepScreen BandChart { column-span: 2; }
    SweepScreen TablePanel { height: 100%; }
    SweepScreen.-normal #arranged { grid-rows: 1fr 13; }
    SweepScreen.-high #arranged { grid-rows: 1fr 16; }
    SweepScreen.-tall #arranged { grid-rows: 1fr 22; }
    SweepScreen.-vast #arranged { grid-columns: 1fr 92; grid-rows: 2fr 3fr; }
    SweepScreen.-vast BandChart { column-span: 1; row-span: 2; }
    SweepScreen.-narrow #arranged, SweepScreen.-low #arranged {
        grid-size: 1; grid-columns: 1fr; grid-rows: 1fr 9;
    }
    SweepScreen.-low #arranged { grid-rows: 1fr 6; }
    SweepScreen.-narrow BandChart, SweepScreen.-low BandChart { column-span: 1; row-span: 1; }
    SweepScreen.-narrow .unused, SweepScreen.-low .unused { display: none; }
    """

    class Opened(Message):
        """A run is to be opened in the trainer.

        Attributes:
            id: of the run.
            place: where one was when it was chosen.
        """

        def __init__(self, id: str, place: Place) -> None:
            super().__init__()
            self.id, self.place = id, place

    def __init__(self, plan: Plan, seen: Seen, place: Place, ascii_only: bool) -> None:
        self.progress = ProgressPanel()
        super().__init__(self.progress, ascii_only)
        self._plan, self._seen, self.place = plan, seen, place
        self._bindings = BindingsMap(bindings(SWEEP_KEYS))
        self.chart, self.settings, self.runs = BandChart(), TablePanel(), TablePanel()
        self._has_panels = False
        self._told, self._severity = "", "information"
        self._message_timer: Timer | None = None
        self._time_left, self._is_training = "", True

    def panels(self) -> Iterable[Widget]:
        """The chart above the two tables."""
        yield Container(self.chart, self.settings, self.runs, id="arranged")

    def on_mount(self) -> None:
        """Show what was to be shown before there were panels."""
        for panel in self.query(Panel):
            panel.ascii = self._ascii
        self.app.theme_changed_signal.subscribe(self, lambda _: self._show())
        self._has_panels = True
        self._show()

    # What is shown.

    def show(self, seen: Seen, time_left: str, *, is_training: bool) -> None:
        """Show another moment.

        Args:
            seen: the sweep.
            time_left: in words; empty while nobody knows.
            is_training: whether this process trains its runs.
        """
        self._seen, self._time_left, self._is_training = seen, time_left, is_training
        self._show()

    def tell(self, text: str, severity: str = "information") -> None:
        """Something the user should know, for a while, or until something else is chosen."""
        self._told, self._severity = text, severity
        if self._message_timer is not None:
            self._message_timer.stop()
        if text:
            self._message_timer = self.set_timer(MESSAGE_SECONDS, lambda: self.tell(""))
        self._show_bottom_line()

    @property
    def setting(self) -> Setting:
        """The one chosen."""
        return self._seen.settings[self.place.setting]

    @property
    def run(self) -> RunSeen:
        """The one chosen."""
        return self.setting.runs[self.place.run]

    def _show(self) -> None:
        """Give each panel its value."""
        if not self._has_panels:
            return
        plan, seen, (chosen, run, is_among_runs) = self._plan, self._seen, self.place
        look = present.Look(self._ascii, self.app.current_theme.dark)
        self._set(
            self.progress,
            present.progress(plan, seen, self._time_left, is_training=self._is_training),
        )
        self._set(
            self.settings,
            present.settings_table(plan, seen, chosen, is_active=not is_among_runs, look=look),
        )
        self._set(self.runs, present.runs_table(plan, self.setting, run, is_active=is_among_runs))
        self.chart.value = present.chart(seen, chosen)
        self._name_tables()
        self._show_bottom_line()

    @staticmethod
    def _set(panel: Panel[Any], value: object) -> None:
        if panel.value != value:
            panel.value = value

    def _name_tables(self) -> None:
        """Say what the tables are of, and hide the one there is no room for on a small screen."""
        count = len(self._seen.settings)
        self.settings.border_title = "settings"
        shown = present.on_chart(self.place.setting, count)
        if len(shown) < count:
            self.settings.border_subtitle = (
                f"bands of {shown.start + 1} to {shown.stop} of {count:,}"
            )
        by = self.setting.group.by
        self.runs.border_title = f"runs of {named(by)}" if by else "runs"
        self.settings.set_class(self.place.is_among_runs, "unused")
        self.runs.set_class(not self.place.is_among_runs, "unused")

    def _show_bottom_line(self) -> None:
        moving, disabled = False, frozenset[str]()
        value = BottomLine(
            hints(SWEEP_KEYS, self._ascii, moving, disabled), self._told, self._severity
        )
        self._set(self.key_bar, value)

    # Keys.

    def _go(self, place: Place) -> None:
        """Choose something else; what was told belonged to what was chosen."""
        if place.setting != self.place.setting:
            place = place._replace(run=0)
        self.place, self._told = place, ""
        self._show()

    def action_choose(self, step: int) -> None:
        """Further down, or up, in the table that is active."""
        place = self.place
        if place.is_among_runs:
            self._go(place._replace(run=_within(place.run + step, len(self.setting.runs))))
        else:
            last = len(self._seen.settings)
            self._go(place._replace(setting=_within(place.setting + step, last)))

    def action_look_at_runs(self) -> None:
        """Choose among the runs."""
        self._go(self.place._replace(is_among_runs=True))

    def action_look_at_settings(self) -> None:
        """Choose among the settings."""
        if self.chart.window is not None and not self.place.is_among_runs:
            self.chart.show_all()
        self._go(self.place._replace(is_among_runs=False))

    def action_open(self) -> None:
        """The runs of a setting; a run in the trainer."""
        if not self.place.is_among_runs:
            self.action_look_at_runs()
        elif (reason := why_not_opened(self.run)) is not None:
            self.tell(reason, "warning")
        else:
            self.post_message(self.Opened(self.run.member.id, self.place))

    def action_best(self) -> None:
        """Choose the best setting."""
        best = present.best_setting(self._plan, self._seen)
        if best is None:
            self.tell("none is the best one yet: runs of two settings have to end first")
        else:
            self._go(Place(best))

    async def action_help(self) -> None:
        """The help of this screen."""
        await self.app.push_screen(Help(self, self._ascii, about(self._plan)))

    # The mouse.

    def on_table_panel_picked(self, event: TablePanel.Picked) -> None:
        """A click chooses; one on what is chosen opens it."""
        if event.is_open:
            self.action_open()
        elif event.panel is self.runs:
            self._go(self.place._replace(run=event.place, is_among_runs=True))
        else:
            self._go(self.place._replace(setting=event.place, is_among_runs=False))

    def on_table_panel_scrolled(self, event: TablePanel.Scrolled) -> None:
        """The wheel chooses in the table under it."""
        self.place = self.place._replace(is_among_runs=event.panel is self.runs)
        self.action_choose(event.rows)


def _within(place: int, count: int) -> int:
    return max(0, min(place, count - 1))
