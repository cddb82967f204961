"""What kind of network it is, and what one forward pass and one backward pass leave behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnn_tui.check.problem import Problem

Real = NDArray[np.float64]
Roles = dict[str, Real]
"""By role, in the engine's shapes: W (D, H), U (H, H), V (H, O), b_h (H,), b_o (O,), E (I, D);
of a cell with gates W_i, U_i, b_h_i and so on."""
Mistakes = frozenset[str]

GATES = {"rnn": ("",), "lstm": ("i", "f", "g", "o"), "gru": ("r", "z", "n")}


@dataclass(frozen=True)
class Form:
    """A network, without its numbers.

    Attributes:
        cell: its recurrent layer.
        activation: of the hidden layer of an ``rnn``: a key of `slopes.ACTIVATIONS`.
        head: what the outputs are: the states themselves, or what is made of them.
        at_last_step: whether there is an output at the last step only.
        embedded: whether inputs are rows of E.
        biases: how many biases the hidden layer has, 0 to 2; both have the same gradient.
        keeps: of a gru: a_t = z a_t-1 + (1 − z) n, rather than the other way round.
        resets_before: of a gru: (r ∘ a_t-1) U_n rather than r ∘ (a_t-1 U_n).
    """

    cell: Literal["rnn", "lstm", "gru"] = "rnn"
    activation: str = "tanh"
    head: Literal["states", "scores", "probabilities", "sigmoid", "tanh"] = "probabilities"
    at_last_step: bool = False
    embedded: bool = False
    keeps: bool = True
    resets_before: bool = True

    @property
    def gates(self) -> tuple[str, ...]:
        """Of its cell; one without a name where it has none."""
        return GATES[self.cell]


class Trace(NamedTuple):
    """A forward pass.

    Attributes:
        x: (T, B, D) inputs.
        a: (T + 1, B, H) states, the start state first.
        sums: by gate, (T, B, H) before the activation.
        gates: by gate, (T, B, H) after it.
        c: (T + 1, B, H) an LSTM's cell state; empty for other cells.
        scores: (T', B, O), with T' = 1 where there is an output at the last step only.
        outputs: (B, T', O).
    """

    x: Real
    a: Real
    sums: dict[str, Real]
    gates: dict[str, Real]
    c: Real
    scores: Real
    outputs: Real


@dataclass
class Backward:
    """Gradients step by step, so that they can be added up in wrong ways too.

    Attributes:
        ds: by gate, (T, B, H) ∂L/∂s as it goes into W and b_h.
        ds_u: the same as it goes into U.
        da: by gate, (T, B, H) the same before the slope.
        before: by gate, (T, B, H) what U is multiplied with in the forward pass.
        states: gradient of the start states, h0 and c0 (B, H).
        other_states: the same with a mistake at the very end, by its name.
    """

    ds: dict[str, Real]
    ds_u: dict[str, Real]
    da: dict[str, Real]
    before: dict[str, Real]
    states: dict[str, Real]
    other_states: dict[str, dict[str, Real]] = field(default_factory=dict)


def inputs_of(form: Form, roles: Roles, problem: Problem) -> Real:
    """(T, B, D)."""
    x = roles["E"][problem.symbols] if form.embedded else problem.x
    return np.moveaxis(np.asarray(x, dtype=np.float64), 1, 0)


def start_of(roles: Roles, problem: Problem, role: str = "h0") -> Real:
    """(B, H); zeros where none is handed in."""
    hidden = next(value.shape[0] for name, value in roles.items() if name[0] == "U")
    if role in problem.states:
        return np.asarray(problem.states[role], dtype=np.float64)
    return np.zeros((problem.batch, hidden))


def sigmoid(s: Real) -> Real:
    """σ(s) = 1 / (1 + exp(−s))."""
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * s))
