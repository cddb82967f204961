"""Where their parameters live: on an object, in globals, in a dict or tuple that is handed in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from rnn_tui.check.keeping import KeptGlobals, KeptObject
from rnn_tui.check.problem import Numbers
from rnn_tui.check.recognition.words import (
    argument_kind,
    is_memory_of,
    state_role,
    value_with_gradient,
)

_DEEPEST = 4
_MOST_ENTRIES = 64
_NO_PARAMETERS = re.compile(r"grad|deriv|velocit|momentum|adam|adagrad|optim|cache|histor", re.I)
_HOLDERS = {"parameters", "params", "weights", "p", "theta", "model"}


class Step(NamedTuple):
    """One step on the way to an array: an attribute, or a key or place of a container."""

    kind: str
    name: Any


Path = tuple[Step, ...]


class Store:
    """Their parameters and remembered states, by name, wherever they live.

    Attributes:
        root: what holds them now: an object, a module, or a dict of arguments.
        states: attributes that keep the state from call to call, by role.
    """

    def __init__(
        self,
        root: Any,
        reset: Callable[[], Any],
        wanted: Callable[[Path], bool],
        known_as: Mapping[str, str] | None = None,
    ) -> None:
        self.root = root
        self._reset = reset
        self._paths: dict[str, list[Path]] = {}
        self.states: dict[str, Path] = {}
        self._memories: dict[str, list[Path]] = {}
        by_identity: dict[int, list[Path]] = {}
        found: dict[str, Path] = {}
        for path, array in arrays(root):
            by_identity.setdefault(id(array), []).append(path)
            if wanted(path) and (name := named(path)) not in found:
                found[name] = path
        first: dict[int, str] = {}
        for name, path in found.items():
            identity = id(get(root, path))
            if identity in first:
                continue
            first[identity] = name
            self._paths[name] = by_identity[identity]
        self._sort_out_states()
        self._drop_memories()
        short = _shortened(list(self._paths)) | dict(known_as or {})
        self._paths = {short[name]: paths for name, paths in self._paths.items()}
        self._memories = {short.get(n, n): paths for n, paths in self._memories.items()}

    @property
    def names(self) -> list[str]:
        """The parameters."""
        return list(self._paths)

    def keep(self, names: list[str]) -> None:
        """Forget all parameters but these."""
        self._paths = {name: self._paths[name] for name in names}

    def read(self) -> dict[str, Numbers]:
        """Copies of the parameters as they are now."""
        return {name: np.array(get(self.root, paths[0])) for name, paths in self._paths.items()}

    def memories(self) -> dict[str, list[Numbers]]:
        """By parameter, copies of arrays beside it that are named after it: an optimizer's."""
        return {
            name: [np.array(get(self.root, path)) for path in paths]
            for name, paths in self._memories.items()
        }

    def reset(self) -> None:
        """Back to what was loaded."""
        self.root = self._reset()

    def assign(self, parameters: Mapping[str, Numbers]) -> None:
        """Set parameters to copies of these, under all of their names."""
        for name, value in parameters.items():
            copy = np.array(value)
            for path in self._paths[name]:
                put(self.root, path, copy)

    def assign_state(self, role: str, value: Numbers) -> None:
        """Set a remembered state."""
        put(self.root, self.states[role], value)

    def assign_states(self, values: Mapping[str, Numbers]) -> None:
        """Set the remembered states among these, (B, H) each, in their own shapes."""
        for role in set(self.states) & set(values):
            value, shape = values[role], self.state(role).shape
            if value.size == int(np.prod(shape)):
                value = value.T if shape == value.T.shape else value.reshape(shape)
            self.assign_state(role, value.copy())

    def state(self, role: str) -> Numbers:
        """A remembered state as it is now."""
        return np.asarray(get(self.root, self.states[role]))

    def owner(self, name: str) -> tuple[Any, str]:
        """What holds a parameter (an object or a dict), and its name there."""
        path = self._paths[name][0]
        return get(self.root, path[:-1]), str(path[-1].name)

    def _sort_out_states(self) -> None:
        """Zero vectors called h or state are no parameters; one called c only beside such a one."""
        zeros: dict[str, tuple[str, Path, tuple[int, ...]]] = {}
        for name, paths in self._paths.items():
            last, array = paths[0][-1], np.asarray(get(self.root, paths[0]))
            role = state_role(str(last.name)) if last.kind == "attribute" else None
            if role and 1 in (*array.shape, array.ndim) and not array.any():
                zeros.setdefault(role, (name, paths[0], array.shape))
        if "c0" in zeros and ("h0" not in zeros or zeros["h0"][2] != zeros["c0"][2]):
            del zeros["c0"]
        for role, (name, path, _) in zeros.items():
            self.states[role] = path
            del self._paths[name]

    def _drop_memories(self) -> None:
        for name in list(self._paths):
            shape = np.shape(get(self.root, self._paths[name][0]))
            for other, paths in self._paths.items():
                short, whole = name.rpartition(".")[2], other.rpartition(".")[2]
                alike = np.shape(get(self.root, paths[0])) == shape
                if other != name and alike and is_memory_of(short, whole):
                    self._memories.setdefault(other, []).append(self._paths.pop(name)[0])
                    break


def of_object(instance: Any, known_as: Mapping[str, str] | None = None) -> Store:
    """The arrays on an object of theirs and on the objects that it holds.

    Args:
        instance: theirs.
        known_as: names for places in lists: ``Wx`` for ``params[0]``.
    """
    kept = KeptObject(instance)

    def again() -> Any:
        kept.reset()
        return kept.now

    return Store(kept.now, again, lambda path: _is_wanted(kept.now, path), known_as)


def of_module(module: ModuleType, used: set[str]) -> Store:
    """The arrays among the globals of a module that its functions use."""
    kept = KeptGlobals(module)

    def again() -> Any:
        kept.reset()
        return module

    return Store(module, again, lambda path: path[0].name in used and _is_wanted(module, path))


def of_arguments(arguments: Mapping[str, Any]) -> Store:
    """Parameters that are handed in: a name and an array, or a dict or list of arrays, each."""
    kept = KeptObject(dict(arguments))

    def again() -> Any:
        kept.reset()
        return kept.now

    return Store(kept.now, again, lambda path: True)


def arrays(root: Any) -> Iterator[tuple[Path, Numbers]]:
    """All floating-point arrays that can be reached from an object, a module or a container."""
    home = root.__name__ if isinstance(root, ModuleType) else type(root).__module__
    yield from _walk(root, (), home, set())


def _walk(value: Any, path: Path, home: str, seen: set[int]) -> Iterator[tuple[Path, Numbers]]:
    if isinstance(value, np.ndarray):
        if value.dtype.kind in "fc" and path:
            yield path, value
        return
    if len(path) >= _DEEPEST or id(value) in seen:
        return
    for step, inner in _entries(value, home):
        yield from _walk(inner, (*path, step), home, seen | {id(value)})


def _entries(value: Any, home: str) -> list[tuple[Step, Any]]:
    if isinstance(value, dict):
        if len(value) > _MOST_ENTRIES:
            return []
        return [(Step("key", k), v) for k, v in value.items() if isinstance(k, str | int)]
    if isinstance(value, list | tuple):
        if len(value) > _MOST_ENTRIES:
            return []
        return [(Step("key", i), v) for i, v in enumerate(value)]
    is_module = isinstance(value, ModuleType) and value.__name__ == home
    if is_module or (type(value).__module__ == home and hasattr(value, "__dict__")):
        own = vars(value).items()
        return [(Step("attribute", k), v) for k, v in own if not k.startswith("__")]
    return []


def vars_of(root: Any, module: ModuleType) -> Iterable[tuple[str, Any]]:
    """The attributes of an object of theirs; the globals where parameters are handed in."""
    return vars(module if isinstance(root, dict) else root).items()


def get(root: Any, path: Path) -> Any:
    """What a path leads to."""
    for step in path:
        root = root[step.name] if step.kind == "key" else vars(root)[step.name]
    return root


def put(root: Any, path: Path, value: Any) -> None:
    """Set what a path leads to; a tuple on the way is replaced."""
    owner = get(root, path[:-1])
    last = path[-1]
    if isinstance(owner, tuple):
        put(root, path[:-1], (*owner[: last.name], value, *owner[last.name + 1 :]))
    elif last.kind == "key":
        owner[last.name] = value
    else:
        vars(owner)[last.name] = value


def named(path: Path) -> str:
    """``Wxh``, ``cell.Wxh``, ``layers[0].W``; a dict of parameters adds nothing to its keys."""
    name = ""
    for place, step in enumerate(path):
        inner = path[place + 1] if place + 1 < len(path) else None
        is_holder = inner is not None and inner.kind == "key" and isinstance(inner.name, str)
        if step.kind == "key" and isinstance(step.name, int):
            name += f"[{step.name}]"
        elif not (is_holder and str(step.name).lower() in _HOLDERS):
            name += f".{step.name}" if name else str(step.name)
    return name


def _shortened(names: list[str]) -> dict[str, str]:
    """Each name by its last part where that tells, or by its owner where that has only this one."""
    last = {name: name.rpartition(".")[2] for name in names}
    owner = {name: name.rpartition(".")[0] for name in names}
    if len(set(last.values())) == len(names):
        return last
    if all(owner.values()) and len(set(owner.values())) == len(names):
        return owner
    return {name: name for name in names}


def twins(owner: Any) -> tuple[str, str] | None:
    """The attributes of an object that holds one parameter, and its gradient beside it."""
    if isinstance(owner, ModuleType | Mapping) or not hasattr(owner, "__dict__"):
        return None
    held = {k: v for k, v in vars(owner).items() if v is None or isinstance(v, np.ndarray)}
    shapes = {np.shape(value) for value in held.values() if value is not None}
    return value_with_gradient(held) if len(shapes) == 1 else None


def _is_wanted(root: Any, path: Path) -> bool:
    """Whether an array is a parameter by its name, or by the gradient that stands beside it."""
    if len(path) > 1 and (found := twins(get(root, path[:-1]))) is not None:
        return bool(path[-1].name == found[0]) and not _is_data(path[:-1])
    return not _is_data(path)


def _is_data(path: Path) -> bool:
    """Whether the name is one of inputs, targets or gradients, not of a parameter."""
    name = str(path[-1].name)
    if any(_NO_PARAMETERS.search(str(step.name)) for step in path):
        return True
    return len(name) > 1 and argument_kind(name) in {"inputs", "targets", "outputs", "cache"}
