"""Panels that draw plain values and arrays; they know nothing of networks or training."""

from .branches.panel import BranchesPanel
from .branches.tree import Branch, BranchTree
from .loss.chart import LossChart
from .loss.curves import Band, Curve, Level, LossCurves, Mark
from .memory.panel import MemoryPanel, ReachPanel
from .memory.reach import Reach
from .memory.table import MemoryTable, Way
from .predictions.panel import PredictionsPanel
from .predictions.wall import Wall
from .problem.panel import Problem, ProblemPanel
from .sample.panels import AnsweredPanel, EarlierPanel, WrittenPanel
from .sample.value import Answered, Earlier, Likely, Written
from .sequence.panel import SequencePanel
from .sequence.view import SequenceView
from .status.bar import StatusBar
from .status.key_bar import BottomLine, KeyBar, KeyHint
from .status.lines import Part, Status
from .sweep.panel import TablePanel
from .sweep.progress import Progress, ProgressPanel
from .sweep.table import Column, Row, Table
from .tasks.details import TaskDetails, TaskPanel
from .tasks.listing import TaskList, TaskListPanel, TaskRow
from .weights.dynamics import Dynamics, DynamicsPanel, GateOpening
from .weights.glance import Glance, GlanceTensor, WeightsGlance
from .weights.norms import NormsPanel, NormsRow
from .weights.tensor import TensorMap, TensorPanel
from .why.panel import WhyPanel
from .why.view import Computed, Output, WhyView

__all__ = [
    "Answered",
    "AnsweredPanel",
    "Band",
    "BottomLine",
    "Branch",
    "BranchTree",
    "BranchesPanel",
    "Column",
    "Computed",
    "Curve",
    "Dynamics",
    "DynamicsPanel",
    "Earlier",
    "EarlierPanel",
    "GateOpening",
    "Glance",
    "GlanceTensor",
    "KeyBar",
    "KeyHint",
    "Level",
    "Likely",
    "LossChart",
    "LossCurves",
    "Mark",
    "MemoryPanel",
    "MemoryTable",
    "NormsPanel",
    "NormsRow",
    "Output",
    "Part",
    "PredictionsPanel",
    "Problem",
    "ProblemPanel",
    "Progress",
    "ProgressPanel",
    "Reach",
    "ReachPanel",
    "Row",
    "SequencePanel",
    "SequenceView",
    "Status",
    "StatusBar",
    "Table",
    "TablePanel",
    "TaskDetails",
    "TaskList",
    "TaskListPanel",
    "TaskPanel",
    "TaskRow",
    "TensorMap",
    "TensorPanel",
    "Wall",
    "Way",
    "WeightsGlance",
    "WhyPanel",
    "WhyView",
    "Written",
    "WrittenPanel",
]
