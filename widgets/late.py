"""A module that is imported when something of it is first used.

NumPy takes longer to import than the first frame takes to draw, and nothing in that frame needs
it. Where the type checker looks, write the import as usual.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Late:
    """Stands for a module.

    Args:
        name: of the module.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        """Something of the module; kept, so that the next use costs nothing.

        Raises:
            ImportError: if the module cannot be imported.
            AttributeError: if it has no such thing.
        """
        found = getattr(import_module(self._name), attribute)
        setattr(self, attribute, found)
        return found
