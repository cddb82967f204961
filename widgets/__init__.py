"""Panels that draw plain values and arrays; they know nothing of networks or training."""

from .branches.panel import BranchesPanel
from .branches.tree import Branch, BranchTree
from .loss.chart import LossChart
from .loss.curves import Curve, Level, LossCurves, Mark
from .sequence.lines import SequenceView
from .sequence.panel import SequencePanel
from .status.bar import StatusBar
from .status.key_bar import KeyBar, KeyHint
from .status.lines import Status
from .weights.dynamics import Dynamics, DynamicsPanel, GateOpening
from .weights.gradient import GradientPanel, GradientThroughTime
from .weights.norms import NormsPanel, NormsRow
from .weights.tensor import TensorMap, TensorPanel

__all__ = [
    "Branch",
    "BranchTree",
    "BranchesPanel",
    "Curve",
    "Dynamics",
    "DynamicsPanel",
    "GateOpening",
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
    "SequencePanel",
    "SequenceView",
    "Status",
    "StatusBar",
    "TensorMap",
    "TensorPanel",
]
