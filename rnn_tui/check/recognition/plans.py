"""Which of somebody's functions may be the forward pass, the loss and the backward pass."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from types import FunctionType, ModuleType
from typing import Any

from rnn_tui.check.recognition.binding import signature
from rnn_tui.check.recognition.plan import Plan
from rnn_tui.check.recognition.returned import names_returned
from rnn_tui.check.recognition.words import (
    argument_kind,
    is_backward,
    is_both,
    is_forward,
    is_loss,
)

_MOST = 4


def plans(functions: Mapping[str, Any]) -> list[Plan]:
    """Combinations of functions to try, the most telling first.

    Args:
        functions: methods of a class, or functions of a module, by name.
    """
    names = [n for n in functions if not n.startswith("__") or n == "__call__"]
    backwards = sorted((n for n in names if is_backward(n)), key=_is_of_one_step)
    forwards = sorted((n for n in names if is_forward(n)), key=_is_of_one_step)
    losses = [n for n in names if is_loss(n) and not is_backward(n)]
    losses.sort(key=lambda n: "total" not in n)
    found: list[Plan] = []
    for backward in backwards[:_MOST]:
        beside = _forwards_for(backward, forwards)[:2]
        others = [n for n in names if n not in (*beside, *backwards)]
        beside += [n for n in others if _feeds(functions[n], functions[backward])][:2]
        needs_loss = "upstream" not in _kinds(functions[backward])
        for forward in beside:
            if needs_loss:
                found += [Plan(backward, forward, loss) for loss in losses[:_MOST]]
            found.append(Plan(backward, forward))
        if needs_loss:
            found += [Plan(backward, None, n) for n in losses[:_MOST] if _runs_all(functions[n])]
        found.append(Plan(backward))
    both = [n for n in names if is_both(n) and n not in backwards]
    return found + [Plan(name) for name in both[:_MOST]]


def methods(cls: type) -> dict[str, Any]:
    """The functions of a class and of the classes of theirs that it is made from."""
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if base.__module__ == cls.__module__:
            for name, value in vars(base).items():
                inner = value.__func__ if isinstance(value, staticmethod | classmethod) else value
                if isinstance(inner, FunctionType) and not inspect.iscoroutinefunction(inner):
                    found[name] = inner
    return found


def functions_of(module: ModuleType) -> dict[str, Any]:
    """The functions that a module defines itself, in their order."""
    return {
        name: value
        for name, value in vars(module).items()
        if inspect.isfunction(value)
        and value.__module__ == module.__name__
        and not inspect.iscoroutinefunction(value)
    }


def _forwards_for(backward: str, forwards: list[str]) -> list[str]:
    """Forward functions, the one whose name is like that of the backward function first."""
    stem = re.sub(r"back\w*|bptt|bprop|grad\w*", "", backward.lower())
    return sorted(forwards, key=lambda name: re.sub(r"forward\w*|fprop", "", name.lower()) != stem)


def _feeds(function: Any, backward: Any) -> bool:
    """Whether a function returns what the backward pass asks for, by name."""
    names = tuple(signature(backward))
    own = {"cache", "outputs", "states", None}
    wanted = {name for name in names if argument_kind(name, names) in own}
    return bool(wanted & names_returned(function))


def _runs_all(loss: Any) -> bool:
    """Whether a loss function goes forward itself: it takes inputs and targets."""
    return {"inputs", "targets"} <= _kinds(loss)


def _is_of_one_step(name: str) -> bool:
    return re.search(r"cell|step|single|unit|_t$", name.lower()) is not None


def _kinds(function: Any) -> set[str | None]:
    names = tuple(signature(function))
    return {argument_kind(name, names) for name in names}


def named(found: list[Plan], name: str | None, functions: Mapping[str, Any]) -> list[Plan]:
    """The plans with the functions that were asked for: ``lossFun``, or ``forward/backward``."""
    if name is None:
        return found
    wanted = name.split("/")
    if any(one not in functions for one in wanted):
        return []
    fitting = [p for p in found if all(one in (p.forward, p.loss, p.backward) for one in wanted)]
    return fitting or [Plan(wanted[-1], wanted[0] if len(wanted) > 1 else None)]
