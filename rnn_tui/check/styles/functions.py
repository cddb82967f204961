"""Functions that are handed their parameters: in a dict, in a tuple, or one by one."""

from __future__ import annotations

from types import ModuleType
from typing import ClassVar

from rnn_tui.check.recognition import plans, search, sizes, starting, store
from rnn_tui.check.recognition.describing import described
from rnn_tui.check.recognition.network import Plan
from rnn_tui.check.subject import Subject


class Functions:
    """Pairs of functions such as ``rnn_forward`` and ``rnn_backward``, or one for both."""

    name: ClassVar[str] = "functions"
    title: ClassVar[str] = "functions that get their parameters as a dict, a tuple or arguments"

    def recognise(self, module: ModuleType, name: str | None) -> Subject | None:
        """The functions named, or the first that answer."""
        functions = plans.functions_of(module)
        best = search.Attempt()
        for plan in plans.named(plans.plans(functions), name, functions):
            attempt = _of_plan(module, plan)
            if best.network is None or attempt.fit.score > best.fit.score:
                best = attempt
            if best.is_good:
                break
        return described(best) if best.network is not None else None


def _of_plan(module: ModuleType, plan: Plan) -> search.Attempt:
    best = search.Attempt()
    for start in starting.starts(module, plan):
        kept = store.of_arguments(start.parameters)
        hints = search.hints_from(start.hints or vars(module))
        inferred = sizes.infer(kept.read(), hints)
        attempt = search.best_way(
            module,
            lambda s=start: store.of_arguments(s.parameters),  # type: ignore[misc]
            [plan],
            inferred,
            start.handed,
        )
        if best.network is None or attempt.fit.score > best.fit.score:
            best = attempt
        if best.is_good:
            break
    return best
