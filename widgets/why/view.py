"""What is shown of one time step: what is said, and the numbers it was computed from."""

from __future__ import annotations

from typing import NamedTuple


class Computed(NamedTuple):
    """One quantity at one node: its formula, what stands in it, and what that comes to."""

    name: str
    """'z_3'."""
    formula: str
    """'a = (1 − z) ∘ n + z ∘ a_t-1', as the cell names it."""
    in_general: str
    """'s_h,t = x_t W + a_h,t-1 U + b_h'."""
    at_step: str
    """'s_h,3 = x_3 W + a_h,2 U + b_h'."""
    pieces: tuple[str | float, ...]
    """The right side with its numbers: 0.42, ' + ', -1.93, ' + ', 0.31."""
    value: float

    @property
    def is_gate(self) -> bool:
        """Whether it is computed from the input, not only from gates."""
        return "x W" in self.formula


class Output(NamedTuple):
    """One output symbol."""

    symbol: str
    s_o: float
    y_hat: float
    gradient: float
    """∂L/∂s_o."""


class WhyView(NamedTuple):
    """One time step of a sequence: what is said, and how that is computed."""

    step: int
    """t."""
    target: str
    """'' where nothing is scored."""
    likely: tuple[tuple[str, float], ...]
    """The most probable symbols with their probabilities; the first is said."""
    loss: float
    """Nats; 0 where nothing is scored."""
    target_probability: float
    rival: str
    """Over which what is said leads: a missed target, or the next likely symbol; '' for none."""
    lead: float
    """By how much the logit of what is said is larger than the rival's."""
    node: int
    """The node whose formulas are shown."""
    contribution: float
    """What that node adds to the lead."""
    cell: tuple[Computed, ...]
    """The quantities of the cell at that node; its state is the last."""
    outputs: tuple[Output, ...]
    before: tuple[tuple[str, float], ...] = ()
    """What gates carry on from the step before: 'a_t-1' or 'c_t-1' with its number."""
    whole: bool = True
    """Whether those are all output symbols."""
    widest: int = 1
    """Cells of the widest output symbol."""
    hidden: int = 10
    """How many nodes there are."""
    known: bool = True
    """Whether the target can be known; else to miss it is no mistake."""

    @property
    def chance_of_rival(self) -> float:
        """Its probability."""
        found = [output.y_hat for output in self.outputs if output.symbol == self.rival]
        return found[0] if found else 0.0
