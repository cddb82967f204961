"""A NumPy of our own in the worker: their code may patch the module that they import."""

from __future__ import annotations

import sys
from types import ModuleType

import numpy


def keep_own_numpy() -> None:
    """Give all modules of rnn-tui that call it ``np`` a copy of what NumPy is now."""
    own = _copy(numpy)
    own.linalg, own.random = _copy(numpy.linalg), _copy(numpy.random)  # type: ignore[attr-defined]
    for name, module in list(sys.modules.items()):
        if name.startswith("rnn_tui.") and vars(module).get("np") is numpy:
            vars(module)["np"] = own


def _copy(module: ModuleType) -> ModuleType:
    copy = ModuleType(module.__name__)
    vars(copy).update(vars(module))
    return copy
