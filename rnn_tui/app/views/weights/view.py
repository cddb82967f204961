"""The weights view: every tensor as a heat map, and what they do to a gradient."""

from __future__ import annotations

from collections.abc import Iterable

from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from rnn_tui.app.keys import Key
from rnn_tui.app.views.view import View
from rnn_tui.app.views.weights import present
from rnn_tui.session.lenses.weights import weights
from rnn_tui.session.snapshot import Snapshot
from widgets import DynamicsPanel, TensorPanel
from widgets.drawing.panel import Drawing

Maps = dict[str, TensorPanel]


class WeightsView(View):
    """W beside U beside V with the biases below it; what they do together in the last lines.

    Of a cell with gates the blocks of one gate are shown, or of all where there is room.
    """

    name_of_view = "weights"
    lenses = frozenset({weights})
    view_keys = (
        Key("less_than_sign", "screen.gate(-1)", "<", "<", "gru, lstm: the previous gate", "View",
            "gate", 4),
        Key("greater_than_sign", "screen.gate(1)", ">", ">", "gru, lstm: the next gate", "View",
            "gate", 4),
    )  # fmt: skip
    reading = (
        ("W, U, V, b_h, b_o", TensorPanel.EXPLANATION),
        ("U_r, U_z, U_n", "the blocks of U by which the gates r, z, n of a gru see the last state; "
                          "those of an lstm are i, f, o, g; W and b_h have the same"),
        ("largest |λ| of U", DynamicsPanel.EXPLANATION),
        ("gates closed, open", DynamicsPanel.ABOUT_GATES),
        ("largest of 2 × 2", "where a tensor has more entries than there is room, each cell is a "
                             "block and shows its entry of largest magnitude"),
    )  # fmt: skip
    DEFAULT_CSS = """
    WeightsView #one { height: 1fr; }
    WeightsView #one .W { width: 2fr; }
    WeightsView #one .U, WeightsView #right { width: 3fr; }
    WeightsView .V { height: 1fr; }
    WeightsView .b_h, WeightsView .b_o { height: 5; }
    WeightsView.-narrow TensorPanel { padding: 0; }
    WeightsView.-low .b_h, WeightsView.-low .b_o { height: 3; }
    WeightsView.-low DynamicsPanel { display: none; }
    WeightsView.-tall .b_h, WeightsView.-tall .b_o { height: 8; }
    WeightsView #all { display: none; height: 1fr; }
    WeightsView.-gated.-broad.-tall #all, WeightsView.-gated.-vast.-tall #all { display: block; }
    WeightsView.-gated.-broad.-tall #one, WeightsView.-gated.-vast.-tall #one { display: none; }
    WeightsView #all .W, WeightsView #all .U { height: 1fr; }
    WeightsView.-gated DynamicsPanel { height: 6; }
    """

    def panels(self) -> Iterable[Widget]:
        """The maps of one gate side by side, the biases below V; and a column for each gate."""
        cell = self.first.config.cell
        self.gates = tuple(cell.gates) if len(cell.gates) > 1 else ("",)
        self.shown_gate = 0
        self.set_class(len(self.gates) > 1, "-gated")
        self.maps = _maps("W", "U", "V", "b_h", "b_o")
        self.dynamics = DynamicsPanel()
        right = Vertical(self.maps["V"], self.maps["b_h"], self.maps["b_o"], id="right")
        yield Horizontal(self.maps["W"], self.maps["U"], right, id="one")
        if len(self.gates) > 1:
            self.maps_of_gates = {gate: _maps("W", "U", "b_h") for gate in self.gates}
            self.outer = _maps("V", "b_o")
            columns = (*self.maps_of_gates.values(), self.outer)
            yield Horizontal(*(Vertical(*maps.values()) for maps in columns), id="all")
        yield self.dynamics

    def show_panels(self, snapshot: Snapshot, drawing: Drawing) -> None:
        """Give each panel its value; one that is not displayed draws nothing."""
        _show(self.maps, snapshot, self.gates[self.shown_gate], drawing)
        if len(self.gates) > 1:
            for gate, maps in self.maps_of_gates.items():
                _show(maps, snapshot, gate, drawing)
            _show(self.outer, snapshot, "", drawing)
        self.dynamics.value = present.dynamics(snapshot)

    def unavailable(self, snapshot: Snapshot) -> Iterable[str]:
        """Going to another gate where there is none, or all are shown."""
        yield from super().unavailable(snapshot)
        is_wide = self.has_class("-broad") or self.has_class("-vast")
        if len(self.gates) == 1 or (is_wide and self.has_class("-tall")):
            yield from ("screen.gate(-1)", "screen.gate(1)")

    def on_resize(self) -> None:
        """At another size all gates may be shown, or one."""
        self.call_after_refresh(self.show_again)

    def action_gate(self, step: int) -> None:
        """Show the blocks of another gate."""
        self.shown_gate = (self.shown_gate + step) % len(self.gates)
        self.show_again()


def _maps(*names: str) -> Maps:
    return {name: TensorPanel(classes=name) for name in names}


def _show(maps: Maps, snapshot: Snapshot, gate: str, drawing: Drawing) -> None:
    tensors = present.tensors(snapshot, gate)
    for name, panel in maps.items():
        panel.show(tensors[name], drawing)
