"""Checking in this process, what is one's own: for tests, and for the notebook's class."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import numpy as np

from rnn_tui.check.checking import check
from rnn_tui.check.problem import Problem
from rnn_tui.check.report import Report
from rnn_tui.check.styles.notebook import NotebookSubject
from rnn_tui.check.subject import Subject
from rnn_tui.check.theirs import Description, Theirs
from rnn_tui.check.worker.choosing import choose
from rnn_tui.check.worker.process import Fault
from rnn_tui.check.worker.serving import Service, describe


class _Here:
    """Stands for a worker: answers in this process, with the exceptions as they are."""

    def __init__(self, subject: Subject) -> None:
        self._service = Service(subject)

    def ask(self, request: str, limit: float | None = None, **arguments: Any) -> dict[str, Any]:
        """As a worker does; complex numbers that their code refuses are a `Fault`."""
        try:
            return self._service.answer({"do": request, "with": arguments})
        except Exception as error:
            if not np.iscomplexobj(arguments.get("steps", 0.0)):
                raise
            raise Fault(type(error).__name__, str(error)) from error


def check_network(network: Any, x: Any, y: Any) -> Report:
    """Check an object of the notebook's class on one sequence; it is not changed.

    Args:
        network: with the notebook's methods.
        x: (T, V) one-hot inputs.
        y: (T, V) targets.
    """
    subject = NotebookSubject(network)
    theirs = _theirs(subject, "notebook")
    inputs, targets = np.array(x, dtype=float)[None], np.array(y, dtype=float)[None]
    problem = Problem(
        inputs.argmax(axis=2), inputs, targets.argmax(axis=2), targets,
        np.zeros_like(targets),
    )  # fmt: skip
    return check(theirs, subject.target, _silent, problem)


def check_code(code: Any, style: str | None = None) -> Report:
    """Check a class, a function or a module that has been imported.

    Args:
        code: theirs.
        style: the only style to be tried, or None.

    Raises:
        ValueError: if nothing is recognised.
        Exception: whatever their code raises.
    """
    module, name = (code, None) if isinstance(code, ModuleType) else _found_by_name(code)
    chosen = choose(module, name, style)
    if chosen is None:
        raise ValueError(
            f"nothing was recognised in {name or module.__name__} as a recurrent network with a "
            "backward pass; expected one of the styles in docs/check.md"
        )
    if chosen.error is not None:
        raise chosen.error
    theirs = _theirs(chosen.subject, chosen.style)
    return check(theirs, name or module.__name__, _silent)


def _found_by_name(code: Any) -> tuple[ModuleType, str]:
    """The module of a class or function and its name there; of a local one, a module with it."""
    module, name = sys.modules[code.__module__], code.__name__
    if getattr(module, name, None) is not code:
        own = ModuleType(module.__name__)
        vars(own).update(vars(module) | {name: code})
        module = own
    return module, name


def _theirs(subject: Subject, style: str) -> Theirs:
    return Theirs(_Here(subject), Description.of(describe(subject) | {"style": style}))


def _silent(what: str, share: float) -> None:
    pass
