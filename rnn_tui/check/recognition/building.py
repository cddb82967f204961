"""Objects whose weights are made by a method, and updated by an optimizer that is handed in."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from rnn_tui.check.problem import Numbers, Sizes
from rnn_tui.check.recognition.binding import signature, size_named
from rnn_tui.check.recognition.store import arrays

RATE = 2.0**-10
"""Of updates made inside: a power of two, so that dividing by it costs nothing."""
_BUILDING = re.compile(r"_*(initiali[sz]e|init|build|setup|reset_param\w*|make_param\w*)\w*", re.I)


class PlainOptimizer:
    """Stands for theirs: gradient descent, so that the change of the weights is the gradient."""

    def update(self, weights: Numbers, gradient: Numbers) -> Numbers:
        """The new weights."""
        return np.asarray(weights - RATE * gradient)

    step = apply = __call__ = update


def build(instance: Any, sizes: Sizes) -> None:
    """Call the method that makes the weights, where an object has none yet.

    Args:
        instance: theirs.
        sizes: for arguments that want one.
    """
    if any(True for _ in arrays(instance)):
        return
    for name in dir(type(instance)):
        method = getattr(instance, name, None)
        if name.startswith("__") or not callable(method) or not _BUILDING.fullmatch(name):
            continue
        wanted = {
            each: PlainOptimizer() if "opt" in each.lower() else size_named(each, sizes)
            for each, parameter in signature(method).items()
            if parameter.default is parameter.empty
        }
        if None not in wanted.values():
            method(**wanted)
            return
