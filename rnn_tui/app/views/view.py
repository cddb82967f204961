"""What a view is: a screen that says what it wants observed, its keys, its panels, its help."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, NamedTuple

from textual.binding import BindingsMap
from textual.geometry import Size

from rnn_tui.app.explanations import EXPLANATIONS
from rnn_tui.app.full_screen import FullScreen
from rnn_tui.app.keys import Key, bindings, hints, keys_of_view
from rnn_tui.session.lenses.lens import Lens
from rnn_tui.session.snapshot import Snapshot
from widgets import BottomLine, Status, StatusBar
from widgets.drawing.panel import Drawing, Panel, SlowPanel, fitting

AT_REST = ("paused", "diverged")
BESIDE_EXPLANATION = 16
"""Cells of the bottom line for the first key."""


class Told(NamedTuple):
    """A message, '' for none, of `widgets.status.key_bar.SEVERITIES`; shorter where it must be."""

    text: str = ""
    severity: str = "information"
    shorter: tuple[str, ...] = ()


class View(FullScreen):
    """A whole screen between header and bottom line; a folder each, listed in `registry`.

    Attributes:
        name_of_view: one word for the help and the command palette.
        subject: what the help says more about.
        view_keys: keys that are valid in this view alone, in place of what they do elsewhere;
            those that make no sense now do not stand in the bottom line.
        reading: what the help says about each panel: its name, and what it shows.
        lenses: what it wants observed at every size; see `wanted`.
        explained: the panel that the bottom line explains, if any.
        first: the first snapshot: of which task and cell the run is, as the panels need it.
        lenses_changed: to be called when it wants something else observed at the same size.
    """

    name_of_view: ClassVar[str]
    subject: ClassVar[str] = "This run"
    view_keys: ClassVar[tuple[Key, ...]] = ()
    reading: ClassVar[tuple[tuple[str, str], ...]] = ()
    lenses: ClassVar[frozenset[Lens]] = frozenset()

    def __init__(self, first: Snapshot, switch_keys: tuple[Key, ...], ascii_only: bool) -> None:
        self.status = StatusBar()
        super().__init__(self.status, ascii_only)
        self.first = first
        self.keys = keys_of_view(self.view_keys, switch_keys)
        self._bindings = BindingsMap(bindings(self.keys))
        self._has_panels = False
        self._moment: tuple[Snapshot, Status, Told] | None = None
        self.lenses_changed: Callable[[], None] = lambda: None
        self.explained: Panel[Any] | None = None

    def fits(self, snapshot: Snapshot) -> bool:
        """Whether its panels were made for such a network: else another run has been opened."""
        now, then = snapshot.config, self.first.config
        return (now.task, now.cell, now.hidden) == (then.task, then.cell, then.hidden)

    @property
    def offered(self) -> str | None:
        """The options of a run that the view offers to start, if it does."""
        return None

    @property
    def key_to_chart(self) -> str:
        """The key that shows the loss chart; empty where it is on the screen."""
        return "1"

    def show_panels(self, snapshot: Snapshot, drawing: Drawing) -> None:
        """Give each panel its value.

        Args:
            snapshot: the moment; has what the lenses saw.
            drawing: when each `SlowPanel` draws; to be handed on to it.
        """
        raise NotImplementedError

    def wanted(self, size: Size) -> frozenset[Lens]:
        """What it wants observed on a terminal of this size; nothing else is computed.

        At least `lenses`. What is wanted at some sizes alone may be missing from a snapshot, as
        after a resize.
        """
        return self.lenses

    def unavailable(self, snapshot: Snapshot) -> Iterable[str]:
        """The actions that make no sense now."""
        if snapshot.observation.epoch == 0 and snapshot.activity in AT_REST:
            yield "step(-1)"
        if snapshot.observation.sequences == 1:
            yield from ("sequence(-1)", "sequence(1)")
        if not snapshot.observation.mistakes:
            yield "next_mistake"
            yield "worst_sequence"

    def cancel(self) -> None:
        """What esc does in this view when nothing is under way."""
        self.explain(None)

    def on_mount(self) -> None:
        """Show the moment that was to be shown before there were panels."""
        for panel in self.query(Panel):
            panel.ascii = self._ascii
            panel.explanation = EXPLANATIONS.get(type(panel).__name__, ())
        self._has_panels = True
        self.show_again()

    def show_again(self) -> None:
        """Show the same moment, differently."""
        if self._moment is not None:
            self.show(*self._moment, "now")

    # Panels that explain themselves.

    def explain(self, panel: Panel[Any] | None) -> None:
        """Explain this panel alone, whose border then stands out; None explains none."""
        if self.explained is not None:
            self.explained.explained = False
        self.explained = panel
        if panel is not None:
            panel.explained = True
        if self._moment is not None and self._has_panels:
            self._show_bottom_line(self._moment[0], self._moment[2])

    def _explanation(self) -> Told:
        """What the bottom line says of the panel that is explained."""
        if self.explained is None:
            return Told()
        room = self.app.size.width - BESIDE_EXPLANATION
        return Told(fitting(self.explained.explanation, room, ascii=self._ascii))

    def action_next_panel(self, step: int) -> None:
        """Explain the next panel on the screen, or the one before; past the last none."""
        shown = [p for p in self.query(Panel) if p.explanation and p.region.area]
        places = [None, *shown]
        at = places.index(self.explained) if self.explained in places else 0
        self.explain(places[(at + step) % len(places)])

    def on_panel_border_clicked(self, event: Panel.BorderClicked) -> None:
        """Explain that panel, or no longer."""
        self.explain(None if event.panel is self.explained else event.panel)

    def show(self, snapshot: Snapshot, status: Status, told: Told, drawing: Drawing) -> None:
        """Show a moment, with this header; as soon as there are panels.

        Args:
            snapshot: the moment.
            status: the header.
            told: the message in the bottom line.
            drawing: when what is expensive to draw is drawn.
        """
        self._moment = snapshot, status, told
        if not self._has_panels:
            return
        self.status.value = status
        if self.lenses <= snapshot.observation.seen.keys():
            self.show_panels(snapshot, drawing)
        self._show_bottom_line(snapshot, told)

    @property
    def is_behind(self) -> bool:
        """Whether something of the moment is left to be drawn later."""
        return any(panel.is_behind for panel in self.query(SlowPanel))

    def _show_bottom_line(self, snapshot: Snapshot, told: Told) -> None:
        """Say what is told, else what the panel explained shows; beside it the useful keys."""
        at_rest = snapshot.activity in AT_REST
        disabled = frozenset(self.unavailable(snapshot))
        senseless = [key for key in self.view_keys if key.action in disabled]
        keys = [k for k in self.keys if k.hint != self.name_of_view and k not in senseless]
        self.key_bar.value = BottomLine(
            hints(keys, self._ascii, not at_rest, disabled),
            *(told if told.text else self._explanation()),
        )
