"""A class with a forward and a backward pass: parameters and states live on the object."""

from __future__ import annotations

from types import ModuleType
from typing import ClassVar

from rnn_tui.check.recognition import making, plans, search, sizes, store
from rnn_tui.check.recognition.describing import described
from rnn_tui.check.subject import Subject


class Objects:
    """Classes: weights on self, on layers or cells that it holds, or in a dict on self."""

    name: ClassVar[str] = "class"
    title: ClassVar[str] = "a class with forward and backward, or one method for both"

    def recognise(self, module: ModuleType, name: str | None) -> Subject | None:
        """The class named, or the last in the file that answers."""
        best: search.Attempt | None = None
        for cls in _classes(module, name):
            attempt = _of_class(module, cls)
            if attempt.network is None:
                continue
            if attempt.is_good:
                return described(attempt, cls.__name__)
            if best is None or attempt.fit.score > best.fit.score:
                best = attempt
        if best is None or best.network is None:
            return None
        return described(best, type(best.network.store.root).__name__)


def _classes(module: ModuleType, name: str | None) -> list[type]:
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and value.__module__ == module.__name__
    ]
    return [cls for cls in reversed(found) if name in (None, cls.__name__)]


def _of_class(module: ModuleType, cls: type) -> search.Attempt:
    combinations = plans.plans(plans.methods(cls))
    best = search.Attempt()
    if not combinations:
        return best
    try:
        instances = making.instances(module, cls)
    except making.CannotMake:
        return best
    for instance in instances:
        kept = store.of_object(instance)
        hints = search.hints_from(vars(instance))
        inferred = sizes.infer(kept.read(), hints)
        attempt = search.best_way(
            module, lambda one=instance: store.of_object(one), combinations, inferred  # type: ignore[misc]
        )
        if best.network is None or attempt.fit.score > best.fit.score:
            best = attempt
        if best.is_good:
            break
    return best
