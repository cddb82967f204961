"""The parameters that somebody's functions are handed: where their file makes them, or made up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from rnn_tui.check.problem import Numbers, Sizes
from rnn_tui.check.recognition.agreement import quiet
from rnn_tui.check.recognition.binding import signature, size_named
from rnn_tui.check.recognition.network import Handed
from rnn_tui.check.recognition.plan import Plan
from rnn_tui.check.recognition.plans import functions_of
from rnn_tui.check.recognition.returned import (
    fields_of,
    keys_used,
    leaves,
    names_called,
    names_returned,
    unpacked,
)
from rnn_tui.check.recognition.roles import role_of, roles_with_gates
from rnn_tui.check.recognition.words import argument_kind

_MADE_UP = Sizes(inputs=4, hidden=6, outputs=3, targets=3)
_MAKING = re.compile(r"init|param|weight|create|make|build|random|setup|new|model|get", re.I)


class Start(NamedTuple):
    """Parameters by name, how they are handed in, and sizes that the file tells."""

    parameters: dict[str, Any]
    handed: Handed
    hints: dict[str, int]


def starts(module: ModuleType, plan: Plan) -> Iterator[Start]:
    """What may be handed to the functions of a plan as their parameters, the surest first."""
    functions = [getattr(module, n) for n in (plan.forward, plan.loss, plan.backward) if n]
    container = _container(functions)
    wanted = (
        _singles(functions, module)
        if container is None
        else _names_inside(module, functions, container)
    )
    for values, hints in _made_by_them(module, wanted):
        if container is not None and (fields := fields_of(values)) is not None:
            yield Start(fields, type(values), hints)
        elif container is not None:
            is_mapping = isinstance(values, Mapping)
            named = dict(values) if is_mapping else _with_names(values, wanted)
            yield Start(named, "dict" if is_mapping else "tuple", hints)
        elif isinstance(values, Mapping) and set(wanted) <= set(values):
            yield Start({name: values[name] for name in wanted}, "singly", hints)
    handed: Handed = "singly" if container is None else _kind_inside(functions, container)
    for invented in _invented(wanted, plan.backward + (plan.forward or "")):
        yield Start(invented, handed, {})


def _container(functions: list[Any]) -> str | None:
    """The argument that holds all parameters; what one of the functions returns is none."""
    returned = {name for function in functions for name in names_returned(function)}
    for function in functions:
        names = tuple(signature(function))
        for name in names:
            if argument_kind(name, names) == "parameters" and name not in returned:
                return name
    return None


def _singles(functions: list[Any], module: ModuleType) -> list[str]:
    """The arguments that are parameters each: by their names."""
    names = [name for function in functions for name in signature(function)]
    known = {name for name, value in vars(module).items() if isinstance(value, np.ndarray)}
    return [n for n in dict.fromkeys(names) if role_of(n) is not None or n in known]


def _names_inside(module: ModuleType, functions: list[Any], container: str) -> list[str]:
    """The names that the first function to tell some uses, with those it calls."""
    known = functions_of(module)
    for function in functions:
        called = [known[name] for name in names_called(function) if name in known]
        used = [name for each in (function, *called) for name in keys_used(each, container)]
        if names := list(dict.fromkeys(used)) or unpacked(function, container):
            return names
    return []


def _kind_inside(functions: list[Any], container: str) -> Handed:
    return "dict" if any(keys_used(f, container) for f in functions) else "tuple"


def _made_by_them(module: ModuleType, wanted: list[str]) -> Iterator[tuple[Any, dict[str, int]]]:
    """Dicts and tuples of arrays among the globals, and those that functions of theirs return."""
    for name, value in vars(module).items():
        if not name.startswith("_") and _is_parameters(value):
            yield value, {}
    arrays = {n: v for n, v in vars(module).items() if n in wanted and isinstance(v, np.ndarray)}
    if wanted and len(arrays) == len(set(wanted)):
        yield arrays, {}
    for name, function in functions_of(module).items():
        if not _MAKING.search(name):
            continue
        made = _called(module, function)
        if made is None:
            continue
        value, hints = made
        if _is_parameters(value):
            yield value, hints
            if isinstance(value, tuple | list):
                named = {x.name: x.value for x in leaves(function, value) if x.name}
                yield named, hints


def _called(module: ModuleType, function: Any) -> tuple[Any, dict[str, int]] | None:
    """What a function that makes parameters returns, given sizes where it wants them."""
    arguments: dict[str, Any] = {}
    hints: dict[str, int] = {}
    for name, parameter in signature(function).items():
        default = parameter.default
        size = size_named(name, _MADE_UP._replace(outputs=4))
        if default is not parameter.empty:
            value = default
        elif size is not None:
            value = size
        elif name in vars(module):
            value = vars(module)[name]
        elif "seed" in name.lower():
            value = 0
        else:
            return None
        arguments[name] = value
        if size is not None and isinstance(value, int):
            hints[name] = value
    try:
        with quiet():
            return function(**arguments), hints
    except Exception:
        return None


def _is_parameters(value: Any) -> bool:
    """Whether a value is a dict, list or tuple of at least two arrays of numbers with a matrix."""
    fields = fields_of(value)
    if isinstance(value, Mapping) or fields is not None:
        entries = _entries(fields or value)
    elif isinstance(value, tuple | list):
        entries = list(value)
    else:
        return False
    arrays = [e for e in entries if isinstance(e, np.ndarray) and e.dtype.kind == "f"]
    if len(arrays) < 2 or len(arrays) > 64 or not any(a.ndim == 2 for a in arrays):
        return False
    return isinstance(value, Mapping) or len(arrays) == len(entries)


def _entries(holder: Mapping[str, Any]) -> list[Any]:
    """The values of a dict, and those of dicts in it."""
    values = list(holder.values())
    inner = [each for value in values if isinstance(value, Mapping) for each in _entries(value)]
    return [value for value in values if not isinstance(value, Mapping)] + inner


def _with_names(values: list[Any], wanted: list[str]) -> dict[str, Any]:
    names = wanted if len(wanted) == len(values) else [f"p[{i}]" for i in range(len(values))]
    return dict(zip(names, values, strict=True))


def _invented(names: list[str], functions: str) -> Iterator[dict[str, Numbers]]:
    """Arrays for names that tell their roles, in columns and in rows, for one gate or several."""
    roles = roles_with_gates(names) or {name: role_of(name) for name in names}
    if not names or None in roles.values() or not {"U", "W U"} & set(roles.values()):
        return
    generator = np.random.default_rng(0)
    gates = 1 if roles_with_gates(names) else gates_of(functions)
    for is_row in (True, False):
        for bias in (None, 0) if is_row else (1, None):
            yield {
                name: generator.normal(size=shape_for(role or "", is_row, bias, gates))
                for name, role in roles.items()
            }
    yield {name: np.array(generator.normal()) for name in roles}


def gates_of(name: str) -> int:
    """How many gates are stacked in one matrix, as the name of a class or function suggests."""
    likely = {"lstm": 4, "gru": 3}
    return next((n for word, n in likely.items() if word in name.lower()), 1)


def shape_for(role: str, is_row: bool, bias: int | None, gates: int = 1) -> tuple[int, ...]:
    """The shape of a parameter that is made up.

    Args:
        role: its role; ``W U`` for the two in one matrix.
        is_row: whether states are rows (``x @ W``) or columns.
        bias: the axis of length one of a bias, or None where it is a plain vector.
        gates: how many are stacked.
    """
    inputs, hidden, outputs, _ = _MADE_UP
    if role.startswith("b_"):
        length = gates * hidden if role == "b_h" else outputs
        return {None: (length,), 0: (1, length), 1: (length, 1)}[bias]
    wide = gates * hidden
    rows = {"W": inputs, "U": hidden, "W U": inputs + hidden}
    shape = (rows[role], wide) if role in rows else (inputs, inputs)
    if role == "V":
        shape = hidden, outputs
    return shape if is_row else shape[::-1]
