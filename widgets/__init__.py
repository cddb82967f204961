"""Panels that draw plain values and arrays; they know nothing of networks or training."""

from .gradient_panel import GradientPanel, GradientThroughTime
from .key_bar import KeyBar, KeyHint
from .loss_chart import LossChart
from .loss_curves import Curve, Level, LossCurves, Mark
from .sequence_panel import SequencePanel
from .sequence_view import SequenceView
from .status import Status
from .status_bar import StatusBar
from .weights_panel import WeightRow, WeightsPanel

__all__ = [
    "Curve",
    "GradientPanel",
    "GradientThroughTime",
    "KeyBar",
    "KeyHint",
    "Level",
    "LossChart",
    "LossCurves",
    "Mark",
    "SequencePanel",
    "SequenceView",
    "Status",
    "StatusBar",
    "WeightRow",
    "WeightsPanel",
]
