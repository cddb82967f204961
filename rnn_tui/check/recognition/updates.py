"""Gradients from an update that was made inside, also where an optimizer has rescaled it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rnn_tui.check.problem import Numbers
from rnn_tui.check.subject import change

_ALIKE = 0.01
_FEW = 4


def gradients_applied(
    before: Mapping[str, Numbers],
    after: Mapping[str, Numbers],
    rate: float,
    memories: Mapping[str, list[Numbers]],
) -> dict[str, Numbers]:
    """The gradients that were applied; none where the update does not tell them.

    Adagrad and RMSprop divide by the root of a memory of squares, number by number: the gradient
    is then the root of what the memory has grown by, of which RMSprop takes a share.

    Args:
        before: the weights.
        after: the same after the update.
        rate: the learning rate.
        memories: by weight, how much what may be its memory has grown.
    """
    updates = change(before, after, rate)
    if not all(_is_of_one_size(update) for update in updates.values() if update.size >= _FEW):
        return updates
    found = {}
    for name, update in updates.items():
        squares = next((each for each in memories.get(name, []) if _are_squares(each)), None)
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
