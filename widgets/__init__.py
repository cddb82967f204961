"""Panels that draw plain values and arrays; they know nothing of networks or training."""

from .loss.chart import LossChart
from .loss.curves import Curve, Level, LossCurves, Mark
from .problem.panel import Problem, ProblemPanel
from .sequence.lines import SequenceView
from .sequence.panel import SequencePanel
from .status.bar import StatusBar
from .status.key_bar import BottomLine, KeyBar, KeyHint
from .status.lines import Part, Status
from .weights.dynamics import Dynamics, DynamicsPanel, GateOpening
from .weights.glance import Glance, GlanceTensor, WeightsGlance
from .weights.gradient import GradientPanel, GradientThroughTime
from .weights.norms import NormsPanel, NormsRow
from .weights.tensor import TensorMap, TensorPanel

__all__ = [
    "BottomLine",
    "Curve",
    "Dynamics",
    "DynamicsPanel",
    "GateOpening",
    "Glance",
    "GlanceTensor",
    "GradientPanel",
    "GradientThroughTime",
    "KeyBar",
    "KeyHint",
    "Level",
    "LossChart",
    "LossCurves",
    "Mark",
    "NormsPanel",
    "NormsRow",
    "Part",
    "Problem",
    "ProblemPanel",
    "SequencePanel",
    "SequenceView",
    "Status",
    "StatusBar",
    "TensorMap",
    "TensorPanel",
    "WeightsGlance",
]
