"""A class with a forward and a backward pass: parameters and states live on the object."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import ClassVar

from rnn_tui.check.recognition import candidates, making, plans, returned, search, sizes, store
from rnn_tui.check.recognition.describing import described
from rnn_tui.check.subject import Subject


class Objects:
    """Classes: weights on self, on layers or cells that it holds, or in a dict on self."""

    name: ClassVar[str] = "class"
    title: ClassVar[str] = "a class with forward and backward, or one method for both"

    def recognise(self, module: ModuleType, name: str | None) -> Subject | None:
        """The class named, or the last in the file that answers."""
        tries = (group for cls in _classes(module, name) for group in _candidates(module, cls))
        best = search.best_of(tries)
        if best.network is None:
            return None
        if best.fit.error is None and not _is_network(best, is_named=name is not None):
            return None  # a layer: what is right or wrong in it depends on what it is part of
        return described(best, type(best.network.store.root).__name__)


def _classes(module: ModuleType, name: str | None) -> list[type]:
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and value.__module__ == module.__name__
    ]
    return [cls for cls in reversed(found) if name in (None, cls.__name__)]


def _candidates(module: ModuleType, cls: type) -> Iterator[list[search.Candidate]]:
    """All plans for each object that can be made."""
    combinations = plans.plans(plans.methods(cls))
    try:
        instances = making.instances(module, cls) if combinations else []
    except making.CannotMake:
        return
    for instance in instances:
        kept = store.of_object(instance, _names_in_lists(cls, instance))
        hints = candidates.hints_from(vars(instance))
        inferred = sizes.infer(kept.read(), hints)
        fixed = candidates.fixed_from({**vars(module), **vars(instance)})
        yield [search.Candidate(module, kept, plan, inferred, fixed=fixed) for plan in combinations]


def _is_network(best: search.Attempt, *, is_named: bool) -> bool:
    """Whether it has parameters, and a step feels those before: at least by a state handed in.

    Who names a class wants it checked, recurrent or not.
    """
    network = best.network
    if network is None or not network.store.names:
        return False
    is_step = network.steps == 1 and not network.states
    return is_named or (best.fit.is_recurrent and not is_step)


def _names_in_lists(cls: type, instance: object) -> dict[str, str]:
    """``Wx`` for ``params[0]``, where a method unpacks ``Wx, Wh, b = self.params``."""
    names: dict[str, str] = {}
    for attribute, value in vars(instance).items():
        if isinstance(value, list | tuple):
            for method in plans.methods(cls).values():
                unpacked = returned.unpacked(method, attribute)
                if len(unpacked) == len(value) and all(unpacked):
                    names |= {f"{attribute}[{i}]": name for i, name in enumerate(unpacked)}
    return names
