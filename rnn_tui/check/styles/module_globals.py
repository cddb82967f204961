"""Functions over module globals: min-char-rnn's lossFun and its relatives."""

from __future__ import annotations

from types import CodeType, ModuleType
from typing import Any, ClassVar

from rnn_tui.check.recognition import plans, search, sizes, store
from rnn_tui.check.recognition.describing import described
from rnn_tui.check.subject import Subject


class ModuleGlobals:
    """A function, or a pair, whose parameters are arrays of the module."""

    name: ClassVar[str] = "globals"
    title: ClassVar[str] = "functions over arrays of the module (min-char-rnn's lossFun)"

    def recognise(self, module: ModuleType, name: str | None) -> Subject | None:
        """The functions named, or all of the module that use its arrays."""
        functions = plans.functions_of(module)
        combinations = plans.named(plans.plans(functions), name, functions)
        best = search.Attempt()
        for plan in combinations:
            used = _globals_used(module, [f for f in (plan.forward, plan.loss, plan.backward) if f])
            kept = store.of_module(module, used)
            if not kept.names:
                continue
            inferred = sizes.infer(kept.read(), search.hints_from(vars(module)))
            attempt = search.best_way(
                module, lambda u=used: store.of_module(module, u), [plan], inferred  # type: ignore[misc]
            )
            if best.network is None or attempt.fit.score > best.fit.score:
                best = attempt
            if best.is_good:
                break
        return described(best) if best.network is not None else None


def _globals_used(module: ModuleType, names: list[str]) -> set[str]:
    """The globals that functions use, and the functions of the module that they call."""
    used: set[str] = set()
    todo = list(names)
    while todo:
        function: Any = vars(module).get(todo.pop())
        code = getattr(function, "__code__", None)
        if isinstance(code, CodeType):
            fresh = _names_in(code) - used
            used |= fresh
            todo += [n for n in fresh if n in vars(module)]
    return used


def _names_in(code: CodeType) -> set[str]:
    inner = [c for c in code.co_consts if isinstance(c, CodeType)]
    return set(code.co_names).union(*(_names_in(c) for c in inner))
