"""Functions that are handed their parameters: in a dict, in a tuple, or one by one."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import ClassVar

from rnn_tui.check.recognition import candidates, plans, search, sizes, starting, store
from rnn_tui.check.recognition.describing import described
from rnn_tui.check.recognition.plan import Plan
from rnn_tui.check.subject import Subject


class Functions:
    """Pairs of functions such as ``rnn_forward`` and ``rnn_backward``, or one for both."""

    name: ClassVar[str] = "functions"
    title: ClassVar[str] = "functions that get their parameters as a dict, a tuple or arguments"

    def recognise(self, module: ModuleType, name: str | None) -> Subject | None:
        """The functions named, or the first that answer."""
        functions = plans.functions_of(module)
        found = plans.named(plans.plans(functions), name, functions)
        return described(search.best_of(c for plan in found for c in _candidates(module, plan)))


def _candidates(module: ModuleType, plan: Plan) -> Iterator[list[search.Candidate]]:
    """The plan with each of the parameters that it may be handed."""
    for start in starting.starts(module, plan):
        kept = store.of_arguments(start.parameters)
        hints = candidates.hints_from(start.hints or vars(module))
        inferred = sizes.infer(kept.read(), hints)
        fixed = candidates.fixed_from(vars(module))
        yield [search.Candidate(module, kept, plan, inferred, start.handed, fixed)]
