"""A PyTorch module with a loop of its own: is the state used, and does it carry gradient?

Autograd differentiates; what may be wrong is what it is given (``detach``, a state made anew).
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, ClassVar

import numpy as np

from rnn_tui.check.keeping import KeptObject
from rnn_tui.check.problem import Numbers, Problem, Result
from rnn_tui.check.recognition import candidates, making, sizes
from rnn_tui.check.recognition.agreement import Fit, try_out
from rnn_tui.check.recognition.binding import signature
from rnn_tui.check.recognition.forms import Form, form_of, present, read
from rnn_tui.check.recognition.plans import methods
from rnn_tui.check.recognition.roles import roles_of
from rnn_tui.check.subject import Subject

_BATCH, _STEPS = 3, 5


@dataclass(frozen=True)
class _Way:
    """How the module is called.

    Attributes:
        inputs: the form of a sequence, or of one step where it is called step by step.
        state: the form of the start state; None where it is not handed in.
    """

    inputs: Form
    state: Form | None


_SEQUENCES = (
    Form("BTD"), Form("BT", symbols=True), Form("TBD"), Form("TB", symbols=True),
    Form("TD"), Form("T", symbols=True),
)  # fmt: skip
_STEPWISE = (Form("BD"), Form("B", symbols=True), Form("D"))


class TorchSubject(Subject):
    """An object of a subclass of ``torch.nn.Module``.

    Args:
        network: the object, in double precision.
        way: how it is called.
    """

    def __init__(self, network: Any, way: _Way) -> None:
        super().__init__()
        self._torch = importlib.import_module("torch")
        self._kept, self._way = KeptObject(network), way
        self.target = type(network).__name__
        hints = candidates.hints_from(vars(network))
        self.sizes = sizes.infer(self.parameters(), hints)
        self.inputs = "symbols" if way.inputs.symbols else "vectors"
        self.has_batch = way.inputs.has_batch
        self.loss = "upstream"
        self.states = ("h0",) if way.state is not None else ()
        self.roles = roles_of(self.parameters())
        forward = methods(type(network))["forward"]
        self.functions = {"forward": [forward], "backward": [forward]}
        kind = "a sequence" if way.inputs.has_time else "one step at a time"
        self.took = [f"forward: {kind}, {way.inputs}", "gradients: autograd"]

    def parameters(self) -> dict[str, Numbers]:
        """By PyTorch's names."""
        named = self._kept.pristine.named_parameters()
        return {name: p.detach().numpy().copy() for name, p in named}

    def reset(self) -> None:
        """A copy of the module."""
        self._kept.reset()

    def assign(self, parameters: Mapping[str, Numbers]) -> None:
        """Set parameters.

        Raises:
            TypeError: if they are complex.
        """
        own = dict(self._kept.now.named_parameters())
        for name, value in parameters.items():
            own[name].data = self._tensor(value)

    def call(self, problem: Problem, backward: bool) -> Result:
        """Forward, and autograd's gradient of the upstream gradient times the outputs."""
        torch, network = self._torch, self._kept.now
        asked = dict(network.named_parameters())
        outputs = self._outputs(problem)
        result = Result(outputs=outputs.detach().numpy())
        if backward:
            total = (outputs * self._tensor(problem.upstream)).sum()
            found = torch.autograd.grad(total, list(asked.values()), allow_unused=True)
            for (name, value), gradient in zip(asked.items(), found, strict=True):
                none = torch.zeros_like(value) if gradient is None else gradient
                result.gradients[name] = none.numpy().copy()
        return result

    def _outputs(self, problem: Problem) -> Any:
        """(B, T, O), or (B, 1, O) of a network that gives one output."""
        way, network = self._way, self._kept.now
        values = self._tensor(problem.x)
        if way.inputs.symbols:
            values = self._torch.from_numpy(problem.symbols.copy())
        state: tuple[Any, ...] = ()
        if way.state is not None:
            state = (_formed(self._tensor(problem.states["h0"])[:, None], way.state),)
        if way.inputs.has_time:
            returned = network(_formed(values, way.inputs), *state)
            return self._in_general_form(_first(returned), problem)
        rows = []
        for t in range(problem.steps):
            returned = network(_formed(values[:, t : t + 1], way.inputs), *state)
            output, hidden = _first(returned), returned[-1]
            state = (hidden,)
            rows.append(output.reshape(problem.batch, 1, -1))
        return self._torch.cat(rows, dim=1)

    def _in_general_form(self, output: Any, problem: Problem) -> Any:
        for width in dict.fromkeys((self.sizes.outputs, self.sizes.hidden)):
            plain = output.detach().numpy()
            form = form_of(plain, problem.batch, problem.steps, width, self.has_batch)
            if form is not None:
                self.at_last_step = not form.has_time
                return _read(output, form)
        raise ValueError(f"outputs of shape {tuple(output.shape)} were not understood")

    def _tensor(self, value: Numbers) -> Any:
        if np.iscomplexobj(value):
            raise TypeError("a PyTorch module takes real numbers")
        return self._torch.from_numpy(np.array(value, dtype=np.float64))


class PyTorch:
    """Subclasses of ``torch.nn.Module``."""

    name: ClassVar[str] = "pytorch"
    title: ClassVar[str] = "a torch.nn.Module with a loop of its own; autograd does the rest"

    def recognise(self, module: ModuleType, name: str | None) -> Subject | None:
        """The module class named, or the last in the file."""
        torch = sys.modules.get("torch")
        if torch is None:
            return None
        best: tuple[Fit, Subject] | None = None
        for cls in reversed(list(vars(module).values())):
            is_one = inspect.isclass(cls) and issubclass(cls, torch.nn.Module)
            if not is_one or cls.__module__ != module.__name__ or name not in (None, cls.__name__):
                continue
            for subject in _subjects(module, cls):
                fit = try_out(subject, _BATCH, _STEPS)
                if best is None or fit.score > best[0].score:
                    best = fit, subject
            if best is not None and best[0].score[0]:
                break
        return best[1] if best is not None else None


def _subjects(module: ModuleType, cls: Any) -> Iterator[TorchSubject]:
    try:
        instances = making.instances(module, cls)
    except making.CannotMake:
        return
    takes_state = len(signature(methods(cls).get("forward", cls))) > 2
    states = (Form("BD"), Form("1BD")) if takes_state else ()
    for inputs in (*_SEQUENCES, *(_STEPWISE if takes_state else ())):
        fitting = [Form(s.axes if inputs.has_batch else s.axes.replace("B", "")) for s in states]
        for state in (*fitting, None) if inputs.has_time else fitting:
            yield TorchSubject(instances[0].double().train(False), _Way(inputs, state))


def _first(returned: Any) -> Any:
    return returned[0] if isinstance(returned, tuple | list) else returned


def _formed(value: Any, form: Form) -> Any:
    """`present` for a tensor."""
    places = present(np.arange(value.numel()).reshape(value.shape), form)
    places = np.asarray(places)
    return value.reshape(-1)[places.reshape(-1)].reshape(places.shape)


def _read(value: Any, form: Form) -> Any:
    """`rnn_tui.check.recognition.forms.read` for a tensor."""
    places = np.arange(value.numel()).reshape(value.shape)
    places = read(places, form)
    return value.reshape(-1)[places.reshape(-1)].reshape(places.shape)
