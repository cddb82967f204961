"""The overview: all predictions, the training loss, the inside of one sequence, why, weights."""

from __future__ import annotations

from collections.abc import Iterable

from textual.containers import Horizontal, Vertical
from textual.geometry import Size
from textual.widget import Widget

from rnn_tui.app.chart_actions import ChartActions
from rnn_tui.app.keys import Key
from rnn_tui.app.views import branches
from rnn_tui.app.views.overview import glance, present
from rnn_tui.app.views.view import View
from rnn_tui.session.lenses import weights as weights_lens
from rnn_tui.session.lenses.inside import inside
from rnn_tui.session.lenses.lens import Lens
from rnn_tui.session.lenses.norms import norms
from rnn_tui.session.lenses.predictions import predictions
from rnn_tui.session.lenses.why import why
from rnn_tui.session.snapshot import Snapshot
from widgets import (
    BranchesPanel,
    LossChart,
    NormsPanel,
    PredictionsPanel,
    ProblemPanel,
    SequencePanel,
    SequenceView,
    WeightsGlance,
    WhyPanel,
)
from widgets.drawing.panel import Drawing
from widgets.sequence.geometry import width_needed

SHARES = (0.62, 0.53)
"""Of the width, for the sequence beside why and weights; the second below 96 columns."""
FEW_NODES = 10
"""More than these have a higher map of U, and fewer lines of why."""
AROUND = 4
"""Cells of a panel's border and padding."""


def is_rich(size: Size) -> bool:
    """Whether a terminal has room for the weights themselves."""
    return size.width >= 150 and size.height >= 45


class Overview(ChartActions, View):
    """All predictions beside the loss; below, one sequence step by step, why at t, the weights.

    Where there is no room for both, `tab` shows the loss in place of the predictions.
    """

    name_of_view = "overview"
    lenses = frozenset({norms, predictions, inside, why})
    view_keys = (
        Key("less_than_sign", "time_step(-1)", "<", "<", "look at the time step before", "View"),
        Key("greater_than_sign", "time_step(1)", ">", ">", "look at the next time step", "View"),
        Key("l", "screen.logarithmic", "l", "l", "loss axis linear / logarithmic", "View"),
        Key("L", "screen.log_epochs", "L", "L", "epoch axis linear / logarithmic", "View"),
        Key("i", "screen.zoom(1)", "i", "i", "chart: zoom in around the epoch shown", "View"),
        Key("u", "screen.zoom(-1)", "u", "u", "chart: zoom out", "View"),
    )  # fmt: skip
    reading = (
        ("predictions", "what the network says at every step of every sequence: ✗ where that is "
                        "wrong, underlined where it changed in this epoch, dim where nobody can "
                        "know the target; the count is of the right ones of the others that are "
                        "scored; where not all sequences have room, the chosen one, the worst, and "
                        "a line for the others, a cell for each group"),
        ("training loss", "the mean over each epoch, each sequence predicted just before its "
                          "update; the lines are what guessing gives and the best there is"),
        ("right", "where the chart is high: the share of right predictions in each epoch, full "
                  "only where all were right; solved, on the axis, is the first epoch without "
                  "a mistake in training: what an update changes after it may be wrong again"),
        ("curves", "each branch has a colour of its own, from the eighth on with other dashes, and "
                   "its name where it ends, or in a legend; b lists all; the one shown is solid, "
                   "with the past it shares, the others are dashed; grey ones are other runs: the "
                   "one before r or R, or a kept one laid over"),
        ("validation", "with --valid: the loss, after each epoch, on sequences that are not "
                       "trained on; dashed in the chart, valid in the header, in nats/symbol"),
        ("loss, right", "in the header: loss and right symbols with the parameters of the epoch "
                        "shown, over the training set, or over a sample of it where that is said; "
                        "\"of 1.10\" is the loss of guessing"),
        ("scrubber", "in the header: where the epoch shown lies between 0 and the newest"),
        ("sequence", "what goes in, what should come out, what the network predicts; a target that "
                     "is a dim · is not scored: it counts in no loss and is no mistake; one "
                     "that is dim is random: nobody can know it"),
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
         "is full, each eighth less is half of it, a · less than 1/128; it is that of whole BPTT, "
         "whatever --bptt lets through in training"),
        ("first/last", "of those at the first and the last step: far below 1 the gradient fades on "
                       "the way back in time, far above 1 it explodes"),
        ("from t=9", "the same of the error at the last scored step alone: how far it reaches"),
        ("why", "the formulas at the time step looked at, with the numbers of the node that adds "
                "most to the lead of what is said over a missed target, or over the next likely "
                "symbol; then what all nodes and b_o add: that lead, of which the exponential is "
                "the quotient of the two probabilities"),
        ("norm", "the size of each tensor, ‖P‖; W, U and b_h of a gru or an lstm are taken with "
                 "the blocks of all gates"),
        ("past, since 0", "its trace on an axis around the norm at epoch 0, half to one and a half "
                          "of it; how much it has grown since, in percent"),
        ("gradient", "its norm; of the loss summed over time, averaged over the sequences; that of "
                     "whole BPTT, whatever --bptt"),
        ("moved", "how far the last epoch moved a tensor, in percent of its norm; held is held at "
                  "0; 0.1 to 1 % an epoch is steady, far more is wild"),
        ("mouse", "click the bottom line, a row or a symbol of the predictions, the arrows by the "
                  "sequence, or a time step in it; the wheel moves through its steps; click or "
                  "drag the chart or the scrubber to go to an epoch, the wheel zooms it; click a "
                  "lower border to have the panel explained"),
    )  # fmt: skip
    DEFAULT_CSS = """
    Overview #top { height: 1fr; }
    Overview PredictionsPanel { width: 46%; height: 100%; }
    Overview LossChart { width: 1fr; height: 100%; }
    Overview #bottom { height: 14; }
    Overview SequencePanel { width: 62%; height: 100%; }
    Overview #middle { width: 1fr; }
    Overview WhyPanel { height: 1fr; }
    Overview NormsPanel { height: 8; }
    Overview.-stacked WhyPanel { border-bottom: none; }
    Overview.-stacked NormsPanel { height: 7; }
    Overview.-medium PredictionsPanel { width: 50%; }
    Overview.-medium SequencePanel { width: 53%; }

    Overview.-short #bottom { height: 9; }
    Overview.-high #bottom { height: 20; }
    Overview.-tall #top { height: 24fr; }
    Overview.-tall #bottom { height: 33fr; }
    Overview.-tall NormsPanel { height: 12; }
    Overview WeightsGlance, Overview #right { display: none; }
    Overview.-vast.-tall PredictionsPanel, Overview.-vast.-tall SequencePanel { width: 38%; }
    Overview.-vast.-tall WeightsGlance, Overview.-vast.-tall #right { display: block; }
    Overview.-vast.-tall NormsPanel { display: none; }
    Overview.-vast.-tall WeightsGlance { height: 17fr; }
    Overview.-vast.-tall WhyPanel { height: 14fr; }
    Overview.-vast.-tall.-many-nodes WeightsGlance { height: 23fr; }
    Overview.-vast.-tall.-many-nodes WhyPanel { height: 10fr; }
    Overview.-vast.-tall #right { width: 33; }
    Overview BranchesPanel { height: 2fr; }
    Overview ProblemPanel { height: 3fr; }

    /* sequences that are whole in the width of the screen alone */
    Overview.-long #bottom { layout: vertical; height: 16; }
    Overview.-long.-short #bottom { height: 10; }
    Overview.-long.-high #bottom { height: 22; }
    Overview.-long.-tall #bottom { height: 31fr; }
    Overview.-long SequencePanel { width: 100%; height: 1fr; }
    Overview.-long #middle { layout: horizontal; width: 100%; height: 7; }
    Overview.-long.-short #middle { display: none; }
    Overview.-long WhyPanel { width: 1fr; height: 100%; }
    Overview.-long NormsPanel { width: 1fr; height: 100%; }

    /* little room: the strings, and of predictions and loss one */
    Overview.-low #bottom { height: 6; }
    Overview.-low #middle { display: none; }
    Overview.-low SequencePanel { width: 100%; }
    Overview.-narrow #middle { display: none; }
    Overview.-narrow SequencePanel { width: 100%; }
    Overview.-narrow PredictionsPanel { width: 100%; }
    Overview.-narrow LossChart { display: none; width: 100%; }
    Overview.-narrow.-chart LossChart { display: block; }
    Overview.-narrow.-chart PredictionsPanel { display: none; }

    /* narrow, but room below */
    Overview.-narrow.-high #top, Overview.-narrow.-tall #top,
    Overview.-narrow.-high #bottom, Overview.-narrow.-tall #bottom { layout: vertical; }
    Overview.-narrow.-high #top > *, Overview.-narrow.-tall #top > * {
        display: block; height: 1fr;
    }
    Overview.-narrow.-high SequencePanel, Overview.-narrow.-tall SequencePanel { height: 1fr; }
    Overview.-narrow.-high #middle, Overview.-narrow.-tall #middle {
        display: block; width: 100%; height: 8;
    }
    Overview.-narrow.-high WhyPanel, Overview.-narrow.-tall WhyPanel { display: none; }
    """

    def panels(self) -> Iterable[Widget]:
        """Predictions and loss above; below, the sequence, and beside it why and the weights."""
        self.wall, self.chart = PredictionsPanel(), LossChart()
        self.strings, self.why, self.norms = SequencePanel(), WhyPanel(), NormsPanel()
        self.set_class(self.first.config.hidden > FEW_NODES, "-many-nodes")
        self.glance, self.branches, self.problem = WeightsGlance(), BranchesPanel(), ProblemPanel()
        yield Horizontal(self.wall, self.chart, id="top")
        yield Horizontal(
            self.strings,
            Vertical(self.glance, self.why, self.norms, id="middle"),
            Vertical(self.branches, self.problem, id="right"),
            id="bottom",
        )

    @property
    def key_to_chart(self) -> str:
        """On a small screen that of the other panel."""
        return "" if self.chart.display else "tab"

    def wanted(self, size: Size) -> frozenset[Lens]:
        """The weights themselves where there is room for them."""
        return self.lenses | {weights_lens.glance} if is_rich(size) else self.lenses

    def show_panels(self, snapshot: Snapshot, drawing: Drawing) -> None:
        """Give each panel its value."""
        self.wall.show(present.wall(snapshot), drawing)
        self.chart.show(present.loss_curves(snapshot), drawing)
        sequence = present.sequence(snapshot, self._ascii)
        is_long = self._needs_whole_width(sequence, snapshot)
        has_height = self.has_class("-high") or self.has_class("-tall")
        self.set_class(is_long, "-long")
        self.set_class(not is_long and not has_height, "-stacked")
        note = "" if self._has_norms else present.norms_note(snapshot, self._ascii)
        self.strings.show(sequence._replace(note=note), drawing)
        self.why.show(present.why(snapshot, self._ascii), drawing)
        self.norms.value = present.norms(snapshot)
        if weights_lens.glance in snapshot.observation.seen:
            self.glance.show(glance.weights(snapshot), drawing)
            self.branches.value = branches.tree(snapshot)
            self.problem.value = glance.problem(snapshot)

    def _needs_whole_width(self, sequence: SequenceView, snapshot: Snapshot) -> bool:
        """Whether the longest sequence is whole in the width of the screen, and not in its share.

        So the notebook's 50 digits are whole on 80 columns.
        """
        size = self.app.size
        if self.has_class("-low") or self.has_class("-narrow") or is_rich(size):
            return False
        longest = snapshot.observation.see(predictions).sequences.steps
        share = SHARES[self.has_class("-medium")]
        needed = width_needed(sequence, longest) + AROUND
        return int(share * size.width) < needed <= size.width

    @property
    def _has_norms(self) -> bool:
        """Whether a panel has the norms; else the border of the sequence names them."""
        has_room_below = self.has_class("-high") or self.has_class("-tall")
        lacks_room = ("-narrow", "-low", "-long" if self.has_class("-short") else "-low")
        return has_room_below or not any(map(self.has_class, lacks_room))

    def action_next_panel(self, step: int) -> None:
        """Where there is room for predictions or loss, show the other one."""
        if self.has_class("-narrow") and not (self.has_class("-high") or self.has_class("-tall")):
            self.toggle_class("-chart")
            self.call_after_refresh(self.show_again)
        else:
            super().action_next_panel(step)

    def on_resize(self) -> None:
        """At another size other panels are shown."""
        super().on_resize()
        self.call_after_refresh(self.show_again)

    def cancel(self) -> None:
        """Explain no panel; or show all epochs in the chart again."""
        if self.explained is not None:
            super().cancel()
        else:
            self.chart.show_all()
