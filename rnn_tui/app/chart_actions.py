"""What the keys of the loss chart do, on every screen that has one."""

from __future__ import annotations

from widgets import LossChart


class ChartActions:
    """The actions of a screen with a loss chart.

    Attributes:
        chart: that one.
    """

    chart: LossChart

    def action_logarithmic(self) -> None:
        """Switch the loss axis."""
        self.chart.logarithmic = not self.chart.logarithmic

    def action_log_epochs(self) -> None:
        """Switch the epoch axis."""
        self.chart.log_epochs = not self.chart.log_epochs

    def action_zoom(self, places: int) -> None:
        """Show fewer epochs in the chart, or more."""
        self.chart.zoom(places)
