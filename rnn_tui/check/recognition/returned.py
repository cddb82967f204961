"""The names of what a function of theirs returns, read from its source."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import textwrap
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np


class Leaf(NamedTuple):
    """One value among those returned.

    Attributes:
        name: a variable's name or a dict's key, None where the source does not tell.
        value: what it is.
        group: the name of the dict or list that it stood in, or None.
        is_key: whether the name is the key of a dict or the field of a tuple.
        depth: 1 for one of several values returned, more inside those, 0 for the only one.
    """

    name: str | None
    value: Any
    group: str | None = None
    depth: int = 0
    is_key: bool = False


@lru_cache(maxsize=512)
def definition(function: Callable[..., Any]) -> ast.FunctionDef | None:
    """The syntax tree of a function, or None where its source is not to be had."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError, IndentationError):
        return None
    first = tree.body[0]
    return first if isinstance(first, ast.FunctionDef) else None


def fields_of(value: Any) -> dict[str, Any] | None:
    """The fields of a named tuple or a dataclass; None for anything else."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return dict(value._asdict())
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    return None


def leaves(function: Callable[..., Any], value: Any) -> list[Leaf]:
    """What a call returned, taken apart, each value with its name."""
    tree = definition(plain_function(function))
    expression = _returned(tree) if tree is not None else None
    return _taken_apart(expression, value, tree)


def names_returned(function: Callable[..., Any]) -> set[str]:
    """The names of the values that a function returns, as far as they are in its source."""
    tree = definition(plain_function(function))
    expression = _returned(tree) if tree is not None else None
    several = expression.elts if isinstance(expression, ast.Tuple | ast.List) else [expression]
    return {name for each in several if (name := _name(each)) is not None}


def names_called(function: Callable[..., Any]) -> frozenset[str]:
    """The functions and methods that a function calls, by their last name."""
    return _names_called(plain_function(function))


def plain_function(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function of a bound method, which is the same for every copy of an object."""
    plain: Callable[..., Any] = getattr(function, "__func__", function)
    return plain


@lru_cache(maxsize=512)
def _names_called(function: Callable[..., Any]) -> frozenset[str]:
    tree = definition(function)
    if tree is None:
        return frozenset()
    called = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return frozenset(name for f in called if (name := _name(f)) is not None)


def keys_used(function: Callable[..., Any], variable: str) -> list[str]:
    """The keys under which a function looks into a dict that it gets, in order."""
    tree = definition(function)
    found: list[str] = []
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Subscript) and _name(node.value) == variable:
            key = node.slice
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                found.append(key.value)
    return list(dict.fromkeys(found))


def unpacked(function: Callable[..., Any], variable: str) -> list[str]:
    """The names into which a function unpacks a tuple that it gets."""
    tree = definition(function)
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Assign) and _name(node.value) == variable:
            target = node.targets[0]
            if isinstance(target, ast.Tuple | ast.List):
                return [_name(element) or "" for element in target.elts]
    return []


@lru_cache(maxsize=512)
def _returned(tree: ast.FunctionDef) -> ast.expr | None:
    """The last value returned by the function itself, not by one defined inside."""
    found: list[ast.expr] = []
    todo: list[ast.AST] = list(tree.body)
    while todo:
        node = todo.pop(0)
        if isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            continue
        if isinstance(node, ast.Return) and node.value is not None:
            found.append(node.value)
        todo.extend(ast.iter_child_nodes(node))
    return max(found, key=lambda node: node.lineno) if found else None


def _taken_apart(
    expression: ast.expr | None,
    value: Any,
    tree: ast.FunctionDef | None,
    group: str | None = None,
    depth: int = 0,
    key: str | None = None,
) -> list[Leaf]:
    """A value with its name; of a tuple, of a dict by names and of a list its entries, too."""
    whole = Leaf(key or _name(expression), value, group, depth, key is not None)
    inside: list[tuple[ast.expr | None, str | None, Any]] = []
    if (fields := fields_of(value)) is not None:
        value = fields
    if isinstance(value, Mapping) and value and all(isinstance(key, str) for key in value):
        inside = [(None, key, entry) for key, entry in value.items()]
    elif isinstance(value, tuple | list):
        parts = _parts(expression, tree, len(value))
        if isinstance(value, list) and parts is None and _are_alike(value):
            return [whole]
        inside = [(p, None, v) for p, v in zip(parts or [None] * len(value), value, strict=True)]
    found = [whole] if depth or not inside else []
    for part, key, entry in inside:
        found += _taken_apart(part, entry, tree, whole.name or group, depth + 1, key)
    return found


def _are_alike(values: list[Any]) -> bool:
    shapes = {np.shape(v) for v in values if isinstance(v, np.ndarray | float | np.floating)}
    return len(shapes) <= 1 and not any(isinstance(v, Mapping) for v in values)


@lru_cache(maxsize=4096)
def _parts(
    expression: ast.expr | None, tree: ast.FunctionDef | None, count: int
) -> tuple[ast.expr, ...] | None:
    """The expressions of the elements of a tuple or list, where they are to be seen."""
    if isinstance(expression, ast.Tuple | ast.List):
        elements = expression.elts
        return tuple(elements) if len(elements) == count else None
    if isinstance(expression, ast.Call) and expression.args:
        return _parts(expression.args[-1], tree, count)
    name = _name(expression)
    if name is None or tree is None:
        return None
    found: tuple[ast.expr, ...] | None = None
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Tuple | ast.List):
            continue
        if any(_name(t) == name for t in node.targets) and len(node.value.elts) == count:
            found = tuple(node.value.elts)
    return found


def _name(node: ast.AST | None) -> str | None:
    """``dW`` of ``self.dW``, ``np.array(dW)``, ``dW.copy()``, ``grads["dW"]``, ``dW[-1]``."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript):
        key = node.slice
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            return key.value
        return _name(node.value)
    if isinstance(node, ast.Call):
        inner = node.func
        if isinstance(inner, ast.Attribute) and inner.attr in {"copy", "reshape", "ravel", "sum"}:
            return _name(inner.value)
        if node.args and _name(inner) in {"array", "asarray", "float", "stack", "copy", "squeeze"}:
            return _name(node.args[0])
        return _name(inner) if not node.args else None
    return None
