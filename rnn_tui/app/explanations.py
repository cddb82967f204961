"""What each panel shows, and what is good or bad in it: the bottom line says so on `tab`."""

from __future__ import annotations

from collections.abc import Mapping

EXPLANATIONS: Mapping[str, tuple[str, ...]] = {
    "LossChart": (
        "training loss of each epoch, each sequence predicted just before its update: down is "
        "good; at the guessing line nothing is learned yet, at the best line nothing is left",
        "training loss of each epoch: down is good, the upper line is blind guessing",
        "training loss: down is good, the line is guessing",
        "training loss: down is good",
    ),
    "PredictionsPanel": (
        "every sequence in a row: what the network predicts at each step with the weights of this "
        "epoch, ✗ where it is wrong, underlined what just changed; no ✗ left is solved",
        "every sequence in a row: what is predicted, ✗ where it is wrong; none is solved",
        "all sequences: what is predicted, ✗ where it is wrong",
        "all sequences: ✗ is a wrong prediction",
    ),
    "SequencePanel": (
        "one sequence, step by step: input, hidden state a_h, probabilities ŷ, prediction; the "
        "lower ‖∂L/∂s‖, the less is learned from that step: towards the left it may vanish",
        "step by step: input, state a_h, ŷ, prediction; low ‖∂L/∂s‖: little is learned there",
        "one sequence step by step: input, state, ŷ, prediction",
        "one sequence: ✗ is a wrong prediction",
    ),
    "WhyPanel": (
        "why it says so at the step looked at (< >): the sums of the node that adds most to what "
        "is said over the target, or over the next likely; a lead of 0.7 doubles a probability",
        "how the node that adds most gets its state, what it adds to what is said, and all do",
        "the node that adds most to what is said over the target",
        "the node that adds most to what is said",
    ),
    "NormsPanel": (
        "size of each tensor, its past (the middle is as at epoch 0), its gradient, and how much "
        "of itself the last epoch moved it: 0.1 to 1 % an epoch is steady, far more is wild",
        "size of each tensor, change, gradient; moved per epoch: 0.1 to 1 % is steady",
        "size, change, gradient; moved: 0.1 to 1 % is steady",
        "moved per epoch: 0.1 to 1 % is steady",
    ),
    "WeightsGlance": (
        "each cell is a weight: + on blue is positive, − on orange negative, stronger is larger; "
        "largest |λ| of U far above 1 can explode, below 1 it fades; saturated nodes hardly learn",
        "+ blue, − orange, stronger is larger; |λ| far above 1 can explode, below it fades",
        "each cell is a weight: + blue, − orange; stronger is larger",
        "+ blue, − orange; stronger is larger",
    ),
    "BranchesPanel": (
        "each branch: where it left another, what it changed, its newest epoch and training loss",
        "each branch: what it changed, its newest epoch and loss",
        "each branch, its newest epoch and loss",
    ),
    "ProblemPanel": (
        "what is to be learned, from which weights, and what to try next",
        "what is to be learned",
    ),
    "TensorPanel": (
        "each cell is a weight: + on blue is positive, − on orange negative, stronger is larger; "
        "z zeroes or holds one by its row and column, counted from 0; moved 0.1 to 1 % is steady",
        "each cell is a weight: + blue, − orange, stronger is larger; rows, columns from 0",
        "each cell is a weight: + blue, − orange; stronger is larger",
        "each cell is a weight: + blue, − orange",
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
        "a gradient is multiplied by U on each step back: largest |λ| far above 1 can explode, "
        "below 1 it fades; saturated nodes (|a| > 0.95) let hardly any of it pass",
        "|λ| far above 1: gradients can explode, below they fade; saturated hardly learn",
        "|λ| far above 1 can explode, below it fades",
        "does a gradient pass through U?",
    ),
}
"""By the panel's class, for about 180 cells, 84, 60 and 42; the longest that fits is shown."""
