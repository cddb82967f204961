"""Giving a function of theirs its arguments."""

from __future__ import annotations

import copy
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from rnn_tui.check.problem import Problem, Sizes
from rnn_tui.check.recognition.forms import Form, present
from rnn_tui.check.recognition.returned import Leaf, plain_function
from rnn_tui.check.recognition.words import argument_kind, gradient_bases, same

_SIZES = {
    "inputs": r"inp(uts?)?|vocab(ulary)?(_?size|_?dim|_?len)?|n_?x|n_?in(puts?)?"
    r"|(input|in|word|x|embed\w*)_?(size|dim|features|units|nodes)|d_?in|num_?(chars|words|inputs|symbols|features)|v|d"
    r"|n_?(vocab|words|chars|symbols|features)|dim_?x|vocab_len|dim|alphabet_size"
    r"|([a-z]+_)?(eingaben?|entradas?|entr[eé]es?|shuru)(_[a-z]+)?",
    "hidden": r"n_?(a|h|hidden|nodes|units|neurons|cells|s)"
    r"|(hidden|state|rnn|h)_?(size|dim|units|nodes|layer_?size|features|neurons|width)?"
    r"|num_?(hidden|units|nodes|neurons)(_\w+)?|units|d_?h(idden)?|hid(den)?|nodes|neurons|dim_?h"
    r"|num_hiddens|([a-z]+_)?(verdeckte?|ocult[ao]s?|cach[eé]e?s?|yincang)(_[a-z]+)?",
    "outputs": r"out(puts?)?|n_?y|n_?out(puts?)?|d_?out"
    r"|(output|out|y)_?(size|dim|features|units|nodes)"
    r"|(num|n)_?(classes|outputs|labels)|classes|o|dim_?y"
    r"|([a-z]+_)?(ausgaben?|salidas?|sorties?|sa[ií]das?|shuchu)(_[a-z]+)?",
}


class CannotBind(Exception):
    """There is an argument, named first, that nothing is known for."""

    def __str__(self) -> str:
        return (
            f"it is not known what to hand in for {self.args[0]!r}: call it inputs, targets or h0, "
            "or write an adapter: rnn-tui check --adapter"
        )


@dataclass(frozen=True)
class Forms:
    """The forms in which the arguments are handed in.

    Attributes:
        inputs: x, or the symbols.
        targets: the targets, or one-hot vectors of them.
        state: the start state.
        upstream: the gradient with respect to the outputs.
        steps: the only T that their code runs with, or None.
        batch: the only B, or None.
    """

    inputs: Form
    targets: Form
    state: Form
    upstream: Form | None = None
    steps: int | None = None
    batch: int | None = None


@dataclass
class Environment:
    """What there is to hand in, and what came back from the calls before.

    Attributes:
        problem: inputs, targets, start states.
        forms: theirs.
        sizes: of the network.
        parameters: the container that is handed in, or None; single ones by name.
        singles: parameters that are arguments of their own.
        rate: the learning rate given where one is asked for.
        returned: the values of the calls before, with their names.
        outputs: which of those are the outputs.
        states: which of those are all states.
        whole: the whole value that the forward function returned.
    """

    problem: Problem
    forms: Forms
    sizes: Sizes
    parameters: Any = None
    singles: Mapping[str, Any] = field(default_factory=dict)
    rate: float = 1.0
    returned: list[Leaf] = field(default_factory=list)
    outputs: Any = None
    states: Any = None
    whole: Any = None

    def value(self, kind: str) -> Any:
        """Inputs, targets, upstream gradient or start state in their form."""
        problem, forms = self.problem, self.forms
        if kind == "inputs":
            return present(problem.symbols if forms.inputs.symbols else problem.x, forms.inputs)
        if kind == "targets":
            return present(problem.targets if forms.targets.symbols else problem.y, forms.targets)
        if kind == "upstream":
            if forms.upstream is None:
                raise CannotBind("upstream")
            return present(problem.upstream, forms.upstream)
        state = problem.states.get(kind)
        if state is None:
            state = np.zeros((problem.batch, self.sizes.hidden))
        return present(state[:, None], forms.state)


def signature(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """The arguments of a function of theirs, without ``self``, ``*args`` and ``**kwargs``."""
    wanted = _signature(plain_function(function))
    is_bound = inspect.ismethod(function)
    return dict(list(wanted.items())[1:]) if is_bound else wanted


@lru_cache(maxsize=512)
def _signature(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return {}
    variable = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
    return {name: p for name, p in parameters.items() if p.kind not in variable}


def arguments(function: Callable[..., Any], env: Environment, is_backward: bool) -> list[Any]:
    """The arguments for a call, in their order.

    Raises:
        CannotBind: if nothing is known for an argument without a default.
    """
    wanted = signature(function)
    names = tuple(wanted)
    values: list[Any] = []
    used: list[Any] = []
    for name, parameter in wanted.items():
        value, is_found = _value(name, names, env, is_backward)
        if not is_found and parameter.default is not inspect.Parameter.empty:
            value, is_found = parameter.default, True
        if not is_found and (size := size_named(name, env.sizes)) is not None:
            value, is_found = size, True
        if not is_found and is_backward:
            value, is_found = _left_over(env, used)
        if not is_found:
            raise CannotBind(name)
        used.append(value)
        values.append(value)
    return values


def _value(
    name: str, names: tuple[str, ...], env: Environment, is_backward: bool
) -> tuple[Any, bool]:
    if name in env.singles:
        return env.singles[name], True
    kind = argument_kind(name, names)
    is_returned = is_backward and any(leaf.name == name for leaf in env.returned)
    if env.parameters is not None and kind == "parameters" and not is_returned:
        return env.parameters, True
    if is_backward and (leaf := _returned(name, kind, env)) is not None:
        return leaf.value, True
    if kind == "rate":
        return env.rate, True
    if kind == "outputs" and is_backward and env.outputs is not None:
        return env.outputs, True
    if kind in {"states", "h0"} and is_backward and kind == "states" and env.states is not None:
        return env.states, True
    if kind == "cache" and is_backward and env.whole is not None:
        return env.whole, True
    if kind in {"inputs", "targets", "h0", "c0"} or (kind == "upstream" and env.forms.upstream):
        return env.value(kind), True
    return None, False


def _returned(name: str, kind: str | None, env: Environment) -> Leaf | None:
    """What the forward function returned under this name, or as the one thing of this kind."""
    named = [
        leaf
        for leaf in env.returned
        if leaf.name == name or (leaf.name is not None and len(name) > 1 and same(leaf.name, name))
    ]
    if kind == "cache" and isinstance(env.whole, Mapping):
        return Leaf(name, env.whole)
    if kind == "cache":
        outer = [leaf for leaf in env.returned if leaf.depth < 2 and _is_container(leaf.value)]
        of_kind = [leaf for leaf in outer if leaf.name and argument_kind(leaf.name) == kind]
        named = [x for x in named if x.depth < 2] or of_kind[-1:] or outer[-1:] or named
    return named[0] if named else None


def _is_container(value: Any) -> bool:
    return isinstance(value, list | tuple | Mapping)


def _left_over(env: Environment, used: list[Any]) -> tuple[Any, bool]:
    """The first thing returned that was not handed on yet."""
    for leaf in env.returned:
        if not any(leaf.value is value for value in used):
            return leaf.value, True
    return None, False


def size_named(name: str, sizes: Sizes) -> int | None:
    """The size that an argument or attribute of this name means."""
    plain = name.lower().strip("_")
    for field_name, pattern in _SIZES.items():
        if re.fullmatch(pattern, plain):
            return int(getattr(sizes, field_name))
    return None


def size_kind(name: str) -> str | None:
    """``inputs``, ``hidden`` or ``outputs`` for the name of a size."""
    plain = name.lower().strip("_")
    return next((kind for kind, pattern in _SIZES.items() if re.fullmatch(pattern, plain)), None)


def likeness(argument: str, returned: str | None) -> int:
    """How well the name of an upstream gradient fits that of an output: ``d_y`` and ``y``."""
    if returned is None:
        return 0
    bases = gradient_bases(argument)
    if any(same(base, returned) for base in bases):
        return 3
    starts = [b for b in bases if same(b[:1], returned[:1])]
    return 2 if starts else int(argument_kind(returned) == "outputs")


def own_copy(value: Any) -> Any:
    """A deep copy, so that what one call changes does not reach the next."""
    return copy.deepcopy(value)
