"""The first view: loss, sequences, weights, gradient through time."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widgets import Static

from rnn_tui.app.views.overview import present as presenter
from rnn_tui.session.snapshot import Snapshot
from widgets import GradientPanel, KeyBar, LossChart, SequencePanel, StatusBar, WeightsPanel

SMALLEST = (60, 15)
_WIDTHS = [(0, "-slim"), (SMALLEST[0], "-narrow"), (120, "-wide")]
_HEIGHTS = [(0, "-tiny"), (SMALLEST[1], "-low"), (21, "-short"), (27, "-normal"), (44, "-tall")]


class Overview(Screen[None]):
    """Arranges the panels and hands them their values."""

    HORIZONTAL_BREAKPOINTS = _WIDTHS
    VERTICAL_BREAKPOINTS = _HEIGHTS
    AUTO_FOCUS = ""

    def __init__(self, ascii_only: bool) -> None:
        super().__init__()
        self.status = StatusBar()
        self.chart = LossChart()
        self.strings = SequencePanel(id="strings")
        self.norms = WeightsPanel()
        self.through_time = GradientPanel()
        for panel in (self.status, self.chart, self.strings, self.norms, self.through_time):
            panel.ascii = ascii_only
        self.keys = KeyBar()
        self._too_small = Static(id="too-small")

    def compose(self) -> ComposeResult:
        """Status on top, footer below, panels between."""
        yield self.status
        with Vertical(id="panels"):
            yield self.chart
            yield self.strings
            with Horizontal(id="numbers"):
                yield self.norms
                yield self.through_time
        yield self._too_small
        yield self.keys

    def on_resize(self) -> None:
        """Say how large the terminal has to be where it is not."""
        width, height = self.app.size
        self._too_small.update(
            f"{width} x {height} is too small for rnn-tui: it needs "
            f"{SMALLEST[0]} x {SMALLEST[1]}. Training goes on.",
        )

    def show(
        self, snapshot: Snapshot, *, total: bool, message: str, severity: str, at_once: bool
    ) -> None:
        """Show a moment.

        Args:
            snapshot: the moment.
            total: the notebook's total loss in the status bar.
            message: something to tell for a while.
            severity: of the message.
            at_once: draw the chart now, because somebody steps.
        """
        self.status.value = presenter.status(snapshot, total, message, severity)
        self.chart.show(presenter.loss_curves(snapshot), now=at_once)
        self.strings.value = presenter.sequence(snapshot)
        self.norms.value = presenter.weights(snapshot)
        self.through_time.value = presenter.gradient(snapshot)
