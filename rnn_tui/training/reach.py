"""How far what was learned reaches: accuracy by time step, or by the size of the task."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnn_tui.model.batch import Tokens
from rnn_tui.model.interruption import AtStep
from rnn_tui.model.parameters import Parameters
from rnn_tui.tasks.dataset import Sequences
from rnn_tui.tasks.growing import Growing, time_steps
from rnn_tui.training.config import Config
from rnn_tui.training.evaluation import Evaluator, multiply_adds

TIMES = 10
"""Up to so many times the trained size."""
_STEPS = 5_000
"""Time steps of the longest sequence, at most."""
_SYMBOLS, _WORK = 10_000, 100_000_000
"""Symbols of a pass, and its multiply-adds, at most."""
_DRAWN_FOR_EACH = 12
"""Strings to be drawn for each n, so that hardly any n is missing."""


class Reached(NamedTuple):
    """Accuracy by size.

    Attributes:
        by: what the size is: see `Growing.grows_by`; ``t`` for a task that is no such one.
        trained: the largest size that is trained on.
        sizes: (m,) ascending.
        asked: (m,) how often each is asked for; of ``n`` the strings, else the symbols.
        right: (m,) how many of those are right; of ``n`` the strings without a mistake.
    """

    by: str
    trained: int
    sizes: NDArray[np.intp]
    asked: NDArray[np.intp]
    right: NDArray[np.intp]


class Reacher:
    """Measures how far parameters of one run reach.

    Args:
        at_hand: sequences to be used where the task cannot be drawn at other sizes.
        steps: T of the sequences that are trained on.
        config: of the run.
        generator: to draw longer sequences from.
    """

    def __init__(
        self, at_hand: Sequences, steps: int, config: Config, generator: np.random.Generator
    ) -> None:
        task = config.task
        self._by = task.grows_by if isinstance(task, Growing) else "t"
        room = max(1, min(_SYMBOLS, _WORK // multiply_adds(config.symbols, config)))
        if isinstance(task, Growing):
            self._trained = task.trained
            parts = list(_longer(task, max(1, min(TIMES, _STEPS // steps)), room, generator))
        else:
            self._trained = steps - 1
            shown = at_hand.first(max(1, room // at_hand.steps))
            parts = [(shown, time_steps(shown))]
        self._parts = [
            (Evaluator(shown, config.symbols, config), shown.targets, sizes)
            for shown, sizes in parts
        ]

    def measure(self, parameters: Parameters, at_step: AtStep | None = None) -> Reached:
        """What these parameters come to; they are only read."""
        sizes, right = [], []
        for evaluator, targets, size in self._parts:
            is_right, is_asked = evaluator.predictions(parameters, at_step) == targets, size >= 0
            if self._by == "n":
                sizes.append(size.max(axis=1))
                right.append((is_right | ~is_asked).all(axis=1))
            else:
                sizes.append(size[is_asked])
                right.append(is_right[is_asked])
        every, good = np.concatenate(sizes), np.concatenate(right)
        asked = np.bincount(every)
        found = np.flatnonzero(asked)
        right_ones = np.bincount(every[good], minlength=len(asked))
        return Reached(self._by, self._trained, found, asked[found], right_ones[found])


def _longer(
    task: Growing, factor: int, room: int, generator: np.random.Generator
) -> Iterator[tuple[Sequences, Tokens]]:
    """Sequences up to so many times the size, each with the size at which its symbols count."""
    if task.grows_by not in ("t", "n"):  # every size is a task of its own
        tasks = [task.longer(times) for times in range(1, factor + 1)]
        count = max(1, room // sum(longer.steps for longer in tasks))
    else:
        tasks = [task.longer(factor)]
        count = max(1, room // tasks[0].steps)
    for longer in tasks:
        if task.grows_by == "n":  # each string once
            drawn = longer.draw(generator, _DRAWN_FOR_EACH * longer.trained)
            _, each = np.unique(longer.size(drawn).max(axis=1), return_index=True)
            drawn = drawn.rows(each[:: -(-len(each) // (2 * count))])  # half of it is padding
        else:
            drawn = longer.draw(generator, count)
        yield drawn, longer.size(drawn)
