"""Panels that draw plain values and arrays; they know nothing of networks or training."""

from .branches.panel import BranchesPanel
from .branches.tree import Branch, BranchTree
from .loss.chart import LossChart
from .loss.curves import Curve, Level, LossCurves, Mark
from .predictions.panel import PredictionsPanel
from .predictions.wall import Wall
from .problem.panel import Problem, ProblemPanel
from .sequence.panel import SequencePanel
from .sequence.view import SequenceView
from .status.bar import StatusBar
from .status.key_bar import BottomLine, KeyBar, KeyHint
from .status.lines import Part, Status
from .weights.dynamics import Dynamics, DynamicsPanel, GateOpening
from .weights.glance import Glance, GlanceTensor, WeightsGlance
from .weights.norms import NormsPanel, NormsRow
from .weights.tensor import TensorMap, TensorPanel
from .why.panel import WhyPanel
from .why.view import Computed, Output, WhyView

__all__ = [
    "BottomLine",
    "Branch",
    "BranchTree",
    "BranchesPanel",
    "Computed",
    "Curve",
    "Dynamics",
    "DynamicsPanel",
    "GateOpening",
    "Glance",
    "GlanceTensor",
    "KeyBar",
    "KeyHint",
    "Level",
    "LossChart",
    "LossCurves",
    "Mark",
    "NormsPanel",
    "NormsRow",
    "Output",
    "Part",
    "PredictionsPanel",
    "Problem",
    "ProblemPanel",
    "SequencePanel",
    "SequenceView",
    "Status",
    "StatusBar",
    "TensorMap",
    "TensorPanel",
    "Wall",
    "WeightsGlance",
    "WhyPanel",
    "WhyView",
]
