"""The weights view: every tensor as a heat map, and what they do to a gradient."""

from __future__ import annotations

from collections.abc import Iterable

from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from rnn_tui.app.views.view import View
from rnn_tui.app.views.weights import present
from rnn_tui.session.lenses.norms import norms
from rnn_tui.session.lenses.weights import weights
from rnn_tui.session.snapshot import Snapshot
from widgets import DynamicsPanel, TensorPanel
from widgets.drawing.panel import Drawing


class WeightsView(View):
    """W beside U beside V with the biases below it; what they do together in the last lines."""

    name_of_view = "weights"
    lenses = frozenset({norms, weights})
    reading = (
        ("W, U, V, b_h, b_o", TensorPanel.EXPLANATION),
        ("largest |λ| of U", DynamicsPanel.EXPLANATION),
        ("largest of 2 × 2", "where a tensor has more entries than there is room, each cell is a "
                             "block and shows its entry of largest magnitude"),
    )  # fmt: skip
    DEFAULT_CSS = """
    WeightsView #maps { height: 1fr; }
    WeightsView #W { width: 2fr; }
    WeightsView #U, WeightsView #right { width: 3fr; }
    WeightsView #V { height: 1fr; }
    WeightsView .bias { height: 5; }
    WeightsView.-narrow TensorPanel { padding: 0; }
    WeightsView.-low .bias { height: 3; }
    WeightsView.-low DynamicsPanel { display: none; }
    WeightsView.-tall .bias { height: 8; }
    """

    def panels(self) -> Iterable[Widget]:
        """The maps side by side, the biases below V."""
        self.maps = {name: TensorPanel(id=name) for name in ("W", "U", "V")}
        self.maps |= {name: TensorPanel(id=name, classes="bias") for name in ("b_h", "b_o")}
        self.dynamics = DynamicsPanel()
        right = Vertical(self.maps["V"], self.maps["b_h"], self.maps["b_o"], id="right")
        return Horizontal(self.maps["W"], self.maps["U"], right, id="maps"), self.dynamics

    def show_panels(self, snapshot: Snapshot, drawing: Drawing) -> None:
        """Give each panel its value."""
        for tensor in present.tensors(snapshot):
            self.maps[tensor.name].show(tensor, drawing)
        self.dynamics.value = present.dynamics(snapshot)
