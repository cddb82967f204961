"""The tasks by name."""

from collections.abc import Mapping

from rnn_tui.tasks.successor import Successor
from rnn_tui.tasks.task import Task

_ALL: tuple[type[Task], ...] = (Successor,)

TASKS: Mapping[str, type[Task]] = {task.name: task for task in _ALL}
