"""The tasks by name."""

from __future__ import annotations

from rnn_tui.tasks.successor import Successor
from rnn_tui.tasks.task import Task

TASKS: dict[str, type[Successor]] = {"successor": Successor}


def make_task(name: str, symbols: int, length: int, sequences: int) -> Task:
    """The task of that name.

    Raises:
        ValueError: if there is none.
    """
    if name not in TASKS:
        raise ValueError(f"there is no task {name!r}; there is: {', '.join(TASKS)}")
    return TASKS[name](symbols, length, sequences)
