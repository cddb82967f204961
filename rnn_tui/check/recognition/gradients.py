"""Whose gradient is what: by names, then by shapes, then by what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from rnn_tui.check.problem import Numbers
from rnn_tui.check.recognition.returned import Leaf
from rnn_tui.check.recognition.store import Store, arrays, twins
from rnn_tui.check.recognition.words import gradient_bases, same, squeezed

_ARGUMENTS = (("x", ("x", "in", "u")), ("c0", ("c",)), ("h0", ("h", "a", "s", "prev")))
"""Letters with which the names of gradients of arguments begin; ``dh_next`` is on its way."""
_HOLDING_GRADIENTS = ("grad", "delta", "derivative", "update", "dparam", "diff")


def among_returned(
    returned: Iterable[Leaf],
    parameters: Mapping[str, Numbers],
    expected: Mapping[str, tuple[int, ...]],
) -> dict[str, Numbers]:
    """The gradients among the values that a function returned.

    Args:
        returned: the values, with names where the source tells them.
        parameters: as they are after the call: an array that is one of them is no gradient.
        expected: the shapes in their own form of ``x``, ``h0``, ``c0`` where handed in.
    """
    returned = list(returned)
    found: dict[str, Numbers] = {}
    nameless: list[Leaf] = []
    arrays_returned = []
    for leaf in returned:
        if (several := _of_list(leaf, parameters)) is not None:
            found |= several
            continue
        if not is_numbers(leaf.value) or _is_parameter(leaf.value, parameters):
            continue
        arrays_returned.append(leaf)
        name = _owner(leaf, {n: p for n, p in parameters.items() if n not in found})
        if name is not None:
            found.setdefault(name, as_numbers(leaf.value))
        elif (other := _argument(leaf, expected)) is not None:
            found[other] = as_numbers(leaf.value)
        elif leaf.name is None or gradient_bases(leaf.name) or leaf.group is not None:
            nameless.append(leaf)
    if not found and not nameless:  # names that tell nothing at all
        by_shape = _by_shape(arrays_returned, parameters, found, expected)
        return by_shape if set(parameters) <= set(by_shape) else {}
    found |= _by_shape(nameless, parameters, found, expected)
    return found | _not_summed(returned, parameters, found)


def _not_summed(
    returned: Iterable[Leaf], parameters: Mapping[str, Numbers], found: Mapping[str, Numbers]
) -> dict[str, Numbers]:
    """Of biases without a gradient: one by its name with an axis too long, as a batch leaves it."""
    left = {n: p for n, p in parameters.items() if n not in found and max(p.shape) == p.size}
    result: dict[str, Numbers] = {}
    for leaf in returned:
        if (
            leaf.name is None
            or not isinstance(leaf.value, np.ndarray)
            or not is_numbers(leaf.value)
        ):
            continue
        bases = gradient_bases(leaf.name) + ((leaf.name,) if leaf.is_key else ())
        for name, parameter in left.items():
            is_longer = leaf.value.size > parameter.size and leaf.value.size % parameter.size == 0
            if is_longer and {name, name.rpartition(".")[2]} & set(bases):
                result[name] = as_numbers(leaf.value)
    return result


def _of_list(leaf: Leaf, parameters: Mapping[str, Numbers]) -> dict[str, Numbers] | None:
    """The gradients in ``dW``, a list, of ``W[0]``, ``W[1]`` …; None if it is no such list."""
    if not isinstance(leaf.value, list) or leaf.name is None:
        return None
    for base in gradient_bases(leaf.name):
        own = {f"{base}[{i}]": value for i, value in enumerate(leaf.value)}
        if own and all(
            n in parameters and np.shape(v) == np.shape(parameters[n]) for n, v in own.items()
        ):
            return {name: as_numbers(value) for name, value in own.items()}
    return None


def on_objects(store: Store, missing: Iterable[str]) -> dict[str, Numbers]:
    """Gradients that were left beside their parameters: attributes, or a dict on the object."""
    found: dict[str, Numbers] = {}
    for name in missing:
        owner, own = store.owner(name)
        shape = store.read()[name].shape
        beside = vars(owner).items() if hasattr(owner, "__dict__") else ()
        for key, value in beside:
            is_twin = twins(owner) == (own, key) and np.shape(value) == shape
            if is_twin or _is_gradient_of(key, value, own, shape):
                found[name] = as_numbers(value)
        if name not in found:
            held = _held(store.root, own, shape)
            if held is not None:
                found[name] = held
    return found


def _held(root: Any, own: str, shape: tuple[int, ...]) -> Numbers | None:
    """A gradient in a dict of gradients (``self.grads["Wxh"]``) or under another object."""
    for path, value in arrays(root):
        if np.shape(value) != shape:
            continue
        last = path[-1]
        holder = str(path[-2].name).lower() if len(path) > 1 else ""
        is_held = any(word in holder for word in _HOLDING_GRADIENTS)
        bases = gradient_bases(last.name) if isinstance(last.name, str) else ()
        if (is_held and same(str(last.name), own)) or any(same(base, own) for base in bases):
            return value
    return None


def _is_gradient_of(key: str, value: Any, own: str, shape: tuple[int, ...]) -> bool:
    if key == own or not is_numbers(value) or np.shape(value) != shape:
        return False
    return any(same(base, own) for base in gradient_bases(key))


def _owner(leaf: Leaf, parameters: Mapping[str, Numbers]) -> str | None:
    """The parameter that a returned value is the gradient of by its name, if the shapes agree."""
    if leaf.name is None:
        return None
    bases = gradient_bases(leaf.name) + ((leaf.name,) if leaf.is_key else ())
    shape = np.shape(leaf.value)
    if leaf.is_key and np.shape(parameters.get(whole := f"{leaf.group}.{leaf.name}", ())) == shape:
        return whole
    for exact in (True, False):
        for base in bases:
            for name, parameter in parameters.items():
                own = name.rpartition(".")[2]
                agree = base in {own, name} if exact else squeezed(base) == squeezed(own)
                if agree and np.shape(parameter) == shape:
                    return name
    return None


def _argument(leaf: Leaf, expected: Mapping[str, tuple[int, ...]]) -> str | None:
    """``x``, ``h0`` or ``c0`` for a gradient with respect to an argument."""
    if leaf.name is None:
        return None
    shape = np.shape(leaf.value)
    for base in gradient_bases(leaf.name):
        plain = squeezed(base)
        for role, letters in _ARGUMENTS:
            if expected.get(role) == shape and plain.startswith(letters) and "next" not in plain:
                return role
    return None


def _by_shape(
    nameless: list[Leaf],
    parameters: Mapping[str, Numbers],
    found: Mapping[str, Numbers],
    expected: Mapping[str, tuple[int, ...]],
) -> dict[str, Numbers]:
    """Values without telling names, to the parameters of their shape in their order."""
    wanted = {n: np.shape(p) for n, p in parameters.items() if n not in found}
    result: dict[str, Numbers] = {}
    left = list(nameless)
    for name, shape in wanted.items():
        place = next((i for i, leaf in enumerate(left) if np.shape(leaf.value) == shape), None)
        if place is not None:
            result[name] = as_numbers(left.pop(place).value)
    for role, shape in expected.items():
        fitting = [x for x in left if x.name is None and np.shape(x.value) == shape]
        if role not in found and fitting:
            result[role] = as_numbers(fitting[0].value)
            left = [leaf for leaf in left if leaf is not fitting[0]]
    return result


def _is_parameter(value: Any, parameters: Mapping[str, Numbers]) -> bool:
    shape = np.shape(value)
    return any(
        np.shape(p) == shape and np.any(p) and np.array_equal(np.asarray(value), p)
        for p in parameters.values()
    )


def is_numbers(value: Any) -> bool:
    """Whether a value is a number, an array of numbers, or steps of them."""
    if isinstance(value, bool | int):
        return False
    if isinstance(value, float | complex | np.floating | np.complexfloating):
        return True
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "fc"
    if isinstance(value, list) and value:
        return all(isinstance(v, np.ndarray) and v.shape == np.shape(value[0]) for v in value)
    return False


def as_numbers(value: Any) -> Numbers:
    """A copy as an array."""
    return np.array(value)
