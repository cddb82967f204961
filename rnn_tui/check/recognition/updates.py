"""Gradients from an update that was made inside, also where an optimizer has rescaled it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rnn_tui.check.problem import Numbers
from rnn_tui.check.recognition.store import Store
from rnn_tui.check.subject import change

_ALIKE = 0.01
_FEW = 4


class Weights(NamedTuple):
    """What a store holds at one time.

    Attributes:
        parameters: by name.
        memories: by parameter, the arrays that are named after it.
    """

    parameters: dict[str, Numbers]
    memories: dict[str, list[Numbers]]

    @classmethod
    def of(cls, store: Store) -> Weights:
        """As they are now."""
        return cls(store.read(), store.memories())

    def differ_from(self, other: Weights) -> bool:
        """Whether any parameter is another."""
        return any(not np.array_equal(p, other.parameters[n]) for n, p in self.parameters.items())


def gradients_applied(before: Weights, after: Weights, rate: float) -> dict[str, Numbers]:
    """The gradients that were applied; none where the update does not tell them.

    Adagrad and RMSprop divide by the root of a memory of squares, number by number: the gradient
    is then the root of what the memory has grown by, of which RMSprop takes a share.

    Args:
        before: the weights.
        after: the same after the update.
        rate: the learning rate.
    """
    updates = change(before.parameters, after.parameters, rate)
    if not all(_is_of_one_size(update) for update in updates.values() if update.size >= _FEW):
        return updates
    found = {}
    for name, update in updates.items():
        pairs = zip(before.memories.get(name, []), after.memories.get(name, []), strict=True)
        squares = next((b - a for a, b in pairs if _are_squares(b - a)), None)
        share = _share(update)
        if squares is None or share is None:
            return {}
        found[name] = np.sign(update) * np.sqrt(squares / share)
    return found


def _share(update: Numbers) -> float | None:
    """Of the square in the memory after a first update: 1 for Adagrad, 0.1 for RMSprop's 0.9."""
    exact = 1 / max(float(np.abs(update).max()) ** 2, 1e-300)
    share = round(exact, 3)
    return share if 0 < share <= 1 and abs(share - exact) < _ALIKE * share else None


def _is_of_one_size(update: Numbers) -> bool:
    """Whether the larger half changed by the same, whatever the gradient: only signs are left."""
    sizes = np.sort(np.abs(update[update != 0]))
    return sizes.size >= _FEW and bool(np.ptp(sizes[sizes.size // 2 :]) <= _ALIKE * sizes[-1])


def _are_squares(grown: Numbers) -> bool:
    return bool(np.any(grown) and (np.real(grown) >= 0).all())
