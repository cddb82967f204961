"""The overview: loss, sequences, norms, gradient through time."""

from __future__ import annotations

from collections.abc import Iterable

from textual.containers import Horizontal
from textual.geometry import Size
from textual.widget import Widget

from rnn_tui.app.keys import Key
from rnn_tui.app.views.overview import glance, present
from rnn_tui.app.views.view import View
from rnn_tui.session.lenses import weights as weights_lens
from rnn_tui.session.lenses.lens import Lens
from rnn_tui.session.lenses.norms import norms
from rnn_tui.session.lenses.sequence import sequence
from rnn_tui.session.snapshot import Snapshot
from widgets import (
    GradientPanel,
    LossChart,
    NormsPanel,
    ProblemPanel,
    SequencePanel,
    WeightsGlance,
)
from widgets.drawing.panel import Drawing

SCROLL_STEPS = 8
"""Time steps by which a long sequence moves."""


def is_rich(size: Size) -> bool:
    """Whether a terminal has room for the weights themselves."""
    return size.width >= 150 and size.height >= 45


class Overview(View):
    """Loss chart, strings of one sequence, norms, gradient through time."""

    name_of_view = "overview"
    lenses = frozenset({norms, sequence})
    view_keys = (
        Key("less_than_sign", "screen.scroll(-1)", "<", "<",
            "a long sequence: earlier steps", "View"),
        Key("greater_than_sign", "screen.scroll(1)", ">", ">",
            "a long sequence: later steps", "View"),
        Key("l", "screen.logarithmic", "l", "l", "loss axis linear / logarithmic", "View"),
    )  # fmt: skip
    reading = (
        ("training loss", "the chart, and its trace in the header: the mean over each epoch, each "
                          "sequence predicted just before its update"),
        ("validation", "with --valid: the loss, after each epoch, on sequences that are not "
                       "trained on; dashed in the chart, valid in the header, in nats/symbol"),
        ("loss, right", "in the header: loss and right symbols with the parameters of the epoch "
                        "shown, over the training set, or over a sample of it where that is said; "
                        "\"of 1.10\" is the loss of guessing"),
        ("scrubber", "in the header: where the epoch shown lies between 0 and the newest"),
        ("solved", "the first epoch of the training loss in which every prediction was right"),
        ("sequence", "what goes in, what should come out, what the network predicts, and which "
                     "probability it gives that; a target that is a dim · is not scored: it counts "
                     "in no loss and is no mistake"),
        ("norm", "the size of each tensor, ‖P‖; W, U and b_h of a gru or an lstm are taken with "
                 "the blocks of all gates"),
        ("past, since 0", "its trace on an axis around the norm at epoch 0, half to one and a half "
                          "of it; how much it has grown since, in percent"),
        ("gradient", "its norm; of the loss summed over time, averaged over the sequences"),
        ("moved", "how far the last epoch moved a tensor, in percent of its norm; held is held at "
                  "0; 0.1 to 1 % an epoch is steady, far more is wild"),
        ("gradient through time",
         "‖∂L/∂s_t‖: how strongly the loss depends on the sums at step t that go into the "
         "activation, over the sums of all gates where the cell has gates"),
        ("first/last", "of those at the first and the last step: far below 1 the gradient fades on "
                       "the way back in time, far above 1 it explodes"),
        ("mouse", "click the bottom line, or the arrows by the sequence; the wheel moves a long "
                  "sequence; click or drag the chart or the scrubber to go to an epoch; click a "
                  "lower border to have the panel explained"),
    )  # fmt: skip
    DEFAULT_CSS = """
    Overview #strings { height: 6; }
    Overview #numbers { height: 8; }
    Overview #numbers > * { height: 100%; }
    Overview NormsPanel { width: 3fr; }
    Overview GradientPanel { width: 2fr; }
    Overview.-short #numbers { height: 7; }
    Overview.-low #numbers { display: none; }
    Overview.-tall #numbers { height: 16; }
    Overview.-wide NormsPanel { width: 90; }
    Overview.-wide GradientPanel { width: 1fr; }
    Overview #rich { display: none; height: 17; }
    Overview WeightsGlance { width: 82; }
    Overview.-rich #rich { display: block; }
    Overview.-rich #numbers { display: none; }
    """

    def panels(self) -> Iterable[Widget]:
        """The chart above, the strings in the middle, two tables side by side below."""
        self.chart, self.strings = LossChart(), SequencePanel(id="strings")
        self.norms, self.through_time = NormsPanel(), GradientPanel()
        self.glance, self.problem = WeightsGlance(), ProblemPanel()
        yield self.chart
        yield self.strings
        yield Horizontal(self.norms, self.through_time, id="numbers")
        yield Horizontal(self.glance, self.problem, id="rich")

    def wanted(self, size: Size) -> frozenset[Lens]:
        """The weights themselves where there is room for them."""
        return self.lenses | {weights_lens.glance} if is_rich(size) else self.lenses

    def on_resize(self) -> None:
        """Another arrangement where there is room for it."""
        self.set_class(is_rich(self.app.size), "-rich")

    def show_panels(self, snapshot: Snapshot, drawing: Drawing) -> None:
        """Give each panel its value."""
        self.chart.show(present.loss_curves(snapshot), drawing)
        self.strings.value = present.sequence(snapshot)
        self.norms.value = present.norms(snapshot)
        self.through_time.value = present.gradient(snapshot)
        if weights_lens.glance in snapshot.observation.seen:
            self.glance.show(glance.weights(snapshot), drawing)
        self.problem.value = glance.problem(snapshot)

    def action_logarithmic(self) -> None:
        """Switch the loss axis."""
        self.chart.logarithmic = not self.chart.logarithmic

    def action_scroll(self, direction: int) -> None:
        """Move the window over a long sequence."""
        self.strings.scroll_window(direction * SCROLL_STEPS)
