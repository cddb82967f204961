"""The views, in the order of their number keys."""

from __future__ import annotations

from rnn_tui.app.keys import Key
from rnn_tui.app.views.memory.view import MemoryView
from rnn_tui.app.views.overview.view import Overview
from rnn_tui.app.views.sample.view import SampleView
from rnn_tui.app.views.tasks.view import TasksView
from rnn_tui.app.views.view import View
from rnn_tui.app.views.weights.view import WeightsView

VIEWS: tuple[type[View], ...] = (Overview, WeightsView, SampleView, MemoryView, TasksView)


def switch_keys() -> tuple[Key, ...]:
    """The number keys that switch between the views."""
    return tuple(
        Key(str(n), f"view({n})", str(n), str(n), f"show the {name}", "View", name, 5)
        for n, name in enumerate((view.name_of_view for view in VIEWS), 1)
    )
