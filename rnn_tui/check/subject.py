"""Somebody's network behind one face, and the styles that recognise one.

All of this runs in the worker process. A style is one file in `rnn_tui/check/styles/` with a
`Style`, and one line in `rnn_tui/check/styles/registry.py`. It knows how to *call* their code and
nothing else: what is right or wrong, which square matrix is transposed, what a role is, is found
out by running the subject (`rnn_tui/check/`). A style therefore never guesses an orientation.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from types import CodeType, ModuleType
from typing import ClassVar, Literal, Protocol

from rnn_tui.check.problem import Numbers, Problem, Result, Sizes

Losses = Literal["theirs", "targets", "upstream"]


class Subject(ABC):
    """A network of theirs that can be run; made by a style.

    Attributes, set by the style:
        target: what was recognised, in their words: ``RNN2``, ``rnn_forward/rnn_backward``.
        took: sentences that say what was taken for what, for the person who reads the result.
        sizes: of the network as it stands.
        inputs: ``symbols`` where inputs can only be symbols (indices, an embedding, or one-hot
            vectors that their code looks up), ``vectors`` where any real vector will do (then dx
            is checked and inputs are dense).
        targets: ``symbols``; for single numbers ``real``, or ``labels``, which are 0 or 1; of no
            importance where the loss is ``upstream``.
        loss: ``theirs``: `Result.loss` is filled, and the gradient is of that loss;
            ``targets``: their backward pass takes targets, and no loss is computed by them (the
            check takes cross-entropy or squared error of the outputs, whichever it is);
            ``upstream``: their backward pass takes the gradient with respect to the outputs
            (`Problem.upstream`).
        outputs: what the outputs are, where the style knows: ``states``, ``scores``,
            ``probabilities``; None leaves it to be found out.
        at_last_step: whether there is an output at the last step only (many-to-one).
        has_batch: whether there is a batch axis; without one it is called with B = 1 only.
        batch: the only B that it can be run with, or None for any.
        steps: the only T that it can be run with, or None for any.
        states: roles of the start state that can be handed in: ``h0``, ``c0``; empty where it
            starts from zeros.
        own_names: what their code calls ``x``, ``h0``, ``c0`` and ``upstream``.
        roles: role by parameter name where the *name* tells it: ``W`` ``U`` ``V`` ``b_h`` ``b_o``
            ``E`` (embedding), with a gate ``W_i``, ``U_f``, ``b_h_f``… (the bias of an LSTM's gate
            o is ``b_h_o``); a hint only, shapes and probing decide.
        cell: ``rnn``, ``gru``, ``lstm``; a hint.
        updates_inside: the gradients are the change of the weights divided by the rate.
        functions: their functions by what they do: ``forward``, ``backward``, ``loss``: for
            naming function and line. A list each, the most specific first (a cell's backward
            step before the loop that calls it), or their code.
        truncation: lag from which on their code says it cuts (``bptt_truncate``), or None.
        is_broadcast: after a call: whether single outputs and their targets have unlike shapes,
            which NumPy broadcasts.
    """

    target: str = ""
    sizes: Sizes
    inputs: Literal["symbols", "vectors"] = "symbols"
    targets: Literal["symbols", "labels", "real"] = "symbols"
    loss: Losses = "theirs"
    outputs: Literal["states", "scores", "probabilities"] | None = None
    at_last_step: bool = False
    has_batch: bool = False
    batch: int | None = None
    steps: int | None = None
    states: tuple[str, ...] = ()
    cell: Literal["rnn", "gru", "lstm"] | None = None
    updates_inside: bool = False
    truncation: int | None = None
    is_broadcast: bool = False

    def __init__(self) -> None:
        self.took: list[str] = []
        self.own_names: dict[str, str] = {}
        self.roles: dict[str, str] = {}
        self.functions: dict[str, list[Callable[..., object] | CodeType]] = {}

    @abstractmethod
    def parameters(self) -> dict[str, Numbers]:
        """Their parameters by their own names (``Wxh``, ``cell.Wxh``, ``fc_hidden.weights``).

        In their own shapes, as they are at rest (before any call); copies. Only what the forward
        pass may depend on and a gradient may exist for: no learning rates, no memories of Adagrad.
        """

    @abstractmethod
    def reset(self) -> None:
        """Everything as it was when their file had been loaded.

        An object is replaced by a deep copy of the untouched one (its parameters, its remembered
        states, its lists), module globals are restored. Called before every run but in the check
        whether a second call gives the same.
        """

    @abstractmethod
    def assign(self, parameters: Mapping[str, Numbers]) -> None:
        """Set parameters (all of them, or some), each to a copy of the array given.

        Real or complex, in the shape that `parameters` gave. Where several names of theirs are
        the same array (an alias in an optimizer's list), all are set.
        """

    @abstractmethod
    def call(self, problem: Problem, backward: bool) -> Result:
        """Run their code once on the problem's arrays: forward, and backward if asked.

        Exceptions of theirs are not caught. Where the update is inside, the gradients are
        ``(before − after) / rate`` (see `change`). Where forward and backward are one function,
        it is called in both cases.
        """

    def run(self, problem: Problem, parameters: Mapping[str, Numbers], backward: bool) -> Result:
        """From a clean start with these parameters."""
        self.reset()
        self.assign(parameters)
        return self.call(problem, backward)


class Style(Protocol):
    """A way of writing a recurrent network.

    Attributes:
        name: for ``--style`` and the report: one word, ``notebook``, ``min-char``, ``layers``.
        title: what it is, in one line, for the help and docs/check.md.
    """

    name: ClassVar[str]
    title: ClassVar[str]

    def recognise(self, module: ModuleType, name: str | None) -> Subject | None:
        """What of this style there is in their module, by names, signatures and shapes.

        Args:
            module: their file, loaded.
            name: what is to be checked (after the colon: a class, a function, or two functions
                with a slash between), or None for whatever there is.

        Returns:
            A subject, or None. It may make an object, and call their code to see whether it
            answers as the style expects (`answers` in `rnn_tui/check/probing.py`); an exception of
            *their* code after recognition by name and signature is not a reason for None: the
            subject is returned, and the check will tell of the exception. Several styles may
            recognise the same thing: the first in the registry that answers is taken.
        """


def change(
    before: Mapping[str, Numbers], after: Mapping[str, Numbers], rate: float
) -> dict[str, Numbers]:
    """The gradients from an update that was made inside: ``(before − after) / rate``."""
    return {name: (before[name] - after[name]) / rate for name in before}
