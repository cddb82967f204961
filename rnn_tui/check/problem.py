"""What a network under check is run on, in one general form that every style translates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]
"""Real or complex: a style passes on what it gets and never casts it."""


class Sizes(NamedTuple):
    """Of the network as it stands in their file.

    Attributes:
        inputs: width of an input vector; the number of symbols where it takes symbols.
        hidden: width of the state.
        outputs: width of what it gives back at a step: scores, probabilities, or its state.
        targets: how many symbols a target may be; ``outputs`` where nothing else is known.
    """

    inputs: int
    hidden: int
    outputs: int
    targets: int


class Shaped(Protocol):
    """What a problem for a network is made from; see `rnn_tui.check.subject.Subject`."""

    @property
    def sizes(self) -> Sizes: ...  # noqa: D102
    @property
    def inputs(self) -> str: ...  # noqa: D102
    @property
    def targets(self) -> str: ...  # noqa: D102
    @property
    def at_last_step(self) -> bool: ...  # noqa: D102
    @property
    def has_batch(self) -> bool: ...  # noqa: D102
    @property
    def batch(self) -> int | None: ...  # noqa: D102
    @property
    def steps(self) -> int | None: ...  # noqa: D102
    @property
    def states(self) -> tuple[str, ...]: ...  # noqa: D102


@dataclass(frozen=True)
class Problem:
    """B sequences of T steps.

    A style takes from this what their code wants, in the form it wants it. What it gets is a copy
    already: it hands over views of these arrays wherever their code takes arrays, so that it is
    noticed afterwards if their code has changed its arguments.

    Attributes:
        symbols: (B, T) int, the inputs where they are symbols.
        x: (B, T, I) the inputs as vectors: one-hot of ``symbols`` where the subject takes symbols
            (``subject.inputs == "symbols"``), else any real numbers. May be complex.
        targets: (B, T) int; many-to-one networks take the last column.
        y: (B, T, O) one-hot of ``targets``; where ``subject.targets`` are "real", any real numbers,
            and where they are "labels", the same 0 or 1.
        upstream: (B, T, O) the gradient handed in with respect to the outputs, where the loss
            is outside; (B, 1, O) for a network with an output at the last step only.
        states: the start state by role: ``h0`` (B, H), of an LSTM ``c0`` (B, H) too. May be
            complex. Only the roles in ``subject.states`` have any effect.
    """

    symbols: NDArray[np.intp]
    x: Numbers
    targets: NDArray[np.intp]
    y: Numbers
    upstream: Numbers
    states: dict[str, Numbers] = field(default_factory=dict)

    @property
    def batch(self) -> int:
        """B; 1 for a subject without a batch axis."""
        return int(self.symbols.shape[0])

    @property
    def steps(self) -> int:
        """T."""
        return int(self.symbols.shape[1])


@dataclass
class Result:
    """What came back from one call of forward, and of backward where it was asked for.

    Attributes:
        outputs: (B, T, O), or (B, 1, O) where there is an output at the last step only: what
            their forward pass returns and the loss depends on, not cast. None where it gives
            nothing but a loss.
        loss: what they call the loss; None where they compute none. Not cast either: complex
            where the weights are.
        gradients: by parameter name, each in the shape and layout of their own parameter; besides
            ``x`` (B, T, I), ``h0`` and ``c0`` (B, H) where their code returns those. Missing names
            are gradients that their code does not give. Filled only if backward was asked for.
        hidden: (B, T, H) the states, where they are to be had besides the outputs.
        end: the state after the last step by role, (B, H), where it is returned.
    """

    outputs: Numbers | None = None
    loss: Any = None
    gradients: dict[str, Numbers] = field(default_factory=dict)
    hidden: Numbers | None = None
    end: dict[str, Numbers] = field(default_factory=dict)
