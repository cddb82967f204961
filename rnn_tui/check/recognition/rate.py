"""The learning rate of theirs, where their code has one and applies it inside."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from rnn_tui.check.recognition.store import vars_of
from rnn_tui.check.recognition.words import argument_kind


def set_rate(root: Any, module: ModuleType, rate: float) -> None:
    """Set it on their object, or among their globals where parameters are handed in."""
    for name, value in list(vars_of(root, module)):
        if argument_kind(name) == "rate" and len(name) > 1 and isinstance(value, float):
            target = module if isinstance(root, dict) else root
            if name in vars(target):
                vars(target)[name] = rate
