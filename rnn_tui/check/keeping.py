"""Putting their objects and globals back to what they were before a call."""

from __future__ import annotations

import copy
from types import ModuleType
from typing import Any

import numpy as np

_MOST = 20_000
"""Containers with more entries are data, and not copied."""
_COPIED = (np.ndarray, list, dict, set, np.random.Generator, np.random.RandomState)


class KeptObject:
    """An object of theirs, of which every call may have a copy.

    Attributes:
        pristine: as it was handed in; never called.
        now: the copy to be called.
    """

    def __init__(self, pristine: Any) -> None:
        self.pristine = pristine
        self.now: Any = copy.deepcopy(pristine)

    def reset(self) -> None:
        """A new copy: what the last one remembers is gone."""
        self.now = copy.deepcopy(self.pristine)


class KeptGlobals:
    """The data among the globals of their module: arrays, lists, dicts, random generators.

    What is the same array under two names (an optimizer's list of parameters) stays the same.
    Classes, functions, modules and long lists are left alone; so are objects of their own classes
    but those in ``also``.
    """

    def __init__(self, module: ModuleType, also: tuple[str, ...] = ()) -> None:
        self._globals = module.__dict__
        kept = {
            name: value
            for name, value in self._globals.items()
            if not name.startswith("__") and (name in also or _is_small_data(value))
        }
        self._kept = copy.deepcopy(kept)
        self._dicts = {name: value for name, value in kept.items() if type(value) is dict}

    def reset(self) -> None:
        """Give the module fresh copies, and take away nothing else.

        Dicts stay the same with fresh contents: functions made by functions may hold them.
        """
        fresh = copy.deepcopy(self._kept)
        for name, own in self._dicts.items():
            contents = fresh[name]
            own.clear()
            own.update(contents)
            fresh[name] = own
        self._globals.update(fresh)


def _is_small_data(value: Any) -> bool:
    if not isinstance(value, _COPIED):
        return isinstance(value, int | float | complex)
    return not isinstance(value, list | dict | set) or len(value) <= _MOST
