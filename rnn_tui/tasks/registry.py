"""The tasks by name."""

from collections.abc import Mapping

from rnn_tui.tasks.anbn import Anbn
from rnn_tui.tasks.binary_addition import BinaryAddition
from rnn_tui.tasks.copy import Copy
from rnn_tui.tasks.echo import Echo
from rnn_tui.tasks.pairs import Pairs
from rnn_tui.tasks.reber import EmbeddedReber, Reber
from rnn_tui.tasks.running_sum import RunningSum
from rnn_tui.tasks.successor import Successor
from rnn_tui.tasks.task import Task
from rnn_tui.tasks.temporal_order import TemporalOrder
from rnn_tui.tasks.text import Text
from rnn_tui.tasks.xor import Xor

_ALL: tuple[type[Task], ...] = (
    Successor, Echo, RunningSum, Xor, Reber, EmbeddedReber, Copy, TemporalOrder, Anbn,
    BinaryAddition,
)  # fmt: skip

TASKS: Mapping[str, type[Task]] = {task.name: task for task in _ALL}
"""Those whose sequences are drawn by chance: what ``--task`` may be."""

OWN_DATA: Mapping[str, type[Task]] = {"text": Text, "data": Pairs}
"""Those of a file, by the option that names it."""
