"""The overview: loss, the inside of a sequence, why, norms."""

from __future__ import annotations

from collections.abc import Iterable

from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from rnn_tui.app.keys import Key
from rnn_tui.app.views.overview import present
from rnn_tui.app.views.view import View
from rnn_tui.session.lenses.inside import inside
from rnn_tui.session.lenses.norms import norms
from rnn_tui.session.lenses.why import why
from rnn_tui.session.snapshot import Snapshot
from widgets import LossChart, NormsPanel, SequencePanel, WhyPanel
from widgets.drawing.panel import Drawing


class Overview(View):
    """Loss chart, the inside of one sequence, why at one step of it, norms."""

    name_of_view = "overview"
    lenses = frozenset({norms, inside, why})
    view_keys = (
        Key("less_than_sign", "time_step(-1)", "<", "<", "look at the time step before", "View"),
        Key("greater_than_sign", "time_step(1)", ">", ">", "look at the next time step", "View"),
        Key("l", "screen.logarithmic", "l", "l", "loss axis linear / logarithmic", "View"),
    )  # fmt: skip
    reading = (
        ("loss", "the training loss: the mean over each epoch, each sequence predicted just "
                 "before its update"),
        ("validation", "with --valid: the loss, after each epoch, on sequences that are not "
                       "trained on; dashed in the chart, valid in the header, in nats/symbol"),
        ("loss, accuracy", "in the header: of the parameters of the epoch shown, over the "
                           "training set, or over a sample of it where that is said"),
        ("sequence", "what goes in, what should come out, what the network predicts; a target that "
                     "is a dim · is not scored: it counts in no loss and is no mistake"),
        ("sure", "the probability it gives what it predicts; green where that is right, red "
                 "where it is wrong"),
        ("a_h,t", "the hidden state, one node beside the other: orange is negative, blue "
                  "positive, the stronger the colour the further from 0; c_t is the lstm's cell "
                  "state"),
        ("ŷ_t", "the probability of each symbol, or of the target, of what is said, and of the "
                "next likely; green is the target's, red that of a wrong prediction"),
        ("‖∂L/∂s_h‖",
         "how strongly the loss depends on the sums at step t that go into the activation, over "
         "the sums of all gates where the cell has gates; the bars are logarithmic: the largest "
         "is full, each eighth less is half of it, a · less than 1/128"),
        ("first/last", "of those at the first and the last step: far below 1 the gradient fades on "
                       "the way back in time, far above 1 it explodes"),
        ("from t=9", "the same of the error at the last scored step alone: how far it reaches"),
        ("why", "the formulas at the time step looked at, with their numbers, for the node that "
                "adds most to the lead of a wrong prediction over the target, or to a right one"),
        ("norm", "the size of each tensor, ‖P‖; W, U and b_h of a gru or an lstm are taken with "
                 "the blocks of all gates"),
        ("gradient", "its norm; of the loss summed over time, averaged over the sequences"),
        ("update/norm", "how far the last epoch moved a tensor, relative to its size"),
        ("mouse", "click the bottom line, the arrows by the sequence, or a time step in it; the "
                  "wheel moves through its steps; click or drag the chart to go to an epoch"),
    )  # fmt: skip
    DEFAULT_CSS = """
    Overview #numbers { height: 13; }
    Overview #numbers SequencePanel { width: 62%; height: 100%; }
    Overview #beside { width: 1fr; }
    Overview WhyPanel { height: 6; }
    Overview NormsPanel { height: 1fr; }
    Overview.-wide #numbers { height: 20; }
    Overview.-wide WhyPanel { height: 10; }
    Overview.-short #numbers { height: 9; }
    Overview.-short #numbers SequencePanel { width: 42; }
    Overview.-short WhyPanel { display: none; }
    Overview.-low #numbers { height: 6; }
    Overview.-low #numbers SequencePanel { width: 100%; }
    Overview.-low #beside { display: none; }
    Overview.-wide.-tall #numbers { height: 31; }
    Overview.-wide.-tall #numbers SequencePanel { width: 76; }
    Overview.-wide.-tall WhyPanel { height: 14; }
    """

    def panels(self) -> Iterable[Widget]:
        """The chart above, the sequence in the middle, norms and why side by side below."""
        self.chart, self.strings = LossChart(), SequencePanel(id="strings")
        self.norms, self.why = NormsPanel(), WhyPanel()
        beside = Vertical(self.why, self.norms, id="beside")
        return self.chart, Horizontal(self.strings, beside, id="numbers")

    def show_panels(self, snapshot: Snapshot, drawing: Drawing) -> None:
        """Give each panel its value."""
        self.chart.show(present.loss_curves(snapshot), drawing)
        self.strings.show(present.sequence(snapshot), drawing)
        self.why.show(present.why(snapshot), drawing)
        self.norms.value = present.norms(snapshot)

    def action_logarithmic(self) -> None:
        """Switch the loss axis."""
        self.chart.logarithmic = not self.chart.logarithmic
