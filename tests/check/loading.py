"""Modules of theirs for tests, from their text."""

from __future__ import annotations

import itertools
import sys
from types import ModuleType

from rnn_tui.check.styles.registry import STYLES
from rnn_tui.check.subject import Subject
from rnn_tui.check.worker.loading import keep_source

_numbers = itertools.count()


def module_of(source: str) -> ModuleType:
    """A module with this text, as the worker would load it."""
    name = f"theirs_{next(_numbers)}"
    module = ModuleType(name)
    module.__file__ = f"<{name}>"
    keep_source(module.__file__, source)
    sys.modules[name] = module
    exec(compile(source, module.__file__, "exec"), module.__dict__)
    return module


def recognised(source: str, name: str | None = None) -> Subject | None:
    """What the first style makes of a text that recognises something in it."""
    module = module_of(source)
    subjects = (style.recognise(module, name) for style in STYLES)
    return next((subject for subject in subjects if subject is not None), None)
