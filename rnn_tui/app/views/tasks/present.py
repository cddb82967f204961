"""What the tasks view shows of each problem: pure functions of the tasks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache

from rnn_tui.tasks.dataset import Dataset, Sequences
from rnn_tui.tasks.registry import OWN_DATA, TASKS
from rnn_tui.tasks.task import Drawable, Task
from rnn_tui.training.command_line import Plan, suggested, suggestion
from rnn_tui.training.words import count
from widgets import TaskDetails, TaskList, TaskRow
from widgets.drawing.symbols import printable
from widgets.tasks.details import Fact

HEADINGS = ("problem", "memory", "guessing", "best")
LONGEST_EXAMPLE = 200
"""Symbols of an example."""


KINDS: tuple[type[Task], ...] = (*TASKS.values(), *OWN_DATA.values())
"""The problems, in their order."""


def listing(chosen: int, present: str) -> TaskList:
    """All problems; of which the run on the screen is."""
    rows = tuple(TaskRow(kind.name, _figures(kind), kind.name == present) for kind in KINDS)
    return TaskList(HEADINGS, rows, chosen)


@lru_cache(maxsize=64)
def _figures(kind: type[Task]) -> tuple[str, ...]:
    memory = "needed" if kind.needs_memory else "no"
    if not issubclass(kind, Drawable):
        return memory, "", ""
    task = suggested(kind).config.task
    best = "" if task.optimum is None else f"{task.optimum:.4g}"
    return memory, task.chance_label, best


@lru_cache(maxsize=4)
def details(kind: type[Task], ascii: bool) -> TaskDetails:
    """Everything about a problem; of one whose sequences are made, with the run to begin with."""
    facts = [
        Fact("targets", kind.definition),
        Fact("about", kind.advice),
        Fact("run", f"rnn-tui {suggestion(kind)}", "$text-success"),
    ]
    title = kind.name
    if issubclass(kind, Drawable):
        plan = suggested(kind)
        title = plan.config.task.title
        data = plan.config.task.dataset(plan.config.seed, 0)
        facts += [
            Fact("size", size(plan, data)),
            Fact("losses", _levels(plan.config.task)),
            *_example(data, ascii),
        ]
    facts += [Fact("figure", f"{s.what}: {s.value} ({s.confidence}: {s.source})")
              for s in kind.sources]  # fmt: skip
    return TaskDetails(title, tuple(facts))


def size(plan: Plan, data: Dataset) -> str:
    """How much there is to do: symbols and updates of an epoch, numbers that are learned."""
    config, training = plan.config, data.training
    symbols = training.inputs.size if training.lengths is None else int(training.lengths.sum())
    weights = sum(math.prod(tensor.shape) for tensor in config.tensors)
    updates = count(config.updates_per_epoch, "update")
    goal = plan.goal.epochs
    epochs = "" if goal is None else f", {count(goal, 'epoch')}"
    return f"{count(symbols, 'symbol')} and {updates} an epoch{epochs}; {weights:,} weights"


def _levels(task: Task) -> str:
    levels = []
    if task.chance is not None:
        levels.append(f"guessing {task.chance:.4g} ({task.chance_label})")
    if task.optimum is not None:
        levels.append(f"best on new sequences {task.optimum:.4g}")
    return ", ".join(levels) + " nats/symbol" if levels else "unknown"


def _example(data: Dataset, ascii: bool) -> Iterator[Fact]:
    """The first training sequence; what is not scored is a dot."""
    first: Sequences = data.training.single(0)
    inputs = [data.inputs[symbol] for symbol in first.inputs[0, :LONGEST_EXAMPLE]]
    targets = [data.outputs[symbol] for symbol in first.targets[0, :LONGEST_EXAMPLE]]
    unscored = "." if ascii else "·"
    shown = [
        unscored if not is_scored else printable(target, ascii=ascii)
        for target, is_scored in zip(targets, first.counted[0], strict=False)
    ]
    written = [printable(symbol, ascii=ascii) for symbol in inputs]
    cell = max(map(len, written + shown))
    yield Fact("input", " ".join(text.rjust(cell) for text in written), is_row=True)
    yield Fact("target", " ".join(text.rjust(cell) for text in shown), is_row=True)
    yield Fact("", "")
