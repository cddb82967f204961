"""The tasks by name."""

from collections.abc import Mapping

from rnn_tui.tasks.echo import Echo
from rnn_tui.tasks.running_sum import RunningSum
from rnn_tui.tasks.successor import Successor
from rnn_tui.tasks.task import Task

_ALL: tuple[type[Task], ...] = (Successor, Echo, RunningSum)

TASKS: Mapping[str, type[Task]] = {task.name: task for task in _ALL}
