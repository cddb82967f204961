"""Making an object of somebody's class."""

from __future__ import annotations

import inspect
from types import ModuleType
from typing import Any

import numpy as np

from rnn_tui.check.problem import Sizes
from rnn_tui.check.recognition.agreement import quiet
from rnn_tui.check.recognition.binding import size_kind, size_named
from rnn_tui.check.recognition.building import build
from rnn_tui.check.recognition.roles import role_of
from rnn_tui.check.recognition.starting import gates_of, shape_for
from rnn_tui.check.recognition.words import argument_kind

_OURS = Sizes(inputs=4, hidden=6, outputs=4, targets=4)
_LARGEST, _STEPS = 64, 5


class CannotMake(Exception):
    """There is no way known to make an object of this class."""


def instances(module: ModuleType, cls: type) -> list[Any]:
    """Objects of a class to try: made with its own defaults, of our sizes, or found in the module.

    Raises:
        CannotMake: if there is none; its cause is what their constructor raised.
    """
    found: list[Any] = []
    failure: Exception | None = None
    for prefers_ours in _orders(cls):
        try:
            with quiet():
                found.append(cls(**_arguments(module, cls, prefers_ours, is_row=True)))
                if _takes_arrays(cls):
                    found.append(cls(**_arguments(module, cls, prefers_ours, is_row=False)))
                build(found[-1], _OURS)
        except Exception as error:
            failure = failure or error
    found += [value for value in vars(module).values() if type(value) is cls]
    if not found:
        raise CannotMake(cls.__name__) from failure
    return found


def _orders(cls: type) -> tuple[bool, ...]:
    """Their defaults first, unless those are too large to be checked in seconds or all alike."""
    sizes = [
        p.default
        for name, p in inspect.signature(cls).parameters.items()
        if size_kind(name) and isinstance(p.default, int)
    ]
    awkward = any(size > _LARGEST or size < 2 for size in sizes)
    return (True, False) if awkward else (False, True)


def _takes_arrays(cls: type) -> bool:
    names = inspect.signature(cls).parameters
    return any(role_of(name) == "U" for name in names if size_kind(name) is None)


def _arguments(module: ModuleType, cls: type, prefers_ours: bool, is_row: bool) -> dict[str, Any]:
    """What their constructor is given.

    Args:
        module: theirs.
        cls: theirs.
        prefers_ours: whether sizes with a default are replaced by ours.
        is_row: the layout of weights, where it wants those.
    """
    arguments: dict[str, Any] = {}
    for name, parameter in inspect.signature(cls).parameters.items():
        if parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}:
            continue
        size = size_named(name, _OURS)
        if name == "input_shape" and parameter.default in (None, parameter.empty):
            arguments[name] = (_STEPS, _OURS.inputs)
            continue
        has_default = parameter.default is not parameter.empty
        if has_default and not (prefers_ours and size):
            continue
        role = role_of(name)
        if role is not None and size is None and _takes_arrays(cls):
            gates = gates_of(cls.__name__)
            shape = shape_for(role, is_row, None if is_row else 1, gates)
            arguments[name] = np.random.default_rng(0).normal(size=shape)
        else:
            arguments[name] = _guess(module, name, size)
    return arguments


def _guess(module: ModuleType, name: str, size: int | None) -> Any:
    """A value for an argument without a default."""
    if size is not None:
        return size
    plain = name.lower()
    if argument_kind(name) == "rate":
        return 0.01
    if "seed" in plain or plain in {"random_state", "rng_seed"}:
        return 0
    if name in vars(module):
        return vars(module)[name]
    if any(word in plain for word in ("seq", "step", "length", "time")):
        return _STEPS
    if "batch" in plain:
        return 3
    raise CannotMake(name)
