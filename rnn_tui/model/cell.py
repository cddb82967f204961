"""What a recurrent cell is: its equations, unrolled over time, forward beside backward."""

from __future__ import annotations

from typing import ClassVar, NamedTuple, Protocol

from numpy.typing import DTypeLike

from rnn_tui.model.buffers import Array
from rnn_tui.model.interruption import AtStep
from rnn_tui.model.parameters import Tensor

Carry = tuple[Array, ...]
"""The state carried from one chunk of a text to the next: (B, H) arrays, a first."""


class Quantity(NamedTuple):
    """One quantity of the equations, at every time step.

    Attributes:
        name: as in the formula, such as ``a`` or ``z``.
        formula: what it is computed from.
        value: (T, B, H), a live view.
    """

    name: str
    formula: str
    value: Array

    @property
    def function(self) -> str:
        """What the formula applies last, such as ``σ``, ``tanh``, ``max``; empty for a sum."""
        name, _, argument = self.formula.partition("(")
        return name if argument and name.isalpha() else ""


class Steps(Protocol):
    """A cell unrolled over T steps for B sequences: its buffers and its two loops.

    G is the number of gates. Each has arrays of its own, (G, T, B, H): whole arrays are worked on
    faster than columns of them.

    Attributes:
        s: (G, T, B, H) x_t W + b_h, to be filled before the forward pass.
        a: (T + 1, B, H) the hidden state; a[0] is carried in, a[T] carried out.
        da: (T, B, H) ∂L/∂a_t by the outputs, to be filled before the backward pass.
        ds_x: (G, T, B, H) ∂L/∂(x_t W + b_h), filled by the backward pass.
        ds_u: (G, T, B, H) ∂L/∂(a_t-1 U), filled by the backward pass.
    """

    s: Array
    a: Array
    da: Array
    ds_x: Array
    ds_u: Array

    def start(self, carried: Carry | None) -> None:
        """Begin with a carried state, or with zeros."""

    def forward(self, U: Array, at_step: AtStep | None = None) -> None:
        """Every time step, from the first to the last; ``at_step`` is called before each."""

    def prepare(self, U: Array) -> Array:
        """U as `advance` takes it: made once for many passes with the same U."""

    def advance(self, U: Array, at_step: AtStep | None = None) -> None:
        """The forward pass with a prepared U; worth it for a step at a time."""

    def backward(
        self, U: Array, at_step: AtStep | None = None, truncation: int | None = None
    ) -> None:
        """Every time step, from the last to the first; ``at_step`` is called before each.

        With a truncation K the error of each output goes back through K steps, its own included,
        and to all of the state before them (a, and c of an lstm) not at all; see `truncation`.
        """

    def carry(self) -> Carry:
        """The state after the last step, live views."""

    def quantities(self) -> tuple[Quantity, ...]:
        """Every intermediate quantity of the forward pass, valid until the next one."""


class Cell(Protocol):
    """A cell: a frozen dataclass, a file each, listed in `cells`; its fields are options.

    Attributes:
        name: what ``--cell`` calls it.
        gates: a letter for each gate, in the order of their blocks; one letter for no gates.
        title: what it is called in full.
    """

    name: ClassVar[str]
    gates: ClassVar[str]
    title: ClassVar[str]

    def unroll(self, steps: int, batch: int, hidden: int, dtype: DTypeLike) -> Steps:
        """The cell with buffers for T steps of B sequences, H hidden nodes."""


def network_tensors(cell: Cell, inputs: int, outputs: int, hidden: int) -> tuple[Tensor, ...]:
    """The five tensors of a cell and the output layer, in the notebook's order.

    Args:
        cell: whose gates stand side by side in W, U and b_h.
        inputs: I, how many input symbols there are.
        outputs: O, how many output symbols there are.
        hidden: H.
    """
    gates = cell.gates if len(cell.gates) > 1 else ""
    width = len(cell.gates) * hidden
    return (
        Tensor("W", "x→h", (inputs, width), transposed=True, gates=gates),
        Tensor("U", "h→h", (hidden, width), gates=gates),
        Tensor("V", "h→o", (hidden, outputs), transposed=True),
        Tensor("b_h", "", (width,), gates=gates),
        Tensor("b_o", "", (outputs,)),
    )
