"""What each panel shows, and what is good or bad in it: its border says so on `tab`."""

from __future__ import annotations

from collections.abc import Mapping

EXPLANATIONS: Mapping[str, tuple[str, ...]] = {
    "LossChart": (
        "training loss of each epoch: down is good, the guessing line is what blind guessing gets",
        "training loss: down is good, the line is guessing",
        "training loss: down is good",
    ),
    "PredictionsPanel": (
        "every sequence in a row: what the network predicts, ✗ where it is wrong; no ✗ is solved",
        "all sequences: ✗ is a wrong prediction",
        "✗ is a wrong prediction",
    ),
    "SequencePanel": (
        "step by step: input, state a_h, ŷ, prediction, ✗ if wrong; short ‖∂L/∂s‖: little learned",
        "one sequence: input, target, prediction; ✗ is wrong",
        "✗ is a wrong prediction",
    ),
    "WhyPanel": (
        "why it says so at step t: the sums behind its most telling node, term by term",
        "why it says so at t, in terms",
        "why, at step t",
    ),
    "NormsPanel": (
        "size, past (middle: as at the start), gradient; moved per epoch: 0.1 to 1 % is steady",
        "size, past, gradient, moved: 0.1 to 1 % is steady",
        "moved: 0.1 to 1 % is steady",
    ),
    "WeightsGlance": (
        "+ blue, − orange, stronger is larger; |λ| far above 1 can explode, saturated nodes rest",
        "+ blue, − orange; stronger is larger",
        "+ blue, − orange",
    ),
    "BranchesPanel": (
        "each branch: where it left another, what it changed, its newest epoch and training loss",
        "each branch, its newest epoch and loss",
        "branches: epoch, loss",
    ),
    "ProblemPanel": (
        "what is to be learned, from which weights, and what to try next",
        "what is to be learned",
        "the problem",
    ),
    "TensorPanel": (
        "each cell is a weight: + blue, − orange, stronger is larger; moved 0.1 to 1 % is steady",
        "each cell is a weight: + blue, − orange",
        "+ blue, − orange",
    ),
    "MemoryPanel": (
        "the same weights with and without their state: what is lost without it, the memory knew",
        "what is lost without the state, it knew",
        "with and without memory",
    ),
    "ReachPanel": (
        "right predictions at each time step or size, beyond those it was trained on too",
        "right at each step, beyond the trained too",
        "right beyond the trained?",
    ),
    "TaskListPanel": (
        "every problem there is: whether it needs a memory, the loss of guessing, the best loss",
        "every problem there is",
        "problems",
    ),
    "TaskPanel": (
        "what the problem is, what was found by trial, and the run to begin with: enter starts it",
        "the problem, and the run to begin with",
        "enter starts the run",
    ),
    "WrittenPanel": (
        "what it reads of its own, symbol by symbol; below, how probable each was, and others",
        "what it writes; below, how probable, and others",
        "what it writes",
    ),
    "AnsweredPanel": (
        "after each input symbol: what it predicts, how sure it is, and what else it thinks likely",
        "after each symbol: its prediction, how sure",
        "its prediction at each step",
    ),
    "EarlierPanel": (
        "what it wrote at earlier epochs, from the same beginning and the same seed",
        "what it wrote at earlier epochs",
        "earlier texts",
    ),
    "DynamicsPanel": (
        "|λ| far above 1: gradients can explode, below: they fade; saturated nodes hardly learn",
        "|λ| far above 1 can explode, below it fades",
        "does a gradient pass?",
    ),
}
"""By the panel's class: for about 90 cells, 50 and 30; the longest that fits is shown."""
