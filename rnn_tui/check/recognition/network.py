"""A network of theirs as it was recognised: which functions, which forms, which outputs."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from types import ModuleType
from typing import Any, Literal

import numpy as np

from rnn_tui.check.problem import Numbers, Problem, Result, Sizes
from rnn_tui.check.recognition import gradients, plans
from rnn_tui.check.recognition.binding import Environment, Forms, arguments, signature
from rnn_tui.check.recognition.building import RATE
from rnn_tui.check.recognition.forms import Form, read
from rnn_tui.check.recognition.general_form import in_general_form, shapes_of_arguments
from rnn_tui.check.recognition.outputs import (
    Held,
    is_input,
    loss_among,
    number,
    takes_lists,
    vectors_in,
)
from rnn_tui.check.recognition.plan import Plan, kinds_of_arguments, upstream_argument
from rnn_tui.check.recognition.rate import set_rate
from rnn_tui.check.recognition.returned import Leaf, leaves, names_called
from rnn_tui.check.recognition.store import Store
from rnn_tui.check.recognition.updates import Weights, gradients_applied
from rnn_tui.check.recognition.words import (
    argument_kind,
    gradient_bases,
    is_clearing,
    is_loss,
)
from rnn_tui.check.subject import Subject

Handed = Literal["dict", "tuple", "singly"] | type | None

_RATE = {"f": 1.0, "d": RATE}
"""By dtype: small where numbers are exact enough, so that updates amid the loop show little."""


class FoundNetwork(Subject):
    """A subject made of functions whose arguments and results are known by name and shape.

    Args:
        module: theirs.
        store: where the parameters live.
        plan: which functions are called.
        forms: in which form they get their arguments.
        sizes: of the network.
        handed: how the parameters are handed in: as a ``dict``, a ``tuple``, a class of theirs
            with them as its fields, ``singly`` where each is an argument of its own, or None
            where they are on the object or in globals.
    """

    any_steps = False

    def __init__(
        self,
        module: ModuleType,
        store: Store,
        plan: Plan,
        forms: Forms,
        sizes: Sizes,
        handed: Handed = None,
    ) -> None:
        super().__init__()
        self.module, self.store, self.plan, self.forms = module, store, plan, forms
        self.sizes, self.handed = sizes, handed
        self._loss_takes_lists: bool | None = None
        self.returned_gradients: frozenset[str] = frozenset()
        self.has_batch = forms.inputs.has_batch
        self.inputs = "symbols" if forms.inputs.symbols else "vectors"
        self.targets = "symbols"
        if sizes.targets == 1:
            self.targets = "labels" if forms.targets.symbols else "real"
        self.steps = forms.steps if forms.inputs.has_time or self.any_steps else 1
        self.batch = forms.batch
        self.wants = {kind for kinds in self._arguments() for kind in kinds.values()}
        self.states = tuple(r for r in ("h0", "c0") if r in self.wants or r in store.states)
        self.loss = "upstream" if self.upstream_argument() is not None else "theirs"

    def parameters(self) -> dict[str, Numbers]:
        """Copies of the parameters at rest."""
        self.reset()
        return self.store.read()

    def reset(self) -> None:
        """Everything as it was when their file had been loaded."""
        self.store.reset()

    def assign(self, parameters: Mapping[str, Numbers]) -> None:
        """Set parameters."""
        self.store.assign(parameters)

    def call(self, problem: Problem, backward: bool) -> Result:
        """Forward, loss and backward, as far as there are such functions and they are asked for."""
        if backward:
            self._clear_gradients()
        env = self._environment(problem)
        result = Result()
        if self.plan.forward is not None:
            self._forward(env, result)
        if self.plan.loss is not None:
            result.loss = number(self._loss(self.plan.loss, env))
        if backward or self.plan.forward is None or self._loss_is_in_backward():
            self._backward(env, result, backward)
        return result

    def function(self, name: str) -> Callable[..., Any]:
        """A method of their object or a function of their module."""
        if not isinstance(self.store.root, ModuleType | dict) and hasattr(self.store.root, name):
            method: Callable[..., Any] = getattr(self.store.root, name)
            return method
        found: Callable[..., Any] = getattr(self.module, name)
        return found

    @property
    def has_forward_without_targets(self) -> bool:
        """Whether there is a function for the forward pass alone."""
        return self.plan.forward is not None and "targets" not in self._arguments()[0].values()

    def with_forms(self, forms: Forms) -> FoundNetwork:
        """The same called in other forms."""
        return type(self)(self.module, self.store, self.plan, forms, self.sizes, self.handed)

    def with_output(self, output: int, form: Form | None) -> FoundNetwork:
        """The same with another of the returned values as the output."""
        return type(self)(
            self.module,
            self.store,
            self.plan._replace(output=output),
            replace(self.forms, upstream=form),
            self.sizes,
            self.handed,
        )

    def returned_by_forward(self, problem: Problem) -> list[Leaf]:
        """What the forward function returns, for choosing the output."""
        if self.plan.forward is None:
            return []
        env = self._environment(problem)
        return leaves(self.function(self.plan.forward), self._run(self.plan.forward, env, False))

    def _environment(self, problem: Problem, is_first: bool = True) -> Environment:
        root = self.store.root
        env = Environment(problem, self.forms, self.sizes)
        if self.handed == "singly":
            env.singles = dict(root)
        elif self.handed is not None:
            env.parameters = root if self.handed == "dict" else tuple(root.values())
            if isinstance(self.handed, type):
                env.parameters = self.handed(**root)
        env.rate = _RATE.get(self._dtype().char.lower(), _RATE["d"])
        if is_first:
            self.store.assign_states(problem.states)
        set_rate(self.store.root, self.module, env.rate)
        return env

    def _dtype(self) -> np.dtype[Any]:
        return np.result_type(*(p.dtype for p in self.store.read().values()), np.float32)

    def _run(self, name: str, env: Environment, is_backward: bool) -> Any:
        function = self.function(name)
        return function(*arguments(function, env, is_backward))

    def _loss(self, name: str, env: Environment) -> Any:
        """Of one sequence, or of a list with this one sequence in it."""
        function = self.function(name)
        values = arguments(function, env, True)
        if self._loss_takes_lists is None:
            names = tuple(signature(function))
            kinds = {argument_kind(n, names) for n in names}
            self._loss_takes_lists = {"inputs", "targets"} <= kinds and takes_lists(
                copy.deepcopy(function), values
            )
        return function(*([v] for v in values)) if self._loss_takes_lists else function(*values)

    def _forward(self, env: Environment, result: Result) -> None:
        assert self.plan.forward is not None
        value = self._run(self.plan.forward, env, False)
        env.whole = value
        env.returned = leaves(self.function(self.plan.forward), value)
        self._read_outputs(env, result)
        self.is_broadcast = self._has_other_shape_than_targets(env)
        if self.plan.loss is None:
            result.loss = loss_among(env.returned)

    def _read_outputs(self, env: Environment, result: Result) -> None:
        """Find outputs and states among what was returned."""
        found = [x for x in self.held(env.problem, env.returned) if self._may_be_output(x)]
        chosen = [each for each in found if each.place == self.plan.output]
        if self.plan.output is None:
            chosen = [each for each in found if each.width == self.sizes.outputs]
            chosen.sort(key=lambda each: argument_kind(each.leaf.name or "") != "outputs")
        for each in chosen[:1]:
            env.outputs, result.outputs = each.leaf.value, read(each.leaf.value, each.form)
            if self.forms.upstream is not None and not self.forms.upstream.has_time:
                result.outputs = result.outputs[:, -1:]
        for each in found:
            is_state = each.width == self.sizes.hidden and each.form.has_time
            if is_state and each.place not in {x.place for x in chosen[:1]}:
                env.states, result.hidden = each.leaf.value, read(each.leaf.value, each.form)
                break
        steps = env.problem.steps
        self.at_last_step = result.outputs is not None and result.outputs.shape[1] < steps

    def _has_other_shape_than_targets(self, env: Environment) -> bool:
        """Whether single numbers are compared with targets in another shape: NumPy lets them."""
        if env.outputs is None or self.sizes.targets > 1 or "targets" not in self.wants:
            return False
        return bool(np.shape(env.outputs) != np.shape(env.value("targets")))

    def _may_be_output(self, each: Held) -> bool:
        is_whole = each.form.has_time or self.plan.forward is not None
        if each.form.axes == "" and is_loss(each.leaf.name or ""):
            return False
        return is_whole and (each.place == self.plan.output or not is_input(each))

    def held(self, problem: Problem, returned: list[Leaf]) -> list[Held]:
        """The values among those returned that hold outputs or states."""
        return vectors_in(returned, problem, self.sizes, self.has_batch)

    def _backward(self, env: Environment, result: Result, with_gradients: bool) -> None:
        name = self.plan.backward
        before = Weights.of(self.store) if with_gradients else None
        if self.plan.forward in names_called(self.function(name)):
            self.store.assign_states(env.problem.states)
        value = self._run(name, env, True)
        returned = leaves(self.function(name), value)
        if result.loss is None and self.loss != "upstream":
            result.loss = loss_among(returned)
        if self.plan.forward is None:
            env.returned = [
                x for x in returned if not x.is_key and not gradient_bases(x.name or "d_")
            ]
            self._read_outputs(env, result)
        if before is not None:
            self._find_gradients(returned, before, env, result)

    def _clear_gradients(self) -> None:
        """Call what is meant to be called before all, such as ``zero_grad()``, if that can be."""
        root = self.store.root
        functions = plans.functions_of(self.module)
        if not isinstance(root, ModuleType | dict):
            functions = plans.methods(type(root))
        for name in filter(is_clearing, functions):
            if not signature(function := self.function(name)):
                with suppress(Exception):
                    function()

    def _find_gradients(
        self, returned: list[Leaf], before: Weights, env: Environment, result: Result
    ) -> None:
        """Among what was returned, on objects, or in the change of the parameters."""
        after = Weights.of(self.store)
        expected = shapes_of_arguments(self.forms, self.sizes, self.states, env.problem)
        found = gradients.among_returned(returned, after.parameters, expected)
        self.returned_gradients = frozenset(found)
        names = before.parameters
        found |= gradients.on_objects(self.store, [n for n in names if n not in found])
        if not any(n in found for n in names):
            self.updates_inside = before.differ_from(after)
            if self.updates_inside:
                found |= gradients_applied(before, after, env.rate)
        result.gradients = in_general_form(found, self.forms, self.store.names)

    def upstream_argument(self) -> str | None:
        """The argument of backward that gets the gradient of the outputs, if there is one."""
        return upstream_argument(*map(self._function_or_none, self.plan[:2]))

    def _arguments(self) -> list[dict[str, str]]:
        backward, forward, loss = map(self._function_or_none, self.plan[:3])
        return kinds_of_arguments(forward, loss, backward)

    def _function_or_none(self, name: str | None) -> Callable[..., Any] | None:
        return None if name is None else self.function(name)

    def _loss_is_in_backward(self) -> bool:
        return self.loss == "theirs" and self.plan.loss is None and "targets" in self.wants
