"""The tasks view: choose a problem, read about it, start the run to begin with."""

from __future__ import annotations

from collections.abc import Iterable

from textual.containers import Horizontal
from textual.widget import Widget

from rnn_tui.app.keys import Key
from rnn_tui.app.views.tasks import present
from rnn_tui.app.views.view import View
from rnn_tui.session.snapshot import Snapshot
from rnn_tui.tasks.task import Drawable, Task
from rnn_tui.training.command_line import suggestion
from widgets import TaskListPanel, TaskPanel
from widgets.drawing.panel import Drawing


class TasksView(View):
    """The list beside what there is to say of the problem chosen."""

    name_of_view = "problems"
    view_keys = (
        Key("up", "screen.choose(-1)", "↑", "up", "previous problem", "View", "choose", 2),
        Key("down", "screen.choose(1)", "↓", "down", "next problem", "View", "choose", 2),
        Key("enter,ctrl+j", "start", "enter", "enter",
            "start this run; the present one is kept (o)", "View", "start", 2),
        Key("e", "edit", "e", "e", "edit the options, then start", "View", "edit", 2),
        Key("less_than_sign", "screen.turn(-1)", "<", "<", "back in the text", "View"),
        Key("greater_than_sign", "screen.turn(1)", ">", ">", "more of the text", "View"),
    )  # fmt: skip
    reading = (
        ("memory", "whether the problem can only be solved with a memory: not with U = 0, not with "
                   "the state reset"),
        ("guessing, best", "the loss of guessing and of the best predictor on new sequences, nats "
                           "per scored symbol; where the best is above 0 a part of the targets is "
                           "random, and it cannot be solved"),
        ("about", "what the problem needs, and what was found by trial: not a promise"),
        ("run", "the options to begin with, which solve it where it was found to be solved; enter "
                "starts it from epoch 0, e lets you change them first"),
        ("figure", "what was published or derived: read there (primary), read elsewhere "
                   "(secondary), recalled (not read), derived"),
        ("▸", "the problem of the run on the screen"),
    )  # fmt: skip
    DEFAULT_CSS = """
    TasksView TaskListPanel { width: 20; }
    TasksView.-medium TaskListPanel { width: 28; }
    TasksView.-wide TaskListPanel { width: 28; }
    TasksView.-broad TaskListPanel, TasksView.-vast TaskListPanel { width: 51; }
    """

    def panels(self) -> Iterable[Widget]:
        """The list and the text."""
        names = [kind.name for kind in present.KINDS]
        self.chosen = names.index(self.first.task.name)
        self.listing, self.text = TaskListPanel(), TaskPanel()
        yield Horizontal(self.listing, self.text)

    def show_panels(self, snapshot: Snapshot, drawing: Drawing) -> None:
        """Give each panel its value, where it is another one."""
        listing = present.listing(self.chosen, snapshot.task.name)
        details = present.details(self._kind, self._ascii)
        for panel, value in ((self.listing, listing), (self.text, details)):
            if panel.value != value:
                panel.value = value

    @property
    def _kind(self) -> type[Task]:
        return present.KINDS[self.chosen]

    @property
    def offered(self) -> str:
        """The options of the run to begin with."""
        return suggestion(self._kind)

    def unavailable(self, snapshot: Snapshot) -> Iterable[str]:
        """Starting what needs a file: first it has to be named."""
        yield from super().unavailable(snapshot)
        if not issubclass(self._kind, Drawable):
            yield "start"

    def action_choose(self, step: int) -> None:
        """Choose another problem."""
        self.chosen = (self.chosen + step) % len(present.KINDS)
        self.show_again()

    def action_turn(self, pages: int) -> None:
        """Scroll the text."""
        self.text.scroll_lines(pages * max(1, self.text.size.height - 2))

    def on_task_list_panel_picked(self, event: TaskListPanel.Picked) -> None:
        """A click chooses a problem."""
        self.chosen = event.place
        self.show_again()
