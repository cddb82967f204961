"""Functions over module globals: min-char-rnn's lossFun and its relatives."""

from __future__ import annotations

from collections.abc import Iterator
from types import CodeType, ModuleType
from typing import Any, ClassVar

from rnn_tui.check.recognition import candidates, plans, search, sizes, store
from rnn_tui.check.recognition.describing import described
from rnn_tui.check.recognition.plan import Plan
from rnn_tui.check.subject import Subject


class ModuleGlobals:
    """A function, or a pair, whose parameters are arrays of the module."""

    name: ClassVar[str] = "globals"
    title: ClassVar[str] = "functions over arrays of the module (min-char-rnn's lossFun)"

    def recognise(self, module: ModuleType, name: str | None) -> Subject | None:
        """The functions named, or all of the module that use its arrays."""
        functions = plans.functions_of(module)
        found = plans.named(plans.plans(functions), name, functions)
        return described(search.best_of(c for plan in found for c in _candidates(module, plan)))


def _candidates(module: ModuleType, plan: Plan) -> Iterator[list[search.Candidate]]:
    used = _globals_used(module, [f for f in (plan.forward, plan.loss, plan.backward) if f])
    kept = store.of_module(module, used)
    parameters = kept.read()
    if parameters:
        inferred = sizes.infer(parameters, candidates.hints_from(vars(module)))
        fixed = candidates.fixed_from(vars(module))
        yield [search.Candidate(module, kept, plan, inferred, fixed=fixed)]


def _globals_used(module: ModuleType, names: list[str]) -> set[str]:
    """The globals that functions use, and the functions of the module that they call."""
    used: set[str] = set()
    todo = list(names)
    while todo:
        function: Any = vars(module).get(todo.pop())
        code = getattr(function, "__code__", None)
        if isinstance(code, CodeType):
            # a closure may have what a global has, too
            fresh = (_names_in(code) | set(code.co_freevars)) - used
            used |= fresh
            todo += [n for n in fresh if n in vars(module)]
    return used


def _names_in(code: CodeType) -> set[str]:
    inner = [c for c in code.co_consts if isinstance(c, CodeType)]
    return set(code.co_names).union(*(_names_in(c) for c in inner))
