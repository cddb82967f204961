"""The memory view: the network with its memory and without it, and how far it reaches."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget

from rnn_tui.app.views.memory import present
from rnn_tui.app.views.view import View
from rnn_tui.session.lenses.memory import memory
from rnn_tui.session.snapshot import Snapshot
from widgets import MemoryPanel, ReachPanel
from widgets.drawing.panel import Drawing


class MemoryView(View):
    """The ways of taking the memory away above, the accuracy beyond what is trained below."""

    name_of_view = "memory"
    lenses = frozenset({memory})
    reading = (
        ("as it is", "right predictions and loss (nats/symbol) with the weights of the epoch "
                     "shown, on sequences that are trained on, and on others: the validation set, "
                     "or fresh ones drawn from the task; of many sequences, a sample"),
        ("state reset", "the same weights, but every step starts from the zero state (of an lstm c "
                        "too): what is still right, x_t alone tells"),
        ("U = 0", "of an rnn: what it does without U, which is the same, because U is all that "
                  "carries its state; the gates of a gru or an lstm carry it past U"),
        ("history shuffled", "the inputs before each symbol in random order, x_t in its place: "
                             "what is still right does not need their order"),
        ("┃", "what guessing gets; of copy, who knows the blanks and guesses the symbols"),
        ("the sentence", "what follows, on the sequences that are not trained on; a difference is "
                         "told beyond three standard deviations"),
        ("how far", "right predictions at each time step, up to ten times the length trained on; "
                    "of anbn by n, a string counts as a whole; of copy by its delay, of "
                    "temporal-order by its length; your own data and the Reber grammars have their "
                    "own lengths. What nobody can know is left out"),
        ("training", "goes on untouched: all of this is computed on copies, and only while this "
                     "view is open"),
    )  # fmt: skip
    DEFAULT_CSS = """
    MemoryView MemoryPanel { height: 10; }
    MemoryView.-low MemoryPanel { height: 9; }
    MemoryView.-normal MemoryPanel { height: 11; }
    MemoryView.-high MemoryPanel, MemoryView.-tall MemoryPanel { height: 15; }
    """

    def panels(self) -> Iterable[Widget]:
        """The table above the bars."""
        self.table, self.reach = MemoryPanel(), ReachPanel()
        yield self.table
        yield self.reach

    def show_panels(self, snapshot: Snapshot, drawing: Drawing) -> None:
        """Give each panel its value."""
        self.table.value = present.table(snapshot)
        self.reach.show(present.reach(snapshot), drawing)
